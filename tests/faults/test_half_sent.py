"""A sender goes away in the middle, sends too much, or falls silent: nothing of it is kept."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from hubpost.storage.field_tables import photo
from hubpost.storage.store import Store
from hubpost.tables.records_book import write_record_template
from hubpost.web import slow_senders
from tests.actions.test_photos import jpeg
from tests.faults.aftermath import check_aftermath
from tests.faults.conftest import found
from tests.faults.processes import NEW_CALL, Console, consoles, wait_until
from tests.faults.raw import connect, head, read_all, status_of
from tests.web.serving import serving

UPLOAD = "/records/books/upload?kind=dispute&station=Z"
BOUND = "cut-here"


@pytest.fixture(scope="module")
def served(sqlite_schema: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """One process for all: what one test leaves behind, the next would see."""
    folder = tmp_path_factory.mktemp("half")
    path = folder / "hubpost.sqlite"
    path.write_bytes(sqlite_schema.read_bytes())
    with consoles(found(f"sqlite:///{path}", folder)) as (console,):
        yield console


def form(file: bytes) -> bytes:
    """A workbook as a browser's form sends it."""
    before = f'--{BOUND}\r\nContent-Disposition: form-data; name="book"; filename="d.xlsx"\r\n\r\n'
    return before.encode() + file + f"\r\n--{BOUND}--\r\n".encode()


def send_and_go(console: Console, path: str, body: bytes, share: float, *more: str) -> None:
    """Say that all of it comes, send a part, and hang up."""
    with connect(console) as sock:
        sock.sendall(head(console, "POST", path, f"Content-Length: {len(body)}", *more))
        sock.sendall(body[: int(len(body) * share)])
        time.sleep(0.05)


def preview(console: Console, file: bytes) -> httpx.Response:
    kind = {"Content-Type": f"multipart/form-data; boundary={BOUND}"}
    with console.client() as client:
        return client.post(UPLOAD, content=form(file), headers=kind)


def memory_kb(console: Console) -> int:
    for line in Path(f"/proc/{console.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    raise AssertionError("no such process")


def test_half_a_workbook_is_not_kept_and_the_next_one_works(served):
    """Also many halves of large ones: memory and temporary files come back."""
    kind = f"Content-Type: multipart/form-data; boundary={BOUND}"
    send_and_go(served, UPLOAD, form(b"PK" + b"x" * 4_000_000), 0.5, kind)
    wait_until(lambda: served.uploads == [])
    before = memory_kb(served)
    for _ in range(10):
        send_and_go(served, UPLOAD, form(b"PK" + b"x" * 8_000_000), 0.9, kind)
    wait_until(lambda: served.uploads == [])
    assert memory_kb(served) - before < 40_000, "80 MB were sent in vain"
    whole = preview(served, write_record_template("dispute"))
    assert whole.status_code == 200, whole.text[:500]
    token = whole.text.partition('name="token" value="')[2].partition('"')[0]
    with served.client() as client:
        done = client.post("/records/books/cancel?station=Z", data={"token": token})
        assert done.status_code == 303
    assert served.uploads == []
    assert "unforeseen" not in served.log.read_text()


@pytest.mark.parametrize("share", [0.1, 0.5, 0.97])
def test_a_workbook_cut_short_is_refused_in_words_and_not_kept(served, share):
    file = write_record_template("dispute")
    answer = preview(served, file[: int(len(file) * share)])
    assert answer.status_code == 422, answer.status_code
    assert served.uploads == []


def test_half_a_photo_and_half_a_queue_change_nothing_and_sent_again_count_once(served):
    with served.client() as client:
        call = client.post("/api/v1/calls", json={**NEW_CALL, "place_text": "k"}).json()["call"]
        unit = {"unit_id": "S1", "override_reason": "test"}
        assert client.post(f"/api/v1/calls/{call['id']}/units", json=unit).status_code == 200
        at = datetime.now(UTC).isoformat()
        picture = jpeg(picture=b"\1" * 100_000)
        address = str(client.build_request("POST", "/field/photos", params={
            "unit": "S1", "call": call["id"], "id": "a" * 32, "taken_at": at, "purpose": "scene",
        }).url.raw_path, "ascii")  # fmt: skip
        taps = [{"id": f"t{i}", "step": "note", "call_id": call["id"], "at": at, "text": f"n{i}"}
                for i in range(20)]  # fmt: skip
        queue = json.dumps({"sent_at": at, "actions": taps}).encode()
        sync = "/api/v1/units/S1/sync"
        json_kind = {"Content-Type": "application/json"}
        for share in (0.2, 0.99):
            send_and_go(served, address, picture, share)
            send_and_go(served, sync, queue, share, "Content-Type: application/json")
        assert client.post(address, content=picture).status_code == 201
        for _ in range(2):
            assert client.post(sync, content=queue, headers=json_kind).status_code == 200
    store = Store(served.url)
    photos = store.read(lambda c: c.execute(sa.select(sa.func.count()).select_from(photo)).scalar())
    kinds = [k for k in _kinds(store) if k == "CallNoted"]
    store.close()
    assert (photos, len(kinds)) == (1, 21), "one note tells of the photo"
    check_aftermath(served.url, {"k": call["number"]})
    assert "unforeseen" not in served.log.read_text()


def _kinds(store: Store) -> list[str]:
    from hubpost.storage import schema

    return list(store.read(lambda c: c.execute(sa.select(schema.event.c.kind)).scalars().all()))


@pytest.mark.parametrize("path", ["/api/v1/calls", UPLOAD, "/field/photos", "/calls"])
def test_more_than_is_taken_is_413_whether_announced_or_not(served, path):
    kind = "Content-Type: application/x-www-form-urlencoded"
    with connect(served) as sock:
        sock.sendall(head(served, "POST", path, "Content-Length: 99999999", kind))
        assert status_of(read_all(sock)) == 413
    with connect(served) as sock:
        sock.sendall(head(served, "POST", path, "Transfer-Encoding: chunked", kind))
        answer = b""
        try:
            for _ in range(400):  # 25 MB
                sock.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")
        except OSError:
            pass  # it hung up, as it may
        answer = read_all(sock)
        assert status_of(answer) in (413, 400, 0)
    assert served.uploads == []
    assert served.status("/") == 200


def test_who_falls_silent_is_let_go_and_others_are_served_meanwhile(gated, monkeypatch):
    """Fifty connections without a whole head, and one body that stops."""
    monkeypatch.setattr(slow_senders, "HEAD_S", 0.5)
    monkeypatch.setattr(slow_senders, "SILENT_S", 0.5)
    with serving(gated) as url:
        port = int(url.rpartition(":")[2])
        console = Console("", Path(), "none", port=port)
        quiet = [connect(console) for _ in range(50)]
        for number, sock in enumerate(quiet):
            sock.sendall(b"" if number % 2 else b"POST /api/v1/calls HTTP/1.1\r\nHo")
        assert httpx.get(f"{url}/healthz").status_code == 200
        for sock in quiet:
            assert sock.recv(10) == b"", "expected the connection to be closed"
            sock.close()
        with connect(console) as sock:
            # The page of a sign-in takes a form from anybody.
            kind = "Content-Type: application/x-www-form-urlencoded"
            sock.sendall(head(console, "POST", "/sign-in", "Content-Length: 500", kind) + b"name=")
            assert status_of(read_all(sock)) == 408
        assert httpx.get(f"{url}/healthz").status_code == 200


def test_a_slow_sender_who_goes_on_is_waited_for(gated, monkeypatch):
    """2 kB/s is slow and no silence: what counts is the time between two pieces."""
    monkeypatch.setattr(slow_senders, "SILENT_S", 0.4)
    with serving(gated) as url:
        console = Console("", Path(), "none", port=int(url.rpartition(":")[2]))
        body = b"name=nobody&password=" + b"x" * 100
        kind = "Content-Type: application/x-www-form-urlencoded"
        with connect(console) as sock:
            sock.sendall(head(console, "POST", "/sign-in", f"Content-Length: {len(body)}", kind))
            for at in range(0, len(body), 12):
                time.sleep(0.1)
                sock.sendall(body[at : at + 12])
            assert status_of(read_all(sock)) not in (0, 408, 500)
