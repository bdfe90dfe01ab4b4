"""Deleting for good: texts overwritten in records and events, files rewritten without them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from hubpost.storage.records.bodies import open_change, seal_body, seal_change
from hubpost.storage.records.tables import record, record_event, tombstone
from hubpost.storage.records.text_search import index_texts


def list_old_records(
    conn: sa.Connection, closed_before: datetime, limit: int
) -> list[tuple[str, str]]:
    """Records closed before a moment whose texts were not purged yet: (kind, id)."""
    done = sa.select(tombstone.c.record_id).where(tombstone.c.what == "texts")
    query = (
        sa.select(record.c.kind, record.c.id)
        .where(record.c.closed_at < closed_before, record.c.id.not_in(done))
        .order_by(record.c.closed_at)
        .limit(limit)
    )
    return [(r[0], r[1]) for r in conn.execute(query)]


def overwrite_texts(
    conn: sa.Connection,
    record_id: str,
    body: str,
    blank: Callable[[dict[str, Any]], dict[str, Any]],
) -> None:
    """Replace a record's body, blank the same fields in its events, and take it out of search."""
    sealed = seal_body(conn, record_id, body)
    conn.execute(record.update().where(record.c.id == record_id).values(body=sealed))
    events = conn.execute(
        sa.select(record_event).where(record_event.c.record_id == record_id)
    ).all()
    for event in events:
        fields = blank(open_change(conn, event))
        text = msgspec.json.encode(fields).decode()
        conn.execute(
            record_event.update()
            .where(record_event.c.id == event.id)
            .values(body=seal_change(conn, record_id, event.version, text))
        )
    row = conn.execute(
        sa.select(record.c.seq, record.c.kind, record.c.number).where(record.c.id == record_id)
    ).one()
    index_texts(conn, [(row.seq, row.kind, row.number)], new=False)
