"""The units of a board as arrays, in the board's order, so that a decision takes no loop."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hubpost.dispatch.rule import AVAILABLE, CONDITIONAL, NOT_AVAILABLE
from hubpost.model.board import UnitOnBoard
from hubpost.model.unit import Availability, UnitActivity, availability_of

_AS_NUMBER = {
    Availability.AVAILABLE: AVAILABLE,
    Availability.CONDITIONAL: CONDITIONAL,
    Availability.NOT_AVAILABLE: NOT_AVAILABLE,
}
_BY_ACTIVITY = {a: _AS_NUMBER[availability_of(a)] for a in UnitActivity}


@dataclass(frozen=True, slots=True, eq=False)
class UnitView:
    """All units of a board; every array is (units,).

    turnout_s: nan where the unit has no figure of its own, 0 on the road.
    stands_for: station ids the units cover, by their position among `covered`.
    """

    units: tuple[UnitOnBoard, ...]
    unit_ids: tuple[str, ...]
    station_ids: tuple[str, ...]
    availability: NDArray[np.int8]
    turnout_s: NDArray[np.float64]
    reserve: NDArray[np.bool_]
    stands_for: NDArray[np.int32]
    covered: Mapping[str, int]

    def idx_of(self, unit_id: str) -> int:
        """Position of a unit. Raises ValueError."""
        return self.unit_ids.index(unit_id)


_last: tuple[Mapping[str, UnitOnBoard], UnitView] | None = None


def view_units(units: Mapping[str, UnitOnBoard]) -> UnitView:
    """The arrays of a board's units; the last answer is kept, since boards never change."""
    global _last
    if _last is not None and _last[0] is units:
        return _last[1]
    view = _make_view(units)
    _last = (units, view)
    return view


def _make_view(mapping: Mapping[str, UnitOnBoard]) -> UnitView:
    units = tuple(mapping.values())
    covered: dict[str, int] = {}
    stands_for = [
        covered.setdefault(u.covering_id or u.unit.station_id, len(covered)) for u in units
    ]
    returning = UnitActivity.RETURNING
    return UnitView(
        units=units,
        unit_ids=tuple(mapping),
        station_ids=tuple([u.unit.station_id for u in units]),
        availability=np.array([_BY_ACTIVITY[u.activity] for u in units], dtype=np.int8),
        turnout_s=np.array(
            [0.0 if u.activity is returning else u.unit.turnout_s for u in units], dtype=np.float64
        ),
        reserve=np.array([u.reserve for u in units], dtype=np.bool_),
        stands_for=np.array(stands_for, dtype=np.int32),
        covered=covered,
    )
