"""The layers of the map as GeoJSON, WGS-84."""

from collections.abc import Callable, Iterable
from typing import Any

from hubpost.model.board import UnitOnBoard
from hubpost.model.unit import Availability, availability_of
from hubpost.web.console import Console
from hubpost.web.names import short_station_name, station_name, station_type, unit_name
from hubpost.web.viewer import Viewer
from hubpost.web.views.cells import territories
from hubpost.web.views.units import group_idx_by_station

Feature = dict[str, Any]


def stations_layer(console: Console, viewer: Viewer) -> list[Feature]:
    """Stations by type and group."""
    board, group_idx = console.store.board, group_idx_by_station(console.store.board)
    words = list(console.room.labels.words_for("stations.lon", "stations.lat"))
    return [
        _point(
            s.lon,
            s.lat,
            id=s.id,
            name=station_name(viewer, board, s.id),
            short=short_station_name(viewer, board, s.id),
            type=station_type(board, s.id),
            hub_id=board.hub_id_of(s.id),
            group=group_idx[s.id],
            labels=words,
        )
        for s in board.stations.values()
    ]


def areas_layer(console: Console, viewer: Viewer) -> list[Feature]:
    """Villages and communities."""
    words = list(console.room.labels.words_for("areas.lon", "areas.lat"))
    return [
        _point(a.lon, a.lat, id=a.id, name=a.name, station_id=a.station_id, labels=words)
        for a in console.room.areas
    ]


def groups_layer(console: Console, viewer: Viewer) -> list[Feature]:
    """A line from each hub to each of its bases."""
    stations = console.store.board.stations
    group_idx = group_idx_by_station(console.store.board)
    return [
        _feature(
            {"type": "LineString", "coordinates": [_lon_lat(stations[g.hub_id]), _lon_lat(base)]},
            hub_id=g.hub_id,
            base_id=base.id,
            group=group_idx[g.hub_id],
        )
        for g in console.store.board.groups
        for base in (stations[b] for b in g.base_ids)
    ]


def cells_layer(console: Console, viewer: Viewer) -> list[Feature]:
    """Territories by nearest village; always estimated."""
    board = console.store.board
    group_idx = group_idx_by_station(board)
    return [
        _feature(shape, station_id=station_id, group=group_idx[station_id], labels=["estimated"])
        for station_id, shape in territories(board, console.room).items()
    ]


def units_layer(console: Console, viewer: Viewer) -> list[Feature]:
    """Units where they were last known to be."""
    return [_unit(console, viewer, u) for u in console.store.board.units.values()]


def calls_layer(console: Console, viewer: Viewer) -> list[Feature]:
    """Open calls."""
    return [
        _point(
            c.call.lon,
            c.call.lat,
            id=c.call.id,
            number=c.call.number,
            priority=int(c.call.priority),
            state=c.state.value,
            waiting=not c.active_unit_ids,
            exercise=c.call.exercise,
            unit_ids=list(c.active_unit_ids),
        )
        for c in console.store.board.calls.values()
    ]


LAYERS: dict[str, Callable[[Console, Viewer], list[Feature]]] = {
    "stations": stations_layer,
    "areas": areas_layer,
    "groups": groups_layer,
    "cells": cells_layer,
    "units": units_layer,
    "calls": calls_layer,
}


def collection(features: Iterable[Feature], **facts: Any) -> dict[str, Any]:
    """A FeatureCollection with facts beside it."""
    return {"type": "FeatureCollection", "features": list(features), **facts}


def line_feature(line: Iterable[tuple[float, float]], **facts: Any) -> Feature:
    return _feature({"type": "LineString", "coordinates": [list(p) for p in line]}, **facts)


def _unit(console: Console, viewer: Viewer, unit: UnitOnBoard) -> Feature:
    board = console.store.board
    station = board.stations[unit.unit.station_id]
    return _point(
        unit.place.lon,
        unit.place.lat,
        id=unit.unit.id,
        name=unit_name(viewer, board, unit.unit.id),
        station_id=station.id,
        at_station=unit.place == station.place,
        activity=unit.activity.value,
        free=availability_of(unit.activity) is Availability.AVAILABLE,
        call_id=unit.call_id,
    )


def _point(lon: float, lat: float, **facts: Any) -> Feature:
    return _feature({"type": "Point", "coordinates": [lon, lat]}, **facts)


def _feature(geometry: dict[str, Any], **facts: Any) -> Feature:
    return {"type": "Feature", "geometry": geometry, "properties": facts}


def _lon_lat(station: Any) -> list[float]:
    return [station.lon, station.lat]
