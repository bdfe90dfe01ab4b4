"""What may happen to a call after it was taken, and what is refused by name."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hubpost.model import events as ev
from hubpost.model.aid import AidSide
from hubpost.model.apply import Refused, apply, replay
from hubpost.model.call import CallCategory, CallChange, CallMode, Priority
from hubpost.model.unit import Availability, UnitActivity, availability_of
from tests.boards import NOON, at, call, founding_board, received
from tests.model.later_events import MEMBER, SLIP, every_later_event
from tests.model.test_apply import WHOLE_LIFE, refused


def two_calls(*more):
    return founding_board(received(), received(call_id="c2"), *more)


def test_each_later_event_is_permitted_where_it_belongs():
    """The list of all events is a story that a board follows from first to last."""
    board = two_calls(*WHOLE_LIFE[:4])
    board = replay(every_later_event()[:-1], board)
    assert board.calls["c1"].call.priority is Priority.LIFE
    assert [n.text for n in board.calls["c1"].notes] == ["gate is locked", "wall removed"]
    assert board.calls["c1"].responses[0].feedback_at == at(14)
    assert (board.calls["c2"].tier, board.room_id_of(board.calls["c2"])) == (2, "T")
    assert board.units["T1"].fix.age_s(at(19)) == 120
    assert (board.aid, board.members, board.merged) == ({}, {}, {})


def test_a_merge_is_undone_to_exactly_the_call_it_was():
    before = two_calls(ev.CallNoted(at(1), "c2", "second caller says the same"))
    merged = apply(before, ev.CallMerged(at(2), "c2", "c1"))
    assert set(merged.calls) == {"c1"}
    assert apply(merged, ev.CallUnmerged(at(3), "c2")).calls["c2"] == before.calls["c2"]


def test_what_is_merged_closes_with_its_call_and_cannot_come_back():
    merged = two_calls(ev.CallMerged(at(2), "c2", "c1"))
    closed = apply(merged, ev.CallCleared(at(3), "c1"))
    assert closed.merged == {}
    assert refused(closed, ev.CallUnmerged(at(4), "c2")) == "call_not_merged"


def test_merges_that_would_lose_something_are_refused():
    board = two_calls(ev.UnitAssigned(at(1), "c2", "S1"))
    assert refused(board, ev.CallMerged(at(2), "c2", "c1")) == "units_still_active"
    assert refused(board, ev.CallMerged(at(2), "c1", "c1")) == "merge_with_itself"
    chain = two_calls(received(call_id="c3"), ev.CallMerged(at(1), "c2", "c1"))
    assert refused(chain, ev.CallMerged(at(2), "c1", "c3")) == "merge_not_single"
    drill = ev.CallReceived(NOON, replace(call("c4"), exercise=True))
    assert refused(two_calls(drill), ev.CallMerged(at(2), "c4", "c1")) == "exercise_mixed"
    assert refused(chain, received(call_id="c2")) == "call_known"


def test_links_go_both_ways_and_end_with_either_call():
    linked = two_calls(ev.CallsLinked(at(1), "c1", "c2"))
    assert linked.calls["c2"].linked_ids == ("c1",)
    assert refused(linked, ev.CallsLinked(at(2), "c2", "c1")) == "already_linked"
    assert apply(linked, ev.CallCleared(at(2), "c2")).calls["c1"].linked_ids == ()


def test_an_amendment_says_what_changed_and_a_new_place_is_given_whole():
    board = two_calls()
    change = CallChange(category=CallCategory.TRAFFIC, note="two cars")
    after = apply(board, ev.CallAmended(at(1), "c1", change)).calls["c1"].call
    assert (after.category, after.note, after.lon) == (CallCategory.TRAFFIC, "two cars", call().lon)
    half = ev.CallAmended(at(1), "c1", CallChange(lon=108.0))
    assert refused(board, half) == "place_incomplete"
    nothing = ev.CallAmended(at(1), "c1", CallChange())
    assert refused(board, nothing) == "nothing_changed"
    away = CallChange(lon=1.0, lat=2.0, station_id="X")
    assert refused(board, ev.CallAmended(at(1), "c1", away)) == "station_unknown"


def test_a_new_place_does_not_keep_the_old_village():
    first = replace(call(), area_id="Z-yantang")
    board = founding_board(ev.CallReceived(NOON, first))
    moved = CallChange(lon=108.7, lat=29.3, station_id="S")
    assert apply(board, ev.CallAmended(at(1), "c1", moved)).calls["c1"].call.area_id is None


def test_a_call_for_the_record_only_gets_no_unit_until_it_is_amended():
    logged = ev.CallReceived(NOON, replace(call(), mode=CallMode.LOGGED))
    board = founding_board(logged)
    assert refused(board, ev.UnitAssigned(at(1), "c1", "S1")) == "call_logged_only"
    live = apply(board, ev.CallAmended(at(1), "c1", CallChange(mode=CallMode.LIVE)))
    assert apply(live, ev.UnitAssigned(at(2), "c1", "S1")).units["S1"].call_id == "c1"


def test_escalation_only_goes_further_and_transfer_only_to_a_command_room():
    board = two_calls(ev.CallEscalated(at(1), "c1", 2))
    assert refused(board, ev.CallEscalated(at(2), "c1", 1)) == "tier_not_further"
    assert refused(board, ev.CallEscalated(at(2), "c1", 5)) == "tier_not_further"
    assert refused(board, ev.CallTransferred(at(2), "c1", "S")) == "room_unknown"
    assert refused(board, ev.CallTransferred(at(2), "c1", "Z")) == "room_has_call"


def test_active_on_and_stacked_on_differ():
    """A unit is active on one call and may be waited for by others, in order."""
    board = two_calls(ev.UnitAssigned(at(1), "c1", "S1"), ev.UnitStacked(at(2), "c2", "S1"))
    unit = board.units["S1"]
    assert (unit.call_id, unit.stacked_call_ids) == ("c1", ("c2",))
    assert board.calls["c2"].active_unit_ids == ()
    assert refused(board, ev.UnitStacked(at(3), "c2", "S1")) == "already_stacked"
    assert refused(board, ev.UnitStacked(at(3), "c2", "T1")) == "unit_on_no_call"
    free = replay([ev.UnitReleased(at(3), "c1", "S1"), ev.UnitAssigned(at(4), "c2", "S1")], board)
    assert free.units["S1"].stacked_call_ids == free.calls["c2"].stacked_unit_ids == ()


def test_a_closed_call_waits_for_nobody():
    board = two_calls(
        ev.UnitAssigned(at(1), "c1", "S1"),
        ev.UnitStacked(at(2), "c2", "S1"),
        ev.CallCleared(at(3), "c2"),
    )
    assert board.units["S1"].stacked_call_ids == ()


def test_a_unit_that_moves_up_stands_for_the_other_station_until_it_is_sent_home():
    board = founding_board(ev.UnitMovedUp(at(1), "T1", "S", "S is empty"))
    there = apply(board, ev.UnitActivitySet(at(20), "T1", UnitActivity.AT_STATION))
    assert (there.units["T1"].stands_for_id, there.units["T1"].place.id) == ("S", "S")
    home = replay(
        [
            ev.UnitMovedUp(at(60), "T1", None),
            ev.UnitActivitySet(at(80), "T1", UnitActivity.AT_STATION),
        ],
        there,
    )
    assert (home.units["T1"].stands_for_id, home.units["T1"].place.id) == ("T", "T")


def test_an_older_fix_never_replaces_a_newer_one():
    fix = ev.PositionReported(at(5), "S1", 108.7, 29.3, at(6))
    board = founding_board(fix)
    assert refused(board, replace(fix, at=at(4))) == "fix_older"
    assert refused(board, replace(fix, at=at(9))) == "time_ahead"
    assert refused(board, replace(fix, at=at(5.5), lat=99.0)) == "position_impossible"


def test_the_first_call_for_help_keeps_its_time_and_ends_only_with_a_reason():
    board = founding_board(ev.DuressRaised(at(1), "S1"), ev.DuressRaised(at(2), "S1"))
    assert board.units["S1"].duress_at == at(1)
    assert refused(board, ev.DuressCleared(at(3), "S1", " ")) == "reason_missing"
    assert refused(board, ev.DuressCleared(at(3), "T1", "x")) == "no_duress"


def test_members_are_never_alerted_to_a_call_of_arms_or_violence():
    armed = ev.CallReceived(NOON, replace(call(), danger=True))
    board = founding_board(armed, ev.MemberJoined(NOON, MEMBER))
    assert refused(board, ev.MembersAlerted(at(1), "c1", ("m1",))) == "danger_no_members"


def test_members_answer_once_alerted_and_arrive_once():
    board = founding_board(received(), ev.MemberJoined(NOON, MEMBER))
    assert refused(board, ev.MemberAnswered(at(1), "c1", "m1", True)) == "member_not_alerted"
    assert refused(board, ev.MembersAlerted(at(1), "c1", ("m9",))) == "member_unknown"
    board = apply(board, ev.MembersAlerted(at(1), "c1", ("m1",)))
    assert refused(board, ev.MembersAlerted(at(2), "c1", ("m1",))) == "member_alerted"
    there = apply(board, ev.MemberArrived(at(9), "c1", "m1"))
    assert there.calls["c1"].alerts[0].answered_at == at(9)
    assert refused(there, ev.MemberArrived(at(10), "c1", "m1")) == "milestone_known"


def test_an_offer_is_not_yet_a_promise():
    """request -> offer -> commit -> release; no step may be left out."""
    asked = ev.AidRequested(at(1), "a1", "p", AidSide.ASKED, SLIP, "c1")
    board = two_calls(asked)
    assert refused(board, ev.AidCommitted(at(2), "a1")) == "aid_out_of_order"
    assert refused(board, ev.AidReleased(at(2), "a1")) == "aid_out_of_order"
    assert refused(board, asked) == "aid_known"
    offered = apply(board, ev.AidOffered(at(2), "a1", ("car 3",)))
    committed = apply(offered, ev.AidCommitted(at(3), "a1"))
    assert refused(committed, ev.AidDeclined(at(4), "a1")) == "aid_out_of_order"
    assert apply(committed, ev.AidReleased(at(4), "a1")).aid == {}


@pytest.mark.parametrize("activity", ["meal", "rest", "training"])
def test_what_may_be_interrupted_is_conditional(activity):
    assert availability_of(UnitActivity(activity)) is Availability.CONDITIONAL


def test_times_before_the_call_are_refused_for_later_moves_too():
    early = NOON - timedelta(minutes=1)
    board = two_calls()
    for event in (
        ev.CallEscalated(early, "c1", 1),
        ev.CallMerged(early, "c2", "c1"),
        ev.CallAmended(early, "c1", CallChange(note="x")),
    ):
        with pytest.raises(Refused, match="is before"):
            apply(board, event)
