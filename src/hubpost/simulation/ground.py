"""The ground a run plays on: stations, units, the places calls come from, and the driving times."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hubpost.model.county import County
from hubpost.model.place import Place
from hubpost.model.station import Neighbour, Station
from hubpost.model.unit import Unit
from hubpost.roads.travel_times import TravelTimes
from hubpost.simulation.arrays import Floats, Ints, World
from hubpost.simulation.policy import Policy, board_of, tier_matrix
from hubpost.simulation.roster import EMPTY_ROSTER, Roster

#: Above this many places a unit out on a call is taken to stand at the nearest station.
EXACT_PLACES = 4000


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """S stations, U units, D places, O origins (the stations, then the places).

    travel_s: (M, D, O) seconds from origin to place, one layer for each state of the roads.
    back_s: (M, D, S) seconds from place to station. node_of: (D,) origin of a unit at a place.
    """

    stations: tuple[Station, ...]
    units: tuple[Unit, ...]
    neighbours: tuple[Neighbour, ...]
    places: tuple[Place, ...]
    travel_s: Floats
    back_s: Floats
    node_of: Ints
    estimated: bool = False

    @property
    def station_idx(self) -> dict[str, int]:
        return {s.id: i for i, s in enumerate(self.stations)}

    @property
    def station_of_unit(self) -> Ints:
        """(U,) position of each unit's station."""
        idx = self.station_idx
        return np.array([idx[u.station_id] for u in self.units], dtype=np.int32)


def list_units(stations: Sequence[Station], default_units: int = 1) -> tuple[Unit, ...]:
    """The units of the stations; a station whose number is unknown has default_units."""
    return tuple(
        Unit(f"{s.id}-{k + 1}", f"{s.name} {k + 1}", s.id)
        for s in stations
        for k in range(default_units if s.units is None else s.units)
    )


def make_ground(
    county: County,
    travel: TravelTimes | Sequence[TravelTimes],
    places: Sequence[Place],
    default_units: int = 1,
) -> Ground:
    """The ground of a county for calls from these places.

    travel: one source of times, or several, one for each state of the roads (closures).
    """
    states = travel if isinstance(travel, Sequence) else [travel]
    homes = [s.place for s in county.stations]
    exact = len(places) <= EXACT_PLACES
    origins = [*homes, *places] if exact else homes
    to_place = np.stack([np.ascontiguousarray(t.matrix_s(origins, places).T) for t in states])
    back = np.stack([t.matrix_s(places, homes) for t in states])
    node_of = np.arange(len(homes), len(origins)) if exact else np.argmin(to_place[0], axis=1)
    return Ground(
        county.stations,
        list_units(county.stations, default_units),
        county.neighbours,
        tuple(places),
        to_place,
        back,
        node_of.astype(np.int32),
        any(t.estimated for t in states),
    )


def world_of(
    ground: Ground,
    policy: Policy,
    roster: Roster = EMPTY_ROSTER,
    start_s: float = 0.0,
    end_s: float = np.inf,
) -> World:
    """The arrays the kernel runs on, for one policy."""
    board = board_of(ground.stations, ground.units, ground.neighbours, policy)
    rule = policy.rule
    return World(
        ground.station_of_unit,
        np.array([rule.turnout_s if u.turnout_s is None else u.turnout_s for u in ground.units]),
        tier_matrix(board),
        np.array(rule.penalty_s, dtype=np.float64),
        rule.conditional_priority,
        ground.travel_s,
        ground.back_s,
        ground.node_of,
        roster.duty_t,
        roster.duty_unit,
        roster.duty_kind,
        roster.duty_node,
        roster.switch_t,
        roster.switch_layer,
        float(start_s),
        float(end_s),
    )
