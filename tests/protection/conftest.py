"""A store of each kind with keys of its own, and everything a database keeps as bytes."""

from pathlib import Path

import psycopg
import pytest

from hubpost.storage.store import Store
from tests.boards import founding_events
from tests.records.rules import shipped_rules
from tests.rooms import fill


@pytest.fixture
def rules():
    return shipped_rules()


@pytest.fixture
def keys(tmp_path):
    return tmp_path / "own" / "keys"


@pytest.fixture
def sealed_store(database_url, clock, keys):
    opened = Store(database_url, clock, keys)
    fill(opened, founding_events())
    yield opened
    opened.close()


def all_bytes(url: str, *, log: bool = True) -> bytes:
    """Every byte of a database's files: tables, indexes, free pages and the write-ahead log.

    log: PostgreSQL's too, which serves all databases of a server and keeps what was before.
    """
    if url.startswith("sqlite"):
        file = Path(url.removeprefix("sqlite:///"))
        return b"".join(f.read_bytes() for f in file.parent.glob(f"{file.name}*"))
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("CHECKPOINT")
        folder = Path(conn.execute("SHOW data_directory").fetchone()[0])
        number = conn.execute(
            "SELECT oid FROM pg_database WHERE datname = current_database()"
        ).fetchone()[0]
    files = list((folder / "base" / str(number)).iterdir())
    files += (folder / "pg_wal").iterdir() if log else []
    return b"".join(f.read_bytes() for f in files if f.is_file())
