"""A gated console over the toy county, with one account for each role and scope."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from hubpost.actions.identity import accounts
from hubpost.actions.identity.passwords import hash_password
from hubpost.actions.identity.sessions import open_session
from hubpost.actions.identity.tokens import new_token
from hubpost.model.access import Grant, Role, ScopeKind
from hubpost.storage.sealing import Keyring
from hubpost.storage.store import Store
from hubpost.web.app import create_app
from hubpost.web.gate.gate import Gate
from hubpost.web.gate.limits import LimitParams, Limits
from tests.rooms import toy_room
from tests.web.conftest import toy_store  # noqa: F401 - a fixture
from tests.web.toy_scene import TOY_SCENE

PASSWORD = "four words in a row"  # noqa: S105
BASE = "http://127.0.0.1"
#: Wide enough that only the tests of limits meet them.
WIDE = LimitParams(*["100000/1 minute"] * 4)


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    return Gate(Keyring(tmp_path / "keys"), limits=Limits(WIDE))


@pytest.fixture
def gated(toy_store: Store, gate: Gate) -> FastAPI:  # noqa: F811
    return create_app(toy_store, toy_room(), scenes=[TOY_SCENE], heartbeat_s=0.2, gate=gate)


def add_account(store: Store, name: str, *grants: Grant, password: str = "") -> str:
    """An account with grants; a password only where a test signs in by it, because it is slow."""

    def make(tx):
        account_id = accounts.create_account(tx, name)
        if password:
            token = accounts.issue_link(tx, account_id)
            accounts.use_link(tx, token, hash_password(password, name))
        for grant in grants:
            accounts.give_grant(tx, account_id, grant)
        return account_id

    return store.write(make, actor="setup")


def add_session(store: Store, account_id: str) -> str:
    """The token of a session of the account, without the slow way by a password."""
    token = new_token()
    store.write(lambda tx: open_session(tx, account_id, token, "test"), actor="setup")
    return token


@pytest.fixture
def browser(gated: FastAPI) -> Iterator[TestClient]:
    """A browser that has not signed in; it keeps cookies and does not follow."""
    with TestClient(gated, base_url=BASE, follow_redirects=False) as client:
        client.cookies.set("hubpost_language", "en")
        client.headers["Accept"] = "text/html"
        yield client


@pytest.fixture
def as_role(toy_store: Store, browser: TestClient) -> Callable[..., TestClient]:  # noqa: F811
    """The browser, signed in as a new account with the grants given."""

    def sign_in(*grants: Grant, name: str = "anna") -> TestClient:
        account_id = add_account(toy_store, name, *grants)
        browser.cookies.set("hubpost_session", add_session(toy_store, account_id))
        return browser

    return sign_in


def county(role: Role) -> Grant:
    return Grant(role, ScopeKind.COUNTY, "toy")


def at_station(role: Role, station_id: str) -> Grant:
    return Grant(role, ScopeKind.STATION, station_id)


def of_group(role: Role, hub_id: str) -> Grant:
    return Grant(role, ScopeKind.GROUP, hub_id)


def text_between(text: str, begin: str, end: str) -> str:
    found = re.search(re.escape(begin) + "(.*?)" + re.escape(end), text, re.DOTALL)
    assert found, f"no {begin!r} in the page"
    return found.group(1)
