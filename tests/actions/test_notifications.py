"""Messages go out once, are tried again, and never hold up a call."""

import hashlib
import hmac
import http.server
import json
import threading
from datetime import timedelta

import pytest

from hubpost.actions import minimum_units
from hubpost.actions.gateways import send_message
from hubpost.actions.notifications import RETRY_S, Channel, Notifier
from hubpost.model.member import MemberRole
from hubpost.storage import schema
from tests.actions.test_actions import ROOM, board_store, take  # noqa: F401
from tests.storage.test_store import rows

DUTY = Channel("duty", "json://localhost/x", frozenset({"CallReceived"}), most_priority=2)


class Gateway:
    def __init__(self, works: bool = True) -> None:
        self.works, self.sent = works, []

    def __call__(self, address, title, body):
        if not self.works:
            raise ConnectionError("no route")
        self.sent.append((address, title, json.loads(body)))
        return True


@pytest.fixture
def ready(board_store):  # noqa: F811
    gateway = Gateway()
    notifier = Notifier(board_store, [DUTY], gateway)
    notifier.work_once()  # begins with what happens from now on
    return board_store, notifier, gateway


def test_each_event_is_told_once_to_each_channel_that_wants_it(ready):
    store, notifier, gateway = ready
    taken = take(store, caller_phone="13812345678", note="caller Zhang San", place_text="wall")
    take(store, exercise=True)
    take(store, priority=3)
    assert (notifier.work_once(), notifier.work_once()) == (1, 0)
    ((address, title, body),) = gateway.sent
    assert (address, body["number"], body["place"]) == (DUTY.address, taken.call.number, "wall")
    assert "Zhang" not in title + str(body)
    assert "138" not in title + str(body)
    (row,) = rows(store, schema.delivery)
    assert (row.state, row.attempts, row.error) == ("sent", 1, None)


def test_a_gateway_that_fails_is_tried_again_then_given_up_and_calls_go_on(ready, clock):
    store, notifier, gateway = ready
    gateway.works = False
    take(store)
    for tried, wait_s in enumerate(RETRY_S, 1):
        assert notifier.work_once() == 0
        (row,) = rows(store, schema.delivery)
        assert (row.state, row.attempts) == ("waiting", tried)
        assert "no route" in row.error
        assert notifier.work_once() == 0
        assert rows(store, schema.delivery)[0].attempts == tried
        clock.now += timedelta(seconds=wait_s)
        assert take(store, priority=4).call.number
    notifier.work_once()
    assert rows(store, schema.delivery)[0].state == "given_up"


def test_a_gateway_that_comes_back_gets_what_waited(ready, clock):
    store, notifier, gateway = ready
    gateway.works = False
    take(store)
    notifier.work_once()
    gateway.works = True
    clock.now += timedelta(seconds=RETRY_S[0])
    assert notifier.work_once() == 1
    assert rows(store, schema.delivery)[0].error is None


def test_a_worker_that_died_while_sending_is_followed_by_another(ready, clock):
    from hubpost.actions.notifications import LEASE_S, claim_due, queue_deliveries

    store, notifier, gateway = ready
    take(store)
    store.write(lambda tx: queue_deliveries(tx, [DUTY]), actor="dead")
    assert len(store.write(claim_due, actor="dead")) == 1
    assert notifier.work_once() == 0
    clock.now += timedelta(seconds=LEASE_S)
    assert notifier.work_once() == 1
    assert len(gateway.sent) == 1


def test_alerted_members_are_told_at_the_address_kept_apart(ready):
    store, notifier, gateway = ready
    store.write(
        lambda tx: minimum_units.list_member(
            tx, "m1", MemberRole.CADRE, "g1", "Z-yantang", "Z", address="json://localhost/m1"
        ),
        actor="anna",
    )
    taken = take(store, priority=3)
    store.write(lambda tx: minimum_units.alert_members(tx, ROOM, taken.call.id), actor="anna")
    assert notifier.work_once() == 1
    assert gateway.sent[0][0] == "json://localhost/m1"


def test_the_worker_runs_beside_the_work_and_stops(ready):
    store, notifier, gateway = ready
    told = threading.Event()
    gateway_call = gateway.__call__
    notifier._send = lambda *a: gateway_call(*a) and (told.set() or True)
    notifier.start()
    take(store)
    assert told.wait(10)
    notifier.stop()


def test_a_gateway_that_hangs_does_not_hold_up_the_start(ready):
    """Messages wait from before; the server must be up before any gateway has answered."""
    store, notifier, _ = ready
    take(store)
    answers, asked = threading.Event(), threading.Event()
    notifier._send = lambda *_: (asked.set(), answers.wait(30))[1]
    started = threading.Thread(target=notifier.start)
    started.start()
    started.join(10)
    up = not started.is_alive()
    assert asked.wait(10)
    answers.set()
    started.join()
    notifier.stop()
    assert up


def test_a_webhook_is_signed_over_its_body():
    got = {}

    class Hook(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            got["body"] = self.rfile.read(int(self.headers["content-length"]))
            got["signature"] = self.headers["x-hubpost-signature"]
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.handle_request, daemon=True).start()
    address = f"webhook+http://127.0.0.1:{server.server_port}/hook#secret"
    assert send_message(address, "t", '{"a": 1}')
    server.server_close()
    wanted = hmac.new(b"secret", got["body"], hashlib.sha256).hexdigest()
    assert got["signature"] == f"sha256={wanted}"


def test_an_address_nobody_knows_is_an_error_not_a_silence():
    with pytest.raises(ValueError, match="not one that Apprise knows"):
        send_message("nonsense://x", "t", "b")
