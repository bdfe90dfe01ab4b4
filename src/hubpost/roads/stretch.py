"""From points clicked on a map to the stretch of road that runs between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from hubpost.model.place import Place
from hubpost.model.road_rule import RoadShape, ShapeKind
from hubpost.roads.errors import SnapError
from hubpost.roads.geodesy import great_circle_m
from hubpost.roads.network import RoadNetwork
from hubpost.roads.snap import Snaps, part_of_segment

#: A stretch more winding than this, and longer by that much, is none that anyone meant.
WINDING, WINDING_M = 4.0, 2_000.0
#: A stretch shorter than this is one point: a point closes 15 m to both sides, whatever it meets.
SHORT_M = 60.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of road: its shape, metres, and the names of its roads, the longest first."""

    shape: RoadShape
    length_m: float
    roads: tuple[str, ...]


def find_stretch(network: RoadNetwork, points: Sequence[Place], limit_m: float) -> Stretch:
    """The road at one point, or along the shortest way through several, whichever way it is open.

    limit_m: how far from a road a point may lie. One-way signs play no part: a landslide heeds
    none. Raises SnapError where a point lies off the roads, or no road joins two of them nearby.
    """
    snaps = network.index.snap(points, limit_m)
    if not points or snaps.refused.any():
        far_m = max(snaps.distance_m, default=0.0)
        raise SnapError(
            f"expected points within {limit_m:.0f} m of a road, found one {far_m:.0f} m away. "
            "Zoom in and click on the road."
        )
    if len(points) == 1:
        return _spot(network, int(snaps.segment[0]), float(snaps.share[0]))
    parts = [p for i in range(len(points) - 1) for p in _between(network, points, snaps, i)]
    whole = _joined(network, parts)
    if whole.length_m >= SHORT_M:
        return whole
    segment, low, high = max(parts, key=lambda p: abs(p[2] - p[1]) * network.graph.length_m[p[0]])
    return _spot(network, segment, (low + high) / 2)


def _spot(network: RoadNetwork, segment: int, share: float) -> Stretch:
    lon, lat = part_of_segment(network.graph, segment, share, share)[0]
    shape = RoadShape(ShapeKind.POINT, ((round(float(lon), 7), round(float(lat), 7)),))
    return Stretch(shape, 0.0, _names(network, {segment: 1.0}))


_Part = tuple[int, float, float]


def _between(network: RoadNetwork, points: Sequence[Place], snaps: Snaps, i: int) -> list[_Part]:
    """(segment, from, to) from the i-th point to the next."""
    (seg_a, seg_b), (share_a, share_b) = snaps.segment[i : i + 2], snaps.share[i : i + 2]
    a, b = points[i], points[i + 1]
    crow_m = float(great_circle_m(a.lon, a.lat, b.lon, b.lat))
    limit_m = WINDING * crow_m + WINDING_M
    found = _way_m(network, (int(seg_a), float(share_a)), (int(seg_b), float(share_b)), limit_m)
    if found is None:
        raise SnapError(
            f"expected a road between points {i + 1} and {i + 2} of at most {limit_m:.0f} m, found "
            "none. Click on points in between, or close two roads."
        )
    return found


def _way_m(
    network: RoadNetwork, start: tuple[int, float], stop: tuple[int, float], limit_m: float
) -> list[_Part] | None:
    """The shortest way between two spots, each a segment and a share, with any direction open."""
    (seg_a, share_a), (seg_b, share_b) = start, stop
    if seg_a == seg_b:
        return [(seg_a, share_a, share_b)]
    graph = network.graph
    near = _arcs_near(network, (seg_a, seg_b), limit_m)
    tail, head = graph.tail[near].astype(np.int64), graph.head[near].astype(np.int64)
    vertices, at = np.unique(np.concatenate([tail, head]), return_inverse=True)
    tail, head = at[: len(near)], at[len(near) :]
    length_m = np.maximum(graph.length_m[graph.segment[near]], 1e-3)
    source = len(vertices)
    ends_a, ends_b = (_ends_m(network, near, tail, head, s, x) for s, x in (start, stop))
    rows = np.concatenate([tail, head, np.full(len(ends_a), source)])
    columns = np.concatenate([head, tail, list(ends_a)])
    metres = np.concatenate([length_m, length_m, list(ends_a.values())])
    links = _shortest_links(rows, columns, metres, source + 1)
    reached_m, before = dijkstra(links, indices=source, limit=limit_m, return_predecessors=True)
    total = {v: float(reached_m[v]) + m for v, m in ends_b.items()}
    last = min(total, key=lambda v: total[v], default=source)
    if not total or not total[last] <= limit_m:
        return None
    way = [last]
    while before[way[-1]] != source:
        way.append(int(before[way[-1]]))
    way.reverse()
    return _parts_of(network, near, tail, head, way, start, stop)


def _arcs_near(
    network: RoadNetwork, segments: tuple[int, int], limit_m: float
) -> NDArray[np.int64]:
    """Arcs of the segments that a way of limit_m between two segments can touch."""
    zone = network.index.lines[segments[0]].envelope.buffer(limit_m)
    wanted = np.zeros(network.graph.segments, dtype=bool)
    wanted[network.index.list_crossing(zone)] = True
    return np.flatnonzero(wanted[network.graph.segment])


def _ends_m(
    network: RoadNetwork,
    near: NDArray[np.int64],
    tail: NDArray[np.int64],
    head: NDArray[np.int64],
    segment: int,
    share: float,
) -> dict[int, float]:
    """Metres from a spot to the vertices at both ends of its segment."""
    graph, found = network.graph, {}
    length_m = float(graph.length_m[segment])
    for k in np.flatnonzero(graph.segment[near] == segment):
        along = bool(graph.forward[near[k]])
        first, last = (tail[k], head[k]) if along else (head[k], tail[k])
        found[int(first)] = max(share * length_m, 1e-3)
        found[int(last)] = max((1 - share) * length_m, 1e-3)
    return found


def _shortest_links(
    rows: NDArray[np.int64], columns: NDArray[np.int64], metres: NDArray[np.float64], size: int
) -> coo_array:
    order = np.lexsort((metres, columns, rows))
    rows, columns, metres = rows[order], columns[order], metres[order]
    first = np.concatenate([[True], (np.diff(rows) != 0) | (np.diff(columns) != 0)])
    return coo_array((metres[first], (rows[first], columns[first])), shape=(size, size)).tocsr()


def _parts_of(
    network: RoadNetwork,
    near: NDArray[np.int64],
    tail: NDArray[np.int64],
    head: NDArray[np.int64],
    way: list[int],
    start: tuple[int, float],
    stop: tuple[int, float],
) -> list[_Part]:
    """The stretches along a chain of vertices, with the two spots' own segments at its ends."""
    graph = network.graph
    parts = [_own_part(network, near, tail, head, start, way[0])]
    for a, b in pairwise(way):
        k = np.flatnonzero(((tail == a) & (head == b)) | ((tail == b) & (head == a)))
        k = k[np.argmin(graph.length_m[graph.segment[near[k]]])]
        forward = bool(graph.forward[near[k]]) == bool(tail[k] == a)
        parts.append((int(graph.segment[near[k]]), *((0.0, 1.0) if forward else (1.0, 0.0))))
    segment, at, share = _own_part(network, near, tail, head, stop, way[-1])
    return [*parts, (segment, share, at)]


def _own_part(
    network: RoadNetwork,
    near: NDArray[np.int64],
    tail: NDArray[np.int64],
    head: NDArray[np.int64],
    spot: tuple[int, float],
    vertex: int,
) -> _Part:
    """From a spot to a vertex at an end of its segment."""
    segment, share = spot
    graph = network.graph
    for k in np.flatnonzero(graph.segment[near] == segment):
        along = bool(graph.forward[near[k]])
        if vertex == (head[k] if along else tail[k]):
            return segment, share, 1.0
    return segment, share, 0.0


def _joined(network: RoadNetwork, parts: Sequence[_Part]) -> Stretch:
    graph = network.graph
    points = np.concatenate([part_of_segment(graph, *part) for part in parts]).round(7)
    keep = np.concatenate([[True], (np.abs(np.diff(points, axis=0)) > 1e-9).any(axis=1)])
    line = tuple((float(x), float(y)) for x, y in points[keep])
    if len(line) < 2:
        line = (line[0], line[0])
    lengths: dict[int, float] = {}
    for segment, low, high in parts:
        lengths[segment] = lengths.get(segment, 0.0) + abs(high - low) * graph.length_m[segment]
    shape = RoadShape(ShapeKind.LINE, line)
    return Stretch(shape, float(sum(lengths.values())), _names(network, lengths))


def _names(network: RoadNetwork, length_m: dict[int, float]) -> tuple[str, ...]:
    graph = network.graph
    by_name: dict[str, float] = {}
    for segment, metres in length_m.items():
        name = graph.names[graph.name_idx[segment]]
        if name:
            by_name[name] = by_name.get(name, 0.0) + metres
    return tuple(sorted(by_name, key=lambda n: -by_name[n]))
