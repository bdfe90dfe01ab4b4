"""Where a unit would set off from: a fresh fix, else where its state says it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hubpost.model.board import Board, UnitOnBoard
from hubpost.model.place import Place
from hubpost.model.unit import UnitActivity

#: A fix older than this says where a unit was, not where it is.
FIX_FRESH_S = 300.0


@dataclass(frozen=True, slots=True)
class Origin:
    """A place to set off from; fix_age_s is None where no device has spoken.

    code: `fix` (fresh), `fix_old` (its station stands in for it), `state` (no device).
    """

    place: Place
    fix_age_s: float | None
    code: str


def list_origins(
    board: Board, now: datetime, *, fresh_s: float = FIX_FRESH_S
) -> Mapping[str, Origin]:
    """The origin of every unit, by its id."""
    return {unit_id: _origin(board, u, now, fresh_s) for unit_id, u in board.units.items()}


def _origin(board: Board, unit: UnitOnBoard, now: datetime, fresh_s: float) -> Origin:
    if unit.fix is None:
        return Origin(unit.place, None, "state")
    age_s = unit.fix.age_s(now)
    if age_s <= fresh_s:
        return Origin(unit.fix.place, age_s, "fix")
    if unit.activity is UnitActivity.ON_SCENE:
        return Origin(unit.place, age_s, "fix_old")
    return Origin(board.stations[unit.stands_for_id].place, age_s, "fix_old")
