"""Every form and address of the console, signed in, with what no page would send: never a 5xx.

`make fuzz` does the same with new chance for as long as asked (tests/fuzz/requests.py).
"""

import pytest

from tests.boards import founding_events, received
from tests.fuzz.requests import Requests
from tests.rooms import fill


@pytest.mark.parametrize("role", ["dispatcher", "station_chief", "administrator", "public"])
def test_no_form_makes_the_console_stumble(store, tmp_path, role):
    fill(store, [*founding_events(), received(), received(call_id="c2")])
    with Requests(store, tmp_path, role, seed=1) as requests:
        asked = [answer for _ in range(60) for answer in requests.ask_some(1)]
    assert len(asked) == 60
    assert max(asked) < 500, requests.worst


FOUND = (
    ("GET", "/records/duty/x/派出所.ics", {}),
    ("GET", "/set-up/派出所", {}),
    ("GET", "/enter/派出所", {}),
    ("GET", "/help/" + "x" * 5000, {}),
    ("GET", "/help/pictures/" + "x" * 5000, {}),
    ("POST", "/sign-in", {"name": "a\x00b", "password": "x", "next": ""}),
    ("POST", "/records/survey/answers", {"survey": "\x00", "ref": "x", "grid": "x"}),
    ("POST", "/calls/c1/notes", {"text": "a\x00b"}),
)


@pytest.mark.parametrize(("method", "path", "form"), FOUND)
def test_what_once_made_the_console_stumble(store, tmp_path, method, path, form):
    fill(store, [*founding_events(), received()])
    with Requests(store, tmp_path, "station_chief", seed=1) as requests:
        answer = requests.client.request(method, path, data=form or None)
    assert answer.status_code < 500


def test_a_wrong_field_is_named_and_what_came_is_not_repeated(store, tmp_path):
    """What came may be somebody's name."""
    fill(store, founding_events())
    with Requests(store, tmp_path, "dispatcher", seed=1) as requests:
        body = {"category": "assistance", "priority": 9, "lon": "secret", "lat": 1.0}
        answer = requests.client.post("/api/v1/calls", json=body)
    assert answer.status_code == 422
    assert set(answer.json()["detail"]) == {"body.priority", "body.lon"}
    assert "secret" not in answer.text
