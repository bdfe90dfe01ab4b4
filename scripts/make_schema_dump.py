"""What a version of Hubpost leaves in its database, as SQL text for tests/storage/test_upgrades.py.

Run with that version's own code first on the path: the board's events and their projections are
written by its store; tables it leaves empty get rows of their column's kind (synthetic), so that a
migration that loses a table is found out.

    git worktree add --detach OLD COMMIT
    PYTHONPATH=OLD/src:OLD .venv/bin/python scripts/make_schema_dump.py 0003 > …/0003.sql

From 0007 on personal columns are sealed: name the key file of the tests, tests/data/schemas/keys,
as the second word.
"""

import os
import re
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

#: Made by the database itself beside the full-text table.
_SHADOWS = re.compile(r"record_text.*|sqlite_.*|alembic_version")


def main(revision: str, keys: str | None = None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "old.sqlite"
        # The version's own tests say what happens; newer ones find their keys by this.
        os.environ["HUBPOST_KEYS"] = keys or str(Path(folder) / "keys")
        _write_by_the_version_itself(f"sqlite:///{file}")
        engine = sa.create_engine(f"sqlite:///{file}")
        with engine.begin() as conn:
            found = conn.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
            if found != revision:
                raise SystemExit(f"Expected code of revision {revision}, came {found}.")
            _fill_what_is_empty(conn)
            raw: Any = conn.connection.driver_connection
            lines = [line for line in raw.iterdump() if not _of_shadow(line)]
        print("\n".join(lines))


def _write_by_the_version_itself(url: str) -> None:
    from tests.boards import founding_events, received

    from hubpost.storage.store import Store

    try:
        from tests.model.test_apply import WHOLE_LIFE
    except ImportError:
        from tests.model.test_board import WHOLE_LIFE  # type: ignore[no-redef]
    store = Store(url)
    for events in (founding_events(), [received()], WHOLE_LIFE):
        store.write(lambda tx, e=events: [tx.record(x) for x in e], actor="警员")
    store.close()


def _fill_what_is_empty(conn: sa.Connection) -> None:
    held = sa.MetaData()
    held.reflect(conn)
    for table in held.sorted_tables:
        if _SHADOWS.fullmatch(table.name):
            continue
        if conn.execute(sa.select(sa.func.count()).select_from(table)).scalar() == 0:
            conn.execute(table.insert(), [_row(table, n) for n in (1, 2)])


def _row(table: sa.Table, n: int) -> dict[str, Any]:
    """Every column filled; ids alike in all tables, so that references hold."""
    return {c.name: _value(c, n) for c in table.columns}


def _value(column: sa.Column[Any], n: int) -> Any:
    kind = column.type
    if isinstance(kind, sa.DateTime):
        return datetime(2026, 3, n, 8, 30, 0, 250_000, tzinfo=UTC).replace(tzinfo=None)
    if isinstance(kind, sa.Boolean):
        return n == 1
    if isinstance(kind, sa.Integer):
        return n
    if isinstance(kind, sa.Float | sa.Numeric):
        return 108.5 + n
    if isinstance(kind, sa.LargeBinary):
        return bytes([0, n, 255])
    if column.name == "kind":
        return "dispute"  # of the rulebooks' kinds: what no rule knows, no version writes
    return '{"note":"说明' + f'{n}"}}' if column.name in ("body", "value") else f"k{n}"


def _of_shadow(line: str) -> bool:
    """Full-text tables are derived, and other databases have other ones."""
    return "record_text" in line or "sqlite_master" in line or "writable_schema" in line


if __name__ == "__main__":
    main(*sys.argv[1:])
