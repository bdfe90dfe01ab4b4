"""What is proposed as the same matter, at the edges of the rule."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hubpost.dispatch.duplicates import list_duplicates
from hubpost.model.call import CallCategory, CallMode
from hubpost.model.events import CallReceived
from tests.boards import NOON, call, founding_board

FIRST = call("c1")
#: Degrees of latitude to a metre on the sphere the distances are computed on.
DEGREES_PER_M = 1 / 111_195.0


def found(**changes):
    board = founding_board(CallReceived(NOON, FIRST))
    other = replace(call("c2"), received_at=NOON + timedelta(minutes=5), **changes)
    return [h.call_id for h in list_duplicates(board, other)]


def test_the_same_kind_close_by_within_minutes_is_proposed():
    assert found() == ["c1"]


@pytest.mark.parametrize(("metres", "hits"), [(99, ["c1"]), (101, [])])
def test_a_hundred_metres_is_the_edge(metres, hits):
    assert found(lat=FIRST.lat + metres * DEGREES_PER_M) == hits


@pytest.mark.parametrize(("seconds", "hits"), [(600, ["c1"]), (601, []), (-600, ["c1"])])
def test_ten_minutes_is_the_edge_in_either_direction(seconds, hits):
    """A card entered late may be the earlier of the two."""
    board = founding_board(CallReceived(NOON, FIRST))
    other = replace(call("c2"), received_at=NOON + timedelta(seconds=seconds))
    assert [h.call_id for h in list_duplicates(board, other)] == hits


def test_the_same_village_is_the_same_place_however_large():
    board = founding_board(CallReceived(NOON, replace(FIRST, area_id="v")))
    far = replace(call("c2"), lat=FIRST.lat + 0.05, area_id="v")
    (hit,) = list_duplicates(board, far)
    assert hit.same_area
    assert hit.distance_m == pytest.approx(5560, rel=0.01)
    assert list_duplicates(board, replace(far, area_id="w")) == ()


def test_another_kind_an_exercise_or_a_scheduled_call_is_no_duplicate():
    assert found(category=CallCategory.TRAFFIC) == []
    assert found(exercise=True) == []
    assert found(mode=CallMode.SCHEDULED) == []


def test_the_nearest_comes_first_and_a_call_is_not_its_own_duplicate():
    further = replace(call("c3"), lat=FIRST.lat + 50 * DEGREES_PER_M)
    board = founding_board(CallReceived(NOON, further), CallReceived(NOON, FIRST))
    assert [h.call_id for h in list_duplicates(board, call("c2"))] == ["c1", "c3"]
    assert [h.call_id for h in list_duplicates(board, FIRST)] == ["c3"]
