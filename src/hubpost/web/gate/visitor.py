"""Who is behind a request, and how far that person's rights reach."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from hubpost.actions.identity.sign_in import SignedIn
from hubpost.model.access import Grant, ScopeKind, Where, holds, permits, running
from hubpost.model.board import Board, CallOnBoard

#: What calls a viewer is shown goes by this right, whatever the page.
SEE_CALLS = "call.view"
#: What a grid worker does for the station that the grid lies in.
OF_GRIDS = "own.tasks"


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person or program that has proved who it is.

    grants: those in use; fewer than the person's own while one role was chosen. token: of the
    session, "" for a program, which shows its token anew each time.
    """

    person: SignedIn
    grants: tuple[Grant, ...]
    token: str = ""

    @property
    def is_program(self) -> bool:
        return not self.token


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a visitor's grants reach at a moment, for the right that a route asks for.

    grid_stations: the station each grid of the grants lies in, as far as it is known.
    """

    grants: tuple[Grant, ...]
    right: str
    at: datetime
    grid_stations: Mapping[str, str] = field(default_factory=dict)

    def covers(self, wheres: tuple[Where, ...], right: str = "") -> bool:
        """Whether the right reaches any of the places a thing may be seen from."""
        wanted = right or self.right
        return any(permits(self.grants, wanted, w, self.at) for w in wheres) or (
            wanted == OF_GRIDS and any(w.station_id in self._of_grids() for w in wheres)
        )

    def covers_county(self, right: str = "") -> bool:
        """Whether the right reaches the whole county."""
        return permits(self.grants, right or self.right, Where(), self.at)

    def holds(self, right: str) -> bool:
        """Whether the right is held anywhere."""
        return holds(self.grants, right, self.at)

    def list_stations(self, board: Board) -> tuple[str, ...]:
        """The stations that the right reaches, in the board's order."""
        return tuple(s for s in board.stations if self.covers((station_place(board, s),)))

    def sees_call(self, board: Board, on_board: CallOnBoard) -> bool:
        """Whether the call is shown: it lies in reach, or a unit in reach is on it."""
        return self.covers(call_viewers(board, on_board), SEE_CALLS)

    def _of_grids(self) -> set[str]:
        held = running(self.grants, OF_GRIDS, self.at)
        grids = (g.scope_id for g in held if g.scope_kind is ScopeKind.GRID)
        return {self.grid_stations[g] for g in grids if g in self.grid_stations}


def station_place(board: Board, station_id: str) -> Where:
    """Where a station lies."""
    return Where(hub_id=board.hub_id_of(station_id), station_id=station_id)


def unit_places(board: Board, unit_id: str) -> tuple[Where, ...]:
    """Where a unit belongs: its station, and the one it has moved up to."""
    unit = board.units.get(unit_id)
    if unit is None:
        return ()
    ids = dict.fromkeys((unit.unit.station_id, unit.stands_for_id))
    return tuple(station_place(board, s) for s in ids)


def call_places(board: Board, on_board: CallOnBoard) -> tuple[Where, ...]:
    """Where a call is dispatched from: its home station, and the room it was handed to."""
    home = station_place(board, on_board.call.station_id)
    return (home, Where(hub_id=board.room_id_of(on_board)))


def call_viewers(board: Board, on_board: CallOnBoard) -> tuple[Where, ...]:
    """Where a call may be seen from: also where the units on it, or waiting for it, belong."""
    units = (*on_board.active_unit_ids, *on_board.stacked_unit_ids)
    theirs = (w for u in units for w in unit_places(board, u))
    return (*call_places(board, on_board), *theirs)
