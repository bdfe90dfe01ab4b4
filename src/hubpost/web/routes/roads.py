"""Closing and reopening roads, weather and light, and how far a station reaches."""

import json
from collections.abc import Callable
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, File, Form
from starlette.responses import JSONResponse, Response

from hubpost.actions import roads
from hubpost.model.refused import Refused
from hubpost.model.road_rule import Light, Weather
from hubpost.storage.transaction import Tx
from hubpost.web.console import AsViewer, Console, InConsole
from hubpost.web.pages import render
from hubpost.web.refusals import refusal_text, status_of
from hubpost.web.replies import board_words, show_refusal
from hubpost.web.road_form import (
    ClosureForm,
    read_closure_form,
    read_points,
    read_wall_clock,
)
from hubpost.web.road_words import CLOSURE_REASONS, ROAD_KINDS
from hubpost.web.viewer import Viewer
from hubpost.web.views.geojson import collection
from hubpost.web.views.road_layers import closures_layer, list_closures, reach_layer

router = APIRouter()
_Text = Annotated[str, Form()]


@router.get("/panels/roads")
def show_roads(console: InConsole, viewer: AsViewer) -> Response:
    """Closures in force and to come, with weather and light."""
    return render(console, viewer, "roads_list.html", **_list_parts(console, viewer))


@router.get("/panels/road-tools")
def show_road_tools(console: InConsole, viewer: AsViewer) -> Response:
    """The list with the forms beside it: closing, weather, files, reach."""
    return render(
        console,
        viewer,
        "roads_tools.html",
        closure_request_id=uuid4().hex,
        reasons=CLOSURE_REASONS,
        kinds=ROAD_KINDS,
        time_words=viewer.labels(console.room.time_words),
        **_list_parts(console, viewer),
    )


@router.get("/api/roads/closures")
def get_closures(console: InConsole) -> dict[str, Any]:
    """Closures in force and to come as GeoJSON."""
    event_id, now = console.store.last_event_id, console.store.now()
    return collection(
        closures_layer(list_closures(console, console.store.board, now)), event_id=event_id
    )


@router.get("/api/roads/stretch")
def find_stretch(console: InConsole, viewer: AsViewer, points: str = "") -> Response:
    """The stretch of road that clicked points mean, before anything is closed."""
    try:
        stretch = roads.drawn_stretch(console.room, read_points(points))
    except Refused as refused:
        return _refused_json(console, viewer, refused)
    kind = "Point" if stretch.shape.kind == "point" else "LineString"
    line = [list(p) for p in stretch.shape.points]
    geometry = {"type": kind, "coordinates": line[0] if kind == "Point" else line}
    facts = {
        "length_m": round(stretch.length_m),
        "road": ", ".join(stretch.roads[:2]),
        "snapped": console.room.has_roads,
    }
    return JSONResponse({"type": "Feature", "geometry": geometry, "properties": facts})


@router.get("/api/roads/reach")
def get_reach(
    console: InConsole, viewer: AsViewer, station: str = "", group: bool = False
) -> Response:
    """Areas within 5, 10, 20 and 30 minutes of a station, or of the nearest of its group."""
    board, now = console.store.board, console.store.now()
    if station not in board.stations:
        return JSONResponse({"error": "Expected a station of the board."}, 404)
    of = board.group_of.get(station)
    ids = list(of.station_ids) if group and of else [station]
    try:
        reaches = roads.reach_of(console.room, board, ids, now)
    except Refused as refused:
        return _refused_json(console, viewer, refused)
    facts = {"labels": list(console.room.time_words), "at": now.isoformat()}
    return JSONResponse(reach_layer(station, reaches) | facts)


@router.post("/roads/closures")
def close_road(
    console: InConsole,
    viewer: AsViewer,
    points: _Text = "",
    reason: _Text = "",
    speed_left: _Text = "0",
    begins: _Text = "now",
    from_time: _Text = "",
    ends: _Text = "lifted",
    until_time: _Text = "",
    request_id: _Text = "",
) -> Response:
    """Close or slow the road between the points; answers with the list of closures."""
    form = ClosureForm(
        points=points,
        reason=reason,
        speed_left=speed_left,
        begins=begins,
        from_time=from_time,
        ends=ends,
        until_time=until_time,
        request_id=request_id,
    )

    def close(tx: Tx) -> object:
        request = read_closure_form(form, console.room.zone, tx.now)
        return roads.close_road(tx, console.room, request)

    return _act(console, viewer, close, headers={"HX-Trigger": "hubpost:roads"})


@router.post("/roads/closures/file")
def close_from_geojson(
    console: InConsole, viewer: AsViewer, file: Annotated[bytes, File()] = b""
) -> Response:
    """Close what a GeoJSON file covers; all of it or nothing."""

    def close(tx: Tx) -> object:
        try:
            document = json.loads(file)
        except (ValueError, RecursionError) as error:
            raise Refused("closure_file", f"Expected GeoJSON, found {error}.") from error
        return roads.close_from_geojson(tx, console.room, document)

    return _act(console, viewer, close)


@router.post("/roads/closures/{closure_id}/reopen")
def reopen_road(
    console: InConsole, viewer: AsViewer, closure_id: str, reason: _Text = ""
) -> Response:
    """Lift a closure now."""
    return _act(console, viewer, lambda tx: roads.reopen_road(tx, closure_id, reason[:200]))


@router.post("/roads/conditions")
def set_road_conditions(
    console: InConsole,
    viewer: AsViewer,
    weather: _Text = "dry",
    light: _Text = "day",
    until_time: _Text = "",
) -> Response:
    """Weather and light to reckon with from now on."""

    def put(tx: Tx) -> None:
        if weather not in set(Weather) or light not in set(Light):
            raise Refused("closure_shape", "Expected a weather and a light of the list.")
        until = read_wall_clock(until_time, console.room.zone) if until_time else None
        roads.set_road_conditions(tx, Weather(weather), Light(light), until)

    return _act(console, viewer, put)


def _list_parts(console: Console, viewer: Viewer) -> dict[str, Any]:
    # The id is read before the board: a list may be newer than it says, never older.
    event_id, board, now = console.store.last_event_id, console.store.board, console.store.now()
    return {
        **board_words(console, viewer),
        "rows": list_closures(console, board, now),
        "conditions": board.road_conditions,
        "weather": board.road_conditions.weather_at(now).value,
        "next_change": roads.next_road_change(console.room, board, now),
        "event_id": event_id,
    }


def _act(
    console: Console,
    viewer: Viewer,
    action: Callable[[Tx], object],
    headers: dict[str, str] | None = None,
) -> Response:
    try:
        console.do(viewer, action)
    except Refused as refused:
        return show_refusal(console, viewer, refused)
    answer = show_roads(console, viewer)
    answer.headers.update(headers or {})
    return answer


def _refused_json(console: Console, viewer: Viewer, refused: Refused) -> JSONResponse:
    text = refusal_text(viewer, console.store, refused)
    return JSONResponse({"error": text, "code": refused.code}, status_of(refused))
