"""Where a patrol car gets to within so many minutes, as areas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
import shapely.geometry
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from hubpost.model.place import Place
from hubpost.roads.ends import Conditions
from hubpost.roads.geodesy import to_degrees
from hubpost.roads.network import RoadNetwork

MINUTES = (5, 10, 20, 30)


@dataclass(frozen=True, slots=True)
class ReachParams:
    """cell_m: side of the cells an area is made of. beside_m: how far from a reached road
    still counts as reached."""

    cell_m: float = 100.0
    beside_m: float = 200.0


@dataclass(frozen=True, slots=True)
class Reach:
    """The area within minutes of the nearest of some places; empty where none is on a road."""

    minutes: float
    area: shapely.Geometry
    area_km2: float


def list_reach(
    network: RoadNetwork,
    places: Sequence[Place],
    minutes: Sequence[float] = MINUTES,
    params: ReachParams | None = None,
    under: Conditions | None = None,
) -> list[Reach]:
    """Areas reached from the nearest of places, one per limit; under: now in force when None.

    Each area contains the areas of the shorter limits. Stepping 100 m along every road reached
    in time, taking the cells there and beside_m around them; corners rounded.
    """
    p = params or ReachParams()
    now = under or network.conditions
    east, north, seconds = _reached_points(network, places, max(minutes) * 60, p.cell_m, now)
    return [
        _reach(limit, east[seconds <= limit * 60], north[seconds <= limit * 60], network, p)
        for limit in minutes
    ]


def to_geojson(reaches: Mapping[str, Sequence[Reach]]) -> dict[str, Any]:
    """A GeoJSON feature collection; properties id and minutes, widest area first for drawing."""
    features = [
        {
            "type": "Feature",
            "properties": {"id": key, "minutes": r.minutes, "area_km2": round(r.area_km2, 2)},
            "geometry": shapely.geometry.mapping(_for_drawing(r.area)),
        }
        for key, several in reaches.items()
        for r in sorted(several, key=lambda r: -r.minutes)
    ]
    return {"type": "FeatureCollection", "features": features}


def _reached_points(
    network: RoadNetwork, places: Sequence[Place], limit_s: float, step_m: float, now: Conditions
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Points every step_m along reached roads: metres east, north, and seconds to get there."""
    graph = network.graph
    arc, start, start_s = _stretches(network, places, limit_s, now)
    rest_m = graph.length_m[graph.segment[arc]] * (1 - start)
    count = np.ceil(rest_m / step_m).astype(int) + 2
    owner = np.repeat(np.arange(len(arc)), count)
    step = (np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)) / (count[owner] - 1)
    share = start[owner] + step * (1 - start[owner])  # along the arc as driven
    seconds = start_s[owner] + (share - start[owner]) * now.travel_s[arc[owner]]
    segment, along = graph.segment[arc[owner]], graph.forward[arc[owner]]
    first = np.where(along, now.closed_from[segment], 1 - now.closed_to[segment])
    last = np.where(along, now.closed_to[segment], 1 - now.closed_from[segment])
    barred = now.closed(segment) & (share >= first) & (start[owner] <= last)
    kept = (seconds <= limit_s) & ~barred
    at = np.where(along, share, 1 - share)[kept]
    return *network.index.points_along(segment[kept], at), seconds[kept]


def _for_drawing(area: shapely.Geometry) -> shapely.Geometry:
    """Corners within 20 m of a straight line left out, degrees to about a metre."""
    return shapely.set_precision(shapely.simplify(area, 2e-4), 1e-5)


def _stretches(
    network: RoadNetwork, places: Sequence[Place], limit_s: float, now: Conditions
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Arcs driven, from which share of them on, and the seconds at that point: arcs whose tail
    is reached from the beginning, the places' own arcs from the place on."""
    graph = network.graph
    vertex_s = vertex_times_s(network, places, limit_s, now)
    entered = np.flatnonzero(np.isfinite(vertex_s[graph.tail]))
    ends = network.leaving_ends(places, now)
    driven = ends.arc >= 0
    own = ends.arc[driven]
    drawn = network.snap(places).share[ends.place[driven]]
    own_start = np.where(graph.forward[own], drawn, 1 - drawn)
    arc = np.concatenate([entered, own])
    start = np.concatenate([np.zeros(len(entered)), own_start])
    return arc, start, np.concatenate([vertex_s[graph.tail[entered]], np.zeros(len(own))])


def vertex_times_s(
    network: RoadNetwork,
    places: Sequence[Place],
    limit_s: float,
    under: Conditions | None = None,
) -> NDArray[np.float64]:
    """(V,) seconds from the nearest of places to each vertex; inf beyond limit_s."""
    graph, now = network.graph, under or network.conditions
    leave = network.leaving_ends(places, now)
    source = graph.vertices
    usable = ~now.closed(graph.segment)
    tail = np.concatenate([graph.tail[usable], np.full(len(leave.vertex), source)])
    head = np.concatenate([graph.head[usable], leave.vertex])
    seconds = np.maximum(np.concatenate([now.travel_s[usable], leave.cost_s]), 1e-6)
    order = np.lexsort((seconds, head, tail))
    tail, head, seconds = tail[order], head[order], seconds[order]
    first = np.concatenate([[True], (np.diff(tail) != 0) | (np.diff(head) != 0)])
    first &= np.isfinite(seconds)
    shape = (source + 1, source + 1)
    links = csr_array((seconds[first], (tail[first], head[first])), shape=shape)
    return np.asarray(dijkstra(links, indices=source, limit=limit_s)[:source])


def _reach(
    minutes: float,
    east: NDArray[np.float64],
    north: NDArray[np.float64],
    network: RoadNetwork,
    params: ReachParams,
) -> Reach:
    if not len(east):
        return Reach(minutes, shapely.Polygon(), 0.0)
    cell, rim = params.cell_m, int(np.ceil(params.beside_m / params.cell_m)) + 1
    column, row = np.floor(east / cell).astype(int), np.floor(north / cell).astype(int)
    left, low = column.min() - rim, row.min() - rim
    mask = np.zeros((row.max() - low + rim + 1, column.max() - left + rim + 1), dtype=bool)
    mask[row - low, column - left] = True
    y, x = np.mgrid[-rim : rim + 1, -rim : rim + 1]
    mask = binary_dilation(mask, np.hypot(x, y) * cell <= params.beside_m)
    plane = _rounded(_cells_to_area(mask, left, low, cell), cell)
    lat0 = network.index.lat0
    area = shapely.transform(plane, lambda p: np.column_stack(to_degrees(p[:, 0], p[:, 1], lat0)))
    return Reach(minutes, area, float(plane.area) / 1e6)


def _cells_to_area(mask: NDArray[np.bool_], left: int, low: int, cell: float) -> shapely.Geometry:
    """The cells of a mask as one area; cells meet edge to edge, which is quick to join."""
    row, column = np.nonzero(mask)
    west, south = (column + left) * cell, (row + low) * cell
    return shapely.coverage_union_all(shapely.box(west, south, west + cell, south + cell))


def _rounded(area: shapely.Geometry, cell: float) -> shapely.Geometry:
    """Stairs smoothed by growing and shrinking, which keeps larger areas around smaller ones."""
    grown = area.buffer(cell, quad_segs=2)
    return grown.buffer(-1.5 * cell, quad_segs=2).buffer(0.5 * cell, quad_segs=2)
