"""Whole real days drawn again keep what belongs together on a day."""

import numpy as np
import pytest

from hubpost.dispatch.rule import OWN_STATION
from hubpost.simulation.demand import fit_demand
from hubpost.simulation.draw import NO_CASEWORK, luck_of
from hubpost.simulation.durations import DEFAULTS
from hubpost.simulation.inputs import DAY_S, SimulationParams, check_params
from hubpost.simulation.real_days import draw_real_days
from tests.simulation.toys import line_county

HOME = np.array([0, 0, 1], dtype=np.int32)


def drawn(calls, days=400, seed=1):
    demand = fit_demand(line_county(calls))
    return draw_real_days(demand, HOME, days, luck_of(seed, 0), OWN_STATION, NO_CASEWORK, DEFAULTS)


def test_every_drawn_day_is_one_of_the_recorded_ones():
    """A market day with 3 calls from village b, and a day with one from a: nothing between."""
    market = [{"at": 600.0 + k, "area_id": "b"} for k in range(3)]
    found = drawn([*market, {"at": 1440 + 60.0, "area_id": "a"}])
    day = (found.received_s // DAY_S).astype(int)
    for k in range(400):
        of_day = found.dest[day == k].tolist()
        assert of_day in ([2, 2, 2], [0])
        minutes = np.sort(found.received_s[day == k] % DAY_S / 60)
        assert minutes.tolist() in ([600, 601, 602], [60])
    # Both days come about as often: 200 of 400, standard deviation 10.
    assert 150 < sum((found.dest[day == k] == 0).any() for k in range(400)) < 250


def test_real_days_cannot_be_drawn_times_a_factor():
    with pytest.raises(ValueError, match="real days cannot be drawn times a factor"):
        check_params(SimulationParams(bootstrap_days=True, demand=1.2))
