"""Requests sent by hand over a socket, so that they can be cut short, or be slow."""

import socket

from tests.faults.processes import Console


def connect(console: Console, timeout_s: float = 30.0) -> socket.socket:
    return socket.create_connection(("127.0.0.1", console.port), timeout=timeout_s)


def head(console: Console, method: str, path: str, *more: str) -> bytes:
    """The head of a request by someone who is signed in."""
    lines = (
        f"{method} {path} HTTP/1.1",
        f"Host: 127.0.0.1:{console.port}",
        f"Cookie: hubpost_session={console.token}",
        *more,
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def status_of(answer: bytes) -> int:
    """0 when nothing was answered."""
    return int(answer.split(b" ")[1]) if answer.startswith(b"HTTP/1.1 ") else 0


def read_all(sock: socket.socket, most: int = 1 << 20) -> bytes:
    """What comes until the other side ends, or says no more for a while."""
    got = b""
    try:
        while len(got) < most and (piece := sock.recv(65536)):
            got += piece
            if b"\r\n\r\n" in got and b"transfer-encoding" not in got.lower():
                break
    except OSError:
        pass
    return got
