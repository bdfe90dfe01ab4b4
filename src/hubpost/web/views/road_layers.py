"""Closures and reach as layers of the map."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely

from hubpost.model.board import Board
from hubpost.model.road_rule import RoadClosure
from hubpost.roads.in_force import geometry_of
from hubpost.roads.isochrones import Reach, to_geojson
from hubpost.web.console import Console


@dataclass(frozen=True, slots=True)
class ClosureRow:
    """A closure of the list: in force now, or still to come; acts is False where times cannot."""

    closure: RoadClosure
    in_force: bool
    acts: bool


def list_closures(console: Console, board: Board, now: datetime) -> list[ClosureRow]:
    """Closures in force, then those to come; those that are over are left out."""
    ignored = set(console.room.roads_seen(board, now).ignored_ids)
    rows = [
        ClosureRow(c, c.in_force(now), c.id not in ignored)
        for c in board.closures.values()
        if not c.is_over(now)
    ]
    return sorted(rows, key=lambda r: (not r.in_force, r.closure.from_at, r.closure.id))


def closures_layer(rows: Sequence[ClosureRow]) -> list[dict[str, Any]]:
    """One feature for each shape of each closure."""
    return [
        {
            "type": "Feature",
            "geometry": shapely.geometry.mapping(geometry_of(shape)),
            "properties": {
                "id": row.closure.id,
                "reason": row.closure.reason,
                "road": row.closure.road,
                "in_force": row.in_force,
                "acts": row.acts,
                "speed_factor": row.closure.speed_factor,
            },
        }
        for row in rows
        for shape in row.closure.shapes
    ]


def reach_layer(name: str, reaches: Sequence[Reach]) -> dict[str, Any]:
    """Areas of one station or group, widest first for drawing."""
    return to_geojson({name: reaches})
