"""Roads over HTTP: forms, the list, layers, refusals in words; the panel follows by itself."""

import json
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from hubpost.storage.store import Store
from hubpost.web.app import create_app
from tests.boards import NOON
from tests.road_rooms import VILLAGE, road_events, road_room
from tests.rooms import fill
from tests.web.conftest import HTMX, take_call

POINTS = "0.022,0.0001;0.028,0"


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    return road_room(tmp_path_factory.mktemp("roads"))


@pytest.fixture
def store(tmp_path, clock):
    store = Store(f"sqlite:///{tmp_path / 'roads.sqlite'}", clock)
    fill(store, road_events())
    yield store
    store.close()


@pytest.fixture
def client(store, room):
    with TestClient(create_app(store, room), base_url="http://127.0.0.1", headers=HTMX) as client:
        client.cookies.set("hubpost_language", "en")
        client.cookies.set("hubpost_actor", "Wang")
        yield client


def call_at_village(client):
    return take_call(client, area_id="", lon=str(VILLAGE[0]), lat=str(VILLAGE[1]))


def close(client, **changes):
    return client.post("/roads/closures", data={"points": POINTS, "reason": "landslide"} | changes)


def test_closing_a_road_changes_the_panel_of_an_open_call_and_its_route(client):
    call = call_at_village(client)
    assert 'data-unit="Z1"' in client.get(f"/calls/{call}").text
    before = client.get(f"/api/route?unit=Z1&call={call}").json()
    answer = close(client)
    assert (answer.status_code, answer.headers["HX-Trigger"]) == (200, "hubpost:roads")
    panel = client.get(f"/calls/{call}").text
    assert 'data-unit="S1"' in panel
    assert "Closed or slowed roads reckoned with: 1." in panel
    after = client.get(f"/api/route?unit=Z1&call={call}").json()
    metres = [r["features"][0]["properties"]["distance_m"] for r in (before, after)]
    assert metres[1] - metres[0] == pytest.approx(2 * 1112, rel=0.01)


def test_the_list_names_road_reason_time_and_who_and_lifts(client, store):
    close(client, ends="120")
    (closure,) = store.board.closures.values()
    assert closure.until_at - closure.from_at == timedelta(hours=2)
    shown = client.get("/panels/roads").text
    for words in ("Main Road", "landslide", "Wang", "in force", 'data-in-force="1"'):
        assert words in shown
    assert closure.until_at.isoformat() in shown
    answer = client.post(f"/roads/closures/{closure.id}/reopen")
    assert "No road is closed." in answer.text
    again = client.post(f"/roads/closures/{closure.id}/reopen")
    assert again.status_code == 409
    assert "lifted already" in again.text


def test_a_closure_by_the_countys_clock_is_to_come(client, store):
    """Noon UTC is 20:00 in the county; from 21:00 there."""
    close(client, begins="time", from_time="2026-03-01T21:00", speed_left="25")
    (closure,) = store.board.closures.values()
    assert closure.from_at == NOON + timedelta(hours=1)
    assert closure.speed_factor == 0.25
    assert "to come · 21:00" in client.get("/panels/roads").text
    feature = client.get("/api/roads/closures").json()["features"][0]
    assert (feature["properties"]["in_force"], feature["geometry"]["type"]) == (False, "LineString")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": ""}, "A reason is needed"),
        ({"points": ""}, "not a point, line or area"),
        ({"points": "1;2"}, "not a point, line or area"),
        ({"points": "0.025,0.005"}, "There is no road at this point"),
        ({"ends": "time", "until_time": "yesterday"}, "The end must lie ahead"),
        ({"ends": "time", "until_time": "2020-01-01T00:00"}, "The end must lie ahead"),
        ({"speed_left": "130"}, "The speed left must be"),
    ],
)
def test_a_wrong_form_is_refused_in_words_and_closes_nothing(client, store, changes, words):
    answer = close(client, **changes)
    assert answer.status_code == 422
    assert words in answer.text
    assert not store.board.closures


def test_a_stretch_is_shown_before_it_is_closed(client, store):
    found = client.get(f"/api/roads/stretch?points={POINTS}").json()
    assert found["properties"] == {"length_m": 667, "road": "Main Road", "snapped": True}
    refused = client.get("/api/roads/stretch?points=0.025,0.005")
    assert (refused.status_code, refused.json()["code"]) == (422, "closure_off_road")
    assert not store.board.closures


def test_a_file_closes_all_or_says_which_feature_is_wrong(client, store):
    point = {"type": "Point", "coordinates": [0.025, 0.0]}
    feature = {"type": "Feature", "geometry": point, "properties": {"reason": "flood"}}

    def upload(content):
        return client.post("/roads/closures/file", files={"file": ("x.geojson", content)})

    for bad in (b"{", json.dumps({**feature, "properties": {"reason": "x", "from": "1"}})):
        assert upload(bad).status_code == 422
    assert "flood" in upload(json.dumps(feature)).text
    assert len(store.board.closures) == 1


def test_weather_and_light_are_set_and_shown(client, store):
    shown = client.post("/roads/conditions", data={"weather": "snow", "light": "sun"}).text
    assert 'data-weather="snow"' in shown
    assert 'data-light="sun"' in shown
    assert store.board.road_conditions.by == "Wang"
    assert client.post("/roads/conditions", data={"weather": "hail"}).status_code == 422


def test_reach_has_four_areas_widest_first_of_a_station_or_its_group(client):
    def reach(**query):
        return client.get("/api/roads/reach", params=query).json()["features"]

    alone, group = reach(station="Z"), reach(station="Z", group=True)
    assert [f["properties"]["minutes"] for f in alone] == [30, 20, 10, 5]
    areas = [f["properties"]["area_km2"] for f in (alone[-1], group[-1])]
    assert areas[1] > 1.5 * areas[0]
    assert client.get("/api/roads/reach?station=X").status_code == 404


def test_the_tools_speak_chinese_by_default(store, room):
    with TestClient(create_app(store, room), base_url="http://127.0.0.1") as fresh:
        shown = fresh.get("/panels/road-tools").text
    for words in ("封路或限速", "山体滑坡", "天气与昼夜", "派出所可达范围"):
        assert words in shown
