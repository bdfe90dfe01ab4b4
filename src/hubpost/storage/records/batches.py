"""Imports as kept: which file, what it brought in, and taking it back."""

from datetime import datetime

import sqlalchemy as sa

from hubpost.storage.records.links import list_links, save_link
from hubpost.storage.records.tables import record, record_batch, record_event
from hubpost.storage.records.text_search import unindex


def save_batch(
    conn: sa.Connection, batch_id: str, kind: str, *, file: str, sha256: str, rows: int,
    at: datetime, actor: str,
) -> None:  # fmt: skip
    """Note that an import has begun."""
    values = {"id": batch_id, "kind": kind, "file": file, "sha256": sha256, "rows": rows}
    conn.execute(record_batch.insert().values(**values, state="running", at=at, actor=actor))


def set_batch_state(conn: sa.Connection, batch_id: str, state: str) -> None:
    """running, done or undone."""
    t = record_batch
    conn.execute(t.update().where(t.c.id == batch_id).values(state=state))


def find_batch(conn: sa.Connection, batch_id: str) -> sa.Row | None:  # type: ignore[type-arg]
    """An import, or None."""
    return conn.execute(sa.select(record_batch).where(record_batch.c.id == batch_id)).first()


def list_batches(conn: sa.Connection) -> list[sa.Row]:  # type: ignore[type-arg]
    """All imports, newest first."""
    return list(conn.execute(sa.select(record_batch).order_by(record_batch.c.at.desc())))


def note_batch_change(
    conn: sa.Connection, batch_id: str, kind: str, record_id: str, version: int, at: datetime,
    actor: str,
) -> None:  # fmt: skip
    """Note that an import changed a record, and to which version."""
    save_link(
        conn, ("batch", batch_id), (kind, record_id), f"changed:{version}", at=at, actor=actor
    )


def list_batch_changes(conn: sa.Connection, batch_id: str) -> list[tuple[str, int]]:
    """Records an import changed, with the version it made."""
    links = list_links(conn, "batch", batch_id)
    return [(ref[1], int(relation.split(":")[1])) for relation, ref in links]


def take_back_new(conn: sa.Connection, batch_id: str, limit: int) -> int:
    """Remove up to so many records that an import made and nobody has touched; how many."""
    rows = conn.execute(
        sa.select(record.c.seq, record.c.id)
        .where(record.c.batch_id == batch_id, record.c.version == 1)
        .limit(limit)
    ).all()
    for i in range(0, len(rows), 500):
        part = rows[i : i + 500]
        ids = [r.id for r in part]
        unindex(conn, [r.seq for r in part])
        conn.execute(record.delete().where(record.c.id.in_(ids)))
        conn.execute(record_event.delete().where(record_event.c.record_id.in_(ids)))
    return len(rows)
