"""Backups while the console is serving: one consistent view, packed, encrypted in the age format.

Anyone who holds the identity can open a backup with the public `age` tool as well; the server
needs only the recipient, so a stolen server cannot read yesterday's backups.
"""

import gzip
import io
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import pyrage
import sqlalchemy as sa
from alembic.migration import MigrationContext

from hubpost.storage.audit_chain import last_seal

MANIFEST = "manifest.json"
DATABASE = "hubpost.sqlite"
FORMAT = 1
_UNREADABLE = (pyrage.DecryptError, tarfile.TarError, OSError, EOFError, ValueError, TypeError)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds: rows by table, and where event table and audit chain ended."""

    format: int
    made_at: str
    dialect: str
    revision: str
    rows: dict[str, int]
    last_event_id: int
    audit_rows: int
    audit_seal: str


class BackupError(ValueError):
    """A backup that cannot be made, opened or believed; says what to do about it."""


def new_identity() -> tuple[str, str]:
    """A secret identity and the recipient that belongs to it."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def make_backup(engine: sa.Engine, out: Path, recipient: str, now: datetime) -> Manifest:
    """Write an encrypted backup; readers and writers go on meanwhile.

    The file appears under its name only when it is whole. Raises BackupError for a bad recipient.
    """
    try:
        to = pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError as error:
        raise BackupError(f"Expected a recipient such as age1…, came {recipient!r}.") from error
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".backup-") as work:
        folder = Path(work)
        manifest = _dump(engine, folder, now)
        plain = folder / "plain"
        _pack(folder, plain, manifest)
        sealed = folder / "sealed"
        with plain.open("rb") as source, sealed.open("wb") as target:
            pyrage.encrypt_io(source, target, [to])
            target.flush()
            os.fsync(target.fileno())
        sealed.replace(out)
    return manifest


@contextmanager
def opened_backup(path: Path, identity: str) -> Iterator[tuple[Manifest, Path]]:
    """The manifest and unpacked files of a backup, for as long as the block runs.

    Raises BackupError when the file was changed, cut short, is none, or the identity is another's.
    """
    try:
        key = pyrage.x25519.Identity.from_str(identity.strip())
    except pyrage.IdentityError as error:
        raise BackupError("Expected an identity such as AGE-SECRET-KEY-1…") from error
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".restore-") as work:
        folder = Path(work)
        plain = folder / "plain"
        try:
            with path.open("rb") as source, plain.open("wb") as target:
                pyrage.decrypt_io(source, target, [key])
            with tarfile.open(plain, "r:gz") as archive:
                archive.extractall(folder, filter="data")
            manifest = Manifest(**json.loads((folder / MANIFEST).read_text("utf-8")))
        except (
            pyrage.DecryptError,
            tarfile.TarError,
            OSError,
            EOFError,
            ValueError,
            TypeError,
        ) as e:
            raise BackupError(
                f"{path} cannot be opened as a Hubpost backup ({e}). It was changed, cut short, "
                "is none, or was made for another identity."
            ) from e
        plain.unlink()
        yield manifest, folder


def table_names(conn: sa.Connection) -> list[str]:
    """The tables of a database, those that others refer to first."""
    return [t for t, _ in sa.inspect(conn).get_sorted_table_and_fkc_names() if t is not None]


def _dump(engine: sa.Engine, folder: Path, now: datetime) -> Manifest:
    with engine.connect().execution_options(**_isolation(engine)) as conn:
        if engine.dialect.name == "sqlite":
            return _dump_sqlite(conn, folder, now)
        names = table_names(conn)
        manifest = _manifest(conn, names, now)
        raw = conn.connection.driver_connection
        for name in names:
            with (
                (folder / f"{name}.copy").open("wb") as target,
                raw.cursor() as cursor,  # type: ignore[union-attr]
                cursor.copy(f'COPY "{name}" TO STDOUT (FORMAT BINARY)') as copy,
            ):
                for block in copy:
                    target.write(block)
        return manifest


def _isolation(engine: sa.Engine) -> dict[str, str]:
    return {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}


def _dump_sqlite(conn: sa.Connection, folder: Path, now: datetime) -> Manifest:
    """VACUUM INTO reads one consistent view; the manifest is taken from the copy itself."""
    copy = folder / DATABASE
    conn.rollback()
    raw = conn.connection.driver_connection
    raw.execute("VACUUM INTO ?", (str(copy),))  # type: ignore[union-attr]
    copied = sa.create_engine(f"sqlite:///{copy}")
    try:
        with copied.connect() as there:
            return _manifest(there, table_names(there), now)
    finally:
        copied.dispose()


def _manifest(conn: sa.Connection, names: list[str], now: datetime) -> Manifest:
    def count(name: str) -> int:
        return int(
            conn.execute(sa.select(sa.func.count()).select_from(sa.table(name))).scalar_one()
        )

    events = sa.table("event", sa.column("id"))
    audit_rows, seal = last_seal(conn)
    return Manifest(
        format=FORMAT,
        made_at=now.isoformat(),
        dialect=conn.dialect.name,
        revision=MigrationContext.configure(conn).get_current_revision() or "",
        rows={name: count(name) for name in names},
        last_event_id=conn.execute(sa.select(sa.func.max(events.c.id))).scalar() or 0,
        audit_rows=audit_rows,
        audit_seal=seal,
    )


def _pack(folder: Path, plain: Path, manifest: Manifest) -> None:
    """Gzip at its fastest: the disk, not the processor, should set the pace."""
    files = sorted(p for p in folder.iterdir() if p.is_file())
    with (
        gzip.open(plain, "wb", compresslevel=1) as packed,
        tarfile.open(fileobj=packed, mode="w|") as archive,
    ):
        text = json.dumps(asdict(manifest)).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size = len(text)
        archive.addfile(info, io.BytesIO(text))
        for file in files:
            archive.add(file, arcname=file.name)
    for file in files:
        file.unlink()


def free_bytes(path: Path) -> int:
    """Room left where a path lies."""
    return shutil.disk_usage(path).free
