"""The units of a board as arrays, in the board's order, so that a decision takes no loop."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

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
#: Beyond so many changed units the arrays are made anew.
_MOST_PATCHED = 64
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
    view = _patched_view(_last[1], units) if _last is not None else None
    view = view or make_view(units)
    _last = (units, view)
    return view


def _patched_view(view: UnitView, mapping: Mapping[str, UnitOnBoard]) -> UnitView | None:
    """The arrays of a board that differs in a few units; None when it differs in more than those.

    Most events touch one unit, and to go over a thousand in Python costs more than the decision.
    """
    units = tuple(mapping.values())
    if tuple(mapping) != view.unit_ids:
        return None
    changed = [
        i for i, (new, old) in enumerate(zip(units, view.units, strict=True)) if new is not old
    ]
    if len(changed) > _MOST_PATCHED or any(_stands_elsewhere(view, units, i) for i in changed):
        return None
    arrays = {n: getattr(view, n).copy() for n in ("availability", "turnout_s", "reserve")}
    for i in changed:
        arrays["availability"][i] = _BY_ACTIVITY[units[i].activity]
        turnout_s = _turnout_s(units[i])
        arrays["turnout_s"][i] = np.nan if turnout_s is None else turnout_s
        arrays["reserve"][i] = units[i].reserve
    return replace(view, units=units, **arrays)


def _stands_elsewhere(view: UnitView, units: tuple[UnitOnBoard, ...], i: int) -> bool:
    new, old = units[i], view.units[i]
    return new.stands_for_id != old.stands_for_id or new.unit.station_id != old.unit.station_id


def _turnout_s(unit: UnitOnBoard) -> float | None:
    return 0.0 if unit.activity is UnitActivity.RETURNING else unit.unit.turnout_s


def make_view(mapping: Mapping[str, UnitOnBoard]) -> UnitView:
    """The arrays of a board's units, made anew."""
    units = tuple(mapping.values())
    covered: dict[str, int] = {}
    stands_for = [
        covered.setdefault(u.covering_id or u.unit.station_id, len(covered)) for u in units
    ]
    return UnitView(
        units=units,
        unit_ids=tuple(mapping),
        station_ids=tuple([u.unit.station_id for u in units]),
        availability=np.array([_BY_ACTIVITY[u.activity] for u in units], dtype=np.int8),
        turnout_s=np.array([_turnout_s(u) for u in units], dtype=np.float64),
        reserve=np.array([u.reserve for u in units], dtype=np.bool_),
        stands_for=np.array(stands_for, dtype=np.int32),
        covered=covered,
    )
