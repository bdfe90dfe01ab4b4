"""A store with the founding stations, and the rules as shipped."""

import pytest

from hubpost.storage.store import Store
from tests.boards import founding_events
from tests.records.rules import shipped_rules
from tests.rooms import fill


@pytest.fixture
def rules():
    return shipped_rules()


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
