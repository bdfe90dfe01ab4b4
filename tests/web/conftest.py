"""A console over the founding case's toy room: in-process, and on a real port for the feed."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from hubpost.model.events import Event, StationOpened
from hubpost.storage.store import Store
from hubpost.web.app import create_app
from tests.boards import founding_events
from tests.conftest import SteppingClock
from tests.rooms import fill, toy_room
from tests.web.serving import serving
from tests.web.toy_scene import TOY_SCENE

SEATS = {"Z": (108.75, 29.30), "S": (108.70, 29.29), "T": (108.65, 29.35), "F": (108.6, 29.3)}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def toy_store(tmp_path: Path, clock: SteppingClock) -> Iterator[Store]:
    """SQLite with stations Z (home), S, T, F, one free unit each; Z and S are a group."""
    store = Store(f"sqlite:///{tmp_path / 'toy.sqlite'}", clock)
    fill(store, [_apart(event) for event in founding_events()])
    yield store
    store.close()


def _apart(event: Event) -> Event:
    """The toy stations lie on one point; on a map they must not."""
    if not isinstance(event, StationOpened):
        return event
    lon, lat = SEATS[event.station.id]
    return replace(event, station=replace(event.station, lon=lon, lat=lat))


@pytest.fixture
def app(toy_store: Store) -> FastAPI:
    return create_app(toy_store, toy_room(), scenes=[TOY_SCENE], heartbeat_s=0.2)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """A browser of one dispatcher, in English, on the loopback address."""
    with TestClient(app, base_url="http://127.0.0.1", headers=HTMX) as client:
        client.cookies.set("hubpost_language", "en")
        yield client


@pytest.fixture
def server(app: FastAPI) -> Iterator[str]:
    """The address of the same console on a real port."""
    with serving(app) as url:
        yield url


def call_fields(**changes: str) -> dict[str, str]:
    """A new-call form as a browser sends it: assistance, priority 2, in Yantang."""
    fields = {
        "category": "assistance",
        "priority": "2",
        "lon": "",
        "lat": "",
        "area_id": "Z-yantang",
        "place_text": "old wall",
        "note": "",
        "units_needed": "1",
        "request_id": uuid4().hex,
    }
    return {**fields, **changes}


def take_call(client: TestClient, **changes: str) -> str:
    """Take a call through the form; its id."""
    fields = call_fields(**changes)
    answer = client.post("/calls", data=fields)
    assert answer.status_code == 201, answer.text
    return fields["request_id"]
