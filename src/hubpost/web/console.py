"""What the routes share in one process: the store, the command room, the feed, the scenes."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
import sqlalchemy as sa
from fastapi import Depends, Request
from starlette.exceptions import HTTPException

from hubpost.actions.command_room import CommandRoom
from hubpost.actions.scenes import Scene
from hubpost.model.plan import Plan
from hubpost.storage import schema
from hubpost.storage.store import Store
from hubpost.storage.transaction import Tx
from hubpost.web.feed import Feed
from hubpost.web.gate.seen import SeenStore
from hubpost.web.gate.visitor import Reach, call_places, call_viewers
from hubpost.web.viewer import Viewer, get_viewer

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Console:
    """The surroundings of a request; basemap is None where no roads are bundled."""

    store: Store
    room: CommandRoom
    feed: Feed
    title: str
    basemap: Path | None = None
    scenes: Sequence[Scene] = ()
    reach: Reach | None = None

    @property
    def whole(self) -> Store:
        """The store with every call on its board; for what the gate has let through by name."""
        return self.store.whole if isinstance(self.store, SeenStore) else self.store

    @property
    def stations(self) -> tuple[str, ...]:
        """The stations that the viewer may act for; all of them where nobody signs in."""
        board = self.store.board
        return tuple(board.stations) if self.reach is None else self.reach.list_stations(board)

    def narrow(self, station_id: str) -> tuple[str, ...]:
        """The stations a list is to be narrowed to: the one asked for, else those in reach.

        () means any, and is given only where the right reaches the whole county.
        """
        if station_id in self.store.board.stations:
            return (station_id,)
        return () if self.reach is None or self.reach.covers_county() else self.stations or ("",)

    def require(self, right: str, call_id: str) -> None:
        """Raises HTTPException 403 when a call that a text names is out of reach for a right."""
        board = self.store.board
        on_board = board.calls.get(call_id)
        if self.reach is not None and on_board is not None:
            places = (
                call_viewers(board, on_board)
                if right == "unit.follow"
                else call_places(board, on_board)
            )
            if not self.reach.covers(places, right):
                raise HTTPException(403)

    def do(self, viewer: Viewer, action: Callable[[Tx], T]) -> T:
        """Run an action under the viewer's name and wait until it is durable."""
        return self.store.write(action, actor=viewer.actor)

    def do_soon(self, viewer: Viewer, action: Callable[[Tx], T]) -> "asyncio.Future[T]":
        """As `do`, for routes that wait on the event loop: no thread is held meanwhile."""
        return asyncio.wrap_future(self.store.submit(action, actor=viewer.actor))


def get_console(request: Request) -> Console:
    """The surroundings of a request, within the reach of whoever asks."""
    console: Console = request.app.state.console
    reach: Reach | None = request.scope.get("hubpost_reach")
    if reach is None:
        return console
    return replace(console, store=SeenStore(console.store, reach), reach=reach)


def viewer_of(request: Request) -> Viewer:
    return get_viewer(request, get_console(request).room.zone)


async def _console(request: Request) -> Console:
    """A coroutine, because FastAPI sends every plain function through its threads."""
    return get_console(request)


async def _viewer(request: Request) -> Viewer:
    return viewer_of(request)


InConsole = Annotated[Console, Depends(_console)]
AsViewer = Annotated[Viewer, Depends(_viewer)]


def plan_labels(store: Store) -> tuple[str, ...]:
    """Words that must stand beside the groups of the plan in force."""
    plan_id = store.board.plan_id
    if not plan_id:
        return ()
    query = sa.select(schema.plan.c.body).where(schema.plan.c.id == plan_id)
    body = store.read(lambda conn: conn.execute(query).scalar())
    return msgspec.json.decode(body, type=Plan).labels if body else ()
