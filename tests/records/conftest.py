"""A store with the founding stations, and the rules as shipped."""

import pytest

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
