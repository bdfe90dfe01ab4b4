"""The feed behind the gate, over a real port: nobody unknown, and only what a viewer may see."""

from dataclasses import replace

import httpx

from hubpost.model.access import Grant, Role, ScopeKind
from hubpost.model.events import CallReceived
from hubpost.storage.store import Store
from hubpost.web.app import create_app
from hubpost.web.gate.gate import Gate
from tests.boards import received
from tests.gate.conftest import add_account, add_session, gate  # noqa: F401 - a fixture
from tests.rooms import fill, toy_room
from tests.web.serving import serving


def take(store: Store, call_id: str, station_id: str) -> None:
    now = store.now()
    call = replace(received(call_id=call_id).call, station_id=station_id, received_at=now)
    fill(store, [CallReceived(now, call)])


def read_calls_shown(url: str, session: str, after: int, upto: int) -> list[str]:
    """The ids of calls a viewer is told of, up to an event id."""
    shown: list[str] = []
    with httpx.stream(
        "GET", f"{url}/feed?after={after}", cookies={"hubpost_session": session}, timeout=60
    ) as answer:
        assert answer.status_code == 200
        for line in answer.iter_lines():
            if line.startswith("data: ") and '"call_id": "c' in line:
                shown.append(line.partition('"call_id": "')[2].partition('"')[0])
            if line == f"id: {upto}":
                break
    return shown


def test_two_dispatchers_hear_of_their_own_groups_calls_and_a_stranger_of_none(
    toy_store: Store,
    gate: Gate,  # noqa: F811
):
    app = create_app(toy_store, toy_room(), heartbeat_s=0.2, gate=gate)
    sessions = {}
    for hub in ("Z", "T"):
        grant = Grant(Role.DISPATCHER, ScopeKind.GROUP, hub)
        sessions[hub] = add_session(toy_store, add_account(toy_store, f"of-{hub}", grant))
    after = toy_store.last_event_id
    for call_id, station in (("c1", "Z"), ("c2", "T"), ("c3", "S"), ("c4", "T"), ("c5", "Z")):
        take(toy_store, call_id, station)
    # The last one only ends the reading: its data stands after its id, and is not read.
    upto = toy_store.last_event_id
    with serving(app) as url:
        assert httpx.get(f"{url}/feed").status_code == 401
        assert read_calls_shown(url, sessions["Z"], after, upto) == ["c1", "c3"]
        assert read_calls_shown(url, sessions["T"], after, upto) == ["c2", "c4"]
        # Resumed in the middle, the rest and no more.
        assert read_calls_shown(url, sessions["T"], after + 2, upto) == ["c4"]
