"""Neighbours where the county gives none: from polygons, else estimated from the seats."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import shapely

from hubpost.model.station import Neighbour, Station
from hubpost.tables.places import Points
from hubpost.tables.voronoi import voronoi_neighbours

#: Polygons closer than this share a border; drawn maps have gaps. Degrees, about 30 m.
GAP_DEGREES = 0.0003


def estimate_neighbours(
    points: Mapping[str, Points], stations: Sequence[Station]
) -> tuple[tuple[Neighbour, ...], bool]:
    """The adjoining pairs of stations, and whether they are an estimate.

    Territories come from polygons of stations, or of areas put together by station, where every
    station has one; else from the Voronoi diagram of the seats.
    """
    shapes = _territories(points, [s.id for s in stations])
    if shapes:
        return _sorted(_touching(shapes)), False
    return _sorted(voronoi_neighbours([(s.id, s.lon, s.lat) for s in stations])), True


def _territories(points: Mapping[str, Points], ids: Sequence[str]) -> dict[str, Any]:
    for sheet, key in (("stations", "id"), ("areas", "station_id")):
        parts = _polygons(points.get(sheet), key)
        if ids and all(i in parts for i in ids):
            return {i: shapely.union_all(parts[i]) for i in ids}
    return {}


def _polygons(points: Points | None, key: str) -> dict[str, list[Any]]:
    parts: dict[str, list[Any]] = defaultdict(list)
    if points is not None and points.raw.shapes is not None:
        shapes = points.raw.shapes
        for at, owner in enumerate(points.raw.text(key)):
            shape = shapes[at]
            if owner and shape is not None and shape.geom_type in ("Polygon", "MultiPolygon"):
                parts[owner].append(shapely.make_valid(shape))
    return parts


def _touching(shapes: Mapping[str, Any]) -> set[frozenset[str]]:
    """Pairs whose common border is longer than a corner would be."""
    grown = {key: shapely.buffer(shape, GAP_DEGREES) for key, shape in shapes.items()}
    pairs = set()
    for a, b in combinations(shapes, 2):
        common = shapely.intersection(grown[a], grown[b])
        if float(np.asarray(shapely.area(common))) > 8 * (2 * GAP_DEGREES) ** 2:
            pairs.add(frozenset((a, b)))
    return pairs


def _sorted(pairs: set[frozenset[str]]) -> tuple[Neighbour, ...]:
    return tuple(Neighbour(a, b) for a, b in sorted(tuple(sorted(p)) for p in pairs))
