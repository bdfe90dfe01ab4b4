"""Where a unit would set off from: a fresh fix, else where its state says it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hubpost.model.board import Board, UnitOnBoard
from hubpost.model.place import Place
from hubpost.model.unit import Fix, UnitActivity

#: A fix older than this says where a unit was, not where it is.
FIX_FRESH_S = 300.0


@dataclass(frozen=True, slots=True)
class Origin:
    """A place to set off from, by a device; fix_age_s: seconds since the satellites were heard.

    code: `fix` (fresh), `fix_old` (too old; its station stands in for it).
    """

    place: Place
    fix_age_s: float
    code: str


def list_origins(
    board: Board, now: datetime, *, fresh_s: float = FIX_FRESH_S
) -> Mapping[str, Origin]:
    """The origin of every unit that a device has spoken for, by its id.

    A unit that is missing there sets off from where its state says it is.
    """
    return {
        unit_id: _origin(board, u, u.fix, now, fresh_s)
        for unit_id, u in board.units.items()
        if u.fix is not None
    }


def _origin(board: Board, unit: UnitOnBoard, fix: Fix, now: datetime, fresh_s: float) -> Origin:
    age_s = fix.age_s(now)
    if age_s <= fresh_s:
        return Origin(fix.place, age_s, "fix")
    if unit.activity is UnitActivity.ON_SCENE:
        return Origin(unit.place, age_s, "fix_old")
    return Origin(board.stations[unit.stands_for_id].place, age_s, "fix_old")
