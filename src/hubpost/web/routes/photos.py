"""Photos from the scene: sent by a crew, listed without the picture, shown for a purpose."""

import base64
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from hubpost.actions import photos
from hubpost.model.apply import Refused
from hubpost.web.console import AsViewer, InConsole
from hubpost.web.pages import render
from hubpost.web.refusals import refusal_text, status_of

router = APIRouter()


@router.post("/field/photos")
async def send_photo(
    request: Request,
    console: InConsole,
    viewer: AsViewer,
    unit: str = "",
    call: str = "",
    id: str = "",
    taken_at: str = "",
    purpose: str = "",
) -> Response:
    """Take in one photo, the body of the request; sent twice it is kept once."""
    body = await request.body()
    try:
        at = datetime.fromisoformat(taken_at)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        return JSONResponse({"code": "zone_missing", "message": "taken_at"}, 422)
    try:
        outcome = await run_in_threadpool(
            console.do,
            viewer,
            lambda tx: photos.keep_photo(tx, id, call, unit, body, taken_at=at, purpose=purpose),
        )
    except Refused as refused:
        text = refusal_text(viewer, console.store, refused)
        return JSONResponse({"code": refused.code, "message": text}, status_of(refused))
    return JSONResponse({"outcome": outcome}, 201)


@router.post("/calls/{call_id}/photos/{photo_id}")
def show_photo(
    console: InConsole,
    viewer: AsViewer,
    call_id: str,
    photo_id: str,
    purpose: Annotated[str, Form()] = "",
) -> Response:
    """The picture inside the page, for a purpose; it has no address of its own to pass on."""
    try:
        picture = console.do(viewer, lambda tx: photos.show_photo(tx, call_id, photo_id, purpose))
    except Refused as refused:
        text = refusal_text(viewer, console.store, refused)
        return render(
            console, viewer, "photo.html", status=status_of(refused), refused=text, picture=""
        )
    encoded = base64.b64encode(picture).decode()
    return render(console, viewer, "photo.html", refused="", picture=encoded)
