"""The live feed."""

from typing import Annotated

from fastapi import APIRouter, Header
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from hubpost.web.console import InConsole
from hubpost.web.gate.streams import while_signed_in

router = APIRouter()


@router.get("/feed")
async def follow_feed(
    request: Request,
    console: InConsole,
    after: str | None = None,
    last_event_id: Annotated[str | None, Header()] = None,
) -> Response:
    """Every committed event from now on, or after the one named; a reconnecting browser's
    Last-Event-ID counts more than the address it first asked for."""
    wanted = last_event_id if last_event_id is not None else after
    if wanted is not None and not (wanted.isascii() and wanted.isdigit() and len(wanted) < 18):
        return PlainTextResponse(
            f"Expected an event id as Last-Event-ID or after, came {wanted[:40]!r}.\n", 422
        )
    # A viewer with an account has a reach; where nobody signs in there is none.
    reach = console.reach
    stream = console.feed.stream(
        None if wanted is None else int(wanted), None if reach is None else reach.grants
    )
    stream = while_signed_in(request, console, stream)
    return StreamingResponse(
        stream, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"}
    )
