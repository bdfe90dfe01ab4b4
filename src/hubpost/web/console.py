"""What the routes share in one process: the store, the command room, the feed, the scenes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
import sqlalchemy as sa
from fastapi import Depends, Request

from hubpost.actions.command_room import CommandRoom
from hubpost.actions.scenes import Scene
from hubpost.model.plan import Plan
from hubpost.storage import schema
from hubpost.storage.store import Store
from hubpost.storage.transaction import Tx
from hubpost.web.feed import Feed
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

    def do(self, viewer: Viewer, action: Callable[[Tx], T]) -> T:
        """Run an action under the viewer's name and wait until it is durable."""
        return self.store.write(action, actor=viewer.actor)


def get_console(request: Request) -> Console:
    console: Console = request.app.state.console
    return console


def viewer_of(request: Request) -> Viewer:
    return get_viewer(request, get_console(request).room.zone)


InConsole = Annotated[Console, Depends(get_console)]
AsViewer = Annotated[Viewer, Depends(viewer_of)]


def plan_labels(store: Store) -> tuple[str, ...]:
    """Words that must stand beside the groups of the plan in force."""
    plan_id = store.board.plan_id
    if not plan_id:
        return ()
    query = sa.select(schema.plan.c.body).where(schema.plan.c.id == plan_id)
    body = store.read(lambda conn: conn.execute(query).scalar())
    return msgspec.json.decode(body, type=Plan).labels if body else ()
