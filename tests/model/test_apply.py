"""The board: permitted moves, refused moves, and purity."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubpost.model import events as ev
from hubpost.model.apply import Refused, apply, replay
from hubpost.model.board import Board
from hubpost.model.call import CallState
from hubpost.model.codec import event_from_json, event_kind, event_to_json
from hubpost.model.station import HubGroup
from hubpost.model.unit import UnitActivity
from tests.boards import NOON, at, founding_board, founding_events, received, unit
from tests.model.later_events import every_later_event

WHOLE_LIFE = [
    ev.UnitAssigned(at(1), "c1", "S1", at(11)),
    ev.UnitAcknowledged(at(1.5), "c1", "S1"),
    ev.UnitEnRoute(at(2), "c1", "S1"),
    ev.UnitArrived(at(12), "c1", "S1"),
    ev.UnitCleared(at(40), "c1", "S1"),
]


def refused(board: Board, event: ev.Event) -> str:
    with pytest.raises(Refused) as caught:
        apply(board, event)
    return caught.value.code


def test_a_call_goes_through_its_states_in_order():
    board = founding_board(received())
    states = [board.calls["c1"].state]
    for event in WHOLE_LIFE:
        board = apply(board, event)
        states.append(board.calls["c1"].state)
    assert states == [
        CallState.RECEIVED,
        CallState.ASSIGNED,
        CallState.ACKNOWLEDGED,
        CallState.EN_ROUTE,
        CallState.ARRIVED,
        CallState.UNITS_CLEARED,
    ]
    assert board.units["S1"].activity is UnitActivity.RETURNING
    assert board.units["S1"].place == board.calls["c1"].call.place
    closed = apply(board, ev.CallCleared(at(41), "c1", "wall removed"))
    assert closed.calls == {}


def test_apply_leaves_the_old_board_as_it_was():
    before = founding_board(received())
    apply(before, WHOLE_LIFE[0])
    assert before == founding_board(received())


def test_a_unit_is_never_active_on_two_calls():
    board = founding_board(received(), received(call_id="c2"), WHOLE_LIFE[0])
    assert refused(board, ev.UnitAssigned(at(3), "c2", "S1")) == "unit_not_available"


def test_a_unit_on_a_call_cannot_be_set_to_casework_nor_to_a_call_by_hand():
    board = founding_board(received(), WHOLE_LIFE[0])
    casework = ev.UnitActivitySet(at(3), "S1", UnitActivity.CASEWORK)
    assert refused(board, casework) == "unit_on_call"
    by_hand = ev.UnitActivitySet(at(3), "Z1", UnitActivity.ON_SCENE)
    assert refused(board, by_hand) == "activity_needs_call"


def test_times_that_run_backwards_are_refused():
    board = founding_board(received())
    early = ev.UnitAssigned(NOON - timedelta(minutes=1), "c1", "S1")
    assert refused(board, early) == "time_runs_backwards"
    sent = replay(WHOLE_LIFE[:3], board)
    assert refused(sent, ev.UnitArrived(at(1.9), "c1", "S1")) == "time_runs_backwards"


def test_a_milestone_is_set_once_and_none_follows_arrival():
    sent = replay(WHOLE_LIFE[:2], founding_board(received()))
    assert refused(sent, WHOLE_LIFE[1]) == "milestone_known"
    arrived = replay([WHOLE_LIFE[0], WHOLE_LIFE[3]], founding_board(received()))
    assert refused(arrived, ev.UnitEnRoute(at(13), "c1", "S1")) == "already_arrived"


def test_an_acknowledgement_that_comes_late_does_not_call_the_unit_back():
    board = replay([WHOLE_LIFE[0], WHOLE_LIFE[2]], founding_board(received()))
    late = apply(board, ev.UnitAcknowledged(at(3), "c1", "S1"))
    assert late.units["S1"].activity is UnitActivity.EN_ROUTE


def test_a_unit_called_off_before_it_left_is_at_its_station():
    board = founding_board(received(), WHOLE_LIFE[0], ev.UnitReleased(at(2), "c1", "S1", "nearer"))
    assert board.units["S1"].activity is UnitActivity.AT_STATION
    assert board.calls["c1"].state is CallState.RECEIVED


def test_a_call_with_units_on_it_does_not_close():
    board = founding_board(received(), WHOLE_LIFE[0])
    assert refused(board, ev.CallCleared(at(3), "c1")) == "units_still_active"
    assert refused(board, ev.CallStruckThrough(at(3), "c1", "typed twice")) == "units_still_active"


def test_what_is_not_on_the_board_is_refused_by_name():
    board = founding_board()
    assert refused(board, ev.UnitAssigned(at(1), "nope", "S1")) == "call_not_open"
    assert refused(board, ev.UnitActivitySet(at(1), "X9", UnitActivity.MEAL)) == "unit_unknown"
    assert refused(board, ev.UnitJoined(at(1), unit("X1", "X"))) == "station_unknown"
    assert refused(board, ev.UnitJoined(at(1), unit("S1", "S"))) == "unit_known"
    assert refused(board, received(station_id="X")) == "station_unknown"
    twice = ev.GroupsFormed(NOON, (HubGroup("Z", ("S",)), HubGroup("T", ("S",))))
    assert refused(board, twice) == "group_invalid"


def test_every_event_survives_json():
    every = [
        *founding_events(),
        received(),
        *WHOLE_LIFE,
        ev.UnitActivitySet(at(42), "Z1", UnitActivity.MEAL, "lunch"),
        ev.UnitReleased(at(2), "c1", "S1", "nearer unit"),
        ev.CallCleared(at(50), "c1", "done"),
        ev.CallStruckThrough(at(50), "c2", "typed twice"),
        *every_later_event(),
    ]
    assert {event_kind(e) for e in every} == set(ev.EVENT_TYPES)
    assert [event_from_json(event_kind(e), event_to_json(e)) for e in every] == every


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_whatever_is_tried_the_board_stays_consistent(data):
    """Random moves: each is applied or refused, and a unit's call always lists that unit."""
    board = founding_board(received(), received(call_id="c2"))
    for minute in range(1, data.draw(st.integers(1, 25)) + 1):
        kind = data.draw(
            st.sampled_from(
                [ev.UnitAssigned, ev.UnitEnRoute, ev.UnitArrived, ev.UnitCleared, ev.UnitReleased]
            )
        )
        call_id = data.draw(st.sampled_from(["c1", "c2"]))
        unit_id = data.draw(st.sampled_from(["Z1", "S1", "T1"]))
        try:
            board = apply(board, kind(at(minute), call_id, unit_id))
        except Refused:
            continue
    active = {u.unit.id: u.call_id for u in board.units.values() if u.call_id}
    listed = {uid: c.call.id for c in board.calls.values() for uid in c.active_unit_ids}
    assert active == listed
