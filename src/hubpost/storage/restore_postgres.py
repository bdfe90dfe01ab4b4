"""Loading a PostgreSQL backup: parts side by side, indexes made when the rows are there."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from hubpost.storage.packing import ENDING, packed_reader

_BLOCK = 1 << 20
#: Connections that load at once: more than cores only wait for each other.
_LOADERS = min(4, os.cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class _Index:
    name: str
    made_by: str


def load_rows(engine: sa.Engine, folder: Path, names: list[str]) -> None:
    """Every row of a backup into migrated tables, whose own rows are thrown away first.

    names: the tables, those that others refer to first. What was loaded is durable at the end.
    """
    with engine.begin() as conn:
        listed = ", ".join(f'"{name}"' for name in names)
        conn.execute(sa.text(f"TRUNCATE {listed}"))
        tied = _tied_tables(conn)
        indexes = _list_plain_indexes(conn)
        for index in indexes:
            conn.execute(sa.text(f'DROP INDEX "{index.name}"'))
    free = [name for name in names if name not in tied]
    _side_by_side(engine, [(_copy, (folder, name, m)) for name, m in _members(folder, free)])
    with engine.begin() as conn:
        for name, member in _members(folder, [name for name in names if name in tied]):
            _copy(conn, folder, name, member)
    _side_by_side(engine, [(_make, (index,)) for index in indexes])
    # The last of the commits waits for the disk, and with it all before.
    with engine.begin() as conn:
        _set_sequences(conn, names)


def _members(folder: Path, names: list[str]) -> list[tuple[str, str]]:
    """(table, file name without its ending) of what a backup holds, the largest files first."""
    found = []
    for name in names:
        files = [*folder.glob(f"{name}.*.copy{ENDING}"), *folder.glob(f"{name}.copy")]
        found += [(f.stat().st_size, name, f.name.removesuffix(ENDING)) for f in files]
    tied_order = {name: i for i, name in enumerate(names)}
    found.sort(key=lambda f: (-f[0], tied_order[f[1]]))
    return [(name, member) for _size, name, member in found]


def _side_by_side(engine: sa.Engine, tasks: list[tuple[Any, tuple[Any, ...]]]) -> None:
    def run(task: tuple[Any, tuple[Any, ...]]) -> None:
        with engine.begin() as conn:
            conn.exec_driver_sql("SET LOCAL synchronous_commit = off")
            task[0](conn, *task[1])

    with ThreadPoolExecutor(_LOADERS) as pool:
        for done in [pool.submit(run, task) for task in tasks]:
            done.result()


def _copy(conn: sa.Connection, folder: Path, name: str, member: str) -> None:
    raw: Any = conn.connection.driver_connection
    with (
        packed_reader(folder, member) as source,
        raw.cursor() as cursor,
        cursor.copy(f'COPY "{name}" FROM STDIN (FORMAT BINARY)') as copy,
    ):
        while block := source.read(_BLOCK):
            copy.write(block)


def _make(conn: sa.Connection, index: _Index) -> None:
    conn.exec_driver_sql("SET LOCAL maintenance_work_mem = '256MB'")
    conn.exec_driver_sql(index.made_by)


def _tied_tables(conn: sa.Connection) -> set[str]:
    """Tables that refer to others: they are loaded after them, in order."""
    inspector = sa.inspect(conn)
    return {name for name in inspector.get_table_names() if inspector.get_foreign_keys(name)}


def _list_plain_indexes(conn: sa.Connection) -> list[_Index]:
    """Indexes that are no key and forbid nothing; what forbids stays, to refuse bad rows."""
    rows = conn.exec_driver_sql(
        "SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i "
        "JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE NOT i.indisunique AND NOT i.indisprimary AND n.nspname = current_schema() "
        "ORDER BY pg_relation_size(i.indrelid) DESC, c.relname"
    )
    return [_Index(name, made_by) for name, made_by in rows]


def _set_sequences(conn: sa.Connection, names: list[str]) -> None:
    """COPY does not move the counters of serial columns; the next row would collide."""
    for name in names:
        for column in sa.inspect(conn).get_columns(name):
            if not column.get("autoincrement"):
                continue
            field: sa.ColumnElement[int] = sa.column(column["name"], sa.BigInteger)
            top = conn.execute(sa.select(sa.func.max(field)).select_from(sa.table(name))).scalar()
            sequence = conn.execute(
                sa.select(sa.func.pg_get_serial_sequence(f'"{name}"', column["name"]))
            ).scalar()
            if sequence and top:
                conn.execute(sa.select(sa.func.setval(sequence, top)))
