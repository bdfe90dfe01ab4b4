"""Shifts, meals, patrols and road closures over the time of a run."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from hubpost.simulation.arrays import Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Roster:
    """Changes by time: duty_kind and waiting place (an origin) of units, layers of the roads."""

    duty_t: Floats
    duty_unit: Ints
    duty_kind: Ints
    duty_node: Ints
    switch_t: Floats
    switch_layer: Ints


def make_roster(
    duties: Iterable[tuple[float, int, int, int]] = (),
    switches: Iterable[tuple[float, int]] = (),
) -> Roster:
    """A roster from (second, unit, duty, origin it waits at) and (second, layer of the roads).

    A unit is on duty at its station until its first change. Raises ValueError on negative times.
    """
    duty = sorted(duties)
    switch = sorted(switches)
    if any(d[0] < 0 for d in duty) or any(s[0] < 0 for s in switch):
        raise ValueError("roster: expected times from 0 on, found a negative one.")
    return Roster(
        np.array([d[0] for d in duty], dtype=np.float64),
        np.array([d[1] for d in duty], dtype=np.int32),
        np.array([d[2] for d in duty], dtype=np.int32),
        np.array([d[3] for d in duty], dtype=np.int32),
        np.array([s[0] for s in switch], dtype=np.float64),
        np.array([s[1] for s in switch], dtype=np.int32),
    )


EMPTY_ROSTER = make_roster()
