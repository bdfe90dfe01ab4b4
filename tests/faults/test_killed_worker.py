"""One of several processes dies or stands still: the others go on, nothing is lost or doubled."""

import contextlib
import http.server
import json
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from hubpost.actions.gateways import send_message
from hubpost.actions.notifications import LEASE_S, Channel, Notifier
from hubpost.storage import schema
from hubpost.storage.store import Store
from tests.faults.aftermath import check_aftermath
from tests.faults.conftest import found
from tests.faults.processes import ROUNDS, Console, Follower, Writer, consoles, wait_until
from tests.soak.crash import ROOT

#: A process that takes the writers' lock and then stands still, as on a frozen machine.
STANDS_STILL = """
import sys, time
from hubpost.storage import writer_connection
writer_connection.STALLED_S = 2.0
from hubpost.storage.store import Store
from tests.boards import received
store = Store(sys.argv[1])
def stall(tx):
    tx.record(received(call_id="9"))
    tx.conn.exec_driver_sql("SELECT 1")
    print("holds", flush=True)
    time.sleep(600)
store.write(stall, actor="frozen")
"""


@pytest.mark.timeout(1200 if ROUNDS > 2 else 120)
def test_one_of_two_processes_is_killed_again_and_again(postgres_url, tmp_path):
    """Who wrote to it asks the other with the same key; a screen on the other misses nothing."""
    one = found(postgres_url, tmp_path)
    two = Console(one.url, one.folder, one.token)
    with consoles(one, two), Follower(two, 0) as screen:
        with Writer(one, two) as writer:
            for _ in range(ROUNDS):
                writer.await_more(8)
                one.kill()
                writer.await_more(8)
                one.start()
        last = check_aftermath(one.url, writer.acknowledged)
        screen.await_id(last)
        assert screen.ids == list(range(1, last + 1))
        assert set(writer.statuses) <= {201, 0}, "only the killed process did not answer"


def test_a_process_that_stands_still_in_a_transaction_holds_up_the_others_for_a_while_only(
    postgres_url, tmp_path
):
    """Frozen while it holds the lock of all writers; PostgreSQL ends it and undoes its part."""
    console = found(postgres_url, tmp_path)
    frozen = subprocess.Popen(
        [sys.executable, "-c", STANDS_STILL, postgres_url], stdout=subprocess.PIPE, cwd=ROOT
    )
    try:
        assert frozen.stdout is not None
        assert frozen.stdout.readline() == b"holds\n"
        frozen.send_signal(signal.SIGSTOP)
        store = Store(postgres_url)
        try:
            store.write(lambda tx: tx.audit("goes_on", "", {}), actor="t")
            assert "9" not in store.board.calls
        finally:
            store.close()
    finally:
        frozen.kill()
        frozen.wait(10)
        frozen.stdout.close()
    check_aftermath(console.url, {})


class Hanging:
    """A gateway that takes a message and never answers, until it is told to."""

    def __init__(self) -> None:
        self.taken: list[dict] = []
        self.answers = threading.Event()
        gateway = self

        class Take(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                gateway.taken.append(json.loads(body))
                gateway.answers.wait(30)
                with contextlib.suppress(OSError):
                    self.send_response(200)
                    self.end_headers()

            def log_message(self, *_of: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Take)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"webhook+http://127.0.0.1:{self.server.server_port}/#secret"


@pytest.mark.timeout(1200 if ROUNDS > 2 else 120)
def test_a_notifier_killed_in_the_middle_of_sending_sends_it_again_and_says_it_is_the_same(
    postgres_url, tmp_path
):
    """At least once: the gateway may have taken it; by `event_id` it knows it again."""
    gateway = Hanging()
    console = found(postgres_url, tmp_path)
    console.channels = (("county", gateway.address, "CallReceived"),)
    with consoles(console), Writer(console) as writer:
        writer.await_more(1)
        wait_until(lambda: gateway.taken)
        console.kill()
        console.start()
        writer.await_more(1)
    gateway.answers.set()
    store = Store(console.url, lambda: datetime.now(UTC) + timedelta(seconds=LEASE_S + 1))
    duty = Channel("county", gateway.address, frozenset({"CallReceived"}))
    notifier = Notifier(store, [duty], send_message)
    while notifier.work_once():
        pass
    rows = store.read(lambda c: c.execute(sa.select(schema.delivery)).all())
    store.close()
    gateway.server.shutdown()
    assert {r.state for r in rows} == {"sent"}
    told = [m["event_id"] for m in gateway.taken]
    assert told.count(told[0]) == 2, "the one that was cut off goes out again"
    assert set(told) == {r.event_id for r in rows}
    check_aftermath(console.url, writer.acknowledged)
