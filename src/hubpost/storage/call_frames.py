"""The call table as columns in one go, for a report: as it is now, or as it stood at an instant."""

import io
from datetime import datetime
from typing import Any

import polars as pl
import sqlalchemy as sa

from hubpost.evaluation.call_events import calls_of_events
from hubpost.evaluation.call_frame import UTC, calls_of_tables
from hubpost.storage.schema import UtcTime, call, event, response, unit
from hubpost.storage.sealed_events import event_row

#: What figures read of a call; no text, no caller.
_CALL = (
    "id", "number", "received_at", "station_id", "area_id", "category", "priority", "lon", "lat",
    "exercise", "struck_through", "closed_at",
)  # fmt: skip
_RESPONSE = (
    "call_id", "idx", "unit_id", "assigned_at", "predicted_arrival_at", "enroute_at", "arrived_at",
)  # fmt: skip
_UNIT = ("id", "station_id")
_KINDS: dict[type, pl.DataType] = {
    sa.Text: pl.String(), sa.Integer: pl.Int64(), sa.Float: pl.Float64(), sa.Boolean: pl.Boolean(),
}  # fmt: skip


def read_call_frame(conn: sa.Connection) -> pl.DataFrame:
    """Calls as calls_of_tables gives them; exercises and merged calls are left out."""
    real = call.c.merged_into.is_(None) & ~call.c.exercise
    chosen = sa.select(*(call.c[n] for n in _CALL)).where(real)
    parts = sa.select(*(response.c[n] for n in _RESPONSE))
    homes = sa.select(*(unit.c[n] for n in _UNIT))
    frames = [_frame(conn, q).lazy() for q in (chosen, parts, homes)]
    return calls_of_tables(*frames).collect()


def read_call_frame_as_of(conn: sa.Connection, cutoff: datetime) -> pl.DataFrame:
    """The same as it stood at an instant: by the events that had been recorded before it.

    Calls that no later event names stand as they do today; the others are told anew.
    """
    later = sa.select(event.c.call_id).where(
        event.c.recorded_at >= cutoff, event.c.call_id.is_not(None)
    )
    touched = set(conn.execute(later).scalars())
    today = read_call_frame(conn)
    same = today.filter(~pl.col("id").is_in(list(touched)))
    told = _told(conn, cutoff, touched)
    return pl.concat([same, told.select(n for n in told.columns if n in same.columns)],
                     how="diagonal_relaxed")  # fmt: skip


def _told(conn: sa.Connection, cutoff: datetime, call_ids: set[str]) -> pl.DataFrame:
    query = (
        sa.select(event.c.id, event.c.kind, event.c.body, event.c.call_id)
        .where(event.c.recorded_at < cutoff, event.c.call_id.is_not(None))
        .order_by(event.c.id)
        .execution_options(yield_per=5_000)
    )
    events = (
        event_row(conn, row) for row in conn.execute(query) if row.call_id in call_ids
    )  # fmt: skip
    homes = {
        row.id: row.station_id for row in conn.execute(sa.select(unit.c.id, unit.c.station_id))
    }
    return calls_of_events(events, homes).filter(~pl.col("exercise"))


def _frame(conn: sa.Connection, query: sa.Select[*tuple[Any, ...]]) -> pl.DataFrame:
    """The rows of a query, typed; a million in seconds, so past the row objects of SQLAlchemy."""
    columns = list(query.selected_columns)
    schema = {c.name: _kind(c) for c in columns}
    if conn.dialect.name == "postgresql":
        return _copied(conn, query, schema)
    raw = {n: pl.String() if k == UTC else pl.Int64() if k == pl.Boolean() else k
           for n, k in schema.items()}  # fmt: skip
    rows = conn.exec_driver_sql(_sql(conn, query)).fetchall()
    frame = pl.DataFrame([tuple(r) for r in rows], schema=raw, orient="row")
    return frame.with_columns(
        pl.col(n).str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", time_zone="UTC")
        if k == UTC else pl.col(n).cast(k)
        for n, k in schema.items()
    )  # fmt: skip


def _copied(
    conn: sa.Connection,
    query: sa.Select[*tuple[Any, ...]],
    schema: dict[str, pl.DataType],
) -> pl.DataFrame:
    columns = [
        sa.cast(sa.extract("epoch", c) * 1_000_000, sa.BigInteger).label(c.name)
        if isinstance(c.type, UtcTime) else c
        for c in query.selected_columns
    ]  # fmt: skip
    text = _sql(conn, query.with_only_columns(*columns))
    raw = {n: pl.Int64() if k == UTC else pl.String() if k == pl.Boolean() else k
           for n, k in schema.items()}  # fmt: skip
    buffer = io.BytesIO()
    cursor: Any = conn.connection.cursor()
    with cursor, cursor.copy(f"COPY ({text}) TO STDOUT CSV") as rows:
        for block in rows:
            buffer.write(block)
    buffer.seek(0)
    if not buffer.getbuffer().nbytes:
        return pl.DataFrame(schema=schema)
    frame = pl.read_csv(buffer, has_header=False, schema=raw)
    return frame.with_columns(
        pl.col(n).cast(UTC) if k == UTC else (pl.col(n) == "t") if k == pl.Boolean() else pl.col(n)
        for n, k in schema.items()
    )


def _sql(conn: sa.Connection, query: sa.Select[*tuple[Any, ...]]) -> str:
    compiled = query.compile(conn.engine, compile_kwargs={"literal_binds": True})
    return str(compiled)


def _kind(column: sa.ColumnElement[object]) -> pl.DataType:
    if isinstance(column.type, UtcTime):
        return UTC
    return next(k for t, k in _KINDS.items() if isinstance(column.type, t))
