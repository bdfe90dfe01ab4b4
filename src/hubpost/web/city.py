"""Several counties behind one address: each request goes to the county its host name names.

`COUNTY.hub.city.example` is a county's console: an origin of its own, so that sessions, pages kept
on phones and two open tabs never mix. Programs may ask at any name by `/c/COUNTY/api/…` instead.
"""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from types import SimpleNamespace

from fastapi import FastAPI
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

#: What a program may ask for by a path; pages have links of their own, which would lose the county.
_BY_PATH = ("/api/", "/feed", "/metrics", "/readyz")


class CityFront:
    """The apps of the counties this process serves, as one.

    apps: county id → console. Nothing of one county's app is reached from another's.
    """

    def __init__(self, apps: Mapping[str, FastAPI]) -> None:
        self.apps = dict(apps)
        self.state = SimpleNamespace(console=SimpleNamespace(feed=self))

    def end(self) -> None:
        """End every open feed."""
        for app in self.apps.values():
            app.state.console.feed.end()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        county_id = _county_of_host(scope)
        if county_id not in self.apps and path.startswith("/c/"):
            county_id, _, rest = path[3:].partition("/")
            if county_id in self.apps and f"/{rest}".startswith(_BY_PATH):
                scope = {**scope, "path": f"/{rest}", "raw_path": f"/{rest}".encode()}
                await self.apps[county_id](scope, receive, send)
                return
            county_id = ""
        if county_id in self.apps:
            await self.apps[county_id](scope, receive, send)
            return
        await self._of_all(path)(scope, receive, send)

    def _of_all(self, path: str) -> Response:
        if path == "/healthz":
            return PlainTextResponse("ok\n")
        if path == "/readyz":
            return self._ready()
        return PlainTextResponse(
            "Expected a county's own name (COUNTY.NAME), or /c/COUNTY/api/... for programs.\n", 404
        )

    def _ready(self) -> Response:
        """Whether every county's writer lives; each county's own /readyz asks its database."""
        gone = [c for c, app in self.apps.items() if not app.state.console.store.writes]
        return JSONResponse({"ready": not gone, "counties": len(self.apps), "gone": gone},
                            503 if gone else 200)  # fmt: skip

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        async with AsyncExitStack() as stack:
            for app in self.apps.values():
                await stack.enter_async_context(app.router.lifespan_context(app))
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})


def _county_of_host(scope: Scope) -> str:
    """The first label of the name asked at; blank when there is none."""
    host = next((v for k, v in scope["headers"] if k == b"host"), b"").decode("latin-1")
    first, dot, _rest = host.partition(".")
    return first.lower() if dot else ""
