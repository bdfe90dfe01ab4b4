"""Reading records: one, a list, a search, a history."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from hubpost.model.records.change import Kind
from hubpost.model.records.record import Record
from hubpost.model.refused import Refused
from hubpost.storage.records.bodies import open_change, open_record
from hubpost.storage.records.tables import record, record_event
from hubpost.storage.records.text_search import matching, plain_text
from hubpost.storage.records.writing import text_of
from hubpost.storage.sealing import KeyMissing

#: The most rows a list gives at once.
PAGE = 50
_SCAN = 400
#: What of a row is read to have the record.
STORED = (record.c.id, record.c.body)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; None and () mean any."""

    station_ids: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    owner_id: str | None = None
    area_id: str | None = None
    category: str | None = None
    opened_from: datetime | None = None
    opened_before: datetime | None = None
    due_before: datetime | None = None
    batch_id: str | None = None


ALL = Filters()


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One change of a record: who, when, what, and the fields it left."""

    version: int
    at: datetime
    recorded_at: datetime
    actor: str
    move: str
    changed: dict[str, Any]


def find_record(conn: sa.Connection, kind: Kind, record_id: str) -> Record | None:
    """The record of this kind and id, or None."""
    row = conn.execute(
        sa.select(*STORED).where(record.c.id == record_id, record.c.kind == kind.name)
    ).first()
    return None if row is None else open_record(conn, kind, row)


def get_record(conn: sa.Connection, kind: Kind, record_id: str) -> Record:
    """The record of this kind and id. Raises Refused."""
    found = find_record(conn, kind, record_id)
    if found is None:
        raise Refused("record_unknown", f"There is no {kind.name} {record_id}.", id=record_id)
    return found


def list_records(
    conn: sa.Connection,
    kind: Kind,
    filters: Filters = ALL,
    *,
    after: tuple[datetime, str] | None = None,
    limit: int = PAGE,
) -> list[Record]:
    """Records of a kind, newest first; `after` is opened_at and id of the last one seen."""
    query = sa.select(*STORED).where(record.c.kind == kind.name, *_conditions(filters))
    if after is not None:
        query = query.where(sa.tuple_(record.c.opened_at, record.c.id) < sa.tuple_(*_bound(after)))
    query = query.order_by(record.c.opened_at.desc(), record.c.id.desc()).limit(limit)
    return [open_record(conn, kind, row) for row in conn.execute(query)]


def list_due(
    conn: sa.Connection, kind: Kind, before: datetime, filters: Filters = ALL, *,
    limit: int = PAGE,
) -> list[Record]:  # fmt: skip
    """Records with something owed before an instant, the most urgent first."""
    query = (
        sa.select(*STORED)
        .where(record.c.kind == kind.name, record.c.due_at < before, *_conditions(filters))
        .order_by(record.c.due_at)
        .limit(limit)
    )
    return [open_record(conn, kind, row) for row in conn.execute(query)]


def search_records(
    conn: sa.Connection, kind: Kind, text: str, filters: Filters = ALL, *,
    limit: int = PAGE,
) -> list[Record]:  # fmt: skip
    """Records of a kind whose text holds each word of the query, newest first.

    Raises Refused when the query has no two characters side by side.
    """
    try:
        query = matching(conn, kind.name, text)
    except KeyMissing:
        raise
    except ValueError as error:
        raise Refused("query_short", str(error)) from error
    words, found = plain_text(text).split(), []
    query = query.with_only_columns(*STORED).where(*_conditions(filters))
    for row in conn.execution_options(yield_per=_SCAN).execute(query):
        one = open_record(conn, kind, row)
        if all(w in plain_text(text_of(kind, one)) for w in words):
            found.append(one)
        if len(found) == limit:
            break
    return found


def count_by(
    conn: sa.Connection, kind: Kind, column: str, filters: Filters = ALL,
) -> dict[str, int]:  # fmt: skip
    """Counts of records by one of their list columns."""
    key = record.c[column]
    query = (
        sa.select(key, sa.func.count())
        .where(record.c.kind == kind.name, *_conditions(filters))
        .group_by(key)
    )
    return {row[0]: row[1] for row in conn.execute(query)}


def list_history(conn: sa.Connection, record_id: str) -> list[HistoryRow]:
    """Every change of a record, oldest first."""
    query = (
        sa.select(record_event)
        .where(record_event.c.record_id == record_id)
        .order_by(record_event.c.version)
    )
    return [
        HistoryRow(r.version, r.at, r.recorded_at, r.actor, r.move, open_change(conn, r))
        for r in conn.execute(query)
    ]


def replay_record(conn: sa.Connection, kind: Kind, record_id: str) -> Record:
    """The record as its events alone make it."""
    plain: dict[str, Any] = {}
    for row in list_history(conn, record_id):
        plain.update(row.changed)
    return msgspec.convert(plain, kind.type)


def _conditions(filters: Filters) -> list[sa.ColumnElement[bool]]:
    equal = ("owner_id", "area_id", "category", "batch_id")
    found = [
        record.c[name] == getattr(filters, name)
        for name in equal
        if getattr(filters, name) is not None
    ]
    if filters.station_ids:
        found.append(record.c.station_id.in_(filters.station_ids))
    if filters.states:
        found.append(record.c.state.in_(filters.states))
    if filters.opened_from is not None:
        found.append(record.c.opened_at >= filters.opened_from)
    if filters.opened_before is not None:
        found.append(record.c.opened_at < filters.opened_before)
    if filters.due_before is not None:
        found.append(record.c.due_at < filters.due_before)
    return found


def _bound(after: tuple[datetime, str]) -> tuple[Any, Any]:
    at, record_id = after
    return sa.bindparam(None, at, record.c.opened_at.type), sa.bindparam(None, record_id)
