"""Connections that say nothing, or begin to speak and stop: they are let go after a while.

Whoever opens many of them ("slow loris") holds no thread here, but a socket and memory each.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

#: Seconds in which the head of a request must have come, from its first byte or the connection's.
HEAD_S = 20.0
#: Seconds of silence in the middle of a body. A phone at 2 kB/s is slow, but not silent.
SILENT_S = 60.0


class PatientProtocol(HttpToolsProtocol):
    """uvicorn's protocol; it waits for the head of a request, but not for ever."""

    _giving_up: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_came()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        self._wait_for_head()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._head_came()
        super().on_headers_complete()

    def _wait_for_head(self) -> None:
        if self._giving_up is None:
            self._giving_up = self.loop.call_later(HEAD_S, self.transport.close)

    def _head_came(self) -> None:
        if self._giving_up is not None:
            self._giving_up.cancel()
            self._giving_up = None
