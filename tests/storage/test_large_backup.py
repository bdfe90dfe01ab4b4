"""What a large backup takes another way: parts of tables, stretches of the chain, processes."""

import gzip
import io
import json
import tarfile
from dataclasses import asdict

import pyrage
import pytest
import sqlalchemy as sa

from hubpost.storage import backup as backups
from hubpost.storage import restore_checks, schema
from hubpost.storage.audit_chain import find_broken_row
from hubpost.storage.backup import BackupError, make_backup, new_identity, opened_backup
from hubpost.storage.engine import create_engine
from hubpost.storage.packing import ENDING, unpack_file
from hubpost.storage.restore import drill_restore, restore_backup
from hubpost.storage.store import Store
from tests.boards import NOON, founding_events, received
from tests.model.test_apply import WHOLE_LIFE
from tests.rooms import fill

IDENTITY, RECIPIENT = new_identity()


@pytest.fixture
def empty_url(database_url, tmp_path, request):
    if database_url.startswith("sqlite"):
        return f"sqlite:///{tmp_path / 'restored.sqlite'}"
    return request.getfixturevalue("postgres")(empty=True)


@pytest.fixture
def filled(store):
    fill(store, [*founding_events(), received(), *WHOLE_LIFE[:3]])
    return store


@pytest.fixture
def small_parts(monkeypatch):
    """Everything is large: three rows a part, four a stretch, processes for the check."""
    monkeypatch.setattr(backups, "PART_ROWS", 3)
    monkeypatch.setattr(restore_checks, "_ALONE", 0)
    monkeypatch.setattr(restore_checks, "_STRETCH", 4)


def test_tables_in_parts_and_chain_in_stretches_restore_the_same(
    filled, tmp_path, empty_url, small_parts
):
    """Every row, every index, the board; the members of the archive show that parts were made."""
    path = tmp_path / "parts.age"
    manifest = make_backup(filled.engine, path, RECIPIENT, NOON)
    with opened_backup(path, IDENTITY) as (_, folder):
        parts = [p for p in folder.iterdir() if p.name.startswith("audit.")]
    postgres = filled.engine.dialect.name == "postgresql"
    assert len(parts) == (-(-manifest.audit_rows // 3) if postgres else 0)
    assert restore_backup(path, IDENTITY, empty_url).rows == sum(manifest.rows.values())
    assert _indexes(filled.engine) == _indexes(create_engine(empty_url))
    again = Store(empty_url)
    assert again.board == filled.board
    again.close()


def _indexes(engine: sa.Engine) -> dict:
    with engine.connect() as conn:
        look = sa.inspect(conn)
        return {
            table: sorted(
                (i["name"], i["column_names"], i["unique"]) for i in look.get_indexes(table)
            )
            for table in look.get_table_names()
        }


@pytest.mark.parametrize("lost", [4, 5, 8])
def test_a_row_lost_at_any_edge_of_a_stretch_is_found(filled, lost):
    """Whatever stretches the log is cut into, one of them tells of the loss."""
    with filled.engine.execution_options(hubpost_write=True).begin() as conn:
        conn.execute(schema.audit.delete().where(schema.audit.c.id == lost))
        told = [find_broken_row(conn, first, first + 3) for first in range(1, 16, 4)]
    assert any(t is not None and t[0] in (lost, lost + 1) for t in told)


def test_a_broken_chain_is_told_from_the_processes_and_nothing_stays(
    filled, tmp_path, empty_url, small_parts
):
    """The backup holds a changed row: the restore refuses it and leaves the database empty."""
    with filled.engine.execution_options(hubpost_write=True).begin() as conn:
        conn.execute(sa.text("UPDATE audit SET actor = 'x' WHERE id = 6"))
    path = tmp_path / "changed.age"
    make_backup(filled.engine, path, RECIPIENT, NOON)
    with pytest.raises(BackupError, match=r"row 6 .* was changed"):
        restore_backup(path, IDENTITY, empty_url)
    with create_engine(empty_url).connect() as conn:
        assert backups.table_names(conn) == []


def test_a_backup_of_the_first_format_can_still_be_restored(filled, tmp_path):
    """One gzip archive with plain members, as versions before wrote it."""
    path, old = tmp_path / "new.age", tmp_path / "old.age"
    manifest = make_backup(filled.engine, path, RECIPIENT, NOON)
    with opened_backup(path, IDENTITY) as (_, folder):
        packed = io.BytesIO()
        with (
            gzip.open(packed, "wb") as file,
            tarfile.open(fileobj=file, mode="w|") as archive,
        ):
            _add(archive, "manifest.json", json.dumps({**asdict(manifest), "format": 1}).encode())
            for member in folder.glob(f"*{ENDING}"):
                name = member.name.removesuffix(ENDING)
                unpack_file(folder, name, folder / "plain")
                _add(archive, name.replace(".0.copy", ".copy"), (folder / "plain").read_bytes())
    to = pyrage.x25519.Recipient.from_str(RECIPIENT)
    old.write_bytes(pyrage.encrypt(packed.getvalue(), [to]))
    postgres = filled.engine.dialect.name == "postgresql"
    url = filled.engine.url.render_as_string(hide_password=False) if postgres else None
    assert drill_restore(old, IDENTITY, url).rows == sum(manifest.rows.values())


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    archive.addfile(info, io.BytesIO(data))
