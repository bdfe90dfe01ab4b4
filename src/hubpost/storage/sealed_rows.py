"""Sealing, opening and resealing what is in the tables already: page by page, by primary key."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from hubpost.storage.sealed import CHECK_KEY, check_keys, place_of
from hubpost.storage.sealed_events import row_tells
from hubpost.storage.sealing import MARK
from hubpost.storage.vault import Vault, vault_of

#: table, column, and the columns that make up a row's place.
Column = tuple[str, str, tuple[str, ...]]
#: From a value and its place to what is to stand there; None leaves it.
Change = Callable[[Any, str], Any]
#: Settings that are secrets; the others are read by everybody and stay open.
SECRETS = ("caller_secret", "records.secret")
PAGE = 1_000


def seal_rows(conn: sa.Connection, columns: Sequence[Column]) -> None:
    """Seal every value of the columns; a database in which nothing stands needs no key yet."""
    if not _holds_anything(conn, columns):
        return
    check_keys(conn)
    vault = vault_of(conn)
    for column in columns:
        for rows in pages(conn, column):
            rewrite(conn, column, rows, lambda v, p: sealed_value(vault, v, p))


def open_rows(conn: sa.Connection, columns: Sequence[Column]) -> None:
    """The reverse: every value readable again. Raises KeyMissing."""
    vault = vault_of(conn)
    for column in columns:
        for rows in pages(conn, column):
            rewrite(conn, column, rows, lambda v, p: plain_value(vault, v, p))
    conn.execute(sa.text("DELETE FROM setting WHERE key = :key"), {"key": CHECK_KEY})


def pages(
    conn: sa.Connection, column: Column, where: str = "", size: int = PAGE
) -> Iterator[list[Any]]:
    """The rows of a column that hold something, by primary key, so many at a time.

    where: a further condition in SQL, of the code's own making.
    """
    after: tuple[Any, ...] | None = None
    while rows := next_page(conn, column, after, where, size):
        yield rows
        after = key_of(conn, column, rows[-1])


def key_of(conn: sa.Connection, column: Column, row: Any) -> tuple[Any, ...]:
    """The primary key of a row of next_page."""
    return tuple(getattr(row, f"pk_{i}") for i in range(len(primary_key(conn, column[0]))))


def next_page(
    conn: sa.Connection, column: Column, after: tuple[Any, ...] | None, where: str, size: int
) -> list[Any]:
    """The next rows after a primary key: their key as pk_0 …, their place's columns, the value."""
    table, name, place = column
    keys = primary_key(conn, table)
    found = ", ".join(
        [f'"{k}" AS pk_{i}' for i, k in enumerate(keys)]
        + [f'"{k}" AS place_{i}' for i, k in enumerate(place)]
    )
    listed = ", ".join(f'"{k}"' for k in keys)
    conditions = [f'"{name}" IS NOT NULL', *([where] if where else [])]
    if after is not None:
        conditions.append(f"({listed}) > ({', '.join(f':a{i}' for i in range(len(keys)))})")
    kind = ', "kind" AS kind' if table == "event" else ""
    # Tables and columns are named in the code, never by a user.
    query = (
        f'SELECT {found}, "{name}" AS value{kind} FROM "{table}" '  # noqa: S608
        f"WHERE {' AND '.join(conditions)} ORDER BY {listed} LIMIT {size}"
    )
    bound = {f"a{i}": value for i, value in enumerate(after or ())}
    return list(conn.execute(sa.text(query), bound))


def rewrite(conn: sa.Connection, column: Column, rows: Sequence[Any], change: Change) -> int:
    """Change the values of rows; how many were. A row changed meanwhile by others is left."""
    table, name, place = column
    keys = primary_key(conn, table)
    changed = []
    for row in rows:
        where = place_of(table, name, *(getattr(row, f"place_{i}") for i in range(len(place))))
        if table == "setting" and row.place_0 not in (*SECRETS, CHECK_KEY):
            continue
        if table == "event" and not str(row.value).startswith(MARK) and not _event_tells(row):
            continue
        new = change(row.value, where)
        if new is not None:
            key = {f"k{i}": getattr(row, f"pk_{i}") for i in range(len(keys))}
            changed.append({**key, "new": new, "old": row.value})
    if changed:
        where = " AND ".join(f'"{k}" = :k{i}' for i, k in enumerate(keys))
        statement = f'UPDATE "{table}" SET "{name}" = :new WHERE {where} AND "{name}" = :old'  # noqa: S608
        conn.execute(sa.text(statement), changed)
    return len(changed)


def sealed_value(vault: Vault, value: Any, place: str) -> Any:
    """A value sealed, None when it is already, or blank."""
    if isinstance(value, str):
        return None if not value or value.startswith(MARK) else vault.seal(value, place)
    held = bytes(value)
    return None if held.startswith(MARK.encode()) else vault.seal_bytes(held, place)


def plain_value(vault: Vault, value: Any, place: str) -> Any:
    """A value opened, None when it is not sealed."""
    if isinstance(value, str):
        return vault.open(value, place) if value.startswith(MARK) else None
    held = bytes(value)
    return vault.open_bytes(held, place) if held.startswith(MARK.encode()) else None


def primary_key(conn: sa.Connection, table: str) -> list[str]:
    """The columns of a table's primary key."""
    return list(sa.inspect(conn).get_pk_constraint(table)["constrained_columns"])


def _event_tells(row: Any) -> bool:
    return row_tells(row.kind, msgspec.json.decode(row.value))


def _holds_anything(conn: sa.Connection, columns: Sequence[Column]) -> bool:
    """Whether any of the tables has a row; settings alone are no reason to make keys."""
    tables = {table for table, _, _ in columns} - {"setting"}
    return any(
        conn.execute(sa.text(f'SELECT 1 FROM "{table}" LIMIT 1')).first()  # noqa: S608
        for table in sorted(tables)
    ) or bool(
        conn.execute(
            sa.text("SELECT 1 FROM setting WHERE key IN :keys").bindparams(
                sa.bindparam("keys", SECRETS, expanding=True)
            )
        ).first()
    )
