"""Fixtures shared by all: a store on SQLite and on PostgreSQL, a clock, a toy command room."""

import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings

from hubpost.storage.engine import create_engine, migrate
from hubpost.storage.sealing import KEYS_VARIABLE
from hubpost.storage.store import Store
from tests.boards import NOON
from tests.postgres_server import start_postgres, stop_postgres

# No test measures time: a loaded machine must not make one fail.
settings.register_profile("hubpost", deadline=None)
settings.load_profile("hubpost")

_DATABASE = itertools.count(1)

# Folders and files whose tests watch processes: beside others they would wait for a core.
ALONE = ("browser", "city", "faults", "soak", "actions/test_race.py", "docs/test_site.py")

# One key file for every database of a run, also of the commands and servers that tests start; what
# is about the file itself names another.
os.environ.setdefault(KEYS_VARIABLE, str(Path(tempfile.mkdtemp(prefix="hubpost-keys-")) / "keys"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    folders = [here / name for name in ALONE]
    for item in items:
        if any(item.path.is_relative_to(folder) for folder in folders):
            item.add_marker(pytest.mark.alone)


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
def postgres() -> Iterator[Callable[..., str]]:
    """Makes new PostgreSQL databases on a server of this test run's own.

    They hold the schema and nothing else, copied from one that was migrated; `empty=True` gives
    one without a schema.
    """
    import psycopg

    server = start_postgres()

    def run(statement: str) -> None:
        with psycopg.connect(server.get_uri(), autocommit=True) as conn:
            conn.execute(statement)

    run("CREATE DATABASE hubpost_schema")
    _migrate(server.get_uri(database="hubpost_schema"))

    def new_database(*, empty: bool = False) -> str:
        name = f"hubpost_{next(_DATABASE)}"
        template = "template0" if empty else "hubpost_schema"
        run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return server.get_uri(database=name)

    yield new_database
    stop_postgres(server)


@pytest.fixture(scope="session")
def sqlite_schema(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file that holds the schema and nothing else."""
    path = tmp_path_factory.mktemp("sqlite") / "schema.sqlite"
    _migrate(f"sqlite:///{path}")
    return path


def _migrate(url: str) -> None:
    engine = create_engine(url)
    migrate(engine)
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of each kind in turn, with the schema and nothing else."""
    if request.param == "sqlite":
        path = tmp_path / "hubpost.sqlite"
        shutil.copyfile(request.getfixturevalue("sqlite_schema"), path)
        return f"sqlite:///{path}"
    return request.getfixturevalue("postgres")()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of each kind in turn, without any schema."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite'}"
    return request.getfixturevalue("postgres")(empty=True)


@pytest.fixture
def store(database_url: str, clock: SteppingClock) -> Iterator[Store]:
    opened = Store(database_url, clock)
    yield opened
    opened.close()
