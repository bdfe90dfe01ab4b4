"""A stream that stays open ends with its viewer's session, and many do not ask at one moment."""

import asyncio
from itertools import pairwise
from types import SimpleNamespace

from starlette.requests import Request

from hubpost.actions.identity import accounts
from hubpost.model.access import Role
from hubpost.web.gate import streams
from tests.gate.conftest import add_account, add_session, county


def a_request(gate, token: str) -> Request:
    head = [(b"host", b"127.0.0.1"), (b"cookie", f"hubpost_session={token}".encode())]
    return Request({
        "type": "http", "method": "GET", "path": "/feed", "query_string": b"", "headers": head,
        "scheme": "http", "server": ("127.0.0.1", 80), "hubpost_gate": gate,
    })  # fmt: skip


def test_an_open_stream_ends_after_its_viewer_was_signed_out(toy_store, gate, monkeypatch):
    monkeypatch.setattr(streams, "CHECK_EVERY_S", 0.0)
    account_id = add_account(toy_store, "anna", county(Role.DISPATCHER))
    request = a_request(gate, add_session(toy_store, account_id))
    console = SimpleNamespace(whole=toy_store)

    async def three_beats():
        for number in range(3):
            if number == 2:
                await asyncio.to_thread(
                    toy_store.write, lambda tx: accounts.end_sessions(tx, account_id), actor="chief"
                )
            yield b"beat %d" % number

    async def follow():
        return [piece async for piece in streams.while_signed_in(request, console, three_beats())]

    assert asyncio.run(follow()) == [b"beat 0", b"beat 1"]


def test_streams_that_were_opened_together_ask_at_moments_of_their_own(monkeypatch):
    """All within the time promised; two hundred at once held up calls for a third of a second."""
    monkeypatch.setattr(streams.time, "monotonic", lambda: 1_000.0)
    after = sorted(streams._next_check() - 1_000.0 for _ in range(200))
    assert 0 < after[0] <= after[-1] <= streams.CHECK_EVERY_S
    assert max(b - a for a, b in pairwise(after)) < 2.0
    assert after[-1] - after[0] > streams.CHECK_EVERY_S / 2
