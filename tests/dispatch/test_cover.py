"""Cover left behind, worked out by hand on the founding board and checked on any board."""

from math import inf

import numpy as np
import pytest
from hypothesis import given

from hubpost.dispatch.cover import CoverParams, stations_at_stake, with_cover
from hubpost.dispatch.recommend import recommend_unit
from hubpost.dispatch.rule import AVAILABLE, MUTUAL_AID, NEAREST
from hubpost.dispatch.unit_view import view_units
from hubpost.model import events as ev
from hubpost.model.apply import replay
from hubpost.model.unit import UnitActivity
from tests.boards import NOON, call, founding_board, unit
from tests.dispatch.test_ranking import boards
from tests.dispatch.test_recommend import FAR_FROM_HOME, busy


def advise(board, *, units_needed=1, rule=MUTUAL_AID):
    return recommend_unit(board, call(units_needed=units_needed), FAR_FROM_HOME, rule)


def test_sending_the_only_unit_leaves_its_station_empty_and_names_the_nearest_cover():
    """S is left empty; T1 is 22 minutes' drive off, with two minutes' turnout: 24 minutes."""
    board = founding_board(busy("Z1"))
    advice = advise(board)
    assert stations_at_stake(board, advice)[0] == "S"
    to_s = [600.0, 0.0, 22 * 60.0, 3000.0]  # Z1 S1 T1 F1
    covered = with_cover(board, advice, {"S": to_s})
    gap = covered.choice.cover
    assert (gap.station_id, gap.cover_unit_id, gap.cover_s) == ("S", "T1", 24 * 60.0)
    assert [(n.code, n.facts) for n in covered.notes] == [
        ("leaves_empty", {"station_id": "S", "unit_id": "T1", "eta_s": 24 * 60.0})
    ]


def test_a_station_that_keeps_a_unit_has_no_gap():
    second = ev.UnitJoined(NOON, unit("S2", "S"))
    board = founding_board(busy("Z1"), second)
    advice = advise(board)
    assert advice.choice.unit_id == "S1"
    covered = with_cover(board, advice, {})
    assert (covered.choice.cover, covered.cover, covered.notes) == (None, (), ())


def test_a_unit_that_moved_up_counts_for_the_station_it_covers():
    board = founding_board(busy("Z1"), ev.UnitMovedUp(NOON, "T1", "S"))
    advice = advise(board)
    assert stations_at_stake(board, advice)[:1] != ("S",)
    assert with_cover(board, advice, {}).cover == ()


def test_only_a_unit_whose_own_station_keeps_another_is_advised_to_move_up():
    """T has one unit and may not move; F has two, so the nearer of them may."""
    second = ev.UnitJoined(NOON, unit("F2", "F"))
    board = founding_board(busy("Z1"), second)
    to_s = [600.0, 0.0, 1200.0, 2400.0, 2700.0]  # Z1 S1 T1 F1 F2
    covered = with_cover(board, advise(board), {"S": to_s})
    move = covered.choice.cover.move_up
    assert (move.unit_id, move.from_station_id, move.to_station_id) == ("F1", "F", "S")
    assert move.arrival_s == 2520.0
    assert [n.code for n in covered.notes] == ["leaves_empty", "move_up"]
    near = with_cover(board, advise(board), {"S": to_s}, CoverParams(move_up_over_s=1800.0))
    assert near.choice.cover.move_up is None


def test_two_units_sent_together_leave_the_gap_that_neither_leaves_alone():
    second = ev.UnitJoined(NOON, unit("S2", "S"))
    board = founding_board(busy("Z1"), second)
    advice = recommend_unit(board, call(units_needed=2), {**FAR_FROM_HOME, "S2": 660.0}, MUTUAL_AID)
    assert [c.unit_id for c in advice.choices] == ["S1", "S2"]
    covered = with_cover(board, advice, {"S": [600.0, 0.0, 1200.0, 3000.0, 0.0]})
    assert [c.cover for c in covered.choices] == [None, None]
    assert [g.station_id for g in covered.cover] == ["S"]


def test_when_nobody_is_left_the_gap_is_said_to_be_without_cover():
    board = founding_board(*(busy(u) for u in ("Z1", "T1", "F1")))
    covered = with_cover(board, advise(board), {"S": [0.0, 0.0, 0.0, 0.0]})
    assert covered.choice.cover.cover_s == inf
    assert [n.code for n in covered.notes] == ["leaves_uncovered"]


def test_units_that_are_busy_cover_nothing():
    board = founding_board(busy("Z1"), ev.UnitActivitySet(NOON, "T1", UnitActivity.MEAL))
    covered = with_cover(board, advise(board), {"S": [1.0, 0.0, 1.0, 3000.0]})
    assert covered.choice.cover.cover_unit_id == "F1"


@given(boards())
def test_on_any_board_gap_and_cover_agree_with_counting_by_hand(drawn):
    board, travel_s = drawn
    advice = recommend_unit(board, call(units_needed=2), travel_s, NEAREST)
    seconds = np.array([min(t, 9e5) for t in travel_s.values()])
    times = dict.fromkeys(stations_at_stake(board, advice), seconds)
    covered = with_cover(board, advice, times)
    view = view_units(board.units)
    ready = {
        u.unit.id for u, a in zip(view.units, view.availability, strict=True) if a == AVAILABLE
    }
    for c in covered.ranked[:5]:
        station = board.units[c.unit_id].stands_for_id
        others = [u for u in ready - {c.unit_id} if board.units[u].stands_for_id == station]
        assert (c.cover is not None) == (c.unit_id in ready and not others)
        if c.cover is None:
            continue
        arrivals = {
            u: (132.0 if board.units[u].activity is not UnitActivity.RETURNING else 0.0)
            + min(travel_s[u], 9e5)
            if board.units[u].unit.turnout_s is None
            else (
                (0.0 if board.units[u].activity is UnitActivity.RETURNING else 120.0)
                + min(travel_s[u], 9e5)
            )
            for u in ready - {c.unit_id}
        }
        assert c.cover.cover_s == pytest.approx(min(arrivals.values(), default=inf))
        if c.cover.move_up is not None:
            move = c.cover.move_up
            left = [u for u in ready if board.units[u].stands_for_id == move.from_station_id]
            assert len(left) >= 2


def test_the_advice_without_a_gap_is_left_as_it_was():
    second = ev.UnitJoined(NOON, unit("S2", "S"))
    board = replay([second], founding_board(busy("Z1")))
    advice = advise(board)
    covered = with_cover(board, advice, {})
    assert (covered.choices, covered.reasons) == (advice.choices, advice.reasons)
