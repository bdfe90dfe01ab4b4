"""Changing a record: one pure function, refusing what its table or its rules do not permit."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from hubpost.model.records.machine import Machine
from hubpost.model.records.personal import strip_id_numbers
from hubpost.model.records.record import KEPT, Record
from hubpost.model.records.work_calendar import Clock, Deadline, WorkCalendar, find_deadline
from hubpost.model.refused import Refused


@dataclass(frozen=True, slots=True)
class Rules:
    """What the law and the county's lists say: clocks by code, the calendar, the zone, lists."""

    clocks: Mapping[str, Clock]
    calendar: WorkCalendar
    zone: ZoneInfo
    lists: Mapping[str, tuple[Mapping[str, str], ...]] = field(default_factory=dict)

    def deadline(self, code: str, start: datetime) -> Deadline:
        """When the period of this code, begun at an instant, is over. Raises KeyError."""
        return find_deadline(self.clocks[code], start, self.calendar, self.zone)


@dataclass(frozen=True, slots=True)
class Change:
    """What someone wants done to a record.

    put: fields to set, as plain values. add: items to append to list fields; two people may
    both append. was: what the editor's form showed in the fields it sets; None when the move
    itself is guard enough.
    """

    move: str
    at: datetime
    actor: str = ""
    put: Mapping[str, Any] = field(default_factory=dict)
    add: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    was: Mapping[str, Any] | None = None


#: Where msgspec says what was wrong: `… - at `$.people_count``.
_FIELD_IN = re.compile(r"at `\$\.(\w+)")
#: Sees the record before (None when new) and after, and gives the record as it shall be kept.
Rule = Callable[[Any, Any, Change, Rules], Any]


def keep(before: Record | None, after: Record, change: Change, rules: Rules) -> Record:
    """The rule of kinds that have none."""
    return after


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record: its type, its table of moves, its rule, and what is searched in it.

    prefix: begins the number shown to people. texts: fields that full-text search reads.
    private: free-text fields, cleared when the record is purged.
    """

    type: type[Record]
    machine: Machine
    prefix: str
    rule: Rule = keep
    texts: tuple[str, ...] = ("title",)
    private: tuple[str, ...] = ("title",)

    @property
    def name(self) -> str:
        return self.machine.kind


def change_record(kind: Kind, record: Record | None, change: Change, rules: Rules) -> Record:
    """The record after a change; the one given is left as it was.

    A new record is made of `change.put`, which then must hold its id.
    Raises Refused when the move is not permitted, a field is wrong or missing, or someone else
    has meanwhile changed a field that this change sets.
    """
    state = record.state if record else ""
    move = kind.machine.get_move(state, change.move)
    _refuse_kept(kind, record, change)
    if record is not None and change.was is not None:
        _refuse_conflicts(record, change)
    if record is not None and change.at < record.opened_at:
        raise Refused(
            "time_runs_backwards",
            f"{change.move} at {change.at.isoformat()} is before the record was opened, "
            f"{record.opened_at.isoformat()}. Correct the time.",
        )
    plain = _merged(record, change)
    plain["state"] = move.target if move.target is not None else state
    plain["version"] = (record.version if record else 0) + 1
    changed = kind.rule(record, _typed(kind, plain), change, rules)
    missing = [n for n in move.needs if getattr(changed, n) in ("", None, (), 0)]
    if missing:
        raise Refused(
            "field_missing",
            f"To {move.name} a {kind.name}, fill in {', '.join(missing)}.",
            move=move.name,
            fields=", ".join(missing),
        )
    result: Record = changed
    return result


def plain_record(record: Record) -> dict[str, Any]:
    """The record's fields as plain JSON values."""
    # By way of JSON, so that lists are lists as a form or a file would send them.
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(record))
    return plain


def typed_record(kind: Kind, plain: Mapping[str, Any]) -> Record:
    """The record of plain values. Raises Refused when one is of the wrong type."""
    return _typed(kind, plain)


def close(record: Record, at: datetime) -> Record:
    """The record with nothing more due."""
    return replace(record, due_at=None, closed_at=at)


def field_names(kind: Kind) -> tuple[str, ...]:
    """All fields of a kind, the common ones first."""
    return _names_of(kind.type)  # type: ignore[arg-type]


@cache
def _names_of(record_type: type[Record]) -> tuple[str, ...]:
    return tuple(f.name for f in fields(record_type))


def _merged(record: Record | None, change: Change) -> dict[str, Any]:
    plain: dict[str, Any] = plain_record(record) if record else {"opened_at": change.at}
    plain.update({name: _clean(value) for name, value in change.put.items()})
    for name, items in change.add.items():
        plain[name] = [*plain.get(name, ()), *(_clean(i) for i in items)]
    return plain


def _clean(value: Any) -> Any:
    # A StrEnum is a str, too; the plain ones are by far the most.
    if type(value) is str:
        return strip_id_numbers(value.strip())
    if value is None or type(value) in (int, float, bool):
        return value
    value = msgspec.to_builtins(value)
    if isinstance(value, str):
        return strip_id_numbers(value.strip())
    if isinstance(value, dict):
        return {k: _clean(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(v) for v in value]
    return value


def _typed(kind: Kind, plain: Mapping[str, Any]) -> Record:
    try:
        typed: Record = msgspec.convert(plain, kind.type)
    except msgspec.ValidationError as error:
        named = _FIELD_IN.search(str(error))
        said = f"A {kind.name} was not taken: {error}."
        if named is None:
            raise Refused("field_wrong", said) from error
        raise Refused("field_untyped", said, fields=named[1]) from error
    return typed


def _refuse_kept(kind: Kind, record: Record | None, change: Change) -> None:
    known = field_names(kind)
    allowed_kept = {"id", "number", "batch_id"} if record is None else set()
    for name in (*change.put, *change.add):
        if name not in known or (name in KEPT and name not in allowed_kept):
            raise Refused(
                "field_unknown", f"A {kind.name} has no field {name} to fill in.", field=name
            )


def _refuse_conflicts(record: Record, change: Change) -> None:
    plain, was = plain_record(record), change.was or {}
    theirs = {
        name: plain[name]
        for name, mine in change.put.items()
        if name in was
        and plain[name] != msgspec.to_builtins(was[name])
        and plain[name] != _clean(mine)
    }
    if theirs:
        raise Refused(
            "edit_conflict",
            f"Someone else has meanwhile changed {', '.join(theirs)}. "
            "Look at their entry, then save again.",
            fields=", ".join(theirs),
            theirs=msgspec.json.encode(theirs).decode(),
        )
