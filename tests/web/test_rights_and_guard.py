"""Who may reach the console: declared rights, our own host, our own pages, bearable sizes."""

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient

from hubpost.web.app import create_app
from hubpost.web.rights import RIGHTS, require_rights
from tests.rooms import toy_room
from tests.web.conftest import call_fields


def test_an_app_with_an_undeclared_route_does_not_start():
    """A new route without a right is found at start, not by whoever misuses it."""
    router = APIRouter()
    router.add_api_route("/secret", lambda: None, name="show_secret")
    with pytest.raises(RuntimeError, match="show_secret"):
        require_rights(router.routes)


def test_a_right_without_a_route_is_told():
    with pytest.raises(RuntimeError, match="receive_call"):
        require_rights([])
    assert "receive_call" in RIGHTS


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "a b", "[::1"])
def test_a_foreign_host_is_refused(client: TestClient, host: str):
    """A page that points its own name at this machine gets nothing (DNS rebinding)."""
    answer = client.get("/", headers={"Host": host})
    assert answer.status_code == 400
    assert "Toy" not in answer.text


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST"])
def test_loopback_hosts_are_served(client: TestClient, host: str):
    assert client.get("/", headers={"Host": host}).status_code == 200


def test_a_named_host_is_served_only_when_allowed(toy_store):
    app = create_app(toy_store, toy_room(), allowed_hosts=["hub.lan"])
    with TestClient(app, base_url="http://hub.lan") as client:
        assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_foreign_page_cannot_post(client: TestClient, app: FastAPI, headers):
    """Another site's form, sent by this browser, changes nothing."""
    answer = client.post("/calls", data=call_fields(), headers=headers)
    assert answer.status_code == 403
    assert not app.state.console.store.board.calls


def test_our_own_page_can_post(client: TestClient):
    answer = client.post("/calls", data=call_fields(), headers={"Origin": "http://127.0.0.1"})
    assert answer.status_code == 201


def test_an_oversized_body_is_refused_by_its_length(client: TestClient, app: FastAPI):
    answer = client.post("/calls", data=call_fields(note="x" * 100_000))
    assert answer.status_code == 413
    assert not app.state.console.store.board.calls


def test_an_oversized_body_is_refused_without_a_length(client: TestClient, app: FastAPI):
    """Chunked senders say no length; what comes is counted."""
    body = (b"note=" + b"x" * 40_000 for _ in range(3))
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = client.post("/calls", content=body, headers=headers)
    assert answer.status_code == 413
    assert not app.state.console.store.board.calls


@pytest.mark.parametrize("path", ["/", "/static/console.css", "/nowhere", "/api/board"])
def test_every_answer_carries_the_strict_policy(client: TestClient, path: str):
    answer = client.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_a_refused_host_also_carries_the_policy(client: TestClient):
    answer = client.get("/", headers={"Host": "evil.example"})
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
