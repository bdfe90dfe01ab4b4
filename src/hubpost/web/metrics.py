"""Figures of one process for Prometheus: requests by route and status, and how the board stands."""

import logging
import secrets
import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hubpost.storage.store import Store
from hubpost.web.logs import request_id

_log = logging.getLogger("hubpost.request")
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """Counts by route, never by person, call or address."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "hubpost_requests", "Requests", ("route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "hubpost_request_seconds", "Until the answer begins", ("route",),
            buckets=_BUCKETS, registry=self.registry,
        )  # fmt: skip
        self.open_calls = Gauge("hubpost_open_calls", "Open calls", registry=self.registry)
        self.units = Gauge("hubpost_units", "Units by activity", ("activity",),
                           registry=self.registry)  # fmt: skip
        self.last_event = Gauge("hubpost_last_event_id", "Newest event", registry=self.registry)

    def look_at(self, store: Store) -> None:
        """Bring the gauges up to date."""
        board = store.board
        self.open_calls.set(len(board.calls))
        self.last_event.set(store.last_event_id)
        self.units.clear()
        for unit in board.units.values():
            self.units.labels(unit.activity.value).inc()


class Measured:
    """Counts every request by the route it met, and gives it the name it has in the logs."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, told = time.perf_counter(), secrets.token_hex(8)
        request_id.set(told)

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = scope.get("hubpost_route", "none")
                self._metrics.requests.labels(route, message["status"]).inc()
                seconds = time.perf_counter() - began
                self._metrics.seconds.labels(route).observe(seconds)
                facts = {"route": route, "method": scope["method"], "status": message["status"]}
                facts |= {"ms": round(seconds * 1000, 1), "trace": scope.get("hubpost_trace")}
                _log.info("request", extra=facts)
                MutableHeaders(scope=message)["X-Request-Id"] = told
            await send(message)

        await self._app(scope, receive, answer)
