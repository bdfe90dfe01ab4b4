"""Restoring a backup, for real into an empty database or as a drill into a scratch one."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from hubpost.storage.backup import DATABASE, BackupError, Manifest, opened_backup, table_names
from hubpost.storage.engine import create_engine, migrate
from hubpost.storage.packing import unpack_file
from hubpost.storage.restore_checks import verify_restored as verify_restored
from hubpost.storage.restore_postgres import load_rows


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


def restore_backup(path: Path, identity: str, url: str, keys: Path | None = None) -> RestoreReport:
    """Restore into an empty database and verify it; a failed restore leaves it empty.

    keys: the key file the backed-up database was sealed with, as create_engine takes it; it is
    in no backup.

    Raises BackupError when the target holds something, the backup is of another kind of database,
    or what was restored is not what was backed up.
    """
    began = time.perf_counter()
    with opened_backup(path, identity) as (manifest, folder):
        opened = time.perf_counter()
        engine = create_engine(url, keys)
        try:
            _require_fit(engine, manifest)
            with _empty_again_on_failure(engine):
                _load(engine, folder, manifest)
                loaded = time.perf_counter()
                verify_restored(engine, manifest, keys)
                migrate(engine)
        finally:
            engine.dispose()
    done = time.perf_counter()
    rows = sum(manifest.rows.values())
    return RestoreReport(manifest, opened - began, loaded - opened, done - loaded, rows)


def drill_restore(
    path: Path, identity: str, server_url: str | None = None, keys: Path | None = None
) -> RestoreReport:
    """Restore into a scratch database, verify, and throw it away; production is not touched.

    server_url: for PostgreSQL backups, any database of a server where one may be created.
    """
    with _scratch(path, server_url) as url:
        return restore_backup(path, identity, url, keys)


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


def _load(engine: sa.Engine, folder: Path, manifest: Manifest) -> None:
    """On PostgreSQL the schema of the backup's own revision, then the rows."""
    if engine.dialect.name == "sqlite":
        target = Path(engine.url.database or "")
        _remove_sqlite(engine)
        unpack_file(folder, DATABASE, target)
        return
    migrate(engine, manifest.revision)
    with engine.connect() as conn:
        names = table_names(conn)
    load_rows(engine, folder, names)


@contextmanager
def _empty_again_on_failure(engine: sa.Engine) -> Iterator[None]:
    """A database that is not what was backed up must not stay about and look as if it were."""
    try:
        yield
    except BaseException:
        if engine.dialect.name == "sqlite":
            _remove_sqlite(engine)
        else:
            with engine.begin() as conn:
                for name in table_names(conn):
                    conn.execute(sa.text(f'DROP TABLE IF EXISTS "{name}" CASCADE'))
        raise


def _remove_sqlite(engine: sa.Engine) -> None:
    target = Path(engine.url.database or "")
    engine.dispose()
    for leftover in (target, *(Path(f"{target}-{end}") for end in ("wal", "shm"))):
        leftover.unlink(missing_ok=True)


@contextmanager
def _scratch(path: Path, server_url: str | None) -> Iterator[str]:
    if server_url is None:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".drill-") as folder:
            yield f"sqlite:///{folder}/{DATABASE}"
        return
    name = f"hubpost_drill_{time.time_ns()}"
    bare = sa.make_url(server_url).difference_update_query(["options"])
    server = create_engine(bare.render_as_string(hide_password=False)).execution_options(
        isolation_level="AUTOCOMMIT"
    )
    with server.connect() as conn:
        conn.execute(sa.text(f"CREATE DATABASE {name}"))
    try:
        yield bare.set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as conn:
            conn.execute(sa.text(f"DROP DATABASE {name}"))
        server.dispose()
