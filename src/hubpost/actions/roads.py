"""Closing, slowing and reopening roads; weather and light; how far a station reaches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from hubpost.actions.command_room import CommandRoom
from hubpost.model.board import Board
from hubpost.model.events import RoadClosed, RoadConditionsSet, RoadReopened
from hubpost.model.place import Place
from hubpost.model.refused import Refused
from hubpost.model.road_rule import (
    Light,
    RoadClosure,
    RoadConditions,
    RoadShape,
    ShapeKind,
    Weather,
)
from hubpost.roads.closures import read_closures
from hubpost.roads.errors import RoadFileError, SnapError
from hubpost.roads.in_force import RoadsInForce, TravelNow, shapes_of
from hubpost.roads.isochrones import MINUTES, Reach, list_reach
from hubpost.roads.stretch import Stretch, find_stretch
from hubpost.storage.transaction import Tx

#: A click further from any road than this was not meant for one.
CLICK_LIMIT_M = 300.0


@dataclass(frozen=True, slots=True)
class ClosureRequest:
    """What somebody wants closed: points clicked along the road, why, and for how long.

    from_at: now when None. until_at: until lifted when None. speed_factor: 0 closed, else the share
    of the usual speed that is left. request_id: so that a form sent twice closes once.
    """

    points: tuple[Place, ...]
    reason: str
    from_at: datetime | None = None
    until_at: datetime | None = None
    speed_factor: float = 0.0
    request_id: str = ""


def close_road(tx: Tx, room: CommandRoom, request: ClosureRequest) -> RoadClosure:
    """Close or slow the road between the points, from now or later.

    The first advice after the commit reckons with it. Raises Refused: off the road, without a
    reason, over before it begins.
    """
    known = tx.board.closures.get(request.request_id)
    if known is not None:
        return known
    stretch = drawn_stretch(room, request.points)
    closure = RoadClosure(
        id=request.request_id or uuid4().hex,
        shapes=(stretch.shape,),
        from_at=request.from_at or tx.now,
        reason=request.reason.strip(),
        until_at=request.until_at,
        speed_factor=request.speed_factor,
        by=tx.actor,
        road=", ".join(stretch.roads[:2]),
    )
    return _record(tx, room, closure)


def close_from_geojson(
    tx: Tx, room: CommandRoom, document: Mapping[str, Any]
) -> tuple[RoadClosure, ...]:
    """Close what the features of a GeoJSON document cover; all of them or none.

    Properties as in `roads.closures.read_closures`. Raises Refused, saying which feature.
    """
    try:
        drawn = [(c, shapes_of(c.shape)) for c in read_closures(document)]
    except RoadFileError as error:
        raise Refused("closure_file", str(error)) from error
    return tuple(
        _record(
            tx,
            room,
            RoadClosure(
                id=uuid4().hex,
                shapes=shapes,
                from_at=c.from_at or tx.now,
                reason=c.reason.strip(),
                until_at=c.until_at,
                speed_factor=c.speed_factor,
                by=tx.actor,
            ),
        )
        for c, shapes in drawn
    )


def reopen_road(tx: Tx, closure_id: str, reason: str = "") -> None:
    """Lift a closure now. Raises Refused when it is over or was lifted already."""
    tx.record(RoadReopened(tx.now, closure_id, reason.strip()))


def set_road_conditions(
    tx: Tx,
    weather: Weather,
    light: Light,
    weather_until: datetime | None = None,
    reason: str = "",
) -> None:
    """Weather and light to reckon with from now on, the whole county over."""
    until = None if weather is Weather.DRY else weather_until
    conditions = RoadConditions(weather, light, until, tx.actor, reason.strip())
    tx.record(RoadConditionsSet(tx.now, conditions))


def drawn_stretch(room: CommandRoom, points: Sequence[Place]) -> Stretch:
    """The stretch of road that clicked points mean; the points themselves where there are no roads.

    Raises Refused when a point lies off the road, or no road joins two of them.
    """
    if not points:
        raise Refused("closure_shape", "Expected at least one point on the road.")
    if isinstance(room.travel, RoadsInForce):
        try:
            return find_stretch(room.travel.network, points, CLICK_LIMIT_M)
        except SnapError as error:
            raise Refused("closure_off_road", str(error)) from error
    kind = ShapeKind.POINT if len(points) == 1 else ShapeKind.LINE
    return Stretch(RoadShape(kind, tuple((p.lon, p.lat) for p in points)), 0.0, ())


def next_road_change(room: CommandRoom, board: Board, now: datetime) -> datetime | None:
    """When a closure begins or ends, or it gets dark or light, without anyone touching it."""
    if isinstance(room.travel, RoadsInForce):
        return room.travel.next_change(board.closures.values(), board.road_conditions, now)
    ends = [t for c in board.closures.values() for t in (c.from_at, c.until_at) if t]
    return min((t for t in ends if t > now), default=None)


def reach_of(
    room: CommandRoom,
    board: Board,
    station_ids: Sequence[str],
    now: datetime,
    minutes: Sequence[float] = MINUTES,
) -> list[Reach]:
    """Areas within minutes of the nearest of some stations, under what is in force now.

    Raises Refused where the county has no roads: reach on estimated times would be circles.
    """
    travel = room.travel_at(board, now)
    if not isinstance(travel, TravelNow):
        raise Refused("reach_needs_roads", "Reach needs the county's roads; there are none here.")
    places = [board.stations[s].place for s in station_ids]
    return list_reach(travel.network, places, minutes, under=travel.conditions)


def _record(tx: Tx, room: CommandRoom, closure: RoadClosure) -> RoadClosure:
    if isinstance(room.travel, RoadsInForce):
        try:
            room.travel.place(closure)
        except RoadFileError as error:
            raise Refused("closure_off_road", str(error)) from error
    tx.record(RoadClosed(tx.now, closure))
    return closure
