"""Restoring a backup, for real into an empty database or as a drill into a scratch one."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from hubpost.model.board import Board
from hubpost.storage.audit_chain import find_broken_row, last_seal
from hubpost.storage.backup import DATABASE, BackupError, Manifest, opened_backup, table_names
from hubpost.storage.board_state import catch_up, load_board
from hubpost.storage.engine import create_engine, migrate


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What was restored and how long each part took, in seconds."""

    manifest: Manifest
    open_s: float
    load_s: float
    verify_s: float
    rows: int

    @property
    def total_s(self) -> float:
        return self.open_s + self.load_s + self.verify_s


def restore_backup(path: Path, identity: str, url: str) -> RestoreReport:
    """Restore into an empty database and verify it; a failed verification leaves it empty.

    Raises BackupError when the target holds something, the backup is of another kind of database,
    or what was restored is not what was backed up.
    """
    began = time.perf_counter()
    with opened_backup(path, identity) as (manifest, folder):
        opened = time.perf_counter()
        engine = create_engine(url)
        try:
            _require_fit(engine, manifest)
            if engine.dialect.name == "sqlite":
                _load_sqlite(engine, folder)
            else:
                _load_postgres(engine, folder, manifest)
            loaded = time.perf_counter()
            verify_restored(engine, manifest)
            migrate(engine)
        finally:
            engine.dispose()
    done = time.perf_counter()
    rows = sum(manifest.rows.values())
    return RestoreReport(manifest, opened - began, loaded - opened, done - loaded, rows)


def drill_restore(path: Path, identity: str, server_url: str | None = None) -> RestoreReport:
    """Restore into a scratch database, verify, and throw it away; production is not touched.

    server_url: for PostgreSQL backups, any database of a server where one may be created.
    """
    with _scratch(path, server_url) as url:
        return restore_backup(path, identity, url)


def verify_restored(engine: sa.Engine, manifest: Manifest) -> None:
    """Counts, audit chain and board against the manifest and the events themselves.

    Raises BackupError saying what differs.
    """
    with engine.connect() as conn:
        for name, wanted in manifest.rows.items():
            found = conn.execute(
                sa.select(sa.func.count()).select_from(sa.table(name))
            ).scalar_one()
            if found != wanted:
                raise BackupError(f"Expected {wanted} rows in {name}, restored {found}.")
        broken = find_broken_row(conn)
        if broken is not None:
            raise BackupError(f"The audit log of the backup is broken: {broken[1]}.")
        if last_seal(conn) != (manifest.audit_rows, manifest.audit_seal):
            raise BackupError("The last seal of the audit log is not the one of the manifest.")
        kept, last_id = load_board(conn)
        if last_id != manifest.last_event_id:
            raise BackupError(
                f"Expected events up to {manifest.last_event_id}, restored up to {last_id}."
            )
        replayed, _ = catch_up(conn, Board(), 0)
        if kept != replayed:
            raise BackupError("The restored board is not the one its events lead to.")


def _require_fit(engine: sa.Engine, manifest: Manifest) -> None:
    if engine.dialect.name != manifest.dialect:
        raise BackupError(
            f"Expected a {manifest.dialect} database for this backup, came {engine.dialect.name}."
        )
    with engine.connect() as conn:
        held = table_names(conn)
    if held:
        raise BackupError(
            f"Expected an empty database, this one holds {len(held)} tables. Name a new one."
        )


def _load_sqlite(engine: sa.Engine, folder: Path) -> None:
    target = Path(engine.url.database or "")
    engine.dispose()
    for leftover in (target, *(Path(f"{target}-{end}") for end in ("wal", "shm"))):
        leftover.unlink(missing_ok=True)
    shutil.move(folder / DATABASE, target)


def _load_postgres(engine: sa.Engine, folder: Path, manifest: Manifest) -> None:
    """Schema of the backup's own revision, then the rows, all in one transaction."""
    migrate(engine, manifest.revision)
    with engine.begin() as conn:
        raw = conn.connection.driver_connection
        names = table_names(conn)
        listed = ", ".join(f'"{name}"' for name in names)
        conn.execute(sa.text(f"TRUNCATE {listed}"))
        for name in names:
            with (
                (folder / f"{name}.copy").open("rb") as source,
                raw.cursor() as cursor,  # type: ignore[union-attr]
                cursor.copy(f'COPY "{name}" FROM STDIN (FORMAT BINARY)') as copy,
            ):
                while block := source.read(1 << 20):
                    copy.write(block)
        _set_sequences(conn, names)


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


@contextmanager
def _scratch(path: Path, server_url: str | None) -> Iterator[str]:
    if server_url is None:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".drill-") as folder:
            yield f"sqlite:///{folder}/{DATABASE}"
        return
    name = f"hubpost_drill_{time.time_ns()}"
    server = create_engine(server_url).execution_options(isolation_level="AUTOCOMMIT")
    with server.connect() as conn:
        conn.execute(sa.text(f"CREATE DATABASE {name}"))
    try:
        yield sa.make_url(server_url).set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as conn:
            conn.execute(sa.text(f"DROP DATABASE {name}"))
        server.dispose()
