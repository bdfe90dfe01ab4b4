"""Writing records: the event, the record as it stands, and the search index, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from hubpost.model.records.change import Kind, plain_record
from hubpost.model.records.record import Record
from hubpost.model.refused import Refused
from hubpost.storage.records.bodies import seal_body, seal_change
from hubpost.storage.records.bulk import insert_rows, stored_time
from hubpost.storage.records.tables import record, record_event, record_number
from hubpost.storage.records.text_search import index_texts

_ROW = (
    "seq", "id", "kind", "number", "state", "version", "station_id", "area_id", "owner_id",
    "category", "opened_at", "due_at", "closed_at", "synthetic", "batch_id", "body",
)  # fmt: skip
_EVENT = ("kind", "record_id", "version", "at", "recorded_at", "actor", "move", "body")
#: From so many rows at once on, the writer's page cache is worth enlarging.
_MANY = 100


@dataclass(frozen=True, slots=True)
class Written:
    """One change to write down: the record before (None when new) and after, and who did what."""

    before: Record | None
    after: Record
    move: str
    at: datetime


def save_record(
    conn: sa.Connection, kind: Kind, written: Written, *, actor: str, now: datetime
) -> None:
    """Write one change. Raises Refused when the record was changed since it was read."""
    after = written.after
    if written.before is None:
        save_new_records(conn, kind, [written], actor=actor, now=now)
        return
    done = conn.execute(
        record.update()
        .where(record.c.id == after.id, record.c.version == written.before.version)
        .values(_columns(conn, kind, after))
    )
    if done.rowcount != 1:
        raise Refused("edit_conflict", "The record was changed meanwhile. Look at it again.")
    conn.execute(record_event.insert().values(_event(conn, kind, written, actor, now)))
    if any(getattr(written.before, f) != getattr(after, f) for f in kind.texts):
        seq = conn.execute(sa.select(record.c.seq).where(record.c.id == after.id)).scalar_one()
        index_texts(conn, [(seq, kind.name, text_of(kind, after))], new=False)


def save_new_records(
    conn: sa.Connection, kind: Kind, new: Sequence[Written], *, actor: str, now: datetime
) -> None:
    """Write down many new records at once. Raises Refused when one of the ids is taken."""
    if len(new) >= _MANY and conn.dialect.name == "sqlite":
        # With SQLite's own 2 MB the pages of nine indexes would be read over and over.
        conn.exec_driver_sql("PRAGMA cache_size = -65536")
    first = (conn.execute(sa.select(sa.func.max(record.c.seq))).scalar() or 0) + 1
    bodies = [msgspec.json.encode(w.after).decode() for w in new]
    times = _Times(conn)
    try:
        insert_rows(conn, "record", _ROW, [
            _row(first + i, kind.name, w.after, seal_body(conn, w.after.id, bodies[i]), times)
        for i, w in enumerate(new)
        ])  # fmt: skip
    except sa.exc.IntegrityError as error:
        raise Refused("record_known", f"A {kind.name} of this id is already there.") from error
    # Of a new record all fields have changed: its first event is the record itself.
    recorded = times.stored(now)
    insert_rows(conn, "record_event", _EVENT, [
        (kind.name, w.after.id, w.after.version, times.stored(w.at), recorded, actor, w.move,
         seal_change(conn, w.after.id, w.after.version, body))
        for w, body in zip(new, bodies, strict=True)
    ])  # fmt: skip
    texts = [(first + i, kind.name, text_of(kind, w.after)) for i, w in enumerate(new)]
    index_texts(conn, texts, new=True)


def take_numbers(conn: sa.Connection, kind: str, year: int, count: int = 1) -> int:
    """Reserve so many numbers of a kind and year; the first of them, counted from 1."""
    table = record_number
    key = (table.c.kind == kind) & (table.c.year == year)
    last = conn.execute(sa.select(table.c.last).where(key)).scalar()
    if last is None:
        conn.execute(table.insert().values(kind=kind, year=year, last=count))
        return 1
    conn.execute(table.update().where(key).values(last=last + count))
    return int(last) + 1


def text_of(kind: Kind, after: Record) -> str:
    """What full-text search reads of a record."""
    return " ".join(filter(None, (after.number, *(getattr(after, f) for f in kind.texts))))


class _Times:
    """Instants as stored; a record opens, changes and closes at few different ones."""

    def __init__(self, conn: sa.Connection) -> None:
        self.conn = conn
        self._last: tuple[datetime | None, Any] = (None, None)

    def stored(self, at: datetime | None) -> Any:
        if at is not self._last[0]:
            self._last = at, stored_time(self.conn, at)
        return self._last[1]


def _row(seq: int, kind: str, r: Record, body: str, times: _Times) -> tuple[Any, ...]:
    return (
        seq, r.id, kind, r.number, r.state, r.version, r.station_id, r.area_id, r.owner_id,
        r.category, times.stored(r.opened_at), times.stored(r.due_at), times.stored(r.closed_at),
        r.synthetic, r.batch_id, body,
    )  # fmt: skip


def _columns(conn: sa.Connection, kind: Kind, after: Record) -> dict[str, Any]:
    return {
        "id": after.id,
        "kind": kind.name,
        "number": after.number,
        "state": after.state,
        "version": after.version,
        "station_id": after.station_id,
        "area_id": after.area_id,
        "owner_id": after.owner_id,
        "category": after.category,
        "opened_at": after.opened_at,
        "due_at": after.due_at,
        "closed_at": after.closed_at,
        "synthetic": after.synthetic,
        "batch_id": after.batch_id,
        "body": seal_body(conn, after.id, msgspec.json.encode(after).decode()),
    }


def _event(
    conn: sa.Connection, kind: Kind, written: Written, actor: str, now: datetime
) -> dict[str, Any]:
    return {
        "kind": kind.name,
        "record_id": written.after.id,
        "version": written.after.version,
        "at": written.at,
        "recorded_at": now,
        "actor": actor,
        "move": written.move,
        "body": seal_change(
            conn,
            written.after.id,
            written.after.version,
            msgspec.json.encode(changed_fields(written.before, written.after)).decode(),
        ),
    }


def changed_fields(before: Record | None, after: Record) -> dict[str, Any]:
    """The fields a change made different, with their new values; all of a new record's."""
    new = plain_record(after)
    old = plain_record(before) if before is not None else {}
    return {name: value for name, value in new.items() if name not in old or old[name] != value}
