"""What darkness, rain and snow do to speed, by road class."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hubpost.roads.ends import Conditions, open_conditions
from hubpost.roads.graph import RoadGraph
from hubpost.roads.profile import CLASSES

_MAJOR = ("motorway", "motorway_link", "trunk", "trunk_link")


def _factors(major: float, other: float, track: float) -> Mapping[str, float]:
    table = {name: major if name in _MAJOR else other for name in CLASSES}
    return table | {"track": track, "ferry": 1.0}


@dataclass(frozen=True, slots=True)
class SituationFactors:
    """Share of the free-flow speed left, by road class.

    rain, snow: after FHWA's Road Weather Management figures (arterials lose 10-25 % on wet and
    30-40 % on snowy pavement, freeways less); tracks and night are judgement. All may be
    replaced by what calibration finds.
    """

    night: Mapping[str, float] = field(default_factory=lambda: _factors(0.95, 0.9, 0.85))
    rain: Mapping[str, float] = field(default_factory=lambda: _factors(0.92, 0.85, 0.7))
    snow: Mapping[str, float] = field(default_factory=lambda: _factors(0.8, 0.65, 0.5))


@dataclass(frozen=True, slots=True)
class Situation:
    """Light and weather at one moment."""

    dark: bool = False
    weather: Literal["dry", "rain", "snow"] = "dry"


def conditions_in(
    graph: RoadGraph,
    situation: Situation,
    factors: SituationFactors | None = None,
    class_factor: NDArray[np.float64] | None = None,
) -> Conditions:
    """Conditions with nothing closed, under a situation.

    class_factor: (classes,) calibrated multiplier of travel time by road class, 1 where none.
    """
    table = factors or SituationFactors()
    speed = np.ones(len(CLASSES))
    if situation.dark:
        speed *= [table.night[name] for name in CLASSES]
    if situation.weather != "dry":
        chosen = table.rain if situation.weather == "rain" else table.snow
        speed *= [chosen[name] for name in CLASSES]
    slow = (np.ones(len(CLASSES)) if class_factor is None else class_factor) / speed
    free = open_conditions(graph)
    travel_s = graph.travel_s * slow[graph.class_code[graph.segment]]
    return Conditions(travel_s, free.closed_from, free.closed_to)
