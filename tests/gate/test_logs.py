"""Logs: structured, and without secrets or personal data whatever goes wrong."""

import io
import json
import logging

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from hubpost.model.access import Role
from hubpost.storage.engine import create_engine
from hubpost.web.app import create_app
from hubpost.web.logs import SafeFormatter, set_up_logs
from tests.gate.conftest import BASE, PASSWORD, add_account, county
from tests.rooms import toy_room

SECRET = "Zhang San 13800000000"  # noqa: S105


@pytest.fixture
def log():
    """What is logged while the test runs, by line; the loggers are put back afterwards."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    set_up_logs(as_json=True, requests=True)
    heard = io.StringIO()
    root.handlers[0].setStream(heard)

    def lines():
        return [json.loads(line) for line in heard.getvalue().splitlines()]

    yield lines
    root.handlers[:] = before
    root.setLevel(level)
    logging.getLogger("hubpost.request").setLevel(logging.WARNING)


def test_a_request_is_told_by_its_route_and_never_by_its_address_or_person(toy_store, gate, log):
    add_account(toy_store, "anna", county(Role.DISPATCHER), password=PASSWORD)
    app = create_app(toy_store, toy_room(), gate=gate)
    with TestClient(app, base_url=BASE, follow_redirects=False) as client:
        client.get("/enter/secret-token-of-a-link")
        client.post("/sign-in", data={"name": "anna", "password": PASSWORD})
        client.post("/calls", data={"note": SECRET})
        client.get(f"/records/disputes?q={SECRET}")
    told = log()
    requests = [line for line in told if line["logger"] == "hubpost.request"]
    routes = [r["route"] for r in requests]
    assert routes == ["enter_demo", "sign_in", "receive_call", "list_disputes"]
    assert requests[1].keys() == {
        "at", "request", "level", "logger", "message", "route", "method", "status", "ms",
    }  # fmt: skip
    text = json.dumps(told, ensure_ascii=False)
    for secret in ("secret-token", PASSWORD, "Zhang", "anna", "127.0.0.1", "hubpost_session"):
        assert secret not in text


def test_an_unforeseen_error_is_told_by_kind_and_place_not_by_what_it_held(
    toy_store, gate, log, monkeypatch
):
    add_account(toy_store, "anna", county(Role.DISPATCHER), password=PASSWORD)

    def fail(*args, **kwargs):
        raise RuntimeError(f"cannot handle {SECRET}")

    monkeypatch.setattr("hubpost.web.routes.places.find_places", fail)
    app = create_app(toy_store, toy_room(), gate=gate)
    with TestClient(app, base_url=BASE, raise_server_exceptions=False) as client:
        client.post("/sign-in", data={"name": "anna", "password": PASSWORD})
        assert client.get(f"/places?q={SECRET}").status_code == 500
    errors = [line for line in log() if line.get("error") == "RuntimeError"]
    assert errors
    assert any("list_places" in frame for frame in errors[0]["frames"])
    assert "Zhang" not in json.dumps(errors)


def test_the_error_of_a_statement_does_not_hold_its_values(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'x.sqlite'}")
    insert = sa.text("INSERT INTO missing VALUES (:name)")
    with engine.connect() as conn, pytest.raises(sa.exc.OperationalError) as caught:
        conn.execute(insert, {"name": SECRET})
    assert "no such table" in str(caught.value)
    assert SECRET not in str(caught.value)


def test_words_of_other_libraries_are_not_told():
    record = logging.LogRecord("urllib3", logging.ERROR, "", 1, f"sent {SECRET}", None, None)
    assert SECRET not in SafeFormatter(as_json=False).format(record)
