"""What every request must satisfy before a route sees it, and what every answer carries."""

import asyncio
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hubpost.web import slow_senders

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
MAX_BODY_BYTES = 64 * 1024
#: Paths that take more than a form, and how much: a workbook with what its form adds, and a photo
#: from the scene, a little above its own limit.
LARGER_BODIES = {
    "/records/books/upload": 12 * 1024 * 1024 + 64 * 1024,
    "/field/photos": 272 * 1024,
}
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Guard:
    """Lets pass only requests for an allowed host, from our own pages, of a bearable size.

    allowed_hosts: names beside the loopback ones. Without the check of Host, a foreign page
    could reach a console on this machine by pointing its own name at 127.0.0.1.
    """

    def __init__(self, app: ASGIApp, allowed_hosts: Iterable[str] = ()) -> None:
        self._app = app
        self._hosts = LOOPBACK | {h.lower() for h in allowed_hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers, answer = Headers(scope=scope), _with_headers(send, scope["path"])
        most = LARGER_BODIES.get(scope["path"], MAX_BODY_BYTES)
        refusal = self._refusal(scope["method"], headers, most)
        if refusal is not None:
            await refusal(scope, receive, answer)
            return
        await self._app(scope, _Limited(receive, most), answer)

    def _refusal(self, method: str, headers: Headers, most: int) -> PlainTextResponse | None:
        host = headers.get("host", "")
        if _host_name(host) not in self._hosts:
            return PlainTextResponse(
                f"Expected a request for this machine, came one for {host[:100]!r}. "
                "Name the host with --host when others are to be served.\n",
                400,
            )
        if method not in _SAFE and not _from_own_page(host, headers):
            return PlainTextResponse("Expected a request from this console's own pages.\n", 403)
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > most:
            said = f"最多 {most} 字节，请分次发送。 At most {most} bytes: send less at once.\n"
            return PlainTextResponse(said, 413)
        return None


class BodyTooLarge(HTTPException):
    """More bytes came than a form of the console can hold."""

    def __init__(self, most: int = MAX_BODY_BYTES) -> None:
        super().__init__(413, f"Expected at most {most} bytes.")


class BodySilent(HTTPException):
    """The rest of a body did not come."""

    def __init__(self) -> None:
        super().__init__(408, "The rest of the request did not come. Send it again.")


class _Limited:
    """Counts what is received, for senders that do not say how much they send; and does not wait
    for ever for the rest of a body."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._most = most
        self._bytes = 0
        self._whole = False

    async def __call__(self) -> Message:
        message = await (self._receive() if self._whole else self._next())
        self._whole = not message.get("more_body", False)
        self._bytes += len(message.get("body", b""))
        if self._bytes > self._most:
            raise BodyTooLarge(self._most)
        return message

    async def _next(self) -> Message:
        try:
            async with asyncio.timeout(slow_senders.SILENT_S):
                return await self._receive()
        except TimeoutError:
            raise BodySilent from None


def _host_name(host: str) -> str:
    return (urlsplit(f"//{host}").hostname or "").lower() if _well_formed(host) else ""


def _well_formed(host: str) -> bool:
    try:
        return urlsplit(f"//{host}").port is not None or ":" not in host or host.endswith("]")
    except ValueError:
        return False


def _from_own_page(host: str, headers: Headers) -> bool:
    """Browsers always say where a POST comes from; a program that is none need not."""
    origin = headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc.lower() == host.lower()
    return headers.get("sec-fetch-site") in (None, "same-origin", "none")


def _with_headers(send: Send, path: str) -> Send:
    async def answer(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            if path == "/field":
                # Only the page of a crew may ask the device where it is.
                headers["Permissions-Policy"] = "camera=(), geolocation=(self), microphone=()"
            headers.setdefault("Cache-Control", _cache_rule(path))
        await send(message)

    return answer


def _cache_rule(path: str) -> str:
    return "no-cache" if path.startswith("/static/") else "no-store"
