"""Many rows into a table at once, past the statement machinery that costs more than the rows."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa


def insert_rows(
    conn: sa.Connection, table: str, names: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Insert rows as plain values in the order of names; instants as `stored_time` gives them.

    SQLite by executemany, PostgreSQL by COPY: the same rows by `table.insert()` take about three
    times the processor. Raises sqlalchemy.exc.IntegrityError like any insert.
    """
    columns = ", ".join(names)
    if conn.dialect.name == "sqlite":
        marks = ", ".join("?" * len(names))
        # Table and columns are named in the code, never by a user.
        conn.exec_driver_sql(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)  # noqa: S608
        return
    _copy(conn, f"COPY {table} ({columns}) FROM STDIN", rows)


def stored_time(conn: sa.Connection, at: datetime | None) -> Any:
    """An instant as the driver's own column type keeps it."""
    if at is None:
        return None
    utc = at.astimezone(UTC)
    if conn.dialect.name != "sqlite":
        return utc
    return utc.replace(tzinfo=None).isoformat(" ", "microseconds")


def _copy(conn: sa.Connection, statement: str, rows: Iterable[Sequence[Any]]) -> None:
    cursor = conn.connection.cursor()
    try:
        with cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except conn.dialect.loaded_dbapi.IntegrityError as error:
        raise sa.exc.IntegrityError(statement, None, error) from error
    finally:
        cursor.close()
