"""Where the things lie that a request names: its path, its query and its form, key by key."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from hubpost.actions.command_room import CommandRoom
from hubpost.model.access import Where
from hubpost.model.board import Board
from hubpost.storage import schema
from hubpost.storage.records.drawn_grids import read_unit_grids
from hubpost.storage.records.tables import record
from hubpost.storage.store import Store
from hubpost.web.gate.visitor import call_places, call_viewers, station_place, unit_places

#: Places a thing may be reached from; () when there is no such thing.
Places = tuple[Where, ...]

#: Rights for which seeing a call is enough, from wherever units on it belong.
_VIEWING = frozenset({"call.view", "board.view"})
_FOLLOWING = "unit.follow"


@dataclass(frozen=True, slots=True)
class Ground:
    """What is needed to find a place."""

    store: Store
    room: CommandRoom

    @property
    def board(self) -> Board:
        return self.store.board


def find_places(ground: Ground, right: str, values: Mapping[str, Sequence[str]]) -> list[Places]:
    """For each thing that is named and known, where it may be reached from.

    values: what was sent, by name; a name sent twice counts twice. Things that are not there give
    no place: the route then says so.
    """
    units = [p for u in _sent(values, "unit_id", "unit") if (p := unit_places(ground.board, u))]
    calls = [
        p
        for c in _sent(values, "call_id", "call", "other_id", "other_call_id")
        if (p := _call(ground, c, viewing=right in _VIEWING))
    ]
    if right == _FOLLOWING and units and calls:
        # A crew takes its own steps, the room that has the call may take them for it.
        found: list[Places] = [(*unit, *call) for unit in units for call in calls]
    elif calls:
        found = calls
    else:
        found = units
    for name, find in _FINDERS.items():
        found += [p for value in _sent(values, name) if (p := find(ground, value))]
    return found


def grid_station(store: Store, grid_id: str) -> str | None:
    """The station that a village grid or a police grid lies in; None where no such one is drawn."""

    def find(conn: sa.Connection) -> str | None:
        grids = read_unit_grids(conn)
        return grids.station_ids.get(grids.unit_of(grid_id))

    return store.read(find)


def _call(ground: Ground, call_id: str, *, viewing: bool) -> Places:
    board = ground.board
    on_board = board.calls.get(call_id) or board.merged.get(call_id)
    if on_board is not None:
        return call_viewers(board, on_board) if viewing else call_places(board, on_board)
    table, sent = schema.call, schema.response
    row = ground.store.read(
        lambda conn: conn.execute(sa.select(table).where(table.c.id == call_id)).first()
    )
    if row is None:
        return ()
    home = (station_place(board, row.station_id), Where(hub_id=row.room_id))
    if not viewing:
        return home
    query = sa.select(sent.c.unit_id).where(sent.c.call_id == call_id)
    units = ground.store.read(lambda conn: conn.execute(query).scalars().all())
    return (*home, *(w for u in units for w in unit_places(board, u)))


def _station(ground: Ground, station_id: str) -> Places:
    board = ground.board
    return (station_place(board, station_id),) if station_id in board.stations else ()


def _room(ground: Ground, hub_id: str) -> Places:
    """A command room shows its whole group, so that a grant for its own station is not enough."""
    return (Where(hub_id=hub_id),) if hub_id in ground.board.stations else ()


def _area(ground: Ground, area_id: str) -> Places:
    area = next((a for a in ground.room.areas if a.id == area_id), None)
    return _station(ground, area.station_id) if area else ()


def _record(ground: Ground, record_id: str) -> Places:
    query = sa.select(record.c.station_id).where(record.c.id == record_id)
    station_id = ground.store.read(lambda conn: conn.execute(query).scalar())
    # A record without a station of the board is the county's.
    return () if station_id is None else _station(ground, station_id) or (Where(),)


def _grid(ground: Ground, grid_id: str) -> Places:
    station_id = grid_station(ground.store, grid_id)
    if station_id is None:
        return ()
    hub_id = ground.board.hub_id_of(station_id)
    return (Where(hub_id=hub_id, station_id=station_id, grid_id=grid_id),)


def _aid(ground: Ground, aid_id: str) -> Places:
    case = ground.board.aid.get(aid_id)
    if case is None:
        return ()
    table = schema.partner
    query = sa.select(table.c.station_id).where(table.c.id == case.partner_id)
    station_id = ground.store.read(lambda conn: conn.execute(query).scalar())
    mine = (Where(partner_id=case.partner_id),)
    ours = _station(ground, station_id) if station_id else ()
    return (*mine, *ours, *(_call(ground, case.call_id, viewing=False) if case.call_id else ()))


_FINDERS: dict[str, Callable[[Ground, str], Places]] = {
    "station": _station,
    "station_id": _station,
    "room": _room,
    "area_id": _area,
    "grid": _grid,
    "grid_id": _grid,
    "aid_id": _aid,
    **dict.fromkeys(("case_id", "record_id", "task_id", "ticket_id", "rating_id", "id"), _record),
}


#: Fields that name a thing which lies somewhere.
PLACE_KEYS = frozenset(
    {*_FINDERS, "call_id", "call", "other_id", "other_call_id", "unit_id", "unit"}
)


def _sent(values: Mapping[str, Sequence[str]], *names: str) -> list[str]:
    return [v for name in names for v in values.get(name, ()) if v]
