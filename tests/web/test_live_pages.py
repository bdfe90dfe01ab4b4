"""Command line, warnings, merges, hand-over, wallboard, field and border pages, in-process."""

from datetime import timedelta
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi.testclient import TestClient

from hubpost.actions import partners
from hubpost.actions.mutual_aid import AidServer
from hubpost.model import events as ev
from hubpost.web.app import create_app
from tests.boards import NOON
from tests.rooms import fill, toy_room
from tests.web.conftest import take_call


def type_line(client, text):
    return client.post("/line", data={"text": text, "request_id": uuid4().hex})


def test_a_typed_line_takes_the_call_and_shows_its_panel(client, toy_store):
    answer = type_line(client, "堰塘村 围墙垮塌 堵路 p3")
    assert answer.status_code == 201
    (call,) = toy_store.board.calls.values()
    assert (call.call.priority, call.call.area_id) == (3, "Z-yantang")
    assert call.call.number in answer.text


def test_a_line_sent_twice_takes_one_call(client, toy_store):
    data = {"text": "堰塘村 求助", "request_id": uuid4().hex}
    assert [client.post("/line", data=data).status_code for _ in range(2)] == [201, 201]
    assert len(toy_store.board.calls) == 1


def test_the_preview_says_how_a_line_is_read_and_takes_nothing(client, toy_store):
    text = client.get("/line", params={"text": "堰塘村 有人持刀 p9"}).text
    assert "堰塘村" in text
    assert "arms or violence" in text
    assert "priority is p1 to p4" in text
    assert "place not known" in client.get("/line", params={"text": "nowhere"}).text
    assert toy_store.board.calls == {}


def test_a_line_without_a_place_is_refused_in_words(client):
    answer = type_line(client, "围墙垮塌")
    assert answer.status_code in (409, 422)
    assert "The place is not known" in answer.text


def test_a_step_typed_by_number_and_call_sign(client, toy_store):
    call_id = take_call(client)
    assert type_line(client, "0001 派 S1").status_code == 200
    assert toy_store.board.units["S1"].call_id == call_id
    assert type_line(client, "0009 派 S1").status_code == 409


def test_duplicates_are_shown_merged_and_taken_apart(client, toy_store):
    first, second = take_call(client), take_call(client)
    assert "May be the same matter" in client.get(f"/calls/{first}/more").text
    merged = client.post(f"/calls/{first}/merge/{second}")
    assert "Merged into this call" in merged.text
    assert set(toy_store.board.calls) == {first}
    client.post(f"/calls/{first}/unmerge/{second}")
    assert set(toy_store.board.calls) == {first, second}


def test_escalation_amendment_note_and_hand_over_from_the_panel(client, toy_store):
    call_id = take_call(client)
    client.post(f"/calls/{call_id}/escalate")
    client.post(f"/calls/{call_id}/amend", data={"category": "traffic", "priority": "1"})
    client.post(f"/calls/{call_id}/note", data={"text": "<b>gate</b> locked"})
    client.post(f"/calls/{call_id}/transfer", data={"room_id": "T", "reason": "their road"})
    on_board = toy_store.board.calls[call_id]
    assert (on_board.tier, on_board.room_id, on_board.call.priority) == (1, "T", 1)
    text = client.get(f"/calls/{call_id}/more").text
    assert "&lt;b&gt;gate" in text
    nobody = client.post(f"/calls/{call_id}/members")
    assert "Nobody of a minimum unit is near" in nobody.text


def test_the_warnings_name_what_waits(client, toy_store, clock):
    take_call(client, priority="1")
    assert client.get("/panels/warnings").text.strip() == ""
    clock.now = NOON + timedelta(minutes=20)
    assert "no unit assigned" in client.get("/panels/warnings").text
    fill(toy_store, [ev.DuressRaised(toy_store.now(), "S1")])
    text = client.get("/panels/warnings").text
    assert text.index("crew calls for help") < text.index("no unit assigned")


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_wallboard_and_hand_over_in_both_languages(client, clock, language):
    take_call(client)
    clock.now = NOON + timedelta(minutes=20)
    for path in ("/wallboard", "/wallboard/panel", "/handover", "/handover?room=Z", "/border"):
        answer = client.get(path, params={"lang": language} if "?" not in path else {})
        assert answer.status_code == 200
        assert "20260301-0001" in answer.text or path in ("/border", "/handover?room=Z")


def test_the_field_page_shows_a_crew_its_own_calls_only(client, toy_store):
    mine, other = take_call(client), take_call(client)
    for call_id, unit in ((mine, "S1"), (other, "T1")):
        client.post(f"/calls/{call_id}/assign", data={"unit_id": unit, "override_reason": "test"})
    state = client.get("/field/state", params={"unit": "S1"}).json()
    assert [c["id"] for c in state["calls"]] == [mine]
    assert client.get("/field/state", params={"unit": "nope"}).status_code == 404
    assert 'data-unit="S1"' in client.get("/field", params={"unit": "s1"}).text
    assert "geolocation=(self)" in client.get("/field").headers["permissions-policy"]
    assert "geolocation=()" in client.get("/").headers["permissions-policy"]
    assert client.get("/field/manifest.json").json()["scope"] == "/field"
    assert "javascript" in client.get("/field/worker.js").headers["content-type"]


def test_a_township_without_a_server_is_asked_by_link_and_answers_on_its_page(toy_store):
    me = AidServer("east", Ed25519PrivateKey.generate())
    app = create_app(toy_store, toy_room(), aid_server=me)
    toy_store.write(
        lambda tx: partners.agree(
            tx, "west", "West town", "Z", expires_at=NOON + timedelta(days=300)
        ),
        actor="anna",
    )
    with TestClient(app, base_url="http://127.0.0.1", headers={"HX-Request": "true"}) as client:
        client.cookies.set("hubpost_language", "en")
        call_id = take_call(client, note="caller Zhang San")
        asked = client.post(f"/calls/{call_id}/aid", data={"partner_id": "west"})
        link = asked.text.partition('id="aid-link">')[2].partition("<")[0]
        slip = client.get(link)
        assert "old wall" in slip.text
        assert "Zhang" not in slip.text
        offered = client.post(link, data={"kind": "offer", "units": "car 7"})
        assert "not yet promised" in offered.text
        assert "car 7" in client.get("/border").text
        sent = client.post(link, data={"kind": "commit"})
        assert "committed" in sent.text
        assert client.get("/border/nonsense").status_code == 404
        case_id = next(iter(toy_store.board.aid))
        client.post(f"/aid/{case_id}/release")
        assert toy_store.board.aid == {}
        assert client.get(link).status_code == 404


def test_an_agreement_is_entered_used_and_withdrawn_on_the_page(toy_store):
    me = AidServer("east", Ed25519PrivateKey.generate())
    app = create_app(toy_store, toy_room(), aid_server=me)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        client.cookies.set("hubpost_language", "en")
        form = {"name": "West town", "station": "Z", "until": "2027-03-01"}
        for wrong in ({"until": "2020-01-01"}, {"until": "soon"}, {"name": " "}, {"station": "?"}):
            assert client.post("/partners/agree", data={**form, **wrong}).status_code in (409, 422)
        assert "West town" in client.post("/partners/agree", data=form).text
        (partner,) = toy_store.read(partners.list_partners)
        call_id = take_call(client)
        asked = client.post(f"/calls/{call_id}/aid", data={"partner_id": partner.id})
        link = asked.text.partition('id="aid-link">')[2].partition("<")[0]
        assert client.get(link).status_code == 200
        form = {"partner": partner.id, "station": "S"}
        assert client.post("/partners/withdraw", data=form).status_code == 409
        client.post("/partners/withdraw", data={**form, "station": "Z"})
        assert client.get(link).status_code == 404
