"""The audit log: append-only, each row sealed with the hash of the one before."""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hubpost.storage.schema import audit
from hubpost.storage.statements import SELECT_LAST_SEAL

#: What the first row is chained to.
GENESIS = "0" * 64
_PAGE = 5_000


def seal(
    previous_hash: str, row_id: int, at: datetime, actor: str, action: str, subject: str, body: str
) -> str:
    """SHA-256 over the row and the hash before it, as lowercase hex."""
    sealed = json.dumps(
        [previous_hash, row_id, at.isoformat(), actor, action, subject, body], ensure_ascii=False
    )
    return hashlib.sha256(sealed.encode()).hexdigest()


def find_broken_row(
    conn: sa.Connection, first_id: int = 1, last_id: int | None = None
) -> tuple[int, str] | None:
    """The first audit row that was changed, lost or moved, with what is wrong; None when sound.

    first_id, last_id: a stretch of the log, each end included; whether the row before it is sound
    is for another look to say. Rows cut off at the very end leave no trace in the chain itself:
    compare the last hash with one noted elsewhere (`last_seal`).
    """
    previous, expected_id = _hash_before(conn, first_id), first_id
    for row in _iter_rows(conn, first_id, last_id):
        row_id, at, actor, action, subject, body, previous_hash, kept = row
        if row_id != expected_id:
            return expected_id, f"row {expected_id} is missing: the next one is {row_id}"
        if previous_hash != previous:
            return row_id, f"row {row_id} is not chained to row {row_id - 1}"
        if kept != seal(previous, row_id, at, actor, action, subject, body):
            return row_id, f"row {row_id} ({action} {subject}) was changed after writing"
        previous, expected_id = kept, row_id + 1
    if last_id is not None and expected_id <= min(last_id, last_seal(conn)[0]):
        return expected_id, f"row {expected_id} is missing"
    return None


def last_seal(conn: sa.Connection) -> tuple[int, str]:
    """Id and hash of the newest audit row; (0, GENESIS) when there is none."""
    row = conn.execute(SELECT_LAST_SEAL).first()
    return (row.id, row.hash) if row else (0, GENESIS)


def last_seal_at(conn: sa.Connection) -> datetime | None:
    """What the clock said when the newest audit row was sealed; None when there is none."""
    query = sa.select(audit.c.at).order_by(audit.c.id.desc()).limit(1)
    found: datetime | None = conn.execute(query).scalar()
    return found


def _hash_before(conn: sa.Connection, first_id: int) -> str:
    """What the first row of a stretch must be chained to; blank when the row before it is lost."""
    if first_id == 1:
        return GENESIS
    return conn.execute(sa.select(audit.c.hash).where(audit.c.id == first_id - 1)).scalar() or ""


def _iter_rows(conn: sa.Connection, first_id: int, last_id: int | None) -> Iterator[Any]:
    last = first_id - 1
    while True:
        asked = sa.select(*audit.c).where(audit.c.id > last).order_by(audit.c.id).limit(_PAGE)
        if last_id is not None:
            asked = asked.where(audit.c.id <= last_id)
        rows = conn.execute(asked).all()
        if not rows:
            return
        yield from rows
        last = rows[-1][0]
