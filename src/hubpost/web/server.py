"""The server under the console: it ends open feeds before it goes, instead of cutting them."""

import gc
import socket
import sys

import uvicorn
from fastapi import FastAPI

from hubpost.web.city import CityFront
from hubpost.web.slow_senders import PatientProtocol

#: Seconds that requests are given to finish once the server is told to stop.
GRACE_S = 2
#: Seconds a thread may keep the interpreter from another that waits: the writer, which lets go of
#: it at each word with the database, would else queue 5 ms every time.
SWITCH_S = 0.001


class ConsoleServer(uvicorn.Server):
    """uvicorn for a console; screens keep their feed open for ever, so it must be ended here."""

    def __init__(
        self, app: FastAPI | CityFront, *, host: str, port: int, trusted_proxy: str | None = None
    ) -> None:
        """trusted_proxy: the address of the reverse proxy whose word is taken for the scheme and
        the client's address; nobody's when None."""
        self._console_app = app
        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            http=PatientProtocol,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_S,
            proxy_headers=trusted_proxy is not None,
            forwarded_allow_ips=trusted_proxy or "",
        )
        super().__init__(config)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, with what was loaded by then left out of every later garbage collection.

        The libraries are some 600,000 objects; to go over them takes a tenth of a second in
        which nobody is answered.
        """
        sys.setswitchinterval(SWITCH_S)
        gc.collect()
        gc.freeze()
        await super().startup(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let every stream end by itself, then shut down."""
        self._console_app.state.console.feed.end()
        await super().shutdown(sockets)
