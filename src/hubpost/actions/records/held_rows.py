"""Rows of a workbook against the records they name: what is there, what would be different."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa

from hubpost.actions.records.privacy import mask_records
from hubpost.model.records.change import Kind, plain_record
from hubpost.model.records.record import Record
from hubpost.storage.records.bodies import open_record
from hubpost.storage.records.reading import STORED
from hubpost.storage.records.tables import record
from hubpost.tables.records_columns import list_columns

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Held:
    """A record that a row names, and the same as an export shows it."""

    record: Record
    shown: Record


def list_differences(
    kind: Kind, before: Held, row: Mapping[str, Any]
) -> tuple[tuple[str, Any, Any], ...]:
    """Fields in which a row says something else; blank cells and masks say nothing."""
    held, shown = plain_record(before.record), before.shown
    times = {c.field for c in list_columns(kind.name) if c.read == "time"}
    return tuple(
        (name, held[name], value)
        for name, value in row.items()
        if name != "id"
        and held[name] != value
        and getattr(shown, name) != value
        and not (name in times and _same_second(held[name], value))
    )


def _same_second(held: str | None, value: str) -> bool:
    """A spreadsheet shows whole seconds, by the county's clock."""
    if held is None:
        return False
    a, b = datetime.fromisoformat(held), datetime.fromisoformat(value)
    return a.replace(microsecond=0) == b.replace(microsecond=0)


def find_held(
    conn: sa.Connection, kind: Kind, rows: Sequence[Mapping[str, Any]]
) -> dict[str, Held]:
    """The records that rows name, each also as an export shows it."""
    found = _stored(conn, kind, rows)
    shown = mask_records(conn, list(found.values()))
    return {s.id: Held(found[s.id], s) for s in shown}


def _stored(
    conn: sa.Connection, kind: Kind, rows: Sequence[Mapping[str, Any]]
) -> dict[str, Record]:
    ids = [str(r["id"]) for r in rows if r.get("id")]
    held: dict[str, Record] = {}
    for part in parts_of(ids, 500):
        query = sa.select(*STORED).where(record.c.id.in_(part), record.c.kind == kind.name)
        for row in conn.execute(query):
            one = open_record(conn, kind, row)
            held[one.id] = one
    return held


def parts_of(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The values in parts of a size."""
    return (values[i : i + size] for i in range(0, len(values), size))
