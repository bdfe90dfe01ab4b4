"""Streams that stay open: they end soon after their viewer is no longer signed in."""

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
    checked = time.monotonic()
    async for piece in stream:
        if gate is not None and time.monotonic() - checked > CHECK_EVERY_S:
            checked = time.monotonic()
            store = console.whole
            if await run_in_threadpool(find_visitor, store, gate, request, touch=False) is None:
                return
        yield piece
