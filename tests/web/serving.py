"""An application on a free loopback port, in a thread of the test process."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI

from hubpost.web.server import ConsoleServer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(app: FastAPI, port: int | None = None) -> Iterator[str]:
    """The address under which the application answers until the block ends."""
    port = port or free_port()
    running = ConsoleServer(app, host="127.0.0.1", port=port)
    thread = threading.Thread(target=running.run)
    thread.start()
    while not running.started:
        thread.join(0.01)
        assert thread.is_alive(), "the server ended before it answered"
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        running.should_exit = True
        thread.join()
