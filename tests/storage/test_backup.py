"""Backups: taken while serving, sealed, and restored into what was backed up, or refused."""

import tarfile
import threading
from dataclasses import replace

import pyrage
import pytest
import sqlalchemy as sa

from hubpost.model import events as ev
from hubpost.storage import schema
from hubpost.storage.backup import BackupError, make_backup, new_identity, opened_backup
from hubpost.storage.engine import create_engine
from hubpost.storage.restore import drill_restore, restore_backup, verify_restored
from hubpost.storage.store import Store
from tests.boards import NOON, at, founding_events, received
from tests.model.test_apply import WHOLE_LIFE
from tests.rooms import fill

IDENTITY, RECIPIENT = new_identity()


@pytest.fixture
def empty_url(database_url, tmp_path, request):
    """A second, empty database of the same kind."""
    if database_url.startswith("sqlite"):
        return f"sqlite:///{tmp_path / 'restored.sqlite'}"
    return request.getfixturevalue("postgres")(empty=True)


@pytest.fixture
def backup(store, tmp_path):
    fill(store, [*founding_events(), received(), *WHOLE_LIFE[:3]])
    path = tmp_path / "day.age"
    make_backup(store.engine, path, RECIPIENT, NOON)
    return path


def test_what_is_restored_is_what_was_backed_up_and_goes_on_working(store, backup, empty_url):
    report = restore_backup(backup, IDENTITY, empty_url)
    assert report.manifest.last_event_id == store.last_event_id
    again = Store(empty_url)
    assert again.board == store.board
    again.write(lambda tx: tx.record(ev.UnitArrived(at(12), "c1", "S1")), actor="after")
    again.close()


def test_serial_keys_go_on_after_a_restore(store, backup, empty_url):
    """A row with a key of the database's own making does not collide with a restored one."""
    row = {
        "call_id": "c1",
        "at": NOON,
        "actor": "a",
        "rule": "r",
        "seen_event_id": 1,
        "body": "{}",
    }
    insert = schema.decision.insert().values(row)
    store.write(lambda tx: tx.conn.execute(insert) and None, actor="a")
    make_backup(store.engine, backup, RECIPIENT, NOON)
    restore_backup(backup, IDENTITY, empty_url)
    again = Store(empty_url)
    again.write(lambda tx: tx.conn.execute(insert) and None, actor="a")
    again.close()


def test_a_backup_taken_while_others_write_is_of_one_moment(store, tmp_path):
    """Counts, chain and board of the copy agree although calls kept coming in."""
    fill(store, founding_events())
    stop = threading.Event()

    def keep_writing():
        n = 0
        while not stop.is_set():
            n += 1
            fill(store, [received(call_id=f"c{n}")])

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        manifest = make_backup(store.engine, tmp_path / "busy.age", RECIPIENT, NOON)
    finally:
        stop.set()
        writer.join()
    url = None if store.engine.dialect.name == "sqlite" else url_of(store)
    report = drill_restore(tmp_path / "busy.age", IDENTITY, url)
    assert report.manifest == manifest
    assert manifest.last_event_id >= len(founding_events())


def url_of(store):
    return store.engine.url.render_as_string(hide_password=False)


def test_a_drill_leaves_nothing_behind(store, backup, tmp_path):
    files = sorted(p.name for p in tmp_path.iterdir())
    server = None if store.engine.dialect.name == "sqlite" else url_of(store)

    def databases():
        names = sa.text("SELECT datname FROM pg_database WHERE datname LIKE 'hubpost_drill%'")
        return store.read(lambda c: c.execute(names).all()) if server else []

    report = drill_restore(backup, IDENTITY, server)
    assert report.rows > 0
    assert sorted(p.name for p in tmp_path.iterdir()) == files
    assert databases() == []


@pytest.mark.parametrize("damage", ["one byte", "cut short", "empty", "other key", "no backup"])
def test_a_tampered_or_foreign_backup_is_refused(backup, damage):
    whole, identity = backup.read_bytes(), IDENTITY
    if damage == "one byte":
        middle = len(whole) // 2
        backup.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
    elif damage == "cut short":
        backup.write_bytes(whole[:-20])
    elif damage == "empty":
        backup.write_bytes(b"")
    elif damage == "no backup":
        backup.write_bytes(b"something else entirely")
    else:
        identity = new_identity()[0]
    with pytest.raises(BackupError, match="cannot be opened"), opened_backup(backup, identity):
        pass


def _member(name: str, kind: bytes = tarfile.REGTYPE) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, "/etc/hostname"
    return info


@pytest.mark.parametrize(
    "member",
    [
        _member("../out"), _member("/etc/out"), _member("a/b"), _member(".."), _member("plain"),
        _member("link", tarfile.SYMTYPE), _member("hard", tarfile.LNKTYPE),
        _member("pipe", tarfile.FIFOTYPE), _member("folder", tarfile.DIRTYPE),
    ],
    ids=lambda m: m.name,
)  # fmt: skip
def test_an_archive_sealed_by_another_hand_writes_nothing_outside_its_folder(tmp_path, member):
    """The recipient is no secret: anyone may seal an archive that is no backup."""
    plain, path = tmp_path / "p.tar", tmp_path / "in" / "b.age"
    path.parent.mkdir()
    with tarfile.open(plain, "w") as archive:
        archive.addfile(member)
    to = pyrage.x25519.Recipient.from_str(RECIPIENT)
    path.write_bytes(pyrage.encrypt(plain.read_bytes(), [to]))
    with pytest.raises(BackupError, match="cannot be opened"), opened_backup(path, IDENTITY):
        pass
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in", "p.tar"]
    assert [p.name for p in path.parent.iterdir()] == ["b.age"]


def test_the_backup_cannot_be_read_without_the_identity(backup):
    assert b"founding" not in backup.read_bytes()
    assert b"CREATE TABLE" not in backup.read_bytes()
    assert backup.read_bytes().startswith(b"age-encryption.org/v1")


def test_a_database_that_holds_something_is_never_overwritten(store, backup, database_url):
    with pytest.raises(BackupError, match="Expected an empty database"):
        restore_backup(backup, IDENTITY, database_url)
    assert "c1" in store.board.calls


def test_a_restore_that_differs_from_its_manifest_is_refused(store, backup):
    with opened_backup(backup, IDENTITY) as (manifest, _):
        pass
    verify_restored(store.engine, manifest)
    wrong_count = replace(manifest, rows={**manifest.rows, "call": 2})
    with pytest.raises(BackupError, match="Expected 2 rows in call, restored 1"):
        verify_restored(store.engine, wrong_count)
    with pytest.raises(BackupError, match="not the one of the manifest"):
        verify_restored(store.engine, replace(manifest, audit_seal="0" * 64))
    with store.engine.execution_options(hubpost_write=True).begin() as conn:
        conn.execute(sa.text("UPDATE audit SET actor = 'x' WHERE id = 2"))
    with pytest.raises(BackupError, match=r"row 2 .* was changed"):
        verify_restored(store.engine, manifest)


def test_a_bad_recipient_is_refused_before_anything_is_written(store, tmp_path):
    with pytest.raises(BackupError, match="Expected a recipient"):
        make_backup(store.engine, tmp_path / "x.age", "age1nonsense", NOON)
    assert not (tmp_path / "x.age").exists()


def test_a_backup_of_the_other_kind_of_database_is_refused(backup, store, tmp_path):
    if store.engine.dialect.name == "sqlite":
        pytest.skip("needs a PostgreSQL backup and an SQLite target")
    with pytest.raises(BackupError, match="Expected a postgresql database"):
        restore_backup(backup, IDENTITY, f"sqlite:///{tmp_path / 'other.sqlite'}")


def test_engines_are_opened_with_full_durability(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'x.sqlite'}")
    with engine.connect() as conn:
        assert conn.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert conn.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    engine.dispose()
