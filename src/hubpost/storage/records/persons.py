"""Names and contacts: kept apart, read masked, looked at for a purpose, purged in time."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hubpost.model.records.personal import mask_name, mask_phone
from hubpost.storage.records.tables import person_view, record_person, tombstone
from hubpost.storage.records.text_search import plain_text
from hubpost.storage.sealed import open_strict, open_value, seal_value
from hubpost.storage.vault import Vault, vault_of

_DETAILS = ("name", "phone", "address")


@dataclass(frozen=True, slots=True)
class Person:
    """A person of a record; key is what the record itself calls them."""

    key: str
    name: str
    phone: str = ""
    address: str = ""


def save_person(
    conn: sa.Connection, kind: str, record_id: str, person: Person, retain_until: datetime | None
) -> None:
    """Keep or replace a person's details."""
    t = record_person
    where = (t.c.record_id == record_id) & (t.c.key == person.key)
    conn.execute(t.delete().where(where))
    details = {
        name: seal_value(conn, t.name, name, getattr(person, name), record_id, person.key)
        for name in _DETAILS
    }
    indexes = blind_indexes(vault_of(conn), person)
    row = {"record_id": record_id, "key": person.key, "kind": kind, "retain_until": retain_until}
    conn.execute(t.insert().values(row | details | indexes))


def blind_indexes(vault: Vault, person: Person) -> dict[str, str]:
    """What stands beside a person's sealed details, so that the same person is found again."""
    return {
        "name_index": vault.blind("name", plain_text(person.name)),
        "phone_index": vault.blind("phone", re.sub(r"\D", "", person.phone)),
    }


def _opened(conn: sa.Connection, row: Any) -> Person:
    """The person of a row. Raises KeyMissing."""
    details = (
        open_strict(conn, record_person.name, name, getattr(row, name), row.record_id, row.key)
        for name in _DETAILS
    )
    return Person(row.key, *details)


def list_masked(conn: sa.Connection, record_id: str) -> list[Person]:
    """The persons of one record as everybody may see them; addresses are left out."""
    rows = conn.execute(
        sa.select(record_person)
        .where(record_person.c.record_id == record_id)
        .order_by(record_person.c.key)
    )
    found = (_opened(conn, r) for r in rows)
    return [Person(p.key, mask_name(p.name), mask_phone(p.phone)) for p in found]


def list_names(conn: sa.Connection, record_ids: Sequence[str]) -> dict[str, list[str]]:
    """Names as entered, by record; only to mask texts with, never to show."""
    t, found = record_person, dict[str, list[str]]()
    for i in range(0, len(record_ids), 500):
        part = t.c.record_id.in_(record_ids[i : i + 500])
        for row in conn.execute(sa.select(t.c.record_id, t.c.key, t.c.name).where(part)):
            name = open_strict(conn, t.name, "name", row.name, row.record_id, row.key)
            found.setdefault(row.record_id, []).append(name)
    return found


def list_others(conn: sa.Connection, record_id: str, key: str) -> list[str]:
    """Names as entered of everybody else in a record; only to mask texts with, never to show."""
    t = record_person
    query = sa.select(t.c.key, t.c.name).where(t.c.record_id == record_id, t.c.key != key)
    return [
        open_strict(conn, t.name, "name", row.name, record_id, row.key)
        for row in conn.execute(query)
    ]


def index_of(conn: sa.Connection, person: Person) -> dict[str, str]:
    """What a person's rows are found by, without reading any other's."""
    return blind_indexes(vault_of(conn), person)


def find_person(conn: sa.Connection, record_id: str, key: str) -> Person | None:
    """A person's full details, or None; only `actions.records.privacy` may hand them on."""
    t = record_person
    r = conn.execute(sa.select(t).where(t.c.record_id == record_id, t.c.key == key)).first()
    return None if r is None else _opened(conn, r)


def log_view(
    conn: sa.Connection, *, at: datetime, actor: str, record_id: str, key: str, purpose: str,
    reason: str,
) -> None:  # fmt: skip
    """Note who looked at whose details, and why."""
    conn.execute(
        person_view.insert().values(
            at=at,
            actor=actor,
            record_id=record_id,
            key=key,
            purpose=purpose,
            reason=seal_value(conn, "person_view", "reason", reason, record_id, key, actor),
        )
    )


@dataclass(frozen=True, slots=True)
class View:
    """One look at a person's details: who, when, what for."""

    at: datetime
    actor: str
    record_id: str
    key: str
    purpose: str
    reason: str


def list_views(conn: sa.Connection, record_id: str) -> list[View]:
    """Who looked at the persons of a record, oldest first."""
    t = person_view
    query = sa.select(t).where(t.c.record_id == record_id).order_by(t.c.id)
    return [_view(conn, row) for row in conn.execute(query)]


def _view(conn: sa.Connection, row: Any) -> View:
    place = (row.record_id, row.key, row.actor)
    reason = open_value(conn, "person_view", "reason", row.reason, *place)
    return View(row.at, row.actor, row.record_id, row.key, row.purpose, reason)


def set_retention(conn: sa.Connection, record_id: str, until: datetime | None) -> None:
    """Start, move or stop the timer of all persons of a record."""
    t = record_person
    conn.execute(t.update().where(t.c.record_id == record_id).values(retain_until=until))


def list_expired(conn: sa.Connection, now: datetime) -> list[tuple[str, str, str]]:
    """Persons whose time is over: (kind, record_id, key)."""
    t = record_person
    query = sa.select(t.c.kind, t.c.record_id, t.c.key).where(t.c.retain_until <= now)
    return [(r[0], r[1], r[2]) for r in conn.execute(query.order_by(t.c.record_id, t.c.key))]


def purge_person(
    conn: sa.Connection, kind: str, record_id: str, key: str, *, rule: str, at: datetime,
    actor: str,
) -> None:  # fmt: skip
    """Delete a person's details and leave a tombstone."""
    t = record_person
    conn.execute(t.delete().where(t.c.record_id == record_id, t.c.key == key))
    leave_tombstone(conn, kind, record_id, key, what="person", rule=rule, at=at, actor=actor)


def leave_tombstone(
    conn: sa.Connection, kind: str, record_id: str, key: str, *, what: str, rule: str,
    at: datetime, actor: str,
) -> None:  # fmt: skip
    """Say that something stood here and was purged."""
    conn.execute(
        tombstone.insert().values(
            record_id=record_id, key=key, kind=kind, what=what, rule=rule, at=at, actor=actor
        )
    )


def list_tombstones(conn: sa.Connection, record_id: str) -> list[sa.Row]:  # type: ignore[type-arg]
    """What was purged of a record."""
    t = tombstone
    return list(conn.execute(sa.select(t).where(t.c.record_id == record_id).order_by(t.c.id)))


def list_tombstones_by_rule(conn: sa.Connection, rule: str) -> list[sa.Row]:  # type: ignore[type-arg]
    """What was purged by one rule, oldest first."""
    t = tombstone
    return list(conn.execute(sa.select(t).where(t.c.rule == rule).order_by(t.c.id)))
