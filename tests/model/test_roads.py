"""Closures on the board: what is refused, what lapses by the clock, what leaves the board."""

from dataclasses import replace

import msgspec
import pytest

from hubpost.model import events as ev
from hubpost.model.apply import apply, replay
from hubpost.model.board import Board
from hubpost.model.road_rule import RoadConditions, RoadShape, ShapeKind, Weather
from tests.boards import at, founding_board
from tests.model.later_events import CLOSURE, ROAD
from tests.model.test_apply import refused


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"reason": "  "}, "reason_missing"),
        ({"speed_factor": -0.1}, "speed_factor_range"),
        ({"speed_factor": 1.5}, "speed_factor_range"),
        ({"until_at": at(23)}, "closure_time"),
        ({"shapes": ()}, "closure_shape"),
        ({"shapes": (RoadShape(ShapeKind.LINE, ((108.7, 29.2),)),)}, "closure_shape"),
        ({"shapes": (RoadShape(ShapeKind.POINT, ((108.7, 95.0),)),)}, "closure_shape"),
        ({"shapes": (RoadShape(ShapeKind.AREA, (*ROAD.points, *ROAD.points)),)}, "closure_shape"),
    ],
)
def test_a_closure_that_makes_no_sense_is_refused_by_name(change, code):
    assert refused(founding_board(), ev.RoadClosed(at(23), replace(CLOSURE, **change))) == code


def test_a_closure_holds_from_its_beginning_until_just_before_its_end():
    held = [CLOSURE.in_force(at(m)) for m in (22.9, 23, 89.9, 90)]
    assert held == [False, True, True, False]
    assert replace(CLOSURE, until_at=None).in_force(at(10_000))


def test_two_who_lift_the_same_closure_or_enter_it_twice():
    board = founding_board(ev.RoadClosed(at(23), CLOSURE))
    assert refused(board, ev.RoadClosed(at(24), CLOSURE)) == "closure_known"
    board = apply(board, ev.RoadReopened(at(24), "r1"))
    assert refused(board, ev.RoadReopened(at(24), "r1")) == "closure_unknown"


def test_a_closure_that_is_over_leaves_the_board_with_the_next_one():
    """A board on which roads are closed for years does not grow."""
    story = [ev.RoadClosed(at(23), CLOSURE)]
    later = replace(CLOSURE, id="r2", from_at=at(95), until_at=None)
    board = replay([*story, ev.RoadClosed(at(95), later)], founding_board())
    assert list(board.closures) == ["r2"]


def test_weather_turns_dry_by_the_clock():
    wet = RoadConditions(Weather.RAIN, weather_until=at(60))
    assert [wet.weather_at(at(m)) for m in (59, 60)] == [Weather.RAIN, Weather.DRY]
    assert refused(founding_board(), ev.RoadConditionsSet(at(61), wet)) == "closure_time"


def test_a_board_with_closures_survives_a_snapshot():
    snow = ev.RoadConditionsSet(at(24), RoadConditions(Weather.SNOW, weather_until=at(90)))
    board = founding_board(ev.RoadClosed(at(23), CLOSURE), snow)
    kept = msgspec.json.decode(msgspec.json.encode(board), type=Board)
    assert (kept.closures, kept.road_conditions) == (board.closures, board.road_conditions)
