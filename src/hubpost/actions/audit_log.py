"""Reading the audit log: a page of it, whether it is whole, a checkpoint to keep elsewhere.

Each of these is itself a row of the log.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from hubpost.storage.audit_chain import find_broken_row, last_seal
from hubpost.storage.schema import audit
from hubpost.storage.store import Store

PAGE = 100


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What a list of the log is narrowed to; "" means any. before: rows older than this id."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    before: int = 0


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The chain as it was found at a moment: so many rows, the seal of the last, what is wrong.

    broken: in words, "" when every row is as it was written.
    """

    at: datetime
    rows: int
    seal: str
    broken: str


def read_log(store: Store, wanted: LogFilter, *, actor: str) -> list[sa.Row[Any]]:
    """A page of the log, newest first; who looked, and for what, is logged first."""
    facts = {k: v for k in ("actor", "action", "subject") if (v := getattr(wanted, k))}
    store.write(lambda tx: tx.audit("log.view", "", facts), actor=actor)
    query = sa.select(audit).order_by(audit.c.id.desc()).limit(PAGE)
    for name in ("actor", "action", "subject"):
        if value := getattr(wanted, name):
            query = query.where(audit.c[name] == value)
    if wanted.before > 0:
        query = query.where(audit.c.id < wanted.before)
    return store.read(lambda conn: list(conn.execute(query)))


def make_checkpoint(store: Store, *, actor: str) -> Checkpoint:
    """Verify the whole chain; the checkpoint ends with the row that tells of its making.

    A chain cut short later lacks the row whose seal was printed here.
    """
    store.write(lambda tx: tx.audit("log.checkpoint", "", {}), actor=actor)

    def look(conn: sa.Connection) -> tuple[tuple[int, str] | None, tuple[int, str]]:
        return find_broken_row(conn), last_seal(conn)

    broken, (rows, seal) = store.read(look)
    return Checkpoint(store.now(), rows, seal, broken[1] if broken else "")


def note_of(point: Checkpoint, broken: Sequence[str] = ()) -> str:
    """A checkpoint as the file in which it is kept elsewhere; with what is broken, as sent."""
    facts = {"at": point.at.isoformat(), "rows": point.rows, "seal": point.seal}
    return json.dumps({**facts, "broken": list(broken)} if broken else facts) + "\n"


def read_notes(folder: Path) -> list[tuple[str, int, str]]:
    """The checkpoints kept in a folder: file, rows, seal. Raises ValueError for one unreadable."""
    found = []
    for file in sorted(folder.glob("checkpoint-*.json")):
        try:
            held = json.loads(file.read_text("utf-8"))
            found.append((file.name, int(held["rows"]), str(held["seal"])))
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{file} is no checkpoint ({error}). Look who changed it.") from error
    return found


def find_unmet(conn: sa.Connection, notes: Sequence[tuple[str, int, str]]) -> list[str]:
    """Which noted seals the log no longer has, in words: it was cut short or written anew."""
    unmet = []
    for file, rows, seal in notes:
        held = conn.execute(sa.select(audit.c.hash).where(audit.c.id == rows)).scalar()
        if held is None:
            unmet.append(f"row {rows}, noted in {file}, is gone: the log was cut short")
        elif held != seal:
            unmet.append(f"row {rows} is not the one noted in {file}: the log was written anew")
    return unmet
