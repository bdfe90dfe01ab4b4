"""Replay: every call is either compared or refused with a reason, and the words stand beside."""

from dataclasses import replace

import pytest

from hubpost.dispatch.rule import NEAREST, OWN_STATION, DispatchRule
from hubpost.model.county import Labels
from hubpost.simulation.replay import NoCalls, rank_correlation, replay_calls
from hubpost.simulation.replay_json import describe_replay, replay_to_json
from tests.simulation.toys import LineTimes, line_county

PROMPT = DispatchRule("prompt", NEAREST.penalty_s, turnout_s=0.0)


def test_predicted_response_is_processing_and_travel_and_busy_units_are_away():
    """c1 at km 1 dispatched after 2 minutes: 3. c2 while A is out until 33: B from km 10: 9 + 1."""
    calls = [
        {"at": 0, "lon": 1.0, "lat": 0.0, "dispatched_at": 2, "arrived_at": 5, "cleared_at": 35},
        {"at": 10, "lon": 1.0, "lat": 0.0, "dispatched_at": 11, "arrived_at": 30, "cleared_at": 31},
    ]
    result = replay_calls(line_county(calls), LineTimes(), PROMPT)
    assert (result.predicted_s / 60).tolist() == [3, 10]
    assert (result.recorded_s / 60).tolist() == [5, 20]
    assert result.crossed_stations == 1


def test_every_call_is_compared_or_refused_for_one_named_reason():
    good = {"lon": 1.0, "lat": 0.0, "arrived_at": 500, "cleared_at": 520}
    calls = [
        {"at": 490, **good},
        {"at": None, **good},
        {"at": 490, **good, "exercise": True},
        {"at": 490, "arrived_at": 500},
        {"at": 490, **good, "lat": 2.0},
        {"at": 490, "lon": 1.0, "lat": 0.0},
        {"at": 510, **good},
        {"at": 500, **good},
        {"at": 10, **good},
        {"at": 490, "area_id": "b", "arrived_at": 500, "cleared_at": 520},
    ]
    result = replay_calls(line_county(calls), LineTimes(), PROMPT)
    assert result.refused == {
        "no_received_time": 1,
        "exercise": 1,
        "no_place": 1,
        "no_road": 1,
        "no_recorded_arrival": 1,
        "arrival_before_call": 1,
        "arrival_at_once": 1,
        "response_too_long": 1,
    }
    assert result.used == 2
    assert result.used + sum(result.refused.values()) == result.in_list == len(calls)


def test_the_words_of_the_county_stand_in_the_output():
    calls = [{"at": 0, "lon": 1.0, "lat": 0.0, "arrived_at": 5}]
    county = line_county(calls, labels=Labels(stand_in=frozenset({"stations"})))
    result = replay_calls(county, LineTimes(), PROMPT)
    body = replay_to_json(result)
    assert body["labels"] == ["simulated", "stand-in"]
    assert "stand-ins" in body["caveats"][0]
    assert "stand-in" in describe_replay(result)


def test_the_own_policy_waits_where_nearest_sends_the_neighbour():
    calls = [
        {"at": 0, "area_id": "a", "arrived_at": 5, "cleared_at": 65, "station_id": "A"},
        {"at": 10, "area_id": "a", "arrived_at": 30, "cleared_at": 31, "station_id": "A"},
    ]
    county = line_county(calls)
    own = replay_calls(county, LineTimes(), replace(OWN_STATION, turnout_s=0.0))
    nearest = replay_calls(county, LineTimes(), PROMPT)
    assert (own.waited, nearest.waited) == (1, 0)
    assert own.predicted_s[1] > nearest.predicted_s[1]


def test_nothing_to_replay_is_an_error_in_words():
    with pytest.raises(NoCalls, match="at least one call"):
        replay_calls(line_county([]), LineTimes(), PROMPT)


def test_rank_correlation_by_hand_with_a_tie():
    """Ranks 1 2 3 4 against 1 2.5 2.5 4: Spearman 0.9487."""
    import numpy as np

    a, b = np.array([1.0, 2, 3, 4]), np.array([10.0, 20, 20, 30])
    assert rank_correlation(a, b) == pytest.approx(0.948683, abs=1e-6)
    assert rank_correlation(a, np.ones(4)) is None
