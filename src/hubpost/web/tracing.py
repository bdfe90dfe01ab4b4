"""Traces by OpenTelemetry: off unless an address is set; a span tells route, method and status.

No path, query, address, name or text of an error is in a span: routes are told by their names, and
an error by its kind alone. The libraries come with `hubpost[telemetry]`.
"""

from collections.abc import Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

import hubpost

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Set in the environment, it names where traces go; before what hubpost.toml says.
TRACES_VARIABLE = "HUBPOST_TRACES"


def make_tracer(endpoint: str, sample: float = 1.0, *, exporter: Any = None) -> Any:
    """A tracer that sends spans to a collector by OTLP over HTTP.

    endpoint: such as http://127.0.0.1:4318/v1/traces. sample: share of requests traced, 0 to 1,
    unless the one who asks says by `traceparent`. exporter: another way out, for tests.
    Raises ValueError when the libraries are not installed.
    """
    try:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor
        from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
    except ImportError as error:
        raise ValueError(
            f"Traces to {endpoint} need the libraries of hubpost[telemetry]: "
            "pip install 'hubpost[telemetry]'."
        ) from error
    about = Resource({"service.name": "hubpost", "service.version": hubpost.__version__})
    provider = TracerProvider(resource=about, sampler=ParentBased(TraceIdRatioBased(sample)))
    out = SimpleSpanProcessor(exporter) if exporter else BatchSpanProcessor(_otlp(endpoint))
    provider.add_span_processor(out)
    return provider.get_tracer("hubpost", hubpost.__version__)


def _otlp(endpoint: str) -> Any:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter(endpoint=endpoint, timeout=5)


class Traced:
    """One span for each request, continued from the proxy's when it sends `traceparent`."""

    def __init__(self, app: ASGIApp, tracer: Any) -> None:
        self._app, self._tracer = app, tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with self._span(scope) as span:

            async def answer(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", message["status"])
                await send(message)

            await self._app(scope, receive, answer)

    @contextmanager
    def _span(self, scope: Scope) -> "Iterator[Any]":
        from opentelemetry.trace import SpanKind, StatusCode

        with self._tracer.start_as_current_span(
            "request", context=_context(scope), kind=SpanKind.SERVER,
            attributes={"http.request.method": scope["method"]},
            record_exception=False, set_status_on_exception=False,
        ) as span:  # fmt: skip
            scope["hubpost_trace"] = f"{span.get_span_context().trace_id:032x}"
            try:
                yield span
            except BaseException as error:
                span.set_attribute("error.type", type(error).__name__)
                span.set_status(StatusCode.ERROR)
                raise
            finally:
                route = scope.get("hubpost_route", "none")
                span.update_name(route)
                span.set_attribute("http.route", route)


def _context(scope: Scope) -> Any:
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    sent: Mapping[str, str] = {
        k.decode("latin-1"): v.decode("latin-1")
        for k, v in scope["headers"]
        if k in (b"traceparent", b"tracestate")
    }
    return TraceContextTextMapPropagator().extract(sent)
