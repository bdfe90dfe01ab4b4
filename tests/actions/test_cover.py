"""The console's advice carries cover and fix age, and what was said is kept with the decision."""

import json
from datetime import timedelta

import numpy as np
import pytest

from hubpost.actions.advice import advise
from hubpost.model import events as ev
from hubpost.model.unit import UnitActivity
from hubpost.storage import schema
from tests.actions.test_actions import board_store, take  # noqa: F401
from tests.boards import NOON, founding_board, received
from tests.opening import open_rows_of
from tests.rooms import TableTravel, toy_room


def test_the_stored_decision_says_which_station_is_left_empty(board_store):  # noqa: F811
    board_store.write(
        lambda tx: tx.record(ev.UnitActivitySet(tx.now, "Z1", UnitActivity.CASEWORK)), actor="a"
    )
    taken = take(board_store)
    gap = taken.advice.choice.cover
    # The toy map knows times by where a unit stands: T is 25 minutes from anywhere.
    assert (gap.station_id, gap.cover_unit_id, gap.cover_s) == ("S", "T1", 1500 + 120)
    (kept,) = open_rows_of(board_store, schema.decision)
    assert json.loads(kept.body)["advice"]["choices"][0]["cover"]["cover_s"] == 1620
    assert [n["code"] for n in json.loads(kept.body)["advice"]["notes"]] == ["leaves_empty"]


def test_the_advice_tells_the_age_of_a_fix_and_falls_back_to_the_station():
    room = toy_room()
    fix = ev.PositionReported(NOON, "S1", 108.9, 29.1, NOON)
    board = founding_board(received(), fix)
    old = advise(room, board, "c1", NOON + timedelta(hours=1))
    assert (old.choice.unit_id, old.choice.fix_age_s, old.choice.fix_old) == ("S1", 3600.0, True)
    assert old.notes[0].code == "fix_old"
    # A fresh fix off every road the table knows: S1 cannot be said to reach the call from there.
    fresh = advise(room, board, "c1", NOON + timedelta(minutes=1))
    assert fresh.choice.unit_id != "S1"


class CountingTravel(TableTravel):
    def __init__(self):
        super().__init__({"Z": 1980.0, "S": 600.0, "T": 1500.0, "F": 3000.0})
        self.asked = 0

    def matrix_s(self, origins, destinations) -> np.ndarray:
        self.asked += 1
        return super().matrix_s(origins, destinations)


@pytest.fixture
def counting_room():
    from dataclasses import replace

    return replace(toy_room(), travel=CountingTravel(), _memo={})


def test_ways_between_seats_are_asked_once_until_a_road_closes(counting_room):
    board = founding_board(received())
    first = counting_room.station_travel_s(board, ["S", "T"])
    assert counting_room.station_travel_s(board, ["S", "T"]) == first
    assert counting_room.travel.asked == 2
    after = CountingTravel()
    counting_room.station_travel_s(board, ["S"], travel=after)
    assert (counting_room.travel.asked, after.asked) == (2, 1)
