"""The console page and the parts of it that refresh on their own."""

from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from hubpost.actions.counties import find_setting
from hubpost.actions.handover import load_timers
from hubpost.actions.scenes import scene_fits
from hubpost.web.console import AsViewer, Console, InConsole, plan_labels
from hubpost.web.pages import render
from hubpost.web.replies import board_words, call_words, form_parts
from hubpost.web.viewer import ACTOR_COOKIE, LANGUAGE_COOKIE, Viewer, actor_cookie
from hubpost.web.views.call_panel import area_names, find_call_panel
from hubpost.web.views.labels import labelled_parts, labelled_sheets
from hubpost.web.views.queue import list_queue
from hubpost.web.views.units import group_idx_by_station, list_group_cards
from hubpost.web.words import SCRIPT_WORDS

router = APIRouter()
_YEAR_S = 365 * 24 * 3600


@router.get("/")
def show_console(
    request: Request, console: InConsole, viewer: AsViewer, call: str = ""
) -> HTMLResponse:
    """The whole console, with a call selected when the address names one."""
    # Before anything is read: what commits from here on reaches the page by the feed.
    event_id = console.store.last_event_id
    panel = find_call_panel(console.store, console.room, call) if call else None
    page = render(
        console,
        viewer,
        "console.html",
        panel=panel,
        event_id=event_id,
        notice=None,
        fresh_form=False,
        **call_words(console, viewer),
        **form_parts(),
        **_queue_parts(console),
        **_unit_parts(console, ""),
        **_page_parts(console, viewer),
    )
    if request.query_params.get("lang") == viewer.language:
        page.set_cookie(LANGUAGE_COOKIE, viewer.language, max_age=_YEAR_S, samesite="lax")
    return page


@router.get("/panels/queue")
def show_queue(console: InConsole, viewer: AsViewer) -> HTMLResponse:
    """The list of open calls."""
    names = board_words(console, viewer)
    return render(console, viewer, "queue.html", **names, **_queue_parts(console))


@router.get("/panels/units")
def show_units(console: InConsole, viewer: AsViewer, unit: str = "") -> HTMLResponse:
    """Units by group; with the buttons of the one that is selected."""
    names = board_words(console, viewer)
    return render(console, viewer, "units.html", **names, **_unit_parts(console, unit))


@router.get("/panels/stations")
def show_stations(console: InConsole, viewer: AsViewer) -> HTMLResponse:
    """What the map shows, as a table."""
    names = board_words(console, viewer)
    return render(console, viewer, "stations.html", **names, **_unit_parts(console, ""))


@router.post("/actor")
def choose_actor(name: Annotated[str, Form()] = "") -> Response:
    """Keep the name under which this browser's user acts."""
    answer = RedirectResponse("/", 303)
    answer.set_cookie(
        ACTOR_COOKIE, actor_cookie(name), max_age=_YEAR_S, samesite="strict", httponly=True
    )
    return answer


def _queue_parts(console: Console) -> dict[str, Any]:
    store, names = console.store, area_names(console.room)
    return {"queue": list_queue(store.board, names, store.now(), load_timers())}


def _unit_parts(console: Console, unit_id: str) -> dict[str, Any]:
    board = console.store.board
    return {
        "cards": list_group_cards(board),
        "group_idx": group_idx_by_station(board),
        "selected": board.units.get(unit_id),
    }


def _page_parts(console: Console, viewer: Viewer) -> dict[str, Any]:
    room, board = console.room, console.store.board
    plan_words = plan_labels(console.store)
    return {
        "county_name": _county_name(console, viewer),
        "parts": labelled_parts(room, viewer, plan_words),
        "sheets": labelled_sheets(room, viewer),
        "groups_label": viewer.labels(plan_words),
        "stations_label": viewer.labels(room.labels.words_for("stations.lon", "stations.lat")),
        "scenes": [s for s in console.scenes if scene_fits(s, board, room)],
        "script_words": {m: viewer.say(m) for m in SCRIPT_WORDS},
    }


def _county_name(console: Console, viewer: Viewer) -> str:
    kept = console.store.read(lambda conn: find_setting(conn, "county")) or {}
    english = kept.get("name_en") if viewer.language == "en" else None
    return english or console.room.county_name
