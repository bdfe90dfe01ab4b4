"""What the map and other programs read: GeoJSON, the board as JSON, the route, the tiles."""

import json

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from shapely.geometry import Point, shape

from hubpost.actions.places import home_station_id
from hubpost.web.app import create_app
from tests.rooms import toy_room
from tests.web.conftest import take_call


@pytest.mark.parametrize("layer", ["stations", "areas", "groups", "cells", "units", "calls"])
def test_every_layer_is_geojson(client: TestClient, layer: str):
    take_call(client)
    body = client.get(f"/api/map/{layer}").json()
    assert body["type"] == "FeatureCollection"
    assert len(body["features"]) == {"groups": 1, "areas": 2, "calls": 1}.get(layer, 4)
    for feature in body["features"]:
        assert shape(feature["geometry"]).is_valid


def test_an_unknown_layer_is_told(client: TestClient):
    answer = client.get("/api/map/secrets")
    assert answer.status_code == 404
    assert "stations, areas" in answer.json()["error"]


def test_station_types_follow_the_groups(client: TestClient):
    """Hub with bases; a station alone in its group is border; outside all groups plain station."""
    features = client.get("/api/map/stations").json()["features"]
    types = {f["properties"]["id"]: f["properties"]["type"] for f in features}
    assert types == {"Z": "hub", "S": "base", "T": "border", "F": "station"}


def test_territories_are_where_calls_find_their_home(client: TestClient, app: FastAPI):
    """The drawn cells and the rule for the home station agree, and say they are estimated."""
    spread = app.state.console.store.board
    room = toy_room()
    features = client.get("/api/map/cells").json()["features"]
    assert features
    assert all(f["properties"]["labels"] == ["estimated"] for f in features)
    for lon, lat in ((108.715, 29.27), (108.705, 29.29), (108.72, 29.255)):
        inside = [
            f["properties"]["station_id"]
            for f in features
            if shape(f["geometry"]).contains(Point(lon, lat))
        ]
        assert home_station_id(room, spread, lon, lat) in inside


def test_the_board_is_json_with_its_labels(client: TestClient):
    call = take_call(client)
    client.post(f"/calls/{call}/assign", data={"unit_id": "S1"})
    body = client.get("/api/board").json()
    assert body["labels"]["synthetic"] == ["calls"]
    assert body["labels"]["predicted_arrival"] == ["estimated"]
    assert {s["id"]: s["type"] for s in body["stations"]}["Z"] == "hub"
    (shown,) = body["calls"]
    assert shown["responses"][0]["predicted_arrival_at"]
    assert shown["responses"][0]["predicted_arrival_labels"] == ["estimated"]
    unit = next(u for u in body["units"] if u["id"] == "S1")
    assert (unit["availability"], unit["call_id"]) == ("not_available", call)


def test_a_route_that_is_not_there_is_said(client: TestClient):
    call = take_call(client)
    body = client.get("/api/route", params={"unit": "S1", "call": call}).json()
    assert body["reachable"] is False
    assert body["labels"] == ["estimated"]
    assert client.get("/api/route", params={"unit": "Q", "call": call}).status_code == 404
    assert client.get("/api/route").status_code == 422


def test_without_roads_there_is_no_base_map_and_the_page_says_so(client: TestClient):
    answer = client.get("/tiles/9/1/1.mvt")
    assert answer.status_code == 404
    assert "base map: no roads bundled, estimated" in client.get("/").text


def test_tiles_come_from_the_countys_own_file(toy_store, tmp_path, monkeypatch):
    asked = []

    def read_tile(path, z, x, y):
        asked.append((path, z, x, y))
        return b"\x1a\x00" if x else None

    monkeypatch.setattr("hubpost.web.routes.map.read_tile", read_tile)
    app = create_app(toy_store, toy_room(), basemap=tmp_path / "map.pmtiles")
    with TestClient(app, base_url="http://127.0.0.1") as client:
        tile = client.get("/tiles/9/1/2.mvt")
        assert (tile.status_code, tile.content) == (200, b"\x1a\x00")
        assert client.get("/tiles/9/0/2.mvt").status_code == 204
        for outside in ("/tiles/9/512/0.mvt", "/tiles/99/0/0.mvt", "/tiles/9/-1/0.mvt"):
            assert client.get(outside).status_code == 404
        assert client.get("/tiles/a/b/c.mvt").status_code == 422
        assert "OpenStreetMap contributors" in client.get("/").text
    assert asked == [(tmp_path / "map.pmtiles", 9, 1, 2), (tmp_path / "map.pmtiles", 9, 0, 2)]


def test_places_are_found_by_part_of_their_name(client: TestClient):
    text = client.get("/places", params={"q": "堰塘"}).text
    assert 'data-area="Z-yantang"' in text
    assert "no place found" in client.get("/places", params={"q": "火星"}).text
    assert client.get("/places").text.strip() == ""
    assert client.get("/places", params={"q": "<" * 5000}).status_code == 200


def test_json_is_json_everywhere(client: TestClient):
    """Unreachable is null or absent, never Infinity, which no browser reads."""
    take_call(client)
    for path in ("/api/board", "/api/map/units", "/api/map/calls"):
        json.loads(client.get(path).text, parse_constant=pytest.fail)
