"""Handing over a shift on one page: what is open, who is where, what waits, what happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa

from hubpost.actions.dispatch_data import load_table
from hubpost.dispatch.timers import TimerParams, TimerWarning, list_warnings, queue_order
from hubpost.model.aid import AidCase
from hubpost.model.board import Board, CallOnBoard, UnitOnBoard
from hubpost.model.unit import Availability, availability_of
from hubpost.storage import schema


@dataclass(frozen=True, slots=True)
class Handover:
    """One page. received: calls of the shift by category; exercises are in none of it."""

    since: datetime
    until: datetime
    calls: tuple[CallOnBoard, ...]
    exercises_open: int
    away: tuple[UnitOnBoard, ...]
    reserve: tuple[UnitOnBoard, ...]
    moved_up: tuple[UnitOnBoard, ...]
    empty_station_ids: tuple[str, ...]
    warnings: tuple[TimerWarning, ...]
    aid: tuple[AidCase, ...]
    received: Mapping[str, int]
    closed: int
    overrides: int


def load_timers() -> TimerParams:
    """The timers of timers.toml. Raises ValueError naming what cannot be read."""
    try:
        return msgspec.convert(load_table("timers.toml"), TimerParams)
    except msgspec.ValidationError as error:
        raise ValueError(f"timers.toml: {error}. Correct it.") from error


def make_handover(
    conn: sa.Connection,
    board: Board,
    now: datetime,
    params: TimerParams,
    *,
    room_id: str | None = None,
    shift: timedelta = timedelta(hours=12),
) -> Handover:
    """The page for one command room, or for all rooms when room_id is None."""
    rooms = {room_id} if room_id else {board.hub_id_of(s) for s in board.stations}
    in_rooms = [c for c in queue_order(board, now, params) if board.room_id_of(c) in rooms]
    open_calls = [c for c in in_rooms if not c.call.exercise]
    units = [u for u in board.units.values() if board.hub_id_of(u.unit.station_id) in rooms]
    ready = {u.stands_for_id for u in units if _ready(u)}
    home = {u.unit.station_id for u in units}
    ids = {c.call.id for c in open_calls}
    since = now - shift
    received, closed, overrides = _counts(conn, since, rooms, all_rooms=room_id is None)
    return Handover(
        since=since,
        until=now,
        calls=tuple(open_calls),
        exercises_open=len(in_rooms) - len(open_calls),
        away=tuple(u for u in units if not _ready(u)),
        reserve=tuple(u for u in units if u.reserve),
        moved_up=tuple(u for u in units if u.covering_id),
        empty_station_ids=tuple(sorted(home - ready)),
        warnings=tuple(
            w for w in list_warnings(board, now, params) if not w.call_id or w.call_id in ids
        ),
        aid=tuple(a for a in board.aid.values() if a.call_id is None or a.call_id in ids),
        received=received,
        closed=closed,
        overrides=overrides,
    )


def _ready(unit: UnitOnBoard) -> bool:
    return availability_of(unit.activity) is Availability.AVAILABLE


def _counts(
    conn: sa.Connection, since: datetime, rooms: set[str], *, all_rooms: bool
) -> tuple[dict[str, int], int, int]:
    call, event = schema.call, schema.event
    real = ~call.c.exercise & ~call.c.struck_through & call.c.merged_into.is_(None)
    if not all_rooms:
        real &= call.c.room_id.in_(rooms)
    kinds = sa.select(call.c.category, sa.func.count()).where(real & (call.c.received_at >= since))
    rows = conn.execute(kinds.group_by(call.c.category))
    received = {row[0]: row[1] for row in rows}
    ended = sa.select(sa.func.count()).select_from(call).where(real & (call.c.closed_at >= since))
    against = (
        sa.select(sa.func.count())
        .select_from(event.join(call, call.c.id == event.c.call_id))
        .where(
            (event.c.kind == "UnitAssigned")
            & (event.c.at >= since)
            & event.c.body.not_like('%"override_reason":null%')
            & real
        )
    )
    return received, conn.execute(ended).scalar_one(), conn.execute(against).scalar_one()
