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


def find_broken_row(conn: sa.Connection) -> tuple[int, str] | None:
    """The first audit row that was changed, lost or moved, with what is wrong; None when sound.

    Rows cut off at the very end leave no trace in the chain itself: compare the last hash with
    one noted elsewhere (`last_seal`).
    """
    previous, expected_id = GENESIS, 1
    for row in _iter_rows(conn):
        if row.id != expected_id:
            return expected_id, f"row {expected_id} is missing: the next one is {row.id}"
        if row.previous_hash != previous:
            return row.id, f"row {row.id} is not chained to row {row.id - 1}"
        now = seal(previous, row.id, row.at, row.actor, row.action, row.subject, row.body)
        if row.hash != now:
            return row.id, f"row {row.id} ({row.action} {row.subject}) was changed after writing"
        previous, expected_id = row.hash, row.id + 1
    return None


def last_seal(conn: sa.Connection) -> tuple[int, str]:
    """Id and hash of the newest audit row; (0, GENESIS) when there is none."""
    row = conn.execute(SELECT_LAST_SEAL).first()
    return (row.id, row.hash) if row else (0, GENESIS)


def _iter_rows(conn: sa.Connection) -> Iterator[sa.Row[Any]]:
    last = 0
    while True:
        rows = conn.execute(
            sa.select(audit).where(audit.c.id > last).order_by(audit.c.id).limit(_PAGE)
        ).all()
        if not rows:
            return
        yield from rows
        last = rows[-1].id
