"""Slow and broken lines: a screen that does not read, a phone in a valley."""

import random
import select
import socket
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from hubpost.storage.store import Store
from tests.faults.aftermath import check_aftermath
from tests.faults.conftest import found
from tests.faults.processes import LONG, NEW_CALL, Console, Follower, Writer, consoles
from tests.faults.raw import connect, head
from tests.faults.test_half_sent import memory_kb
from tests.web.serving import free_port

#: Bytes a second of the valley; make test has less time than a crew.
VALLEY = 2_000 if LONG else 16_000


@pytest.fixture(scope="module")
def served(sqlite_schema: Path, tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("slow")
    path = folder / "hubpost.sqlite"
    path.write_bytes(sqlite_schema.read_bytes())
    with consoles(found(f"sqlite:///{path}", folder)) as (console,):
        yield console


def test_screens_that_do_not_read_hold_nobody_up_and_miss_nothing(served):
    """Twenty stalled screens; a twenty-first is told at once; later a stalled one reads it all."""
    stalled = [connect(served) for _ in range(20)]
    for sock in stalled:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        sock.sendall(head(served, "GET", "/feed?after=0"))
    before = memory_kb(served)
    with Follower(served, 0) as screen, Writer(served) as writer:
        writer.await_more(300 if LONG else 60)
    last = check_aftermath(served.url, writer.acknowledged)
    with Follower(served, 0) as screen:
        screen.await_id(last)
    assert screen.ids == list(range(1, last + 1))
    assert memory_kb(served) - before < 60_000
    got = b""
    while f"id: {last}\n".encode() not in got:
        piece = stalled[0].recv(65536)
        assert piece, "the stalled screen was cut off"
        got += piece
    ids = [int(x[4:]) for x in got.decode().splitlines() if x.startswith("id: ")]
    assert ids == list(range(1, last + 1))
    for sock in stalled:
        sock.close()
    assert served.status("/") == 200


class Valley:
    """A line to a console: slow, and cut again and again, before or after all has passed."""

    def __init__(self, console: Console, bytes_s: float, cuts: list[int]) -> None:
        self.port, self._to, self._pace = free_port(), console.port, bytes_s
        self._cuts, self.cut = cuts, 0
        self._listening = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._run, daemon=True).start()

    def close(self) -> None:
        self._listening.close()

    def _run(self) -> None:
        while True:
            try:
                phone, _ = self._listening.accept()
            except OSError:
                return
            left = self._cuts.pop(0) if self._cuts else 1 << 30
            threading.Thread(target=self._carry, args=(phone, left), daemon=True).start()

    def _carry(self, phone: socket.socket, left: int) -> None:
        """What comes back counts as well, so that a cut may fall on the answer."""
        server = socket.create_connection(("127.0.0.1", self._to))
        with phone, server:
            to = {phone: server, server: phone}
            while True:
                for source in select.select(list(to), (), ())[0]:
                    try:
                        piece = source.recv(256)
                    except OSError:
                        return
                    if not piece:
                        return
                    time.sleep(len(piece) / self._pace)
                    to[source].sendall(piece[: max(left, 0)])
                    left -= len(piece)
                    if left <= 0:
                        self.cut += 1
                        return


def test_a_phone_in_a_valley_gets_every_tap_in_once(served):
    """Its queue of twenty taps is sent until it is answered; the line is cut eight times."""
    rng = random.Random(4)
    with served.client() as client:
        call = client.post("/api/v1/calls", json={**NEW_CALL, "place_text": "v"}).json()["call"]
        unit = {"unit_id": "T1", "override_reason": "test"}
        assert client.post(f"/api/v1/calls/{call['id']}/units", json=unit).status_code == 200
    at = datetime.now(UTC).isoformat()
    steps = ["acknowledge", "set-off", "arrive"]
    taps = [{"id": f"v{i}", "step": steps[i] if i < 3 else "note", "call_id": call["id"], "at": at,
             "text": f"n{i}"} for i in range(20)]  # fmt: skip
    # About 2,600 bytes go up and as many come back.
    valley = Valley(served, VALLEY, [rng.randint(200, 5200) for _ in range(8)])
    phone = Console(served.url, served.folder, served.token, port=valley.port)
    answer, tries = None, 0
    while answer is None:
        tries += 1
        assert tries < 30, "the phone never got through"
        try:
            with phone.client(timeout_s=20) as client:
                queue = {"sent_at": datetime.now(UTC).isoformat(), "actions": taps}
                answer = client.post("/api/v1/units/T1/sync", json=queue)
        except httpx.HTTPError:
            time.sleep(0.05)
    valley.close()
    assert valley.cut == 8
    outcomes = {r["outcome"] for r in answer.json()["results"]}
    assert outcomes <= {"applied", "repeated"}
    store = Store(served.url)
    on_board = store.board.calls[call["id"]]
    notes = [n.text for n in on_board.notes]
    store.close()
    assert notes == [f"n{i}" for i in range(3, 20)], "each once, in order"
    (response,) = on_board.responses
    assert response.arrived_at is not None
