"""What a run shows: response, waiting and crossing by county, group, station, area, priority."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hubpost.simulation.arrays import CallStream, Floats, Ints, Run, World

#: Figures of each scope, in the order of the columns of `measure`.
FIGURES = (
    "calls",
    "mean_s",
    "median_s",
    "p90_s",
    "within_target",
    "waited",
    "mean_wait_s",
    "crossed",
    "unanswered",
)


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """The counted calls of one run and the load of its units.

    response_s: (n,) received to first arrival, nan where nobody ever came. wait_s: decision to
    first dispatch. crossed: (n,) the first unit was of another station. busy, casework: (U,)
    shares of the time counted. empty: (S,) share of time with no unit of its own ready.
    """

    response_s: Floats
    wait_s: Floats
    crossed: Floats
    station: Ints
    area: Ints
    priority: Ints
    busy: Floats
    casework: Floats
    empty: Floats
    waiting_at_end: int


def outcome_of(world: World, calls: CallStream, run: Run) -> Outcome:
    """The outcome of a run, calls outside the time counted (the warm-up) left out."""
    kept = (calls.received_s >= world.start_s) & (calls.received_s < world.end_s)
    sent = run.first_unit >= 0
    crossed = np.where(sent, world.station_of[run.first_unit] != calls.station, False)
    span = world.end_s - world.start_s
    return Outcome(
        response_s=(run.arrived_s - calls.received_s)[kept],
        wait_s=(run.dispatched_s - calls.decide_s)[kept],
        crossed=crossed[kept].astype(float),
        station=calls.station[kept],
        area=calls.dest[kept],
        priority=calls.priority[kept],
        busy=run.busy_s / span,
        casework=run.casework_s / span,
        empty=run.empty_s / span,
        waiting_at_end=int(run.waiting_at_end),
    )


def measure(outcome: Outcome, key: Ints, size: int, target_s: float) -> Floats:
    """(size, len(FIGURES)) of the calls with each key 0..size-1; nan where there are none."""
    answered = ~np.isnan(outcome.response_s)
    response, at = outcome.response_s[answered], key[answered]
    calls = np.bincount(key, minlength=size).astype(float)
    came = np.bincount(at, minlength=size).astype(float)
    wait = outcome.wait_s[answered]
    with np.errstate(invalid="ignore", divide="ignore"):
        columns = [
            calls,
            np.bincount(at, response, size) / came,
            grouped_quantile(response, at, size, 0.5),
            grouped_quantile(response, at, size, 0.9),
            # A call that nobody answered is not within any target.
            np.bincount(at, response <= target_s, size) / calls,
            np.bincount(at, wait > 0, size) / came,
            np.bincount(at, wait, size) / came,
            np.bincount(at, outcome.crossed[answered], size) / came,
            np.bincount(key, ~answered, size),
        ]
    return np.column_stack(columns)


def grouped_quantile(values: Floats, key: Ints, size: int, q: float) -> Floats:
    """The q-quantile of the values with each key, linear between ranks; nan where none."""
    order = np.lexsort((values, key))
    sorted_values = values[order]
    start = np.searchsorted(key[order], np.arange(size + 1))
    count = np.diff(start)
    place = start[:-1] + q * np.maximum(count - 1, 0)
    low = np.floor(place).astype(int)
    high = np.minimum(low + 1, np.maximum(start[1:] - 1, start[:-1]))
    if not len(values):
        return np.full(size, np.nan)
    last = len(values) - 1
    below, above = sorted_values[np.minimum(low, last)], sorted_values[np.minimum(high, last)]
    return np.where(count > 0, below + (place - low) * (above - below), np.nan)


def scopes_of(
    outcome: Outcome, group_of_station: Ints, sizes: Mapping[str, int]
) -> dict[str, tuple[Ints, int]]:
    """For each scope the key of every call and how many keys there are."""
    return {
        "county": (np.zeros(len(outcome.station), dtype=np.int32), 1),
        "groups": (group_of_station[outcome.station], sizes["groups"]),
        "stations": (outcome.station, sizes["stations"]),
        "areas": (outcome.area, sizes["areas"]),
        "priorities": ((outcome.priority - 1).astype(np.int32), 4),
    }
