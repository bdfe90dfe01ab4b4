"""Bodies of records and of their changes: sealed as they are stored, opened as they are read."""

from typing import Any

import msgspec
import sqlalchemy as sa

from hubpost.model.records.change import Kind
from hubpost.model.records.record import Record
from hubpost.storage.sealed import open_value, seal_value


def seal_body(conn: sa.Connection, record_id: str, body: str) -> str:
    """A record's body as it is stored."""
    return seal_value(conn, "record", "body", body, record_id)


def open_record(conn: sa.Connection, kind: Kind, row: Any) -> Record:
    """The record of a row with id and body, strictly typed. Raises KeyMissing."""
    body = open_value(conn, "record", "body", row.body, row.id)
    found: Record = msgspec.json.decode(body, type=kind.type)
    return found


def seal_change(conn: sa.Connection, record_id: str, version: int, body: str) -> str:
    """The fields of one change as they are stored."""
    return seal_value(conn, "record_event", "body", body, record_id, version)


def open_change(conn: sa.Connection, row: Any) -> dict[str, Any]:
    """The fields of a change's row with record_id, version and body. Raises KeyMissing."""
    body = open_value(conn, "record_event", "body", row.body, row.record_id, row.version)
    fields: dict[str, Any] = msgspec.json.decode(body)
    return fields
