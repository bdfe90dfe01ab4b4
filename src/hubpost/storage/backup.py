"""Backups while the console is serving: one consistent view, packed, encrypted in the age format.

Anyone who holds the identity can open a backup with the public `age` tool as well; the server
needs only the recipient, so a stolen server cannot read yesterday's backups.
"""

import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pyrage
import sqlalchemy as sa
from alembic.migration import MigrationContext

from hubpost.storage.audit_chain import last_seal
from hubpost.storage.packing import pack_file, packed_writer

MANIFEST = "manifest.json"
DATABASE = "hubpost.sqlite"
#: 2: members compressed one by one; 1, the whole archive by gzip, is still read.
FORMAT = 2
#: Rows in one member of a PostgreSQL backup, so that a restore loads parts of a table side by side.
PART_ROWS = 500_000
#: Tables whose key counts up from one: those that grow without end.
_COUNTED = frozenset({"event", "audit", "decision"})


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

    The file appears under its name only when it is whole. Raises BackupError for a bad recipient,
    and when there is no room for it.
    """
    try:
        to = pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError as error:
        raise BackupError(f"Expected a recipient such as age1…, came {recipient!r}.") from error
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".backup-") as work:
        folder = Path(work)
        try:
            manifest = _dump(engine, folder, now)
            _seal(folder, manifest, to).replace(out)
        except (OSError, sqlite3.Error) as error:
            raise BackupError(
                f"{out} could not be written ({error}). Look whether there is room for it, about "
                "twice the size of the database; backups made before are as they were."
            ) from error
    return manifest


def _seal(folder: Path, manifest: Manifest, to: Any) -> Path:
    plain, sealed = folder / "plain", folder / "sealed"
    _pack(folder, plain, manifest)
    with plain.open("rb") as source, sealed.open("wb") as target:
        pyrage.encrypt_io(source, target, [to])
        target.flush()
        os.fsync(target.fileno())
    return sealed


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
            with tarfile.open(plain, "r:*") as archive:
                _unpack(archive, folder)
            manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
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
        for name in names:
            _dump_table(conn, folder, name, manifest.rows[name])
        return manifest


def _dump_table(conn: sa.Connection, folder: Path, name: str, rows: int) -> None:
    """Rows of a table in files NAME.N.copy; a large one with a counted key in several."""
    raw: Any = conn.connection.driver_connection
    for part, where in enumerate(_parts(conn, name, rows)):
        # The name is one of our own tables'.
        copied = f'COPY (SELECT * FROM "{name}"{where}) TO STDOUT (FORMAT BINARY)'  # noqa: S608
        with (
            packed_writer(folder, f"{name}.{part}.copy") as target,
            raw.cursor() as cursor,
            cursor.copy(copied) as copy,
        ):
            for block in copy:
                target.write(block)


def _parts(conn: sa.Connection, name: str, rows: int) -> list[str]:
    """Conditions that each row of a table meets exactly one of."""
    if rows <= PART_ROWS or name not in _COUNTED:
        return [""]
    column: sa.ColumnElement[int] = sa.column("id", sa.BigInteger)
    ends = sa.select(sa.func.min(column), sa.func.max(column)).select_from(sa.table(name))
    first, last = conn.execute(ends).one()
    return [
        f" WHERE id BETWEEN {low} AND {low + PART_ROWS - 1}"
        for low in range(first, last + 1, PART_ROWS)
    ]


def _isolation(engine: sa.Engine) -> dict[str, str]:
    return {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}


def _dump_sqlite(conn: sa.Connection, folder: Path, now: datetime) -> Manifest:
    """VACUUM INTO reads one consistent view; the manifest is taken from the copy itself."""
    copy = folder / DATABASE
    conn.rollback()
    raw: Any = conn.connection.driver_connection
    raw.execute("VACUUM INTO ?", (str(copy),))
    copied = sa.create_engine(f"sqlite:///{copy}")
    try:
        with copied.connect() as there:
            manifest = _manifest(there, table_names(there), now)
    finally:
        copied.dispose()
    pack_file(folder, DATABASE)
    return manifest


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
    """One archive, the manifest first; its members are compressed already."""
    files = sorted(p for p in folder.iterdir() if p.is_file())
    with tarfile.open(plain, "w") as archive:
        text = json.dumps(asdict(manifest)).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size = len(text)
        archive.addfile(info, io.BytesIO(text))
        for file in files:
            archive.add(file, arcname=file.name)
            file.unlink()


def _unpack(archive: tarfile.TarFile, folder: Path) -> None:
    """Every file of a backup; `_pack` writes plain files beside each other and nothing else.

    By hand: `extractall(filter="data")` is not in the Python of Debian 12, 3.11.2.
    """
    for member in archive:
        source = archive.extractfile(member) if member.isreg() else None
        if source is None or member.name in ("", "..") or "/" in member.name:
            raise ValueError(f"{member.name!r} in it is none of a backup's files")
        with source, (folder / member.name).open("xb") as target:
            shutil.copyfileobj(source, target)


def free_bytes(path: Path) -> int:
    """Room left where a path lies."""
    return shutil.disk_usage(path).free
