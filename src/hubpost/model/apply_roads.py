"""How the events of roads move a board."""

from collections.abc import Callable
from dataclasses import replace
from math import isfinite

from hubpost.model import road_events as ev
from hubpost.model.board import Board
from hubpost.model.lookups import without
from hubpost.model.refused import Refused
from hubpost.model.road_rule import RoadClosure, RoadShape, ShapeKind

#: Points a shape needs at the least.
_LEAST = {ShapeKind.POINT: 1, ShapeKind.LINE: 2, ShapeKind.AREA: 4}


def _close(board: Board, event: ev.RoadClosed) -> Board:
    closure = event.closure
    if closure.id in board.closures:
        raise Refused("closure_known", f"Closure {closure.id} was entered before.")
    _check(closure, event)
    # What is over never holds again: it stays in its events and leaves the board.
    still = {k: c for k, c in board.closures.items() if not c.is_over(event.at)}
    return replace(board, closures={**still, closure.id: closure})


def _check(closure: RoadClosure, event: ev.RoadClosed) -> None:
    if not closure.reason.strip():
        raise Refused("reason_missing", "A road is closed only with a reason. Give one.")
    if not 0 <= closure.speed_factor <= 1:
        raise Refused("speed_factor_range", "Expected a share of the usual speed from 0 to 1.")
    if closure.until_at is not None and closure.until_at <= max(closure.from_at, event.at):
        raise Refused("closure_time", "A closure ends after it begins, and not in the past.")
    if not closure.shapes or not all(_is_sound(s) for s in closure.shapes):
        raise Refused("closure_shape", "Expected points, lines or areas in WGS-84 degrees.")


def _is_sound(shape: RoadShape) -> bool:
    inside = all(
        isfinite(lon) and isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90
        for lon, lat in shape.points
    )
    ring = shape.kind is not ShapeKind.AREA or shape.points[:1] == shape.points[-1:]
    return inside and ring and len(shape.points) >= _LEAST[shape.kind]


def _reopen(board: Board, event: ev.RoadReopened) -> Board:
    if event.closure_id not in board.closures:
        raise Refused("closure_unknown", f"Closure {event.closure_id} is no longer in force.")
    return replace(board, closures=without(board.closures, event.closure_id))


def _set_conditions(board: Board, event: ev.RoadConditionsSet) -> Board:
    until = event.conditions.weather_until
    if until is not None and until <= event.at:
        raise Refused("closure_time", "The weather is reckoned with until a time that lies ahead.")
    return replace(board, road_conditions=event.conditions)


ROAD_HANDLERS: dict[type, Callable[..., Board]] = {
    ev.RoadClosed: _close,
    ev.RoadReopened: _reopen,
    ev.RoadConditionsSet: _set_conditions,
}
