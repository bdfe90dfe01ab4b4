"""The call table a stretch of time after another, so that reading it never needs it all at once."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import polars as pl
import sqlalchemy as sa

from hubpost.evaluation.call_frame import calls_of_tables
from hubpost.storage.query_frames import query_frame
from hubpost.storage.schema import call, event, response, unit

#: What figures read of a call; no text, no caller.
_CALL = (
    "id", "number", "received_at", "station_id", "area_id", "category", "priority", "lon", "lat",
    "exercise", "struck_through", "closed_at",
)  # fmt: skip
_RESPONSE = (
    "call_id", "idx", "unit_id", "assigned_at", "predicted_arrival_at", "enroute_at", "arrived_at",
)  # fmt: skip
_UNIT = ("id", "station_id")
ROWS_A_CHUNK = 1_000_000


def has_more_calls_than(conn: sa.Connection, most: int) -> bool:
    """Whether the table holds more calls, found without counting them all."""
    some = sa.select(call.c.id).limit(most + 1).subquery()
    return conn.execute(sa.select(sa.func.count()).select_from(some)).scalar_one() > most


def count_calls(conn: sa.Connection) -> int:
    return conn.execute(sa.select(sa.func.count()).select_from(call)).scalar_one()


def iter_call_chunks(
    conn: sa.Connection, rows: int, rows_a_chunk: int = ROWS_A_CHUNK
) -> Iterator[pl.DataFrame]:
    """All calls as calls_of_tables gives them, in order of time; at least one frame.

    rows: how many there are, about. Exercises and merged calls are left out.
    """
    first, last = conn.execute(
        sa.select(sa.func.min(call.c.received_at), sa.func.max(call.c.received_at))
    ).one()
    if first is None:
        yield read_calls_where(conn, sa.false())
        return
    for start, end in _stretches(first, last, max(1, -(-rows // rows_a_chunk))):
        yield read_calls_where(conn, sa.and_(call.c.received_at >= start, call.c.received_at < end))


def _stretches(first: datetime, last: datetime, n: int) -> Iterator[tuple[datetime, datetime]]:
    end = last + timedelta(microseconds=1)
    step = (end - first) / n
    limits = [*(first + i * step for i in range(n)), end]
    return pairwise(limits)


def read_changed_calls(conn: sa.Connection, since_event_id: int) -> tuple[list[str], pl.DataFrame]:
    """Calls that any event after this one names, and those of them that count, as they are now."""
    changed = sa.select(event.c.call_id).where(
        event.c.id > since_event_id, event.c.call_id.is_not(None)
    )
    ids = sorted(set(conn.execute(changed).scalars()))
    return ids, read_calls_where(conn, call.c.id.in_(changed) if ids else sa.false())


def read_calls_where(conn: sa.Connection, which: sa.ColumnElement[Any]) -> pl.DataFrame:
    """Some calls as calls_of_tables gives them; exercises and merged calls are left out."""
    real = sa.select(*(call.c[n] for n in _CALL)).where(
        which, call.c.merged_into.is_(None), ~call.c.exercise
    )
    named = sa.select(call.c.id).where(which)
    parts = sa.select(*(response.c[n] for n in _RESPONSE)).where(response.c.call_id.in_(named))
    homes = sa.select(*(unit.c[n] for n in _UNIT))
    return calls_of_tables(*(query_frame(conn, q).lazy() for q in (real, parts, homes))).collect()
