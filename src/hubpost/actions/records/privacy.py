"""Persons: kept apart, shown masked, unmasked one at a time for a purpose, purged in time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa

from hubpost.model.records.change import Kind, Rules
from hubpost.model.records.personal import (
    Purpose,
    mask_name,
    mask_text,
    names_of,
    strip_id_numbers,
)
from hubpost.model.records.record import Record
from hubpost.model.records.roster import Staff
from hubpost.model.refused import Refused
from hubpost.storage.records import persons
from hubpost.storage.records.persons import Person
from hubpost.storage.transaction import Tx

R = TypeVar("R", bound=Record)
#: Fields in which people write what they like; a kind has some of them.
TEXTS = (
    "title", "cause", "place_text", "terms", "reason", "missing", "lesson", "outcome", "slip",
    "offer", "reply", "call_back", "measure",
)  # fmt: skip


def keep_person(
    tx: Tx, rules: Rules, kind: Kind, record_id: str, person: Person,
    *, retain_until: datetime | None = None,
) -> None:  # fmt: skip
    """Keep a person's name and contact with a record; identity numbers are not kept."""
    if not person.name.strip():
        raise Refused("field_missing", "Give the person's name.", fields="name")
    clean = Person(
        person.key,
        strip_id_numbers(person.name.strip()),
        strip_id_numbers(person.phone.strip()),
        strip_id_numbers(person.address.strip()),
    )
    persons.save_person(tx.conn, kind.name, record_id, clean, retain_until)
    tx.audit("person.keep", record_id, {"key": person.key})


def mask_records(conn: sa.Connection, records: Sequence[R]) -> list[R]:
    """Records as lists, searches and exports show them: persons of their own masked in the texts.

    Also telephone numbers. Whoever opens a case to correct it sees its texts as they are.
    """
    known = persons.list_names(conn, [r.id for r in records])
    return [_masked(r, known.get(r.id, ())) for r in records]


def _masked(record: R, entered: Sequence[str]) -> R:
    names = [n for one in entered for n in names_of(one)]
    names.sort(key=len, reverse=True)
    texts = ((f, getattr(record, f, "")) for f in TEXTS)
    changed: dict[str, Any] = {f: m for f, t in texts if t and (m := mask_text(t, names)) != t}
    if isinstance(record, Staff):
        # What a colleague is called is a name as well.
        changed["title"] = mask_name(record.title)
    return replace(record, **changed) if changed else record


def view_person(tx: Tx, record_id: str, key: str, purpose: str, reason: str = "") -> Person:
    """One person's details, for a purpose that is logged in the same commit.

    Raises Refused without a purpose, or when the details were purged or never kept.
    """
    if purpose not in set(Purpose):
        raise Refused(
            "purpose_missing", f"Say what for: one of {', '.join(Purpose)}. It will be logged."
        )
    found = persons.find_person(tx.conn, record_id, key)
    if found is None:
        gone = [t for t in persons.list_tombstones(tx.conn, record_id) if t.key == key]
        raise Refused(
            "person_purged" if gone else "person_unknown",
            f"These details were purged on {gone[0].at:%Y-%m-%d}."
            if gone
            else "No details are kept under this key.",
        )
    persons.log_view(
        tx.conn, at=tx.now, actor=tx.actor, record_id=record_id, key=key, purpose=purpose,
        reason=strip_id_numbers(reason.strip()),
    )  # fmt: skip
    tx.audit("person.view", record_id, {"key": key, "purpose": purpose})
    return found


def list_views(tx: Tx, record_id: str) -> list[persons.View]:
    """Who looked at the persons of a record; looking at the log is logged too."""
    tx.audit("person.views", record_id, {})
    return persons.list_views(tx.conn, record_id)


def start_retention(
    tx: Tx, rules: Rules, kind: Kind, record_id: str, begun: datetime | None
) -> None:
    """Set the timer after which a record's persons are purged; None stops it."""
    code = f"retain_person_{kind.name}"
    until = rules.deadline(code, begun).at if begun is not None and code in rules.clocks else None
    persons.set_retention(tx.conn, record_id, until)
