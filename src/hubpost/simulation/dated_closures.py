"""Road closures over a simulated run: those with dates hold on the same days of each year."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np

from hubpost.model.county import County
from hubpost.roads.closures import Closure, PlacedClosure, apply_closures, place_closure
from hubpost.roads.ends import open_conditions
from hubpost.roads.network import RoadNetwork
from hubpost.simulation.ground import make_ground
from hubpost.simulation.inputs import DAY_S, SimulationInputs, SimulationParams, first_day_of

#: Each state of the roads is a table of driving times of its own.
MOST_STATES = 24
_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class RoadCalendar:
    """Which closures hold when: layers hold positions of closures, the first one at second 0.

    switches: (second, layer), in order.
    """

    layers: tuple[frozenset[int], ...]
    switches: tuple[tuple[float, int], ...]


def road_calendar(
    closures: Sequence[Closure], first_day: date, days: int, zone: tzinfo
) -> RoadCalendar:
    """Lay closures on the days of a run that begins on first_day, by the wall clock of the zone.

    From and until: the same days and hours in each simulated year. Only until: from New Year's Day
    on. Only from, neither, or a year and more: all the time. Raises ValueError where there would be
    more than MOST_STATES states of the roads.
    """
    begin = datetime(first_day.year, first_day.month, first_day.day)
    end_s = days * DAY_S
    held = [tuple(_windows(c, begin, days, zone)) for c in closures]
    inside = {s for windows in held for w in windows for s in w if 0 < s < end_s}
    moments = [0.0, *sorted(inside)]
    states = [frozenset(_held_at(held, moment)) for moment in moments]
    layers = tuple(dict.fromkeys(states))
    if len(layers) > MOST_STATES:
        raise ValueError(
            f"closures: expected at most {MOST_STATES} different states of the roads over the "
            f"year, found {len(layers)}. Join closures that hold at nearly the same time."
        )
    changes = [(m, layers.index(s)) for m, s in zip(moments, states, strict=True)]
    switches = tuple(new for old, new in pairwise(changes) if old[1] != new[1])
    return RoadCalendar(layers, switches)


def with_closures(
    inputs: SimulationInputs,
    county: County,
    roads: RoadNetwork,
    closures: Sequence[Closure],
    params: SimulationParams,
) -> SimulationInputs:
    """The inputs with driving times that change as closures begin and end.

    Raises RoadFileError where a closure meets no road, ValueError for too many states.
    """
    placed = [place_closure(roads.index, closure) for closure in closures]
    calendar = road_calendar(closures, first_day_of(inputs), params.days, ZoneInfo(county.timezone))
    states = [_roads_under(roads, [placed[k] for k in layer]) for layer in calendar.layers]
    ground = make_ground(county, states, inputs.ground.places, params.default_units)
    roster = replace(
        inputs.roster,
        switch_t=np.array([s for s, _ in calendar.switches], dtype=np.float64),
        switch_layer=np.array([layer for _, layer in calendar.switches], dtype=np.int32),
    )
    changed = replace(inputs.ground, travel_s=ground.travel_s, back_s=ground.back_s)
    return replace(inputs, ground=changed, roster=roster)


def _windows(
    closure: Closure, begin: datetime, days: int, zone: tzinfo
) -> Iterator[tuple[float, float]]:
    """Seconds of the run from and until which a closure holds."""
    since, until = (_wall(m, zone) for m in (closure.from_at, closure.until_at))
    if until is None or (since is not None and until - since >= _YEAR):
        yield 0.0, np.inf
        return
    since = datetime(until.year, 1, 1) if since is None else since
    last = (begin + timedelta(days=days)).year
    for year in range(begin.year - 1, last + 1):
        start_s = (_in_year(since, year) - begin).total_seconds()
        yield start_s, start_s + (until - since).total_seconds()


def _wall(moment: datetime | None, zone: tzinfo) -> datetime | None:
    return None if moment is None else moment.astimezone(zone).replace(tzinfo=None)


def _in_year(moment: datetime, year: int) -> datetime:
    leap_day = (moment.month, moment.day) == (2, 29)
    return moment.replace(year=year, day=28) if leap_day else moment.replace(year=year)


def _held_at(held: Sequence[Sequence[tuple[float, float]]], second: float) -> Iterator[int]:
    for position, windows in enumerate(held):
        if any(start <= second < end for start, end in windows):
            yield position


def _roads_under(roads: RoadNetwork, placed: Sequence[PlacedClosure]) -> RoadNetwork:
    """The roads with these closures in force, whatever their dates."""
    always = [replace(p, closure=replace(p.closure, from_at=None, until_at=None)) for p in placed]
    state = roads.copy()
    open_roads = open_conditions(roads.graph)
    state.apply_conditions(apply_closures(roads.graph, open_roads, always, datetime.now(UTC)))
    return state
