"""Actions on both databases: the founding case, races, refusals, and what is kept."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from hubpost.actions import assignments, calls, places, units
from hubpost.model.apply import Refused, replay
from hubpost.model.unit import UnitActivity
from hubpost.storage import schema
from tests.boards import NOON, founding_events
from tests.opening import open_rows_of
from tests.rooms import fill, report, toy_room
from tests.storage.test_store import rows, stored_events

ROOM = toy_room()


@pytest.fixture
def board_store(store):
    fill(store, founding_events())
    return store


def take(store, **changes):
    return store.write(lambda tx: calls.receive_call(tx, ROOM, report(**changes)), actor="anna")


def assign(store, call_id, unit_id, reason=None, actor="anna"):
    return store.write(
        lambda tx: assignments.assign_unit(tx, ROOM, call_id, unit_id, override_reason=reason),
        actor=actor,
    )


def test_founding_case_from_phone_to_cleared(board_store):
    """Home busy and over half an hour away, neighbour free and ten minutes off: it goes."""
    board_store.write(
        lambda tx: units.set_activity(tx, "Z1", UnitActivity.CASEWORK, "case"), actor="anna"
    )
    taken = take(board_store)
    assert taken.call.station_id == "Z"
    assert taken.advice.choice.unit_id == "S1"
    assert [r.code for r in taken.advice.reasons] == ["own_busy", "nearest_in_group"]
    assert taken.advice.reasons[0].facts["eta_s"] > 30 * 60
    assign(board_store, taken.call.id, "S1")
    for step in assignments.STEPS.values():
        board_store.write(lambda tx, s=step: s(tx, taken.call.id, "S1"), actor="bo")
    assert board_store.board.calls == {}
    assert board_store.board.units["S1"].activity is UnitActivity.RETURNING
    assert board_store.board == replay(stored_events(board_store))


def test_the_decision_keeps_advice_choice_and_the_event_it_had_seen(board_store):
    taken = take(board_store)
    assign(board_store, taken.call.id, "S1")
    first, second = open_rows_of(board_store, schema.decision)
    assert (first.chosen_unit_id, second.chosen_unit_id) == (None, "S1")
    assert first.seen_event_id == len(founding_events())
    body = json.loads(first.body)
    assert body["words"] == ["estimated"]
    assert body["advice"]["choices"][0]["unit_id"] == "S1"


def test_another_unit_than_the_advice_needs_a_reason(board_store):
    taken = take(board_store)
    with pytest.raises(Refused, match="Give a reason") as caught:
        assign(board_store, taken.call.id, "T1")
    assert caught.value.code == "override_reason_missing"
    assert board_store.board.units["T1"].call_id is None
    assign(board_store, taken.call.id, "T1", "knows the place")
    (row,) = (r for r in open_rows_of(board_store, schema.event) if r.kind == "UnitAssigned")
    assert json.loads(row.body)["override_reason"] == "knows the place"


def test_of_many_who_send_the_same_unit_exactly_one_wins(board_store):
    taken = [take(board_store).call.id for _ in range(16)]

    def try_assign(call_id):
        try:
            assign(board_store, call_id, "S1", "race")
        except Refused as refusal:
            return refusal.code
        return "won"

    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(try_assign, taken))
    assert sorted(set(outcomes)) == ["unit_not_available", "won"]
    assert outcomes.count("won") == 1


def test_call_numbers_are_gapless_and_unique_when_many_take_calls_at_once(board_store):
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda _: take(board_store).call.number, range(40)))
    assert sorted(numbers) == [f"20260301-{n:04d}" for n in range(1, 41)]


def test_numbers_start_anew_with_the_county_s_day_not_the_utc_day(board_store, clock):
    take(board_store)
    clock.now = NOON + timedelta(hours=4, minutes=1)  # past midnight in China
    assert take(board_store).call.number == "20260302-0001"


def test_a_report_sent_twice_is_taken_once(board_store):
    first, second = take(board_store, request_id="r1"), take(board_store, request_id="r1")
    assert first.call == second.call
    assert len(rows(board_store, schema.call)) == 1


def test_a_place_outside_the_county_is_refused(board_store):
    with pytest.raises(Refused, match="km from the nearest village") as caught:
        take(board_store, lon=2.35, lat=48.85)
    assert caught.value.code == "outside_county"
    assert rows(board_store, schema.call) == []


def test_a_call_from_the_future_is_refused_and_a_late_entry_keeps_its_own_time(board_store):
    ahead = NOON + timedelta(days=1)
    with pytest.raises(Refused, match="ahead of the clock"):
        board_store.write(
            lambda tx: calls.receive_call(tx, ROOM, report(), received_at=ahead), actor="a"
        )
    earlier = NOON - timedelta(hours=2)
    taken = board_store.write(
        lambda tx: calls.receive_call(tx, ROOM, report(), received_at=earlier), actor="a"
    )
    (row,) = (r for r in open_rows_of(board_store, schema.event) if r.call_id == taken.call.id)
    assert row.at == earlier
    assert row.recorded_at > NOON


def test_identity_numbers_are_not_kept(board_store):
    taken = take(board_store, note="caller 11010519491231002X says so")
    assert taken.call.note == "caller [ID] says so"


def test_a_struck_call_stays_readable_with_its_reason(board_store):
    taken = take(board_store)
    with pytest.raises(Refused, match="only with a reason"):
        board_store.write(lambda tx: calls.strike_call(tx, taken.call.id, " "), actor="a")
    board_store.write(lambda tx: calls.strike_call(tx, taken.call.id, "twice"), actor="a")
    (row,) = open_rows_of(board_store, schema.call)
    assert (row.struck_through, row.outcome, row.state) == (True, "twice", "struck_through")


def test_places_are_found_by_village_and_station_name(board_store):
    found = places.list_places(ROOM, board_store.board, "堰塘")
    assert [(p.kind, p.area_id, p.station_id) for p in found] == [("area", "Z-yantang", "Z")]
    assert [p.kind for p in places.list_places(ROOM, board_store.board, "z stat")] == ["station"]
    assert places.list_places(ROOM, board_store.board, "  ") == []


def test_every_event_has_its_audit_row(board_store):
    taken = take(board_store)
    assign(board_store, taken.call.id, "S1")
    audited = board_store.read(
        lambda c: c.execute(sa.select(sa.func.count()).select_from(schema.audit)).scalar()
    )
    assert audited == board_store.last_event_id
