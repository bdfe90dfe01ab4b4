"""The field's queue, positions, requests sent twice, minimum units; on both databases."""

from datetime import timedelta

import pytest

from hubpost.actions import field_sync, idempotency, minimum_units, units
from hubpost.actions.field_sync import FieldAction
from hubpost.model.apply import Refused, replay
from hubpost.model.member import MemberRole
from hubpost.model.unit import UnitActivity
from hubpost.storage import schema
from tests.actions.test_actions import ROOM, assign, board_store, take  # noqa: F401
from tests.boards import NOON
from tests.storage.test_store import rows, stored_events


@pytest.fixture
def on_call(board_store, clock):  # noqa: F811
    """S1 sent at noon; the officer is out of signal for forty minutes after that."""
    taken = take(board_store)
    assign(board_store, taken.call.id, "S1")
    clock.now = NOON + timedelta(minutes=40)
    return board_store, taken.call.id


def queue(call_id, *taps, unit_id="S1"):
    return [
        FieldAction(f"t{i}", step, unit_id, NOON + timedelta(minutes=minute), call_id, text)
        for i, (step, minute, text) in enumerate(taps)
    ]


def sync(store, actions, *, skew_s=0.0, unit_id="S1"):
    return store.write(
        lambda tx: field_sync.sync_actions(
            tx, unit_id, actions, sent_at=tx.now + timedelta(seconds=skew_s)
        ),
        actor="S1",
    )


def test_a_queue_is_applied_once_in_order_with_its_own_times(on_call):
    store, call_id = on_call
    actions = queue(
        call_id,
        ("acknowledge", 2, ""),
        ("set-off", 3, ""),
        ("arrive", 14, ""),
        ("note", 20, "wall is down"),
        ("feedback", 30, "road is free"),
        ("clear", 35, ""),
    )
    first = sync(store, actions)
    assert [r.outcome for r in first.results] == ["applied"] * 6
    (response,) = rows(store, schema.response)
    assert response.arrived_at == NOON + timedelta(minutes=14)
    assert response.cleared_at == NOON + timedelta(minutes=35)
    events = len(rows(store, schema.event))
    again = sync(store, actions)
    assert [r.outcome for r in again.results] == ["repeated"] * 6
    assert len(rows(store, schema.event)) == events
    assert store.board == replay(stored_events(store))


def test_half_a_queue_sent_twice_goes_on_where_it_stopped(on_call):
    store, call_id = on_call
    actions = queue(call_id, ("acknowledge", 2, ""), ("set-off", 3, ""), ("arrive", 14, ""))
    sync(store, actions[:2])
    outcomes = [r.outcome for r in sync(store, actions).results]
    assert outcomes == ["repeated", "repeated", "applied"]


def test_a_conflict_is_told_and_recorded_and_nothing_is_overwritten(on_call):
    """The command room called the unit off while it was out of signal, and sent another."""
    store, call_id = on_call
    from hubpost.actions import assignments

    store.write(lambda tx: assignments.release_unit(tx, call_id, "S1", "nearer"), actor="anna")
    before = store.board.calls[call_id]
    reply = sync(store, queue(call_id, ("arrive", 14, ""), ("duress", 15, "")))
    assert [r.outcome for r in reply.results] == ["conflict", "applied"]
    assert reply.results[0].code == "unit_not_on_call"
    assert store.board.calls[call_id] == before
    assert store.board.units["S1"].duress_at is not None
    kinds = [r.kind for r in rows(store, schema.event)]
    assert kinds.count("FieldActionRefused") == 1
    sync(store, queue(call_id, ("arrive", 14, ""), ("duress", 15, "")))
    assert [r.kind for r in rows(store, schema.event)].count("FieldActionRefused") == 1


@pytest.mark.parametrize("skew_s", [-3600.0, 3600.0])
def test_a_device_an_hour_off_has_its_times_put_right(on_call, skew_s):
    store, call_id = on_call
    shift = timedelta(seconds=skew_s)
    actions = [
        FieldAction("t0", "set-off", "S1", NOON + timedelta(minutes=3) + shift, call_id),
        FieldAction("t1", "arrive", "S1", NOON + timedelta(minutes=14) + shift, call_id),
    ]
    reply = sync(store, actions, skew_s=skew_s)
    assert [r.outcome for r in reply.results] == ["applied", "applied"]
    (response,) = rows(store, schema.response)
    arrived = NOON + timedelta(minutes=14)
    assert abs((response.arrived_at - arrived).total_seconds()) < 5


def test_nothing_half_done_for_a_queue_that_cannot_be(on_call):
    store, call_id = on_call
    events = len(rows(store, schema.event))
    good = queue(call_id, ("acknowledge", 2, ""), ("set-off", 3, ""))
    bad = {
        "queue_out_of_order": [good[1], good[0]],
        "unit_of_another": [*good, *queue(call_id, ("arrive", 9, ""), unit_id="T1")],
        "step_unknown": [FieldAction("x", "fly", "S1", NOON, call_id)],
        "zone_missing": [FieldAction("x", "arrive", "S1", NOON.replace(tzinfo=None), call_id)],
        "queue_too_long": good * 101,
    }
    for code, actions in bad.items():
        with pytest.raises(Refused) as caught:
            sync(store, actions)
        assert caught.value.code == code
    assert len(rows(store, schema.event)) == events


def test_a_request_sent_twice_acts_once_and_a_key_is_for_one_request(board_store):  # noqa: F811
    def request(body, key="k1"):
        return board_store.write(
            lambda tx: idempotency.once(
                tx, key, body, lambda tx: {"n": len(tx.board.units), "at": tx.now}
            ),
            actor="a",
        )

    first = request({"a": 1})
    assert request({"a": 1})["n"] == first["n"] == 4
    assert len(rows(board_store, schema.reply)) == 1
    with pytest.raises(Refused) as caught:
        request({"a": 2})
    assert caught.value.code == "key_reused"

    def failing(tx):
        units.set_activity(tx, "S1", UnitActivity.MEAL)
        raise Refused("no", "no")

    with pytest.raises(Refused):
        board_store.write(lambda tx: idempotency.once(tx, "k2", {}, failing), actor="a")
    assert [r.key for r in rows(board_store, schema.reply)] == ["k1"]
    assert board_store.board.units["S1"].activity is UnitActivity.AT_STATION


def test_a_parked_car_an_old_fix_and_a_leap_are_no_events(board_store, clock):  # noqa: F811
    def fix(minutes, lon, accuracy_m=10.0):
        clock.now = NOON + timedelta(minutes=30)
        return board_store.write(
            lambda tx: units.report_position(
                tx, "S1", lon, 29.3, fixed_at=NOON + timedelta(minutes=minutes),
                accuracy_m=accuracy_m,
            ),
            actor="S1",
        )  # fmt: skip

    assert fix(1, 108.7) == "kept"
    assert fix(1.5, 108.7) == "still"
    assert fix(0.5, 108.8) == "older"
    assert fix(1.2, 109.7) == "leap"
    assert fix(9, 108.71, accuracy_m=900.0) == "inaccurate"
    assert fix(9, 108.71) == "kept"
    assert [r.kind for r in rows(board_store, schema.event)].count("PositionReported") == 2


def test_members_are_alerted_answer_and_arrive_and_their_numbers_are_masked(board_store):  # noqa: F811
    def do(action, *args, **options):
        return board_store.write(lambda tx: action(tx, *args, **options), actor="anna")

    do(
        minimum_units.list_member,
        "m1",
        MemberRole.CADRE,
        "g1",
        "Z-yantang",
        "Z",
        phone="13812345678",
        address="json://localhost/m1",
    )
    taken = take(board_store)
    assert do(minimum_units.alert_members, ROOM, taken.call.id).member_ids == ("m1",)
    assert do(minimum_units.alert_members, ROOM, taken.call.id).code == "nobody_near"
    assert minimum_units.list_own_alerts(board_store.board, "m1") == [taken.call.id]
    do(minimum_units.answer_alert, taken.call.id, "m1", coming=True)
    do(minimum_units.member_arrives, taken.call.id, "m1")
    (row,) = rows(board_store, schema.call)
    assert row.member_first_at is not None
    assert board_store.board.members["m1"].member.phone_masked == "138****5678"
    do(minimum_units.remove_member, "m1")
    assert rows(board_store, schema.contact) == []


def test_the_shipped_rules_of_minimum_units_are_the_proposed_ones():
    rules = minimum_units.load_rules()
    assert (rules.answer_s, rules.on_scene_s, rules.least_people) == (180, 900, 6)
