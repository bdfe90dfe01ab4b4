"""A day of events as the ways units drive: what the playback interpolates along."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hubpost.model.events import (
    CallCleared,
    CallReceived,
    Event,
    StationOpened,
    UnitActivitySet,
    UnitArrived,
    UnitAssigned,
    UnitCleared,
    UnitEnRoute,
    UnitJoined,
)
from hubpost.model.place import Place
from hubpost.roads.travel_times import Route

#: The way from one place to another; None where there is none.
FindRoute = Callable[[Place, Place], Route | None]


@dataclass(slots=True)
class _Following:
    """What is known of the units while the events are read. Seconds count from `begins_at`."""

    begins_at: datetime
    find_route: FindRoute
    estimated: bool
    homes: dict[str, Place] = field(default_factory=dict)
    at: dict[str, Place] = field(default_factory=dict)
    legs: list[dict[str, Any]] = field(default_factory=list)
    open_leg: dict[str, dict[str, Any]] = field(default_factory=dict)
    states: list[list[Any]] = field(default_factory=list)

    def second(self, at: datetime) -> float:
        return (at - self.begins_at).total_seconds()


def drive_day(
    events: Sequence[Event], begins_at: datetime, find_route: FindRoute, estimated: bool
) -> dict[str, Any]:
    """Units, calls, legs and states of a day as JSON.

    legs: unit, from_s, to_s, line of (lon, lat), straight (no road known: drawn dashed), and the
    call or None for a way home. states: [second, unit, state]. A way home that a new call breaks
    off ends where the unit is by then.
    """
    stations = {e.station.id: e.station.place for e in events if isinstance(e, StationOpened)}
    units = [e.unit for e in events if isinstance(e, UnitJoined)]
    calls = {e.call.id: _call(e, begins_at) for e in events if isinstance(e, CallReceived)}
    places = {e.call.id: e.call.place for e in events if isinstance(e, CallReceived)}
    follow = _Following(begins_at, find_route, estimated)
    follow.homes = {u.id: stations[u.station_id] for u in units}
    follow.at = dict(follow.homes)
    for event in events:
        _follow(follow, event, calls, places)
    return {
        "units": [_unit(u.id, u.name, u.station_id, follow.homes[u.id]) for u in units],
        "calls": list(calls.values()),
        "legs": follow.legs,
        "states": follow.states,
    }


def _follow(
    follow: _Following, event: Event, calls: dict[str, dict[str, Any]], places: dict[str, Place]
) -> None:
    match event:
        case UnitAssigned(at=at, call_id=call_id, unit_id=unit_id):
            calls[call_id]["unit_ids"].append(unit_id)
            follow.states.append([follow.second(at), unit_id, "assigned"])
        case UnitEnRoute(at=at, call_id=call_id, unit_id=unit_id):
            _break_off(follow, unit_id, at)
            _set_off(follow, unit_id, places[call_id], at, call_id)
            follow.states.append([follow.second(at), unit_id, "en_route"])
        case UnitArrived(at=at, call_id=call_id, unit_id=unit_id):
            follow.open_leg.pop(unit_id)["to_s"] = follow.second(at)
            follow.at[unit_id] = places[call_id]
            first = calls[call_id]["arrived_s"]
            calls[call_id]["arrived_s"] = follow.second(at) if first is None else first
            follow.states.append([follow.second(at), unit_id, "on_scene"])
        case UnitCleared(at=at, unit_id=unit_id):
            _set_off(follow, unit_id, follow.homes[unit_id], at, None)
            follow.states.append([follow.second(at), unit_id, "returning"])
        case UnitActivitySet(at=at, unit_id=unit_id, activity=activity):
            if activity.value != "casework":
                follow.open_leg.pop(unit_id, None)
                follow.at[unit_id] = follow.homes[unit_id]
            follow.states.append([follow.second(at), unit_id, activity.value])
        case CallCleared(at=at, call_id=call_id):
            calls[call_id]["cleared_s"] = follow.second(at)
        case _:
            pass


def _set_off(
    follow: _Following, unit_id: str, to: Place, at: datetime, call_id: str | None
) -> None:
    """Begin a leg from where the unit is; how long it takes is known, or found on arrival."""
    origin = follow.at[unit_id]
    route = follow.find_route(origin, to)
    line = route.line if route else ((origin.lon, origin.lat), (to.lon, to.lat))
    second = follow.second(at)
    leg = {
        "unit": unit_id,
        "call": call_id,
        "from_s": second,
        "to_s": second + (route.travel_s if route else 0.0),
        "line": [[round(lon, 5), round(lat, 5)] for lon, lat in line],
        "straight": follow.estimated or route is None,
    }
    follow.legs.append(leg)
    follow.open_leg[unit_id] = leg
    follow.at[unit_id] = to


def _break_off(follow: _Following, unit_id: str, at: datetime) -> None:
    """Stop a way home where the unit is when it is sent again."""
    leg, now = follow.open_leg.pop(unit_id, None), follow.second(at)
    if leg is None or now >= leg["to_s"]:
        return
    share = (now - leg["from_s"]) / (leg["to_s"] - leg["from_s"])
    leg["line"] = part_of_line(leg["line"], share)
    leg["to_s"] = now
    lon, lat = leg["line"][-1]
    follow.at[unit_id] = Place(lon, lat)


def part_of_line(line: Sequence[Sequence[float]], share: float) -> list[list[float]]:
    """The first share (0 to 1) of a line, by its length on the map; always two points or more."""
    from shapely import LineString
    from shapely.ops import substring

    whole = LineString(line)
    if whole.length == 0:
        return [list(line[0]), list(line[0])]
    cut = substring(whole, 0, min(1.0, max(0.0, share)), normalized=True)
    points = [[round(lon, 5), round(lat, 5)] for lon, lat in cut.coords]
    return points if len(points) > 1 else points * 2


def _call(event: CallReceived, begins_at: datetime) -> dict[str, Any]:
    call = event.call
    return {
        "id": call.id,
        "received_s": (call.received_at - begins_at).total_seconds(),
        "arrived_s": None,
        "cleared_s": None,
        "lon": call.lon,
        "lat": call.lat,
        "priority": int(call.priority),
        "unit_ids": [],
    }


def _unit(unit_id: str, name: str, station_id: str, home: Place) -> dict[str, Any]:
    return {
        "id": unit_id,
        "name": name,
        "station_id": station_id,
        "lon": home.lon,
        "lat": home.lat,
    }
