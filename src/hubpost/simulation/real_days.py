"""Whole real days drawn again: the recorded calls of a county as a stream to bootstrap from."""

import numpy as np

from hubpost.dispatch.rule import DispatchRule
from hubpost.simulation.arrays import CallStream, Ints
from hubpost.simulation.demand import Demand
from hubpost.simulation.draw import CaseworkParams, Luck, bootstrap_days, stream_of_marks
from hubpost.simulation.durations import DurationDefaults
from hubpost.simulation.replay import NoCalls


def draw_real_days(
    demand: Demand,
    station_of_area: Ints,
    days: int,
    luck: Luck,
    rule: DispatchRule,
    casework: CaseworkParams,
    defaults: DurationDefaults,
) -> CallStream:
    """So many recorded days drawn with replacement, each with all its calls, hours and places.

    Times and places are those on record; durations and casework are drawn as for fitted demand.
    Season and weekday are lost. Raises NoCalls when no recorded call has a place.
    """
    marks = demand.marks
    known = np.flatnonzero(marks.area >= 0)
    if not len(known):
        raise NoCalls("bootstrap: expected recorded calls with a place, found none.")
    area = marks.area[known]
    stream = stream_of_marks(
        demand, marks.received_s[known], area, station_of_area[area], known, luck, rule,
        casework, defaults,
    )  # fmt: skip
    return bootstrap_days(stream, days, luck.arrivals)
