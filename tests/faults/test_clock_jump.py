"""The clock of the server is put back an hour, or a day on and back again, between writes."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from hubpost.actions import assignments, call_changes, calls
from hubpost.actions.call_export import read_calls
from hubpost.actions.identity.sign_in import find_signed_in
from hubpost.actions.notifications import Channel, Notifier
from hubpost.dispatch.timers import TimerParams, list_warnings, queue_order
from hubpost.model.apply import Refused
from hubpost.model.call import Priority
from hubpost.storage import schema
from hubpost.storage.store import Store
from tests.boards import founding_events
from tests.faults.aftermath import check_open
from tests.gate.conftest import add_account, add_session
from tests.rooms import fill, report, toy_room

ROOM = toy_room()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def board_store(store: Store) -> Store:
    fill(store, founding_events())
    return store


def take(store: Store, key: str, **more: object) -> str:
    """A call is taken; its id."""
    told = report(place_text=key, **more)
    return store.write(lambda tx: calls.receive_call(tx, ROOM, told), actor="t").call.id


def follow(store: Store, call_id: str, unit_id: str, *steps: str) -> None:
    for step in steps:
        do = assignments.STEPS[step]
        store.write(lambda tx, do=do: do(tx, call_id, unit_id), actor="t")


def send(store: Store, call_id: str, unit_id: str) -> None:
    store.write(
        lambda tx: assignments.assign_unit(tx, ROOM, call_id, unit_id, override_reason="t"),
        actor="t",
    )


def audited(store: Store, action: str) -> list[dict]:
    table = schema.audit
    query = sa.select(table.c.body).where(table.c.action == action).order_by(table.c.id)
    return [json.loads(b) for b in store.read(lambda c: c.execute(query).scalars().all())]


@pytest.mark.parametrize("back", [HOUR, DAY])
def test_calls_open_when_the_clock_is_put_back_are_worked_on_and_no_time_is_negative(
    board_store, clock, back
):
    """Each step waits for no clock, comes after the one before it, and the log says why."""
    first, second = take(board_store, "a"), take(board_store, "b")
    send(board_store, first, "S1")
    follow(board_store, first, "S1", "acknowledge")
    clock.now -= back
    follow(board_store, first, "S1", "set-off", "arrive", "clear")
    send(board_store, second, "Z1")
    store = board_store
    store.write(lambda tx: call_changes.note_call(tx, second, "still there"), actor="t")
    follow(store, second, "Z1", "acknowledge", "set-off", "arrive")
    third = take(store, "c")
    (jump,) = audited(store, "clock_put_back")
    assert jump["said"] > jump["says"]
    frame = store.read(lambda c: read_calls(c, clock.now - 2 * DAY, clock.now + 2 * DAY))
    # late_s is against the prediction: who comes early has a negative one.
    spans = [c for c in frame.columns if c.endswith("_s") and c != "late_s"]
    assert spans
    assert {c: frame[c].to_list() for c in spans if (frame[c].drop_nulls() < 0).any()} == {}
    # What was taken after the jump has the time the clock says now, and its number goes on.
    assert store.board.calls[third].call.received_at < store.board.calls[second].call.received_at
    check_open(store, {c.call.place_text: c.call.number for c in store.board.calls.values()})


def test_a_time_that_a_person_gives_is_still_refused_when_it_is_too_early(board_store, clock):
    call_id = take(board_store, "a")
    send(board_store, call_id, "S1")
    early = clock.now - HOUR
    with pytest.raises(Refused) as refused:
        board_store.write(lambda tx: assignments.arrive(tx, call_id, "S1", at=early), actor="t")
    assert refused.value.code == "time_runs_backwards"


def test_calls_from_before_the_jump_are_pointed_out_and_not_put_behind(board_store, clock):
    """Nobody can tell how long they have waited: they come up at once, before newer ones."""
    old = take(board_store, "a", priority=Priority.ONGOING)
    sent = take(board_store, "b", priority=Priority.ONGOING)
    send(board_store, sent, "S1")
    params = TimerParams()
    assert list_warnings(board_store.board, clock.now, params) == ()
    clock.now -= HOUR
    found = {(w.code, w.call_id) for w in list_warnings(board_store.board, clock.now, params)}
    assert {("unassigned", old), ("unacknowledged", sent)} <= found
    later = take(board_store, "c", priority=Priority(4))
    order = [c.call.id for c in queue_order(board_store.board, clock.now, params)]
    assert order.index(old) < order.index(later)


def test_the_day_of_a_number_follows_the_clock_and_has_no_gap(board_store, clock):
    numbers = []
    for jump in (timedelta(0), DAY, -DAY, timedelta(0)):
        clock.now += jump
        call_id = take(board_store, f"n{len(numbers)}")
        numbers.append(board_store.board.calls[call_id].call.number)
    day, next_day = numbers[0][:8], numbers[1][:8]
    assert numbers == [f"{day}-0001", f"{next_day}-0001", f"{day}-0002", f"{day}-0003"]
    assert len(audited(board_store, "clock_put_back")) == 1
    check_open(board_store, {})


def test_a_session_ends_by_its_clock_and_one_from_ahead_is_over(board_store, clock):
    account = add_account(board_store, "anna")
    token = add_session(board_store, account)
    assert find_signed_in(board_store, token) is not None
    clock.now -= timedelta(minutes=1)
    assert find_signed_in(board_store, token) is not None, "a small step signs nobody out"
    clock.now += DAY
    assert find_signed_in(board_store, token) is None, "a day on, it was idle for a day"
    ahead = add_session(board_store, account)
    clock.now -= DAY
    assert find_signed_in(board_store, ahead) is None, "else it would not go idle for a day"


def test_a_repetition_counts_once_on_either_side_of_the_jump(app, toy_store, clock):
    body = {"category": "assistance", "priority": 2, "lon": 108.72, "lat": 29.26}
    headers = {"Idempotency-Key": "k"}
    with TestClient(app, base_url="http://127.0.0.1") as api:
        taken = api.post("/api/v1/calls", json=body, headers=headers).json()["call"]
        for jump in (-HOUR, DAY):
            clock.now += jump
            again = api.post("/api/v1/calls", json=body, headers=headers)
            assert (again.status_code, again.json()["call"]) == (201, taken)
    assert len(toy_store.board.calls) == 1


@pytest.mark.parametrize("back", [HOUR, DAY])
def test_messages_queued_before_the_jump_go_out_now_and_keep_their_pace(board_store, clock, back):
    """A gateway that fails is not tried at each look, nor only when the clock has caught up."""
    sent: list[str] = []
    works = [False]

    def gateway(_address: str, title: str, _body: str) -> bool:
        sent.append(title)
        return works[0]

    duty = Channel("duty", "json://localhost/x", frozenset({"CallReceived"}))
    notifier = Notifier(board_store, [duty], gateway)
    notifier.work_once()
    take(board_store, "a")
    clock.now -= back
    assert (notifier.work_once(), len(sent)) == (0, 1)
    assert (notifier.work_once(), len(sent)) == (0, 1), "tried again at once"
    works[0] = True
    clock.now += timedelta(seconds=5)
    assert (notifier.work_once(), len(sent)) == (1, 2)


def test_a_message_that_was_put_off_ahead_of_the_clock_does_not_wait_a_day(board_store, clock):
    works = [False]
    duty = Channel("duty", "json://localhost/x", frozenset({"CallReceived"}))
    notifier = Notifier(board_store, [duty], lambda *_: works[0])
    notifier.work_once()
    clock.now += DAY
    take(board_store, "a")
    notifier.work_once()
    clock.now -= DAY
    works[0] = True
    assert notifier.work_once() == 1
