"""The audit log: what was done, whether the chain is whole, a checkpoint to print."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from hubpost.actions.audit_log import PAGE, LogFilter, make_checkpoint, read_log
from hubpost.web.console import AsViewer, InConsole
from hubpost.web.gate_words import LOGGED
from hubpost.web.pages import render
from hubpost.web.viewer import LANGUAGE_COOKIE

router = APIRouter()
_Text = Annotated[str, Query(max_length=64)]
_YEAR_S = 365 * 24 * 3600


@router.get("/log")
def show_log(
    request: Request,
    console: InConsole,
    viewer: AsViewer,
    actor: _Text = "",
    action: _Text = "",
    subject: _Text = "",
    before: Annotated[int, Query(ge=0, le=2**53)] = 0,
) -> Response:
    """The newest rows; looking is a row of its own."""
    wanted = LogFilter(actor.strip(), action.strip(), subject.strip(), before)
    rows = read_log(console.store, wanted, actor=viewer.actor)
    page = render(
        console,
        viewer,
        "gate/log.html",
        rows=rows,
        wanted=wanted,
        older=rows[-1].id if len(rows) == PAGE else 0,
        logged=LOGGED,
        when=lambda at: at.astimezone(viewer.zone).strftime("%Y-%m-%d %H:%M:%S"),
        county_name=console.room.county_name,
    )
    if request.query_params.get("lang") == viewer.language:
        page.set_cookie(LANGUAGE_COOKIE, viewer.language, max_age=_YEAR_S, samesite="lax")
    return page


@router.get("/log/checkpoint")
def get_checkpoint(console: InConsole, viewer: AsViewer) -> Response:
    """Verify the chain, and show the seal to print and keep outside."""
    return render(
        console,
        viewer,
        "gate/checkpoint.html",
        point=make_checkpoint(console.store, actor=viewer.actor),
        when=lambda at: at.astimezone(viewer.zone).strftime("%Y-%m-%d %H:%M:%S %z"),
        county_name=console.room.county_name,
    )
