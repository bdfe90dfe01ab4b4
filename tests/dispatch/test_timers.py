"""Each timer at its edge, on boards small enough to see through."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hubpost.dispatch.timers import (
    WARNING_CODES,
    TimerParams,
    list_escalations,
    list_warnings,
    queue_order,
)
from hubpost.model import events as ev
from hubpost.model.aid import AidSide
from hubpost.model.call import CallMode
from tests.boards import NOON, at, call, founding_board, received
from tests.model.later_events import MEMBER, SLIP

PARAMS = TimerParams()


def codes(board, minutes: float) -> list[str]:
    return [w.code for w in list_warnings(board, at(minutes), PARAMS)]


def test_a_waiting_call_is_pointed_out_sooner_the_graver_it_is():
    for priority, seconds in enumerate(PARAMS.unassigned_s, 1):
        board = founding_board(received(priority=priority))
        assert codes(board, (seconds - 1) / 60) == []
        assert codes(board, seconds / 60) == ["unassigned"]


def test_a_crew_that_does_not_answer_or_does_not_leave():
    board = founding_board(received(), ev.UnitAssigned(at(1), "c1", "S1", at(20)))
    assert codes(board, 1.9) == []
    assert codes(board, 2) == ["unacknowledged"]
    knows = founding_board(
        received(),
        ev.UnitAssigned(at(1), "c1", "S1", at(20)),
        ev.UnitAcknowledged(at(1.5), "c1", "S1"),
    )
    assert codes(knows, 4.9) == []
    assert codes(knows, 5) == ["not_set_off"]


@pytest.mark.parametrize(("way_min", "late_min"), [(10, 3), (40, 10)])
def test_overdue_is_measured_against_the_predicted_arrival(way_min, late_min):
    """A short way gets three minutes, a long one a quarter of itself; no fixed limit."""
    due = at(1 + way_min)
    board = founding_board(
        received(),
        ev.UnitAssigned(at(1), "c1", "S1", due),
        ev.UnitEnRoute(at(2), "c1", "S1"),
    )
    edge = 1 + way_min + late_min
    assert codes(board, edge - 0.1) == []
    (warning,) = list_warnings(board, at(edge), PARAMS)
    assert (warning.code, warning.since, warning.facts["late_s"]) == ("overdue", due, late_min * 60)


def test_without_a_prediction_nobody_is_called_late():
    board = founding_board(
        received(), ev.UnitAssigned(at(1), "c1", "S1"), ev.UnitEnRoute(at(2), "c1", "S1")
    )
    assert codes(board, 600) == []


def test_a_crew_on_scene_is_asked_whether_all_is_well_and_asked_again_after_its_answer():
    events = [
        received(),
        ev.UnitAssigned(at(1), "c1", "S1", at(9)),
        ev.UnitArrived(at(10), "c1", "S1"),
    ]
    assert codes(founding_board(*events), 39.9) == []
    assert codes(founding_board(*events), 40) == ["welfare"]
    checked = founding_board(*events, ev.UnitChecked(at(41), "c1", "S1"))
    assert codes(checked, 70) == []
    assert codes(checked, 71) == ["welfare"]


def test_duress_comes_before_everything_and_every_code_is_listed():
    board = founding_board(received(priority=1), ev.DuressRaised(at(1), "S1"))
    assert codes(board, 30) == ["duress", "unassigned"]
    assert len(set(WARNING_CODES)) == len(WARNING_CODES)


def test_a_scheduled_call_sleeps_until_a_quarter_of_an_hour_before_it_is_due():
    scheduled = replace(call(), mode=CallMode.SCHEDULED, due_at=at(120))
    board = founding_board(ev.CallReceived(NOON, scheduled))
    assert codes(board, 104.9) == []
    assert codes(board, 105) == ["scheduled_due"]
    assert list_escalations(board, at(104), PARAMS) == ()


def test_members_and_partners_who_do_not_answer_are_pointed_out():
    board = founding_board(
        received(),
        ev.UnitAssigned(at(0), "c1", "S1", at(60)),
        ev.UnitEnRoute(at(0), "c1", "S1"),
        ev.MemberJoined(NOON, MEMBER),
        ev.MembersAlerted(at(0), "c1", ("m1",)),
        ev.AidRequested(at(0), "a1", "p", AidSide.ASKED, SLIP, "c1"),
    )
    assert codes(board, 3) == ["member_silent"]
    assert codes(board, 5) == ["member_silent", "aid_unanswered"]


def test_the_next_tier_is_proposed_once_per_wait():
    board = founding_board(received(priority=1))
    assert list_escalations(board, at(1.9), PARAMS) == ()
    (due,) = list_escalations(board, at(2), PARAMS)
    assert (due.call_id, due.to_tier) == ("c1", 1)
    further = founding_board(received(priority=1), ev.CallEscalated(at(2), "c1", 1))
    assert list_escalations(further, at(3), PARAMS) == ()
    assert list_escalations(further, at(4), PARAMS)[0].to_tier == 2
    last = founding_board(received(priority=1), ev.CallEscalated(at(2), "c1", 4))
    assert list_escalations(last, at(400), PARAMS) == ()


def test_the_queue_is_by_need():
    """Waiting before answered, graver before lighter, older before newer, later ones last."""
    calls = [
        (received(call_id="c1", priority=3)),
        (received(call_id="c2", priority=1)),
        ev.CallReceived(NOON, replace(call("c3", priority=1), received_at=at(-5))),
        ev.CallReceived(
            NOON, replace(call("c4", priority=1), mode=CallMode.SCHEDULED, due_at=at(300))
        ),
        received(call_id="c5", priority=2),
    ]
    board = founding_board(*calls, ev.UnitAssigned(at(1), "c5", "S1"))
    order = [c.call.id for c in queue_order(board, at(2), PARAMS)]
    assert order == ["c3", "c2", "c1", "c5", "c4"]


def test_nothing_waits_on_a_call_that_is_only_logged():
    logged = founding_board(ev.CallReceived(NOON, replace(call(), mode=CallMode.LOGGED)))
    assert codes(logged, 10_000) == []
    assert list_warnings(logged, NOON + timedelta(days=9), PARAMS) == ()
