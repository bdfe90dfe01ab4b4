"""Who is alerted beside the police, who never is, and what a grid lacks."""

from dataclasses import replace

import pytest

from hubpost.dispatch.minimum_units import (
    MinimumUnitRules,
    first_on_scene_s,
    members_to_alert,
)
from hubpost.model import events as ev
from hubpost.model.call import CallCategory, CallMode
from hubpost.model.member import GridMember, MemberRole
from hubpost.model.records.minimum_unit import UnitGrids
from tests.boards import NOON, at, call, founding_board

PLACES = {"v1": (108.72, 29.26), "v2": (108.73, 29.26), "v3": (109.5, 29.9)}
RULES = MinimumUnitRules()


def member(member_id, role=MemberRole.VOLUNTEER, area_id="v1", grid_id="g1"):
    return ev.MemberJoined(NOON, GridMember(member_id, role, grid_id, area_id, "Z"))


def board_with(*members, **changes):
    wanted = replace(call(), area_id="v1", **changes)
    return founding_board(*members, ev.CallReceived(NOON, wanted)), wanted


def alerted(*members, **changes):
    board, wanted = board_with(*members, **changes)
    return members_to_alert(board, wanted, PLACES, RULES)


def test_the_village_comes_first_then_its_neighbours_and_nobody_from_afar():
    found = alerted(member("far", area_id="v3"), member("next", area_id="v2"), member("own"))
    assert found.member_ids == ("own", "next")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"danger": True}, "danger"),
        ({"category": CallCategory.CRIMINAL}, "danger"),
        ({"category": CallCategory.PUBLIC_ORDER}, "danger"),
        ({"category": CallCategory.ENQUIRY}, "category"),
        ({"mode": CallMode.LOGGED}, "logged"),
    ],
)
def test_never_to_arms_or_violence_nor_where_the_rules_do_not_allow_it(changes, code):
    assert alerted(member("own"), **changes).code == code


def test_no_rule_can_allow_members_at_a_violent_call():
    board, wanted = board_with(member("own"), category=CallCategory.CRIMINAL)
    rules = MinimumUnitRules(categories=frozenset(CallCategory), priority=4)
    assert members_to_alert(board, wanted, PLACES, rules).member_ids == ()
    board, wanted = board_with(member("own"), danger=True)
    assert members_to_alert(board, wanted, PLACES, rules).member_ids == ()


def test_cadres_come_before_volunteers_and_no_more_than_allowed():
    many = [member(f"v{i}") for i in range(8)]
    found = alerted(*many, member("cadre", MemberRole.CADRE))
    assert (found.member_ids[0], len(found.member_ids)) == ("cadre", 6)


def test_nobody_is_told_twice():
    board, wanted = board_with(member("own"), member("other"))
    told = founding_board(
        member("own"),
        member("other"),
        ev.CallReceived(NOON, wanted),
        ev.MembersAlerted(at(1), "c1", ("own",)),
    )
    assert members_to_alert(told, wanted, PLACES, RULES).member_ids == ("other",)
    assert board.calls["c1"].alerts == ()


def test_the_first_member_there_is_not_the_police_arriving():
    board = founding_board(
        member("a"),
        member("b"),
        ev.CallReceived(NOON, call()),
        ev.UnitAssigned(at(1), "c1", "S1"),
        ev.MembersAlerted(at(1), "c1", ("a", "b")),
        ev.MemberArrived(at(6), "c1", "b"),
        ev.MemberArrived(at(9), "c1", "a"),
    )
    assert first_on_scene_s(board, "c1") == 360
    assert board.calls["c1"].responses[0].arrived_at is None


#: Village v1 and v3, 100 km apart, are one police grid; v2, beside v1, is another.
GRIDS = UnitGrids(
    {"P": "P", "g1": "P", "g3": "P", "Q": "Q", "g2": "Q"},
    {"P": frozenset({"v1", "v3"}), "Q": frozenset({"v2"})},
)


def test_a_call_reaches_all_of_its_police_grid_near_ones_first_and_neighbours_within_reach():
    """By hand: own village and who belongs to the whole grid, the neighbour 1 km off, the far end
    of the own grid; not a village of another grid beyond 3 km."""
    board, wanted = board_with(
        member("end", area_id="v3", grid_id="g3"),
        member("next", area_id="v2", grid_id="g2"),
        member("own"),
        member("officer", MemberRole.OFFICER, "v3", "P"),
        member("stranger", area_id="v3", grid_id="g9"),
    )
    found = members_to_alert(board, wanted, PLACES, RULES, GRIDS)
    assert found.member_ids == ("own", "officer", "next", "end")
    elsewhere = replace(wanted, area_id="v2")
    assert members_to_alert(board, elsewhere, PLACES, RULES, GRIDS).member_ids == ("next", "own")
