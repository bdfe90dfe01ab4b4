"""Bringing records in from a workbook: a preview of what will change, in small steps, undoable."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from time import perf_counter
from typing import Any, TypeVar
from uuid import uuid4

import sqlalchemy as sa

from hubpost.actions.records.held_rows import find_held, list_differences
from hubpost.model.records.change import (
    Change,
    Kind,
    Rules,
    change_record,
    typed_record,
)
from hubpost.model.records.kinds import KINDS
from hubpost.model.records.machine import NOTHING
from hubpost.model.records.record import Record
from hubpost.model.refused import Refused
from hubpost.storage.records.batches import (
    find_batch,
    list_batch_changes,
    note_batch_change,
    save_batch,
    set_batch_state,
    take_back_new,
)
from hubpost.storage.records.reading import find_record, list_history
from hubpost.storage.records.tables import record
from hubpost.storage.records.text_search import count_anew, settle_index
from hubpost.storage.records.writing import Written, save_new_records, save_record, take_numbers
from hubpost.storage.transaction import Tx
from hubpost.tables.records_columns import IMPORTABLE

T = TypeVar("T")
#: Runs an action in a transaction of its own; `Store.write` with the actor filled in.
Write = Callable[[Callable[[Tx], T]], T]
#: Rows of a step at most, and at the first; calls that come in meanwhile wait for one at most.
STEP, FIRST_STEP, LEAST_STEP = 1_000, 200, 50
#: How long a step shall take: the next one has as many rows as the last one's pace allows.
STEP_S = 0.1
#: Characters of one text at most, as on the forms.
MOST_TEXT = 2_000
_SHOWN = 50


@dataclass(frozen=True, slots=True)
class RowChange:
    """One record that a row would change: field, what stands there, what the row says."""

    row: int
    id: str
    version: int
    fields: tuple[tuple[str, Any, Any], ...]


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What an import would do; nothing is written yet. problems are rows that would be refused."""

    kind: str
    new: int
    changed: tuple[RowChange, ...]
    same: int
    problems: tuple[tuple[int, Refused], ...]
    problem_count: int


@dataclass(frozen=True, slots=True)
class ImportDone:
    """A batch as brought in, or taken back; conflicts were changed by someone meanwhile."""

    batch_id: str
    new: int
    changed: int
    conflicts: tuple[str, ...]


def preview_import(
    conn: sa.Connection, rules: Rules, kind_name: str, rows: Sequence[Mapping[str, Any]],
    numbers: Sequence[int], now: datetime,
) -> ImportPreview:  # fmt: skip
    """What the rows of a workbook would change. Raises Refused for a kind not brought in so."""
    kind = _importable(kind_name)
    held = find_held(conn, kind, rows)
    new, same, changed, problems = 0, 0, [], []
    first_in: dict[str, int] = {}
    for number, row in zip(numbers, rows, strict=True):
        before = held.get(str(row.get("id") or ""))
        try:
            _require_fit(row, number, first_in)
            if before is None:
                _make_new(kind, rules, row, "preview", "x", "preview", now)
                new += 1
                continue
            fields = list_differences(kind, before, row)
            if fields:
                held_now = before.record
                change_record(kind, held_now, _edit(fields, "preview", now), rules)
                changed.append(RowChange(number, held_now.id, held_now.version, fields))
            else:
                same += 1
        except Refused as refusal:
            problems.append((number, refusal))
    return ImportPreview(
        kind_name, new, tuple(changed), same, tuple(problems[:_SHOWN]), len(problems)
    )


def import_rows(
    write: Write[Any], rules: Rules, preview: ImportPreview, rows: Sequence[Mapping[str, Any]],
    *, file: str, sha256: str,
) -> ImportDone:  # fmt: skip
    """Bring in what a preview showed, in steps; a batch that breaks off is undone like any other.

    A record that someone changed after the preview is left alone and named as a conflict.
    Raises Refused while the preview has problems.
    """
    if preview.problem_count:
        raise Refused(
            "import_problems",
            f"{preview.problem_count} rows have problems. Correct them, then preview again.",
        )
    kind, batch_id = _importable(preview.kind), uuid4().hex
    write(lambda tx: _begin(tx, kind, batch_id, file, sha256, len(rows)))
    seen = {c.id: c for c in preview.changed}
    new = changed = 0
    conflicts: list[str] = []
    at, size = 0, min(FIRST_STEP, STEP)
    while at < len(rows):
        part, begin = rows[at : at + size], perf_counter()
        made, edited, clashed = write(
            partial(_step, rules=rules, kind=kind, batch_id=batch_id, rows=part, seen=seen)
        )
        at, size = at + len(part), next_step(len(part), perf_counter() - begin)
        new, changed = new + made, changed + edited
        conflicts += clashed
    _finish(write, batch_id, "done", new + changed)
    return ImportDone(batch_id, new, changed, tuple(conflicts))


def undo_import(write: Write[Any], rules: Rules, batch_id: str) -> ImportDone:
    """Take a batch back: its new records go, its changes are set to what stood before.

    A record that someone has worked on since is left alone and named as a conflict.
    """
    found = write(lambda tx: find_batch(tx.conn, batch_id))
    if found is None or found.state == "undone":
        raise Refused("batch_unknown", "There is no such import, or it was undone before.")
    kind = _importable(found.kind)
    removed = 0
    while count := write(lambda tx: take_back_new(tx.conn, batch_id, STEP)):
        removed += count
    restored, conflicts = write(lambda tx: _restore(tx, kind, batch_id))
    left = write(lambda tx: _left(tx, batch_id))
    _finish(write, batch_id, "undone", removed + restored)
    return ImportDone(batch_id, removed, restored, (*conflicts, *left))


def next_step(rows: int, took_s: float) -> int:
    """Rows of the next step, by how long the last one took; at most twice as many."""
    fitting = int(rows * STEP_S / max(took_s, 1e-6))
    return min(STEP, max(LEAST_STEP, min(fitting, 2 * rows)))


def _finish(write: Write[Any], batch_id: str, state: str, rows: int) -> None:
    """Note the end, and settle the tables in turns of their own: calls wait for one at most."""
    write(lambda tx: _end(tx, batch_id, state, rows))
    write(lambda tx: count_anew(tx.conn, "record"))
    write(lambda tx: count_anew(tx.conn, "record_text"))


def _importable(name: str) -> Kind:
    if name not in IMPORTABLE:
        raise Refused(
            "kind_unknown", f"Expected one of {', '.join(IMPORTABLE)} to bring in, came {name!r}."
        )
    return KINDS[name]


def _begin(tx: Tx, kind: Kind, batch_id: str, file: str, sha256: str, rows: int) -> None:
    save_batch(
        tx.conn, batch_id, kind.name, file=file, sha256=sha256, rows=rows, at=tx.now,
        actor=tx.actor,
    )  # fmt: skip
    tx.audit("import.begin", batch_id, {"kind": kind.name, "file": file, "sha256": sha256})


def _end(tx: Tx, batch_id: str, state: str, rows: int) -> None:
    set_batch_state(tx.conn, batch_id, state)
    settle_index(tx.conn)
    tx.audit(f"import.{state}", batch_id, {"rows": rows})


def _step(
    tx: Tx, rules: Rules, kind: Kind, batch_id: str, rows: Sequence[Mapping[str, Any]],
    seen: Mapping[str, RowChange],
) -> tuple[int, int, list[str]]:  # fmt: skip
    held = find_held(tx.conn, kind, rows)
    fresh = [r for r in rows if str(r.get("id") or "") not in held]
    new = _write_new(tx, rules, kind, batch_id, fresh)
    edited, conflicts = 0, []
    for row in rows:
        known = held.get(str(row.get("id") or ""))
        fields = list_differences(kind, known, row) if known is not None else ()
        if known is None or not fields:
            continue
        before = known.record
        if before.id not in seen or seen[before.id].version != before.version:
            conflicts.append(before.id)
            continue
        after = change_record(kind, before, _edit(fields, tx.actor, tx.now), rules)
        written = Written(before, after, "edit", tx.now)
        save_record(tx.conn, kind, written, actor=tx.actor, now=tx.now)
        note_batch_change(tx.conn, batch_id, kind.name, after.id, after.version, tx.now, tx.actor)
        edited += 1
    settle_index(tx.conn)
    return new, edited, conflicts


def _write_new(
    tx: Tx, rules: Rules, kind: Kind, batch_id: str, rows: Sequence[Mapping[str, Any]]
) -> int:
    if not rows:
        return 0
    year = tx.now.astimezone(rules.zone).year
    first = take_numbers(tx.conn, kind.name, year, len(rows))
    written = []
    for i, row in enumerate(rows):
        number = f"{kind.prefix}{year}-{first + i:05d}"
        made = _make_new(kind, rules, row, batch_id, number, tx.actor, tx.now)
        written.append(Written(None, made, _opening(kind), made.opened_at))
    save_new_records(tx.conn, kind, written, actor=tx.actor, now=tx.now)
    return len(written)


def _make_new(
    kind: Kind, rules: Rules, row: Mapping[str, Any], batch_id: str, number: str, actor: str,
    now: datetime,
) -> Record:  # fmt: skip
    at = datetime.fromisoformat(row["opened_at"])
    if at > now:
        raise Refused("time_ahead", f"{row['opened_at']} lies ahead of the clock.")
    # Ids of a batch follow each other, so that its rows go to one place of each index.
    put = {"id": f"{batch_id}-{number}", **row, "number": number, "batch_id": batch_id}
    return change_record(kind, None, Change(_opening(kind), at, actor, put), rules)


def _require_fit(row: Mapping[str, Any], number: int, first_in: dict[str, int]) -> None:
    """Each id once in a workbook, and no text longer than a page of a form."""
    row_id = str(row.get("id") or "")
    if row_id and first_in.setdefault(row_id, number) != number:
        raise Refused(
            "row_twice", f"The id {row_id} stands in row {first_in[row_id]} already.",
            row=str(first_in[row_id]),
        )  # fmt: skip
    for name, value in row.items():
        if isinstance(value, str) and len(value) > MOST_TEXT:
            raise Refused(
                "text_long", f"{name}: expected at most {MOST_TEXT} characters.",
                fields=name, most=str(MOST_TEXT), came=str(len(value)),
            )  # fmt: skip


def _opening(kind: Kind) -> str:
    return next(m.name for m in kind.machine.moves if NOTHING in m.sources)


def _edit(fields: Sequence[tuple[str, Any, Any]], actor: str, at: datetime) -> Change:
    return Change("edit", at, actor, {name: new for name, _, new in fields})


def _restore(tx: Tx, kind: Kind, batch_id: str) -> tuple[int, list[str]]:
    restored, conflicts = 0, []
    for record_id, version in list_batch_changes(tx.conn, batch_id):
        now = find_record(tx.conn, kind, record_id)
        if now is None or now.version != version:
            conflicts.append(record_id)
            continue
        plain: dict[str, Any] = {}
        for row in list_history(tx.conn, record_id):
            if row.version < version:
                plain.update(row.changed)
        back = typed_record(kind, {**plain, "version": version + 1})
        save_record(
            tx.conn, kind, Written(now, back, "undo_import", tx.now), actor=tx.actor, now=tx.now
        )
        restored += 1
    return restored, conflicts


def _left(tx: Tx, batch_id: str) -> list[str]:
    """New records of a batch that were worked on since, and so stay."""
    query = sa.select(record.c.id).where(record.c.batch_id == batch_id)
    return list(tx.conn.execute(query).scalars())
