"""Small moves of the event loop, compiled into it: coming and going, log, list of roamers."""

import numpy as np

from hubpost.simulation.arrays import MEAL, ON_DUTY, TRAINING, Floats, Ints
from hubpost.simulation.jit import compiled, compiled_in_place


@compiled
def noted(activity: Floats, count: int, now: float, unit: int, kind: int, sent: int) -> Floats:
    """The log with one more row (time, unit, kind, units sent before), grown where it is full."""
    if count == len(activity):
        more = np.empty((2 * count + 16, 4))
        more[:count] = activity
        activity = more
    activity[count, 0] = now
    activity[count, 1] = unit
    activity[count, 2] = kind
    activity[count, 3] = sent
    return activity


@compiled_in_place
def leave(ready: Ints, empty_since: Floats, station: int, now: float) -> None:
    """One unit less stands ready at its station."""
    ready[station] -= 1
    if ready[station] == 0:
        empty_since[station] = now


@compiled_in_place
def come_back(
    ready: Ints,
    empty_since: Floats,
    empty_s: Floats,
    station: int,
    now: float,
    start: float,
    end: float,
) -> None:
    """One unit more stands ready at its station."""
    if ready[station] == 0:
        empty_s[station] += overlap(empty_since[station], now, start, end)
    ready[station] += 1


@compiled_in_place
def overlap(since: float, until: float, start: float, end: float) -> float:
    return max(0.0, min(until, end) - max(since, start))


@compiled_in_place
def at_base_availability(duty: int) -> int:
    if duty == ON_DUTY:
        return 2
    return 1 if duty in (MEAL, TRAINING) else 0


@compiled_in_place
def set_roaming(roam: Ints, where: Ints, roaming: Ints, unit: int, wanted: bool) -> None:
    """Put a unit on the list of those that are not at home, or take it off."""
    if wanted and where[unit] < 0:
        where[unit] = roaming[0]
        roam[roaming[0]] = unit
        roaming[0] += 1
    elif not wanted and where[unit] >= 0:
        last = roam[roaming[0] - 1]
        roam[where[unit]] = last
        where[last] = where[unit]
        where[unit] = -1
        roaming[0] -= 1
