"""Opening and changing records: event, projection, search index and audit row in one commit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from hubpost.actions.identity.stays import follow_staff
from hubpost.actions.records.extra_fields import require_known_fields
from hubpost.actions.records.task_evidence import prove_tasks
from hubpost.model.records.change import Change, Kind, Rules, change_record
from hubpost.model.records.record import Record
from hubpost.model.refused import Refused
from hubpost.storage.records.reading import find_record, get_record
from hubpost.storage.records.writing import Written, save_record, take_numbers
from hubpost.storage.transaction import Tx


def open_record(
    tx: Tx,
    rules: Rules,
    kind: Kind,
    move: str,
    put: Mapping[str, Any],
    *,
    at: datetime | None = None,
) -> Record:
    """Open a record; put may hold an `id` of the sender's, so that one sent twice is taken once.

    at: when the matter began, now unless it is entered late.
    """
    when = at or tx.now
    if when > tx.now:
        raise Refused("time_ahead", f"{when.isoformat()} lies ahead of the clock.")
    known = find_record(tx.conn, kind, str(put["id"])) if put.get("id") else None
    if known is not None:
        return known
    year = when.astimezone(rules.zone).year
    number = take_numbers(tx.conn, kind.name, year)
    facts = {
        **put,
        "id": str(put.get("id") or uuid4().hex),
        "number": f"{kind.prefix}{year}-{number:05d}",
    }
    require_known_fields(rules, kind, facts, tx.now)
    change = Change(move, when, tx.actor, facts)
    return _keep(tx, rules, kind, None, change_record(kind, None, change, rules), change)


def move_record(
    tx: Tx,
    rules: Rules,
    kind: Kind,
    record_id: str,
    move: str,
    put: Mapping[str, Any] | None = None,
    *,
    add: Mapping[str, tuple[Any, ...]] | None = None,
    was: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> Record:
    """Make a move with a record.

    was: what the sender's form showed in the fields it sets: others' later entries there refuse
    this one, entries elsewhere stay. Raises Refused.
    """
    when = at or tx.now
    if when > tx.now:
        raise Refused("time_ahead", f"{when.isoformat()} lies ahead of the clock.")
    require_known_fields(rules, kind, put or {}, tx.now)
    before = get_record(tx.conn, kind, record_id)
    change = Change(move, when, tx.actor, put or {}, add or {}, was)
    return _keep(tx, rules, kind, before, change_record(kind, before, change, rules), change)


def _keep(
    tx: Tx, rules: Rules, kind: Kind, before: Record | None, after: Record, change: Change
) -> Record:
    save_record(
        tx.conn,
        kind,
        Written(before, after, change.move, change.at),
        actor=tx.actor,
        now=tx.now,
    )
    tx.audit(f"{kind.name}.{change.move}", after.id, {"version": after.version})
    follow_staff(tx, before, after)
    prove_tasks(tx, rules, kind.name, after, change.move, opened=before is None)
    return after
