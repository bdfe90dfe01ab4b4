"""Retention: what is over is really deleted, and a tombstone says that it was."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from hubpost.model.records.change import Kind, Rules, plain_record, typed_record
from hubpost.model.records.kinds import KINDS
from hubpost.model.records.work_calendar import Clock, ClockUnit
from hubpost.storage.records.persons import leave_tombstone, list_expired, purge_person
from hubpost.storage.records.purging import list_old_records, overwrite_texts
from hubpost.storage.records.reading import get_record
from hubpost.storage.rewriting import rewrite_files
from hubpost.storage.store import Store
from hubpost.storage.transaction import Tx

#: What stands where a text was.
PURGED = "[已清除 purged]"
_RULE = "retain_record"
#: At most so many in one transaction, so that calls are not held up.
STEP = 500


@dataclass(frozen=True, slots=True)
class Purged:
    """How many persons and records' texts went; more: whether another round is needed."""

    persons: int
    records: int
    more: bool


def purge_expired(tx: Tx, rules: Rules) -> Purged:
    """Purge what is over by now: persons by their own timers, texts of records long closed."""
    expired = list_expired(tx.conn, tx.now)[:STEP]
    for kind, record_id, key in expired:
        purge_person(
            tx.conn, kind, record_id, key, rule=f"retain_person_{kind}", at=tx.now, actor=tx.actor
        )
    old = list_old_records(tx.conn, _closed_before(rules, tx.now), STEP)
    for kind_name, record_id in old:
        _purge_texts(tx, KINDS[kind_name], record_id)
    if expired or old:
        tx.audit("purge", tx.now.date().isoformat(), {"persons": len(expired), "records": len(old)})
    return Purged(len(expired), len(old), STEP in (len(expired), len(old)))


def _closed_before(rules: Rules, now: datetime) -> datetime:
    """Records closed before this are over: the latest moment whose period has ended by now."""
    clock: Clock = rules.clocks[_RULE]
    days = {ClockUnit.YEARS: 366, ClockUnit.MONTHS: 31, ClockUnit.DAYS: 1}.get(clock.unit, 1)
    moment = now - timedelta(days=days * clock.amount + 1)
    while rules.deadline(_RULE, moment + timedelta(days=1)).at <= now:
        moment += timedelta(days=1)
    return moment


def _purge_texts(tx: Tx, kind: Kind, record_id: str) -> None:
    """Blank a record's free texts, also in its events: the one case in which those are altered."""
    held = get_record(tx.conn, kind, record_id)
    blank = _blanked(kind, plain_record(held))
    blank["version"] = held.version
    after = typed_record(kind, blank)
    body = msgspec.json.encode(after).decode()
    overwrite_texts(tx.conn, record_id, body, lambda fields: _blanked(kind, fields))
    leave_tombstone(
        tx.conn, kind.name, record_id, "", what="texts", rule=_RULE, at=tx.now, actor=tx.actor
    )
    tx.audit(f"{kind.name}.purge", record_id, {})


def _blanked(kind: Kind, fields: dict[str, object]) -> dict[str, object]:
    """Free texts replaced, also the notes inside lists; blank ones stay blank."""
    blanked = dict(fields)
    for name in kind.private:
        if blanked.get(name):
            blanked[name] = PURGED
    for name, value in fields.items():
        if isinstance(value, list):
            blanked[name] = [
                {**item, "note": PURGED} if isinstance(item, dict) and item.get("note") else item
                for item in value
            ]
    if blanked.get("extra"):
        blanked["extra"] = {}
    return blanked


def clean_files(store: Store) -> None:
    """After a purge: no copy of what was deleted stays in the database's files."""
    rewrite_files(store.engine)
