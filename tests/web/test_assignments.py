"""Sending units from the console, following them, and two dispatchers at once."""

import threading

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.web.conftest import HTMX, take_call

STEPS = ("acknowledge", "set-off", "arrive", "clear")


def assign(client: TestClient, call: str, unit: str, reason: str = ""):
    data = {"unit_id": unit, "override_reason": reason}
    return client.post(f"/calls/{call}/assign", data=data)


def test_a_call_goes_from_phone_to_unit_to_clear(client: TestClient, app: FastAPI):
    call = take_call(client)
    assert assign(client, call, "S1").status_code == 200
    states = []
    for step in STEPS[:-1]:
        assert client.post(f"/calls/{call}/units/S1/{step}").status_code == 200
        states.append(app.state.console.store.board.calls[call].state.value)
    assert states == ["acknowledged", "en_route", "arrived"]
    answer = client.post(f"/calls/{call}/units/S1/clear")
    assert answer.status_code == 200
    assert "closed" in answer.text
    assert call not in app.state.console.store.board.calls


def test_the_buttons_offered_are_the_steps_still_open(client: TestClient):
    call = take_call(client)
    text = assign(client, call, "S1").text
    assert all(f"step-{s}-S1" in text for s in ("acknowledge", "set-off", "arrive"))
    assert "step-clear-S1" not in text
    text = client.post(f"/calls/{call}/units/S1/arrive").text
    assert "step-clear-S1" in text
    assert "step-arrive-S1" not in text
    assert "release-S1" not in text


def test_the_predicted_arrival_carries_its_label(client: TestClient):
    text = assign(client, take_call(client), "S1").text
    due = text[text.index("data-due=") :]
    assert "estimated" in due[: due.index("</div>")]


def test_another_unit_needs_a_reason(client: TestClient, app: FastAPI):
    call = take_call(client)
    answer = assign(client, call, "Z1")
    assert answer.status_code == 409
    assert "not, or no longer, the advice" in answer.text
    assert not app.state.console.store.board.calls[call].responses
    assert assign(client, call, "Z1", "ordered by the duty leader").status_code == 200


def test_the_loser_sees_who_has_the_unit_and_the_next_advice(client: TestClient):
    first, second = take_call(client), take_call(client)
    client.post("/actor", data={"name": "dispatcher 1"})
    assign(client, first, "S1")
    client.post("/actor", data={"name": "dispatcher 2"})
    answer = assign(client, second, "S1")
    assert answer.status_code == 409
    assert "S1 was not sent: it is now assigned on call" in answer.text
    assert "Sent by dispatcher 1 at" in answer.text
    assert 'data-unit="T1"' in answer.text or 'data-unit="Z1"' in answer.text


def test_a_second_tap_on_the_same_button_does_no_harm(client: TestClient, app: FastAPI):
    call = take_call(client)
    assign(client, call, "S1")
    answer = assign(client, call, "S1")
    assert answer.status_code == 409
    assert "S1 is already on this call" in answer.text
    assert len(app.state.console.store.board.calls[call].responses) == 1


@pytest.mark.parametrize("rounds", [1, 2, 3])
def test_of_two_dispatchers_at_once_one_wins_each_unit(app: FastAPI, rounds: int):
    """Two browsers, two calls, the same unit, the same moment: one 200, one 409 with advice."""
    with TestClient(app, base_url="http://127.0.0.1", headers=HTMX) as client:
        client.cookies.set("hubpost_language", "en")
        calls = [take_call(client), take_call(client)]
        gate, answers = threading.Barrier(2), {}

        def send(call: str) -> None:
            gate.wait()
            answers[call] = assign(client, call, "S1")

        threads = [threading.Thread(target=send, args=(c,)) for c in calls]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    by_status = {a.status_code: (c, a) for c, a in answers.items()}
    assert set(by_status) == {200, 409}
    winner, loser = by_status[200][0], by_status[409][1]
    board = app.state.console.store.board
    assert board.units["S1"].call_id == winner
    assert "S1 was not sent" in loser.text
    assert 'class="choice"' in loser.text


def test_calling_off_frees_the_unit(client: TestClient, app: FastAPI):
    call = take_call(client)
    assign(client, call, "S1")
    answer = client.post(f"/calls/{call}/units/S1/release", data={"reason": "needed elsewhere"})
    assert answer.status_code == 200
    assert "called off" in answer.text
    assert app.state.console.store.board.units["S1"].call_id is None


def test_a_unit_that_arrived_cannot_be_called_off(client: TestClient):
    call = take_call(client)
    assign(client, call, "S1")
    client.post(f"/calls/{call}/units/S1/arrive")
    answer = client.post(f"/calls/{call}/units/S1/release")
    assert answer.status_code == 409
    assert "already arrived" in answer.text


def test_steps_out_of_turn_are_refused_with_the_state_now(client: TestClient):
    call = take_call(client)
    assert client.post(f"/calls/{call}/units/S1/arrive").status_code == 409
    assign(client, call, "S1")
    client.post(f"/calls/{call}/units/S1/acknowledge")
    answer = client.post(f"/calls/{call}/units/S1/acknowledge")
    assert answer.status_code == 409
    assert "taken this step before" in answer.text
    assert f'data-call-id="{call}"' in answer.text


def test_a_call_with_units_on_it_cannot_be_closed(client: TestClient):
    call = take_call(client)
    assign(client, call, "S1")
    answer = client.post(f"/calls/{call}/close")
    assert answer.status_code == 409
    assert "S1 is still active" in answer.text


def test_an_unknown_unit_is_refused(client: TestClient):
    call = take_call(client)
    assert assign(client, call, "Q9", "x").status_code == 409
    assert client.post(f"/calls/{call}/units/Q9/arrive").status_code == 409


def test_an_unknown_step_is_no_address(client: TestClient):
    call = take_call(client)
    assert client.post(f"/calls/{call}/units/S1/dance").status_code == 404


def test_several_units_are_advised_and_counted_down(client: TestClient):
    call = take_call(client, units_needed="2")
    text = assign(client, call, "S1").text
    assert 'class="choice"' in text
    choice = text[text.index('class="choice" data-unit="') + 26 :][:2]
    text = assign(client, call, choice).text
    assert 'data-code="enough_units"' in text


def test_units_take_up_casework_and_come_back(client: TestClient, app: FastAPI):
    answer = client.post("/units/S1/activity", data={"activity": "casework"})
    assert answer.status_code == 200
    assert "on casework" in answer.text
    assert app.state.console.store.board.units["S1"].activity.value == "casework"
    client.post("/units/S1/activity", data={"activity": "at_station"})
    assert app.state.console.store.board.units["S1"].activity.value == "at_station"


@pytest.mark.parametrize(
    ("unit", "activity", "status", "words"),
    [
        ("Q9", "meal", 404, "no such unit"),
        ("S1", "dancing", 422, "Choose what the unit does"),
        ("S1", "en_route", 409, "comes about by a call"),
    ],
)
def test_bad_unit_states_are_told(client: TestClient, unit, activity, status, words):
    answer = client.post(f"/units/{unit}/activity", data={"activity": activity})
    assert answer.status_code == status
    assert words in answer.text


def test_a_unit_on_a_call_takes_up_nothing_else(client: TestClient):
    call = take_call(client)
    assign(client, call, "S1")
    answer = client.post("/units/S1/activity", data={"activity": "meal"})
    assert answer.status_code == 409
    assert "active on call 2026" in answer.text
