"""A toy county in a database of each kind, and a PostgreSQL server that may be stopped."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hubpost.model.access import Role
from hubpost.storage.store import Store
from tests.boards import founding_events
from tests.faults.processes import NURSERY, Console
from tests.gate.conftest import (  # noqa: F401 - fixtures
    add_account,
    add_session,
    as_role,
    browser,
    county,
    gate,
    gated,
)
from tests.postgres_server import start_postgres, stop_postgres
from tests.rooms import fill
from tests.web.conftest import app, toy_store  # noqa: F401 - fixtures


@pytest.fixture(scope="session", autouse=True)
def _nursery() -> None:
    NURSERY.open()


@pytest.fixture
def console(database_url: str, tmp_path: Path) -> Console:
    """A console on a database of each kind, not started yet."""
    return found(database_url, tmp_path)


@pytest.fixture
def postgres_url(postgres: Callable[..., str]) -> str:
    return postgres()


def found(url: str, folder: Path, **more: object) -> Console:
    """A console whose database has the toy county and a dispatcher who is signed in."""
    store = Store(url)
    fill(store, founding_events())
    roles = (Role.DISPATCHER, Role.STATION_CHIEF, Role.ADMINISTRATOR)
    account_id = add_account(store, "anna", *map(county, roles))
    token = add_session(store, account_id)
    store.close()
    return Console(url, folder, token, **more)


class OwnPostgres:
    """A PostgreSQL server of one test's own, which it may stop and start."""

    def __init__(self) -> None:
        self._server = start_postgres()
        self.url = self._server.get_uri()

    def stop(self) -> None:
        """Cut every connection and end."""
        self._server.stop()

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def close(self) -> None:
        stop_postgres(self._server)


@pytest.fixture
def own_postgres() -> Iterator[OwnPostgres]:
    server = OwnPostgres()
    yield server
    server.close()
