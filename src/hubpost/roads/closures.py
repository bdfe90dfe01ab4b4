"""Closed and slowed roads: what is drawn, where it lies on the network, when it is in force."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import shapely
import shapely.errors
import shapely.geometry
from numpy.typing import NDArray

from hubpost.roads.ends import Conditions
from hubpost.roads.errors import RoadFileError
from hubpost.roads.graph import RoadGraph
from hubpost.roads.snap import SegmentIndex

BUFFER_M = 15.0


@dataclass(frozen=True, slots=True)
class Closure:
    """A road closed, or slowed, over a stretch and a time.

    shape: point, line or area in degrees. speed_factor: 0 closed, else the share of the usual
    speed that is left. from_at, until_at: with zone; None is open-ended; until_at is exclusive.
    by, reason: who closed it and why, for the record.
    """

    id: str
    shape: shapely.Geometry
    speed_factor: float = 0.0
    from_at: datetime | None = None
    until_at: datetime | None = None
    reason: str = ""
    by: str = ""

    def in_force(self, moment: datetime) -> bool:
        """Whether the closure holds at this moment."""
        begun = self.from_at is None or self.from_at <= moment
        return begun and (self.until_at is None or moment < self.until_at)


@dataclass(frozen=True, slots=True)
class PlacedClosure:
    """A closure and the stretches of road it covers: (k,) segment, from and to as shares."""

    closure: Closure
    segment: NDArray[np.int64]
    from_share: NDArray[np.float64]
    to_share: NDArray[np.float64]


def read_closures(document: Mapping[str, Any], source: str = "closures") -> list[Closure]:
    """Closures of a GeoJSON feature collection, feature or geometry.

    Properties, all optional: id, speed_factor (default 0: closed), from, until (ISO 8601 with
    zone), reason, by. Raises RoadFileError listing every feature that cannot be used.
    """
    features = document.get("features", [document]) if isinstance(document, Mapping) else []
    if not isinstance(features, list):
        features = []
    found: list[Closure] = []
    problems: list[str] = []
    for number, feature in enumerate(features, start=1):
        try:
            found.append(_read_closure(feature, number))
        except (
            ValueError,
            TypeError,
            KeyError,
            AttributeError,
            shapely.errors.ShapelyError,
        ) as error:
            problems.append(f"{source} feature {number}: {error}")
    if not features:
        problems.append(f"{source}: expected GeoJSON features, found none")
    if problems:
        raise RoadFileError("; ".join(problems) + ". Correct them and give the file again.")
    return found


_UNUSABLE = (ValueError, TypeError, KeyError, AttributeError, shapely.errors.ShapelyError)


def _read_closure(feature: Mapping[str, Any], number: int) -> Closure:
    properties = feature.get("properties") or {}
    shape = shapely.geometry.shape(feature.get("geometry") or feature)
    west, south, east, north = shape.bounds if not shape.is_empty else (999.0,) * 4
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise ValueError("expected a shape in degrees of longitude and latitude (WGS-84)")
    factor = float(properties.get("speed_factor", 0.0))
    if not 0 <= factor <= 2:
        raise ValueError(f"expected speed_factor from 0 (closed) to 2, found {factor}")
    return Closure(
        id=str(properties.get("id", feature.get("id", number))),
        shape=shape,
        speed_factor=factor,
        from_at=_moment(properties.get("from"), "from"),
        until_at=_moment(properties.get("until"), "until"),
        reason=str(properties.get("reason", "")),
        by=str(properties.get("by", "")),
    )


def _moment(text: str | None, name: str) -> datetime | None:
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"expected {name} with its zone, as 2025-01-31T08:00+08:00, found {text}")
    return moment


def place_closure(
    index: SegmentIndex, closure: Closure, buffer_m: float = BUFFER_M
) -> PlacedClosure:
    """Find the stretches of road a closure covers.

    A point closes buffer_m to both sides on the nearest road; a line what runs along it within
    buffer_m, not the side roads it passes; an area all road inside. Raises RoadFileError where
    no road is met, because a closure that closes nothing would go unnoticed.
    """
    shape = index.to_plane(closure.shape)
    stretches = [s for part in shapely.get_parts(shape) for s in _stretches(index, part, buffer_m)]
    if not stretches:
        raise RoadFileError(
            f"closure {closure.id}: expected a road within {buffer_m:.0f} m of the shape, found "
            "none. Draw the point or line on the road, or an area around it."
        )
    segment, low, high = zip(*stretches, strict=True)
    return PlacedClosure(closure, np.array(segment), np.array(low), np.array(high))


def _stretches(
    index: SegmentIndex, part: shapely.Geometry, buffer_m: float
) -> list[tuple[int, float, float]]:
    if part.geom_type == "Point":
        zone = part.buffer(buffer_m)
        near = index.list_crossing(zone)
        nearest = near[np.argsort(shapely.distance(index.lines[near], part), kind="stable")[:1]]
        return _spans(index, nearest, zone, 0.0)
    if part.geom_type in ("LineString", "LinearRing"):
        zone = part.buffer(buffer_m, cap_style="flat")
        return _spans(index, index.list_crossing(zone), zone, 1.5 * buffer_m)
    return _spans(index, index.list_crossing(part), part, 0.0)


def _spans(
    index: SegmentIndex, segments: NDArray[np.int64], zone: shapely.Geometry, least_m: float
) -> list[tuple[int, float, float]]:
    """(segment, from, to) of what lies in the zone; shorter pieces only if nearly the whole."""
    found = []
    for segment in segments:
        line = index.lines[segment]
        least = min(least_m, 0.9 * line.length)
        for piece in shapely.get_parts(shapely.line_merge(shapely.intersection(line, zone))):
            if piece.length > 0 and piece.length >= least:
                corners = shapely.points(shapely.get_coordinates(piece))
                share = shapely.line_locate_point(line, corners, normalized=True)
                found.append((int(segment), float(share.min()), float(share.max())))
    return found


def apply_closures(
    graph: RoadGraph, base: Conditions, placed: Iterable[PlacedClosure], moment: datetime
) -> Conditions:
    """The conditions base, with every closure in force at this moment."""
    closed_from, closed_to = base.closed_from.copy(), base.closed_to.copy()
    extra = np.zeros(graph.segments)
    for stretch in placed:
        if not stretch.closure.in_force(moment):
            continue
        factor = stretch.closure.speed_factor
        if factor == 0:
            np.minimum.at(closed_from, stretch.segment, stretch.from_share)
            np.maximum.at(closed_to, stretch.segment, stretch.to_share)
        else:
            share = stretch.to_share - stretch.from_share
            np.add.at(extra, stretch.segment, share * (1 / factor - 1))
    times = np.maximum(0.1, 1 + extra[graph.segment])
    return Conditions(base.travel_s * times, closed_from, closed_to)
