"""The calls of an exercise: the busiest stretch of some drawn days, so that there is work to do."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from hubpost.dispatch.rule import OWN_STATION
from hubpost.model.county import County
from hubpost.simulation.arrays import CATEGORIES
from hubpost.simulation.demand import fit_demand
from hubpost.simulation.draw import draw_calls, luck_of

#: Days drawn to look for a busy stretch in.
_DAYS = 28


@dataclass(frozen=True, slots=True)
class ExerciseCall:
    """A call of an exercise; at_s: seconds of the exercise's own time from its beginning.

    on_scene_s: (needed,) how long each unit sent stays once it has arrived.
    """

    at_s: float
    area_id: str
    category: str
    priority: int
    units_needed: int
    on_scene_s: tuple[float, ...]


def draw_exercise(county: County, length_s: float, seed: int) -> tuple[ExerciseCall, ...]:
    """The calls of the busiest stretch of length_s in four weeks drawn from a county's demand.

    Four quiet weeks hold busy hours, and an exercise is for those. Pure: the same county, length
    and seed give the same calls. Raises NoCalls where the county has no calls to fit, ValueError
    for a length that is not above 0.
    """
    if not length_s > 0:
        raise ValueError(f"Expected an exercise longer than 0 s, came {length_s}.")
    demand = fit_demand(county)
    idx = {s.id: i for i, s in enumerate(county.stations)}
    home = np.array([idx[a.station_id] for a in county.areas], dtype=np.int32)
    first = date(demand.first_day.year, 1, 1)
    drawn = draw_calls(demand, home, first, _DAYS, luck_of(seed, 0), OWN_STATION)
    order = np.argsort(drawn.received_s, kind="stable")
    received = drawn.received_s[order]
    if not len(received):
        return ()
    ends = np.searchsorted(received, received + length_s, side="left")
    begin = int(np.argmax(ends - np.arange(len(received))))
    return tuple(
        ExerciseCall(
            at_s=float(received[i] - received[begin]),
            area_id=county.areas[int(drawn.dest[k])].id,
            category=CATEGORIES[int(drawn.category[k])].value,
            priority=int(drawn.priority[k]),
            units_needed=int(drawn.needed[k]),
            on_scene_s=tuple(float(s) for s in drawn.on_scene_s[k][: int(drawn.needed[k])]),
        )
        for i in range(begin, int(ends[begin]))
        for k in (int(order[i]),)
    )
