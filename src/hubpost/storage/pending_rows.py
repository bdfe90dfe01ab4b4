"""Rows on their way to the database: kept back until somebody reads, then sent together.

Sent one by one, a status change took fourteen round trips to PostgreSQL, and at each the writer
gave up the interpreter's lock and queued for it again; together they take one.
"""

from datetime import datetime
from typing import Any

import psycopg
import sqlalchemy as sa

#: A statement and its parameters.
Statement = sa.Insert | sa.Update | sa.TextClause | sa.Select[Any]
Row = tuple[Statement, dict[str, Any]]

_compiled: dict[tuple[Statement, tuple[str, ...]], str] = {}


class RowsRefused(Exception):
    """The database refused rows of actions that had ended; each must be run again by itself."""


def checked_row(statement: Statement, row: dict[str, Any]) -> Row:
    """A row to be sent later. Raises ValueError now for what could not be stored then."""
    for name, value in row.items():
        if type(value) is datetime and value.tzinfo is None:
            raise ValueError(f"Expected {name} with a zone, came {value!r}. Attach the zone.")
    return statement, row


def send_rows(conn: sa.Connection, rows: list[Row]) -> None:
    """Send rows in their order, in one round trip where the database can; empties the list.

    Raises sqlalchemy's IntegrityError, DataError or OperationalError.
    """
    if not rows:
        return
    if conn.dialect.name == "postgresql":
        _send_to_postgres(conn, rows)
    else:
        for statement, row in rows:
            conn.execute(statement, row)
    rows.clear()


def _send_to_postgres(conn: sa.Connection, rows: list[Row]) -> None:
    raw: Any = conn.connection.driver_connection
    try:
        with raw.pipeline(), raw.cursor() as cursor:
            for statement, row in rows:
                cursor.execute(_sql(conn, statement, row), row)
    except psycopg.Error as error:
        raise _as_ours(error) from error


def _sql(conn: sa.Connection, statement: Statement, row: dict[str, Any]) -> str:
    key = (statement, tuple(row))
    sql = _compiled.get(key)
    if sql is None:
        compiled = statement.compile(dialect=conn.dialect, column_keys=list(row))
        sql = _compiled[key] = str(compiled)
    return sql


def _as_ours(error: psycopg.Error) -> Exception:
    """The error as sqlalchemy names it, since that is what everybody catches."""
    if isinstance(error, psycopg.IntegrityError):
        return sa.exc.IntegrityError("rows", None, error)
    if isinstance(error, psycopg.OperationalError):
        return sa.exc.OperationalError("rows", None, error)
    return sa.exc.DataError("rows", None, error)
