"""Traces: a span for each request, continued from the proxy's, with nothing of a person in it."""

import json
import logging

import pytest
from fastapi.testclient import TestClient
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from hubpost.cli.settings import read_settings
from hubpost.model.access import Grant, Role, ScopeKind
from hubpost.web.app import create_app
from hubpost.web.logs import SafeFormatter
from hubpost.web.tracing import TRACES_VARIABLE, make_tracer
from tests.gate.conftest import BASE, add_account, add_session
from tests.rooms import toy_room

CALL = {
    **{"category": "assistance", "priority": 2, "lon": 108.72, "lat": 29.26},
    "note": "王小明报警 13800138000",
}


@pytest.fixture
def spans():
    return InMemorySpanExporter()


@pytest.fixture
def client(toy_store, gate, spans):
    tracer = make_tracer("", exporter=spans)
    app = create_app(toy_store, toy_room(), heartbeat_s=0.2, gate=gate, tracer=tracer)
    account = add_account(toy_store, "d1", Grant(Role.DISPATCHER, ScopeKind.COUNTY, "toy"))
    session = add_session(toy_store, account)

    @app.get("/breaks/{who}")
    def breaks(who: str):
        raise RuntimeError(f"no place for {who}")

    with TestClient(app, base_url=BASE, raise_server_exceptions=False) as client:
        client.cookies.set("hubpost_session", session)
        yield client


def _seen(spans) -> list[dict]:
    return [{"name": s.name, "status": s.status.status_code.name, **s.attributes}
            for s in spans.get_finished_spans()]  # fmt: skip


def test_a_span_tells_route_method_and_status_and_nothing_else(client, spans):
    assert client.post("/api/v1/calls", json=CALL).status_code == 201
    assert client.get("/healthz?name=王小明").status_code == 200
    assert _seen(spans) == [
        {"name": "api_receive_call", "status": "UNSET", "http.request.method": "POST",
         "http.response.status_code": 201, "http.route": "api_receive_call"},
        {"name": "get_health", "status": "UNSET", "http.request.method": "GET",
         "http.response.status_code": 200, "http.route": "get_health"},
    ]  # fmt: skip


def test_nothing_a_person_said_is_in_any_span(client, spans):
    """Not in name, attributes, events or resource: texts, numbers, ids, paths, error texts."""
    call_id = client.post("/api/v1/calls", json=CALL).json()["call"]["id"]
    client.get(f"/calls/{call_id}?note=王小明")
    client.get("/breaks/王小明")
    client.post("/calls", content="caller=13800138000", headers={"Origin": BASE})
    told = "".join(span.to_json() for span in spans.get_finished_spans())
    assert "http.request.method" in told
    for secret in ("王小明", json.dumps("王小明")[1:-1], "13800138000", call_id, "no place for"):
        assert secret not in told


def test_a_trace_begun_by_the_proxy_goes_on(client, spans):
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    client.get("/healthz", headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
    client.get("/healthz", headers={"traceparent": "nonsense\x7f"})
    first, second = spans.get_finished_spans()
    assert f"{first.context.trace_id:032x}" == trace
    assert f"{second.context.trace_id:032x}" != trace


def test_log_lines_and_answer_carry_request_and_trace(client, spans, caplog):
    """The id in the answer finds the lines, the lines find the trace; each request has its own."""
    with caplog.at_level(logging.INFO, "hubpost.request"):
        formatter, lines = SafeFormatter(as_json=True), []
        handler = logging.Handler()
        handler.emit = lambda record: lines.append(json.loads(formatter.format(record)))
        logging.getLogger("hubpost.request").addHandler(handler)
        try:
            answers = [client.get("/healthz") for _ in range(2)]
        finally:
            logging.getLogger("hubpost.request").removeHandler(handler)
    told = [a.headers["X-Request-Id"] for a in answers]
    assert [line["request"] for line in lines] == told
    assert len(set(told)) == 2
    traces = [f"{s.context.trace_id:032x}" for s in spans.get_finished_spans()]
    assert [line["trace"] for line in lines] == traces


def test_without_an_address_nothing_is_traced_or_loaded(tmp_path, monkeypatch):
    monkeypatch.delenv(TRACES_VARIABLE, raising=False)
    assert read_settings(tmp_path).find_tracer() is None
    (tmp_path / "hubpost.toml").write_text('[telemetry]\nendpoint = "http://127.0.0.1:9/v1/traces"')
    assert read_settings(tmp_path).find_tracer() is not None


@pytest.mark.parametrize(
    "wrong", ["sample = 2", 'sample = "all"', 'endpoint = "somewhere"', "x = 1"]
)
def test_wrong_settings_stop_the_start(tmp_path, wrong):
    (tmp_path / "hubpost.toml").write_text(f"[telemetry]\n{wrong}\n")
    with pytest.raises(ValueError, match=r"telemetry|unknown settings"):
        read_settings(tmp_path)


def test_a_missing_library_is_said_in_words(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(ValueError, match=r"hubpost\[telemetry\]"):
        make_tracer("http://127.0.0.1:4318/v1/traces")
