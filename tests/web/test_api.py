"""The REST interface: what it does, what it refuses, and that nothing makes it stumble."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from hubpost.storage import schema
from hubpost.storage.store import Store
from hubpost.web.app import create_app
from tests.boards import NOON, founding_events, received
from tests.rooms import fill, toy_room
from tests.storage.test_store import rows

NEW = {"category": "assistance", "priority": 2, "lon": 108.72, "lat": 29.26}


@pytest.fixture
def api(app) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://127.0.0.1") as client:
        yield client


def take(api, key=None, **changes):
    headers = {"Idempotency-Key": key} if key else {}
    return api.post("/api/v1/calls", json={**NEW, **changes}, headers=headers)


def test_a_call_from_taken_to_cleared(api):
    answer = take(api, place_text="old wall")
    assert answer.status_code == 201
    call = answer.json()["call"]
    advice = api.get(f"/api/v1/calls/{call['id']}/advice").json()
    unit = advice["advice"]["choices"][0]["unit_id"]
    assert advice["words"] == ["estimated"]
    assert api.post(f"/api/v1/calls/{call['id']}/units", json={"unit_id": unit}).status_code == 200
    for step in ("acknowledge", "set-off", "arrive", "clear"):
        done = api.post(f"/api/v1/calls/{call['id']}/units/{unit}/{step}", json={})
        assert done.status_code == 200, done.text
    assert api.get("/api/v1/calls").json()["calls"] == []
    csv = api.get(
        "/api/v1/export/calls.csv",
        params={"since": "2026-03-01T00:00:00Z", "until": "2026-03-02T00:00:00Z"},
    )
    assert call["number"] in csv.text


def test_a_request_sent_twice_takes_one_call_and_gets_one_reply(api, toy_store):
    first, second = take(api, key="k1"), take(api, key="k1")
    assert first.json()["call"] == second.json()["call"]
    assert len(rows(toy_store, schema.call)) == 1
    other = take(api, key="k1", priority=1)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


def test_many_at_once_under_one_key_take_one_call(api, toy_store):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: take(api, key="same"), range(8)))
    assert {a.status_code for a in answers} == {201}
    assert len({a.json()["call"]["id"] for a in answers}) == 1
    assert len(rows(toy_store, schema.call)) == 1


def test_the_loser_of_a_unit_is_told_where_it_is(api):
    first, second = take(api).json()["call"]["id"], take(api).json()["call"]["id"]
    api.post(f"/api/v1/calls/{first}/units", json={"unit_id": "S1"})
    lost = api.post(
        f"/api/v1/calls/{second}/units", json={"unit_id": "S1", "override_reason": "race"}
    )
    assert (lost.status_code, lost.json()["code"]) == (409, "unit_not_available")
    assert lost.json()["detail"]["call_id"] == first


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"lon": "108.7"}, "a number as text"),
        ({"lon": 1e400}, "infinite"),
        ({"priority": 5}, "no such priority"),
        ({"received_at": "2026-03-01T10:00:00"}, "no zone"),
        ({"received_at": "0001-01-01T00:00:00+14:00"}, "a time of no calendar of ours"),
        ({"confirmed": "yes"}, "text for a flag"),
        ({"colour": "red"}, "an unknown field"),
        ({"place_text": "x" * 201}, "too long"),
        ({"units_needed": 0}, "no unit"),
        ({"mode": "scheduled"}, "scheduled without a time"),
        ({"lat": 48.8, "lon": 2.3}, "another country"),
    ],
)
def test_bad_input_is_a_clear_422_and_nothing_is_half_done(api, toy_store, changes, why):
    body = {**NEW, **changes}
    text = str(body).replace("'", '"').replace("inf", "1e999").replace("True", "true")
    answer = api.post("/api/v1/calls", content=text, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422, why
    assert {"code", "message", "detail"} == set(answer.json())
    assert rows(toy_store, schema.call) == []


def test_too_much_is_413_and_what_is_not_there_404(api):
    assert take(api, note="x" * 70_000).status_code == 413
    gone = api.post("/api/v1/calls/nope/close", json={})
    assert (gone.status_code, gone.json()["code"]) == (404, "call_not_open")
    assert api.get("/api/v1/nothing").json()["code"] == "http_404"


def test_a_clock_ahead_is_refused_and_a_device_clock_is_corrected(api, toy_store):
    ahead = (NOON + timedelta(days=1)).isoformat()
    assert take(api, received_at=ahead).json()["code"] == "time_ahead"
    call = take(api).json()["call"]["id"]
    api.post(f"/api/v1/calls/{call}/units", json={"unit_id": "S1"})
    an_hour = timedelta(hours=1)
    queue = {
        "sent_at": (toy_store.now() + an_hour).isoformat(),
        "actions": [
            {
                "id": "a1",
                "step": "acknowledge",
                "call_id": call,
                "at": (toy_store.now() + an_hour).isoformat(),
            }
        ],
    }
    answer = api.post("/api/v1/units/S1/sync", json=queue).json()
    assert answer["results"][0]["outcome"] == "applied"
    assert 3500 < answer["skew_s"] < 3700
    assert api.post("/api/v1/units/S1/sync", json=queue).json()["results"][0]["outcome"] == (
        "repeated"
    )


def test_an_eido_of_an_open_call(api):
    call = take(api).json()["call"]
    eido = api.get(f"/api/v1/calls/{call['id']}/eido").json()
    assert eido["incidentComponent"]["internalIncidentId"] == call["number"]


def test_aid_is_closed_unless_the_server_takes_part(api):
    answer = api.post("/api/v1/aid", content=b"{}")
    assert (answer.status_code, answer.json()["code"]) == (409, "aid_closed")


@pytest.fixture(scope="module")
def described(tmp_path_factory):
    """The interface by its own description, on a board with something on it."""
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('api') / 'fuzz.sqlite'}")
    fill(store, [*founding_events(), received(), received(call_id="c2")])
    app = create_app(store, toy_room())
    headers = {"Host": "127.0.0.1"}
    yield schemathesis.openapi.from_asgi("/api/v1/openapi.json", app, headers=headers)
    store.close()


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_request_of_any_shape_is_answered_with_a_server_error(described, mode):
    """schemathesis over the OpenAPI: requests that fit it, and requests that do not."""
    asked: Counter[int] = Counter()
    operations = [result.ok() for result in described.get_all_operations()]
    assert len(operations) > 20
    for operation in operations:
        if mode is GenerationMode.NEGATIVE and not _can_be_wrong(operation):
            continue

        @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case):
            answer = case.call(headers={"Host": "127.0.0.1"})
            asked[answer.status_code] += 1
            said = f"{case.method} {case.path}: {answer.status_code} {answer.content[:300]!r}"
            assert answer.status_code < 500, said
            if answer.status_code in (404, 409, 422):
                assert set(answer.json()) == {"code", "message", "detail"}, said

        ask()
    assert sum(asked.values()) > 150


def _can_be_wrong(operation) -> bool:
    """Without parameters and body there is nothing to get wrong."""
    return bool(operation.body or operation.path_parameters or operation.query)
