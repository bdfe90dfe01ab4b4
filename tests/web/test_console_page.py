"""The page itself: labels, language, nothing inline, the feed joined without a gap."""

import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from hubpost.web.app import STATIC_DIR, create_app
from tests.rooms import toy_room
from tests.web.conftest import take_call


def test_chinese_comes_first(app: FastAPI):
    with TestClient(app, base_url="http://127.0.0.1") as client:
        page = client.get("/", headers={"Accept-Language": "en"}).text
    assert '<html lang="zh-CN">' in page
    assert "在办警情" in page


def test_the_switch_to_english_is_kept(app: FastAPI):
    with TestClient(app, base_url="http://127.0.0.1") as client:
        assert "Open calls" in client.get("/?lang=en").text
        assert "Open calls" in client.get("/").text
        assert "在办警情" in client.get("/?lang=zh_CN").text
        assert "在办警情" in client.get("/").text


def test_an_unknown_language_falls_back(client: TestClient):
    assert client.get("/?lang=../../etc").status_code == 200


@pytest.mark.parametrize("path", ["/", "/?lang=zh_CN"])
def test_the_page_says_what_is_synthetic_and_estimated(client: TestClient, path: str):
    page = client.get(path).text
    assert "synthetic" in page
    assert "estimated" in page


def test_a_county_of_records_shows_no_label(toy_store):
    """The labels come from the data, not from the template."""
    room = toy_room()
    room.travel.estimated = False
    object.__setattr__(room, "labels", type(room.labels)())
    with TestClient(create_app(toy_store, room), base_url="http://127.0.0.1") as client:
        page = client.get("/?lang=en").text
    tags = page[page.index('class="tags"') : page.index('class="actor"')]
    assert "synthetic" not in tags
    assert "driving times" not in tags


def test_nothing_is_inline_and_nothing_comes_from_elsewhere(client: TestClient):
    """What the strict policy would block must not be there to begin with."""
    call = take_call(client)
    page = client.get(f"/?call={call}").text
    assert not re.search(r"<script(?![^>]*(src=|application/json))", page)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)
    links = re.findall(r'(?:src|href|hx-get|hx-post|action)="([^"]*)"', page)
    assert len(links) > 20
    assert not [x for x in links if not x.startswith(("/", "#"))]


def test_files_the_page_names_exist(client: TestClient):
    page = client.get("/").text
    files = re.findall(r'"(/static/[^"]+)"', page)
    files += [f"/static/js/{f.name}" for f in (STATIC_DIR / "js").iterdir()]
    assert len(files) > 10
    for path in files:
        assert client.get(path).status_code == 200, path


def test_vendored_parts_have_their_licences(client: TestClient):
    for name in ("LICENSE-openlayers.md", "LICENSE-htmx", "README.md"):
        assert (STATIC_DIR / "vendor" / name).stat().st_size > 100


def test_an_address_with_a_call_opens_it(client: TestClient):
    call = take_call(client)
    page = client.get(f"/?call={call}").text
    assert f'data-call-id="{call}"' in page
    plain = client.get(f"/calls/{call}", headers={"HX-Request": ""}, follow_redirects=False)
    assert plain.status_code in (200, 303)


def test_a_call_address_opened_by_hand_leads_to_the_console(app: FastAPI):
    with TestClient(app, base_url="http://127.0.0.1") as client:
        answer = client.get("/calls/abc", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/?call=abc")


def test_the_name_on_duty_is_kept_and_cleaned(client: TestClient, app: FastAPI):
    client.post("/actor", data={"name": "  调度员\x07一号 " + "x" * 80})
    page = client.get("/").text
    assert 'value="调度员一号' in page
    call = take_call(client)
    events = app.state.console.store.read(
        lambda conn: conn.exec_driver_sql(
            "select actor from event where call_id = ?", (call,)
        ).scalar()
    )
    assert events.startswith("调度员一号")
    assert len(events) == 40


@pytest.mark.parametrize("path", ["/panels/queue", "/panels/units", "/panels/stations"])
def test_parts_say_how_new_they_are(client: TestClient, app: FastAPI, path: str):
    """The event id by which a screen refuses an older answer."""
    take_call(client)
    newest = str(app.state.console.store.last_event_id)
    answer = client.get(path)
    assert answer.headers["Hubpost-Event-Id"] == newest
    assert f'data-event-id="{newest}"' in answer.text


def test_user_text_is_shown_as_text(client: TestClient):
    """A note is no markup, whatever it holds."""
    call = take_call(client, note="<script>alert(1)</script> 100%", place_text="<b>x</b>%(unit)s")
    page = client.get(f"/calls/{call}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert "%(unit)s" in page


def test_unknown_addresses_answer_in_words(client: TestClient):
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert "There is no such page." in answer.text


def test_a_failure_here_is_told_without_a_traceback(app: FastAPI, monkeypatch):
    def broken(*_args, **_kwargs):
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("hubpost.web.routes.console.list_group_cards", broken)
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        answer = client.get("/?lang=en")
    assert answer.status_code == 500
    assert "Something went wrong here" in answer.text
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text
