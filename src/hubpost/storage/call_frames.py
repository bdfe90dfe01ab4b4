"""The call table as columns in one go, for a report: as it is now, or as it stood at an instant."""

from datetime import datetime

import polars as pl
import sqlalchemy as sa

from hubpost.evaluation.call_events import calls_of_events
from hubpost.storage.call_chunks import read_calls_where
from hubpost.storage.schema import event, unit
from hubpost.storage.sealed_events import event_row


def read_call_frame(conn: sa.Connection) -> pl.DataFrame:
    """Calls as calls_of_tables gives them; exercises and merged calls are left out."""
    return read_calls_where(conn, sa.true())


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
