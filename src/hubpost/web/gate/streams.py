"""Streams that stay open: they end soon after their viewer is no longer signed in."""

import random
import time
from collections.abc import AsyncIterator

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from hubpost.web.console import Console
from hubpost.web.gate.proof import find_visitor

#: How long a stream may go on at most after a sign-out, and a heartbeat.
CHECK_EVERY_S = 20.0


async def while_signed_in(
    request: Request, console: Console, stream: AsyncIterator[bytes]
) -> AsyncIterator[bytes]:
    """The stream, until its viewer signs out, is signed out, or goes idle.

    Listening is not doing something: a console that nobody touches goes idle all the same.
    """
    gate = request.scope.get("hubpost_gate")
    due = _next_check()
    async for piece in stream:
        if gate is not None and time.monotonic() > due:
            due = _next_check()
            store = console.whole
            known = gate.known.find(store, request) or await run_in_threadpool(
                find_visitor, store, gate, request, touch=False
            )
            if known is None:
                return
        yield piece


def _next_check() -> float:
    """Screens open together after a restart; asked together, two hundred hold up every call."""
    return time.monotonic() + CHECK_EVERY_S * random.uniform(0.25, 1.0)  # noqa: S311 - no secret
