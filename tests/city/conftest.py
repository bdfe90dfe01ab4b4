"""A city of two toy counties, `east` and `west`, in one PostgreSQL database."""

import pytest

from hubpost.storage.city import make_city_views, open_county
from hubpost.storage.store import Store
from tests.boards import founding_events
from tests.rooms import fill


@pytest.fixture
def city_url(postgres):
    return postgres(empty=True)


@pytest.fixture
def counties(city_url, clock):
    """Both stores, each under its county's own role and schema."""
    stores = {c: Store(open_county(city_url, c), clock) for c in ("east", "west")}
    for store in stores.values():
        fill(store, founding_events())
    make_city_views(city_url)
    yield stores
    for store in stores.values():
        store.close()
