"""What the map draws, and the board as JSON."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from hubpost.dispatch.origins import list_origins
from hubpost.model.board import Board
from hubpost.model.place import Place
from hubpost.reporting.basemap import read_tile
from hubpost.web.console import AsViewer, Console, InConsole
from hubpost.web.views.board_json import board_json
from hubpost.web.views.geojson import LAYERS, collection, line_feature

router = APIRouter()


@router.get("/api/board")
def get_board(console: InConsole) -> dict[str, Any]:
    """Stations, units, open calls and groups at this moment."""
    return board_json(console)


@router.get("/api/map/{layer}")
def get_map_layer(console: InConsole, viewer: AsViewer, layer: str) -> Response:
    """A layer of the map as GeoJSON: stations, areas, groups, cells, units or calls."""
    if layer not in LAYERS:
        return _missing(f"Expected one of {', '.join(LAYERS)}, came {layer[:40]!r}.")
    event_id = console.store.last_event_id
    return JSONResponse(collection(LAYERS[layer](console, viewer), event_id=event_id))


@router.get("/tiles/{z}/{x}/{y}.mvt")
def get_tile(console: InConsole, z: int, x: int, y: int) -> Response:
    """A vector tile of the county's own roads; 204 where there is nothing to draw."""
    if console.basemap is None:
        return _missing("No roads are bundled with this county, so it has no base map.")
    if not (0 <= z <= 22 and 0 <= x < 2**z and 0 <= y < 2**z):
        return _missing(f"There is no tile {z}/{x}/{y}.")
    tile = read_tile(console.basemap, z, x, y)
    if not tile:
        return Response(status_code=204)
    headers = {"Cache-Control": "private, max-age=3600"}
    return Response(tile, media_type="application/vnd.mapbox-vector-tile", headers=headers)


@router.get("/api/route")
def find_route(console: InConsole, unit: str, call: str) -> Response:
    """The way a unit would drive to a call, with the labels its time must carry."""
    board, now = console.store.board, console.store.now()
    if unit not in board.units or call not in board.calls:
        return _missing("Expected a unit of the board and an open call.")
    spoken = list_origins(board, now).get(unit)
    origin = spoken.place if spoken else board.units[unit].place
    return JSONResponse(_route(console, board, now, origin, board.calls[call].call.place))


def _route(
    console: Console, board: Board, now: datetime, origin: Place, destination: Place
) -> dict[str, Any]:
    room = console.room
    facts = {"estimated": room.travel.estimated, "labels": list(room.time_words)}
    route = room.travel_at(board, now).find_route(origin, destination)
    if route is None:
        return collection([], reachable=False, **facts)
    line = line_feature(route.line, travel_s=route.travel_s, distance_m=route.distance_m, **facts)
    return collection([line], reachable=True, **facts)


def _missing(message: str) -> JSONResponse:
    return JSONResponse({"error": message}, 404)
