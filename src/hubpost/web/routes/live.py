"""What waits, the wallboard of a command room, and the hand-over of a shift."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import HTMLResponse

from hubpost.actions.handover import load_timers, make_handover
from hubpost.dispatch.timers import list_escalations, list_warnings, queue_order
from hubpost.web.console import AsViewer, Console, InConsole
from hubpost.web.pages import render
from hubpost.web.replies import board_words
from hubpost.web.viewer import Viewer
from hubpost.web.views.call_panel import area_names
from hubpost.web.views.units import list_group_cards

router = APIRouter()


@router.get("/panels/warnings")
def show_warnings(console: InConsole, viewer: AsViewer) -> HTMLResponse:
    """What waits too long, gravest first."""
    return render(console, viewer, "warnings.html", **_live_parts(console, viewer))


@router.get("/wallboard")
def show_wallboard(console: InConsole, viewer: AsViewer) -> HTMLResponse:
    """The big screen of a command room: it shows, it takes no input."""
    return render(console, viewer, "wallboard.html", **_live_parts(console, viewer))


@router.get("/wallboard/panel")
def show_wallboard_panel(console: InConsole, viewer: AsViewer) -> HTMLResponse:
    """The moving part of the wallboard."""
    return render(console, viewer, "wallboard_panel.html", **_live_parts(console, viewer))


@router.get("/handover")
def show_handover(console: InConsole, viewer: AsViewer, room: str = "") -> HTMLResponse:
    """The shift on one page, for one command room or for all."""
    store = console.store
    known = room if room in store.board.stations else None
    page = store.read(
        lambda conn: make_handover(conn, store.board, store.now(), load_timers(), room_id=known)
    )
    return render(
        console,
        viewer,
        "handover.html",
        page=page,
        room_id=known,
        rooms=sorted({store.board.hub_id_of(s) for s in console.stations}),
        area_names=area_names(console.room),
        county_name=console.room.county_name,
        **board_words(console, viewer),
    )


def _live_parts(console: Console, viewer: Viewer) -> dict[str, Any]:
    board, now, params = console.store.board, console.store.now(), load_timers()
    cards = list_group_cards(board)
    return {
        "warnings": list_warnings(board, now, params),
        "escalations": list_escalations(board, now, params),
        "queue": queue_order(board, now, params),
        "cards": cards,
        "area_names": area_names(console.room),
        "county_name": console.room.county_name,
        **board_words(console, viewer),
    }
