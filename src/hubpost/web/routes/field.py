"""The field page of a crew: installable, works without signal, sends its queue when it can."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response

from hubpost.actions import typed_calls
from hubpost.dispatch.origins import list_origins
from hubpost.model.board import Board
from hubpost.storage import schema
from hubpost.web.api.replies import as_json
from hubpost.web.console import AsViewer, InConsole
from hubpost.web.live_words import FIELD_WORDS
from hubpost.web.names import station_name, unit_name
from hubpost.web.pages import render
from hubpost.web.refusal_words import REFUSAL
from hubpost.web.viewer import Viewer

router = APIRouter()
_STATIC = Path(__file__).parents[1] / "static"


@router.get("/field")
def show_field(console: InConsole, viewer: AsViewer, unit: str = "") -> Response:
    """The page of one unit; without one, the list to choose from."""
    board = console.store.board
    unit_id = unit if unit in board.units else typed_calls.find_unit_id(board, unit)
    if unit and unit_id is None:
        return RedirectResponse("/field", 303)
    return render(
        console,
        viewer,
        "field.html",
        unit_id=unit_id or "",
        units=[(u, unit_name(viewer, board, u)) for u in board.units],
        words={key: viewer.say(text) for key, text in FIELD_WORDS.items()},
        refusals={code: viewer.say(text) for code, text in REFUSAL.items()},
        name=unit_name(viewer, board, unit_id) if unit_id else "",
    )


@router.get("/field/state")
def get_field_state(console: InConsole, viewer: AsViewer, unit: str = "") -> Response:
    """What a crew sees: its unit, its call with the way there, calls that wait for it."""
    board = console.store.board
    on_board = board.units.get(unit)
    if on_board is None:
        return JSONResponse({"code": "unit_unknown", "message": "", "detail": {}}, 404)
    wanted = (on_board.call_id or "", *on_board.stacked_call_ids)
    ids = [i for i in wanted if i in board.calls]
    return as_json(
        {
            "unit": {
                "id": unit,
                "name": unit_name(viewer, board, unit),
                "activity": on_board.activity.value,
                "call_id": on_board.call_id,
                "duress_at": on_board.duress_at,
            },
            "calls": [_call(viewer, board, i, unit) for i in ids],
            "conflicts": _conflicts(console.store, unit),
            "now": console.store.now(),
        }
    )


@router.get("/field/route")
def get_field_route(
    console: InConsole, viewer: AsViewer, unit: str = "", call: str = ""
) -> Response:
    """The way from where the unit is to its call, as points, with the labels its time carries."""
    board, now, room = console.store.board, console.store.now(), console.room
    if unit not in board.units or call not in board.calls:
        return JSONResponse({"code": "unit_not_on_call"}, 404)
    spoken = list_origins(board, now).get(unit)
    origin = spoken.place if spoken else board.units[unit].place
    route = room.travel_at(board, now).find_route(origin, board.calls[call].call.place)
    if route is None:
        return JSONResponse({"line": []})
    return JSONResponse(
        {
            "line": [[round(lon, 6), round(lat, 6)] for lon, lat in route.line],
            "travel_s": route.travel_s,
            "distance_m": route.distance_m,
            "labels": viewer.labels(room.time_words),
        }
    )


@router.get("/field/worker.js", include_in_schema=False)
def get_field_worker() -> FileResponse:
    """The service worker; it must lie below /field to answer for it."""
    # A worker answers for what lies below its own address, unless it is allowed more.
    return FileResponse(
        _STATIC / "js" / "field_worker.js",
        media_type="text/javascript",
        headers={"Service-Worker-Allowed": "/field"},
    )


@router.get("/field/manifest.json", include_in_schema=False)
def get_field_manifest(request: Request, viewer: AsViewer) -> JSONResponse:
    """What makes the page installable."""
    icon = {"src": "/static/icon.svg", "sizes": "any", "type": "image/svg+xml"}
    return JSONResponse(
        {
            "name": viewer.say(FIELD_WORDS["title"]),
            "short_name": "枢所",
            "start_url": "/field",
            "scope": "/field",
            "display": "standalone",
            "background_color": "#f1f4f7",
            "theme_color": "#17406d",
            "icons": [icon],
        },
        media_type="application/manifest+json",
    )


def _call(viewer: Viewer, board: Board, call_id: str, unit_id: str) -> dict[str, Any]:
    on_board = board.calls[call_id]
    call, response = on_board.call, on_board.find_active(unit_id)
    others = [u for u in on_board.active_unit_ids if u != unit_id]
    return {
        "id": call.id,
        "number": call.number,
        "category": viewer.word("category", call.category.value),
        "priority": int(call.priority),
        "place": call.place_text or station_name(viewer, board, call.station_id),
        "lon": call.lon,
        "lat": call.lat,
        "confirmed": call.confirmed,
        "danger": call.danger,
        "exercise": call.exercise,
        "note": call.note,
        "notes": [{"at": n.at, "text": n.text} for n in on_board.notes],
        "others": [unit_name(viewer, board, u) for u in others],
        "response": response,
        "stacked": response is None,
    }


def _conflicts(store: Any, unit_id: str) -> list[dict[str, Any]]:
    """Steps of this unit that could not be applied, the newest ten."""
    event = schema.event
    query = (
        sa.select(event.c.id, event.c.at, event.c.body)
        .where((event.c.kind == "FieldActionRefused") & (event.c.unit_id == unit_id))
        .order_by(event.c.id.desc())
        .limit(10)
    )
    rows = store.read(lambda conn: conn.execute(query).all())
    return [{"id": r.id, "at": r.at, "body": r.body} for r in rows]
