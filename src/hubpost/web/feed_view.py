"""What a viewer with an account is shown of the feed: events of calls in reach, all unit states."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from hubpost.model.access import Grant, Where, permits
from hubpost.model.board import Board, CallOnBoard
from hubpost.storage import schema
from hubpost.storage.store import Store

#: The right that a call is seen by, here as on the board.
SEE_CALLS = "call.view"
Places = Mapping[str, tuple[Where, ...]]


@dataclass(frozen=True, slots=True)
class Change:
    """A committed event as a screen needs it: what kind, of which call and unit."""

    id: int
    kind: str
    call_id: str | None
    unit_id: str | None


def seen_change(
    grants: Iterable[Grant], places: Places, change: Change, at: datetime
) -> Change | None:
    """The change as a viewer may see it at a moment; None when it does not concern them.

    places: where each call may be seen from (`call_places`). A unit's state is for everybody who
    has the board, but not which call out of reach it is on: that id is then left out. Who has the
    unit in reach was a party to the call, and sees the change whole.
    """
    if change.call_id is None:
        return change
    grants = tuple(grants)
    wheres = (*places.get(change.call_id, ()), *places.get(f"unit:{change.unit_id}", ()))
    if any(permits(grants, SEE_CALLS, w, at) for w in wheres):
        return change
    return replace(change, call_id=None) if change.unit_id is not None else None


def call_places(store: Store, changes: Sequence[Change]) -> Places:
    """Where the calls (and, as `unit:ID`, the units) of some changes may be seen from.

    A call that is over is looked up in the database: its last screens must hear of its end.
    """
    board = store.board
    ids = {c.call_id for c in changes if c.call_id is not None}
    open_calls = {i: c for i in ids if (c := board.calls.get(i) or board.merged.get(i))}
    found = {i: tuple(_places_of_open(board, c)) for i, c in open_calls.items()}
    units = {c.unit_id for c in changes if c.unit_id in board.units}
    found |= {f"unit:{u}": tuple(_places_of_unit(board, u)) for u in units if u}
    return found | _places_of_closed(store, board, sorted(ids - open_calls.keys()))


def _places_of_open(board: Board, call: CallOnBoard) -> Iterable[Where]:
    yield _station(board, call.call.station_id)
    yield Where(hub_id=board.room_id_of(call))
    for unit_id in (*(r.unit_id for r in call.responses), *call.stacked_unit_ids):
        yield from _places_of_unit(board, unit_id)


def _places_of_unit(board: Board, unit_id: str) -> Iterable[Where]:
    unit = board.units.get(unit_id)
    if unit is not None:
        yield _station(board, unit.unit.station_id)
        yield _station(board, unit.stands_for_id)


def _places_of_closed(
    store: Store, board: Board, ids: Sequence[str]
) -> dict[str, tuple[Where, ...]]:
    if not ids:
        return {}
    call, response = schema.call, schema.response
    query = (
        sa.select(call.c.id, call.c.station_id, call.c.room_id, response.c.unit_id)
        .select_from(call.outerjoin(response, response.c.call_id == call.c.id))
        .where(call.c.id.in_(ids))
    )
    found: dict[str, tuple[Where, ...]] = {}
    for row in store.read(lambda conn: conn.execute(query).all()):
        here = found.get(row.id) or (_station(board, row.station_id), Where(hub_id=row.room_id))
        found[row.id] = (*here, *_places_of_unit(board, row.unit_id or ""))
    return found


def _station(board: Board, station_id: str) -> Where:
    return Where(hub_id=board.hub_id_of(station_id), station_id=station_id)
