"""Taking a call at the console: the advice, the form's mistakes, sending twice, endings."""

import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from hubpost.web.call_form import BadForm, CallForm, read_call_form
from tests.rooms import toy_room
from tests.web.conftest import call_fields, take_call


def board(app: FastAPI):
    return app.state.console.store.board


def test_a_call_is_answered_with_its_advice(client: TestClient, app: FastAPI):
    """The founding case: Z is 33 min away, S ten; S of the same group is the advice."""
    answer = client.post("/calls", data=call_fields())
    assert answer.status_code == 201
    text = answer.text
    assert 'data-unit="S1"' in text
    assert "Send S1" in text
    assert 'data-code="own_slower"' in text
    assert 'data-code="nearest_in_group"' in text
    assert "estimated" in text[text.index("predicted arrival") :]
    assert len(board(app).calls) == 1


def test_the_alternatives_are_ranked_and_the_barred_say_why(client: TestClient):
    client.post("/units/T1/activity", data={"activity": "casework"})
    text = client.post("/calls", data=call_fields()).text
    ranked = text[text.index('id="alternatives"') : text.index('id="barred"')]
    assert ranked.index("Z1") < ranked.index("F1")
    assert "on casework" in text[text.index('id="barred"') :]


def test_the_cover_left_behind_is_told(client: TestClient):
    """S1 is the only unit of S: sending it leaves S empty, and the dispatcher reads so."""
    text = client.post("/calls", data=call_fields()).text
    assert 'data-code="leaves_empty"' in text
    assert "This leaves S station empty" in text
    reasons = re.findall(r'<li data-code="[^"]*"[^>]*>(.*?)</li>', text)
    assert all("estimated" in r for r in reasons if re.search(r"\d min", r))


def test_the_answer_brings_a_fresh_form(client: TestClient):
    """So that the next call has a request id of its own."""
    fields = call_fields()
    text = client.post("/calls", data=fields).text
    form = text[text.index('id="call-form"') :]
    assert 'hx-swap-oob="true"' in form
    assert f'value="{fields["request_id"]}"' not in form


def test_a_form_sent_twice_takes_one_call(client: TestClient, app: FastAPI):
    fields = call_fields()
    assert [client.post("/calls", data=fields).status_code for _ in range(2)] == [201, 201]
    assert len(board(app).calls) == 1


def test_a_form_sent_again_after_its_call_was_closed_is_refused(client: TestClient):
    fields = call_fields()
    client.post("/calls", data=fields)
    client.post(f"/calls/{fields['request_id']}/close")
    answer = client.post("/calls", data=fields)
    assert answer.status_code == 409
    assert "taken before" in answer.text


def test_every_mistake_is_listed_at_once(client: TestClient, app: FastAPI):
    answer = client.post("/calls", data={"category": "pizza", "units_needed": "0"})
    assert answer.status_code == 422
    for words in (
        "Choose what kind of call it is. (pizza)",
        "Choose a priority",
        "Give a place",
        "Give a number of units",
        "Reload the page",
    ):
        assert words in answer.text
    assert answer.headers["HX-Retarget"] == "#notice"
    assert not board(app).calls


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"lon": "108.7", "area_id": ""}, "not a valid one"),
        ({"lon": "nan", "lat": "nan", "area_id": ""}, "not a valid one"),
        ({"lon": "1e400", "lat": "1", "area_id": ""}, "not a valid one"),
        ({"lon": "200", "lat": "29", "area_id": ""}, "not a valid one"),
        ({"lon": "29.26", "lat": "88.72", "area_id": ""}, "25 km"),
        ({"area_id": "nowhere"}, "Choose a village"),
        ({"note": "x" * 1001}, "Shorten the text. (1001"),
        ({"place_text": "x" * 201}, "Shorten the text. (201"),
        ({"request_id": "../../x"}, "Reload the page"),
        ({"priority": "5"}, "priority from 1 to 4"),
    ],
)
def test_bad_input_is_refused_in_words(client: TestClient, app: FastAPI, changes, words):
    answer = client.post("/calls", data=call_fields(**changes))
    assert answer.status_code == 422
    assert words in answer.text
    assert not board(app).calls


def test_a_point_on_the_map_finds_its_home_station(client: TestClient, app: FastAPI):
    """A click needs no village: the nearest one's station is home."""
    call = take_call(client, area_id="", lon="108.7001", lat="29.3001")
    assert board(app).calls[call].call.station_id == "S"


def test_a_village_gives_its_place_and_station(client: TestClient, app: FastAPI):
    call_id = take_call(client)
    call = board(app).calls[call_id].call
    assert (call.lon, call.lat, call.station_id) == (108.72, 29.26, "Z")
    assert not call.confirmed


def test_an_exercise_says_so_everywhere(client: TestClient, app: FastAPI):
    call = take_call(client, exercise="yes", confirmed="yes")
    assert board(app).calls[call].call.exercise
    assert board(app).calls[call].call.confirmed
    assert "exercise" in client.get("/panels/queue").text
    assert "exercise" in client.get(f"/calls/{call}").text


def test_the_queue_is_by_priority_then_time(client: TestClient):
    later = [take_call(client, priority=p) for p in ("3", "2", "1", "2")]
    text = client.get("/panels/queue").text
    order = sorted(later, key=lambda call: text.index(f"queue-{call}"))
    assert order == [later[2], later[1], later[3], later[0]]


def test_closing_keeps_the_outcome_readable(client: TestClient, app: FastAPI):
    call = take_call(client)
    answer = client.post(f"/calls/{call}/close", data={"outcome": "no unit was needed"})
    assert answer.status_code == 200
    assert "no unit was needed" in answer.text
    assert call not in board(app).calls
    assert "no unit was needed" in client.get(f"/calls/{call}").text


def test_striking_through_needs_a_reason(client: TestClient, app: FastAPI):
    call = take_call(client)
    answer = client.post(f"/calls/{call}/strike", data={"reason": " "})
    assert answer.status_code == 422
    assert "A reason is needed" in answer.text
    assert call in board(app).calls
    answer = client.post(f"/calls/{call}/strike", data={"reason": "entered twice"})
    assert answer.status_code == 200
    assert "struck through" in answer.text
    assert "entered twice" in answer.text


def test_an_unknown_call_is_told(client: TestClient):
    for answer in (client.get("/calls/abc"), client.post("/calls/abc/close")):
        assert answer.status_code == 404
        assert "There is no such call." in answer.text


def test_a_closed_call_cannot_be_closed_again(client: TestClient):
    call = take_call(client)
    client.post(f"/calls/{call}/close")
    answer = client.post(f"/calls/{call}/close")
    assert answer.status_code == 409
    assert "no longer open" in answer.text


@given(st.lists(st.text(max_size=40), min_size=11, max_size=11))
def test_no_form_breaks_the_reader(texts):
    """Whatever is typed, the answer is a report or a list of problems."""
    try:
        report, _ = read_call_form(CallForm(*texts), toy_room())
    except BadForm as bad:
        told = [p.message for p in bad.problems]
    else:
        told = [report.request_id]
    assert all(told)
    assert told
