"""A store with the founding stations, and the rules as shipped."""

import psycopg
import pytest

from hubpost.storage.store import Store
from tests.boards import founding_events
from tests.records.rules import shipped_rules
from tests.rooms import fill


@pytest.fixture
def rules():
    return shipped_rules()


@pytest.fixture(scope="session")
def records_postgres(postgres):
    """One migrated PostgreSQL database for all tests of the records: making one takes longest."""
    url = postgres()
    Store(url).close()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path):
    """An empty database of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'hubpost.sqlite'}"
    url = request.getfixturevalue("records_postgres")
    with psycopg.connect(url, autocommit=True) as conn:
        named = conn.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' "
            "AND tablename <> 'alembic_version'"
        )
        tables = ", ".join(f'"{name}"' for (name,) in named)
        conn.execute(f"TRUNCATE {tables} RESTART IDENTITY")
    return url


@pytest.fixture
def records_store(store):
    fill(store, founding_events())
    return store


@pytest.fixture
def light_store(tmp_path, clock):
    """The same on SQLite alone, where a test is about the action and not about the database."""
    opened = Store(f"sqlite:///{tmp_path / 'light.sqlite'}", clock)
    fill(opened, founding_events())
    yield opened
    opened.close()
