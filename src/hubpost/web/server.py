"""The server under the console: it ends open feeds before it goes, instead of cutting them."""

import socket

import uvicorn
from fastapi import FastAPI

#: Seconds that requests are given to finish once the server is told to stop.
GRACE_S = 2


class ConsoleServer(uvicorn.Server):
    """uvicorn for a console; screens keep their feed open for ever, so it must be ended here."""

    def __init__(self, app: FastAPI, *, host: str, port: int) -> None:
        self._console_app = app
        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            log_level="warning",
            server_header=False,
            timeout_graceful_shutdown=GRACE_S,
        )
        super().__init__(config)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let every stream end by itself, then shut down."""
        self._console_app.state.console.feed.end()
        await super().shutdown(sockets)
