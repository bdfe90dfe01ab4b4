"""The console as an application: `create_app(store, room)`."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from hubpost.actions.command_room import CommandRoom
from hubpost.actions.mutual_aid import AidServer
from hubpost.actions.plan_question import PlanQuestion
from hubpost.actions.planning import Workbench, open_workbench
from hubpost.actions.scenes import Scene
from hubpost.actions.simulation_runs import SimulationRuns
from hubpost.actions.workbenches import Workbenches
from hubpost.planning.exact_search import Progress
from hubpost.storage.store import Store
from hubpost.web.api import calls as api_calls
from hubpost.web.api import units as api_units
from hubpost.web.console import Console
from hubpost.web.failures import add_failure_handlers
from hubpost.web.feed import Feed
from hubpost.web.gate.access import Access
from hubpost.web.gate.gate import Gate
from hubpost.web.languages import LANGUAGES, load_catalogue
from hubpost.web.metrics import Measured, Metrics
from hubpost.web.rights import require_rights
from hubpost.web.routes import (
    account,
    accounts,
    assignments,
    border,
    calls,
    changes,
    console,
    entry,
    feed,
    field,
    figure_reports,
    figures,
    health,
    help,
    line,
    live,
    log,
    map,
    members,
    partner,
    photos,
    places,
    plan_questions,
    plans,
    roads,
    scene,
    sign_in,
    simulation,
    simulation_run,
    training,
    units,
)
from hubpost.web.routes.figure_studies import warm_desk
from hubpost.web.routes.records import RECORD_ROUTES
from hubpost.web.security import Guard
from hubpost.web.tracing import Traced

STATIC_DIR = Path(__file__).parent / "static"
#: Asked from the first to the last: what programs and screens ask most often stands first.
_ROUTES = (
    api_calls,
    api_units,
    feed,
    console,
    calls,
    changes,
    assignments,
    units,
    places,
    map,
    roads,
    scene,
    plans,
    plan_questions,
    simulation,
    simulation_run,
    training,
    figure_reports,
    figures,
    line,
    live,
    field,
    photos,
    members,
    border,
    *RECORD_ROUTES,
    sign_in,
    entry,
    account,
    accounts,
    log,
    partner,
    health,
    help,
)


def create_app(
    store: Store,
    room: CommandRoom,
    *,
    basemap: Path | None = None,
    scenes: Sequence[Scene] = (),
    title: str = "枢所 Hubpost",
    allowed_hosts: Iterable[str] = (),
    heartbeat_s: float = 10.0,
    aid_server: AidServer | None = None,
    before_after: Path | None = None,
    gate: Gate | None = None,
    tracer: Any = None,
) -> FastAPI:
    """The console over an open store. The caller closes the store after the server has ended.

    basemap: a PMTiles file of the county's roads. scenes: as `actions.scenes.read_scenes` gives
    them. allowed_hosts: host names under which others reach it, beside the loopback ones.
    aid_server: this server as its partners across the border know it; None takes part in no aid.
    before_after: where the kept prediction lies, or will; see `actions.before_after`.
    gate: who is let in; None asks nobody to sign in and is for unit tests of pages only: `serve`
    and `demo` always give one. tracer: as `web.tracing.make_tracer` gives it; None traces nothing.
    Raises RuntimeError when a route lacks a right.
    """
    for language in LANGUAGES:
        load_catalogue(language)
    app = FastAPI(title=title, lifespan=_lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    live = Feed(store, heartbeat_s=heartbeat_s)
    app.state.console = Console(store, room, live, title, basemap, tuple(scenes))
    app.state.aid_server = aid_server
    app.state.before_after = before_after
    app.state.simulation_runs = SimulationRuns(store, room, before_after)
    app.state.workbenches = Workbenches(partial(_open_bench, store, room))
    for module in _ROUTES:
        app.include_router(module.router)
    app.mount("/static", StaticFiles(directory=STATIC_DIR), name="static")
    add_failure_handlers(app)
    # What include_router leaves in app.routes hides the names, so they are asked for here.
    routes = [*(r for m in _ROUTES for r in m.router.routes), *app.routes]
    require_rights(routes)
    # The one added last is met first.
    app.state.metrics = Metrics()
    app.add_middleware(Access, console=app.state.console, gate=gate, routes=routes)
    app.add_middleware(Guard, allowed_hosts=tuple(allowed_hosts))
    app.add_middleware(Measured, metrics=app.state.metrics)
    if tracer is not None:
        app.add_middleware(Traced, tracer=tracer)
    return app


def _open_bench(
    store: Store, room: CommandRoom, question: PlanQuestion, progress: Progress
) -> Workbench:
    return open_workbench(store, room, question, progress=progress)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    following = asyncio.create_task(app.state.console.feed.run())
    warming = asyncio.create_task(asyncio.to_thread(warm_desk, app))
    try:
        yield
    finally:
        app.state.workbenches.close()
        app.state.simulation_runs.stop()
        following.cancel()
        warming.cancel()
        with suppress(asyncio.CancelledError):
            await following
