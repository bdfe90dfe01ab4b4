"""The road graph: segments between junctions, and the arcs a car may drive along them."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from hubpost.roads.geodesy import great_circle_m
from hubpost.roads.osm import RoadWays


@dataclass(frozen=True, slots=True)
class RoadGraph:
    """V vertices, S segments, A arcs, all as arrays; a segment has one arc per open direction.

    vertex_lon, vertex_lat: (V,) degrees. A vertex with a turn rule stands several times, once
    for each way of entering it, so a segment's direction may stand as several arcs too.
    tail, head: (A,) vertex of each arc. segment: (A,) its segment; forward: (A,) True along
    the drawn direction. travel_s: (A,) free-flow seconds. length_m: (S,). kmh: (A,).
    shape_start: (S + 1,) into shape_lon, shape_lat. class_code: (S,) into profile.CLASSES.
    tunnel: (S,). way_id: (S,) OSM id. name_idx: (S,) into names.
    """

    vertex_lon: NDArray[np.float64]
    vertex_lat: NDArray[np.float64]
    tail: NDArray[np.uint32]
    head: NDArray[np.uint32]
    segment: NDArray[np.int32]
    forward: NDArray[np.bool_]
    travel_s: NDArray[np.float64]
    kmh: NDArray[np.float64]
    length_m: NDArray[np.float64]
    shape_start: NDArray[np.int64]
    shape_lon: NDArray[np.float64]
    shape_lat: NDArray[np.float64]
    class_code: NDArray[np.uint8]
    tunnel: NDArray[np.bool_]
    way_id: NDArray[np.int64]
    name_idx: NDArray[np.int32]
    names: tuple[str, ...]

    @property
    def vertices(self) -> int:
        return len(self.vertex_lon)

    @property
    def segments(self) -> int:
        return len(self.length_m)

    @property
    def arcs(self) -> int:
        return len(self.tail)

    def replace_travel(self, travel_s: NDArray[np.float64]) -> "RoadGraph":
        """The same roads with other free-flow seconds (A,)."""
        return replace(self, travel_s=travel_s)


@dataclass(frozen=True, slots=True)
class _Cuts:
    """Where ways are cut into segments: positions of their two ends, and the way of each."""

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    way: NDArray[np.int64]


def graph_from_ways(ways: RoadWays) -> tuple[RoadGraph, NDArray[np.int64]]:
    """Segments and arcs of the ways, before turn rules; and the OSM node id of each vertex.

    Ways are cut where they meet, at their ends, at nodes no car can pass (whose two sides
    become two vertices, so nothing passes) and at nodes with a turn rule.
    """
    nodes, node_idx = np.unique(ways.node_id, return_inverse=True)
    blocked = np.isin(nodes, ways.blocked)
    cuts = _cut(ways, node_idx, blocked, len(nodes))
    start_v, end_v, vertex_pos = _number_vertices(cuts, node_idx, blocked, len(nodes))
    graph = _assemble(ways, cuts, start_v, end_v, vertex_pos)
    return graph, ways.node_id[vertex_pos]


def _cut(
    ways: RoadWays, node_idx: NDArray[np.int64], blocked: NDArray[np.bool_], nodes: int
) -> _Cuts:
    rule_nodes = np.array([r.via_node for r in ways.restrictions], dtype=np.int64)
    is_cut = (np.bincount(node_idx, minlength=nodes) > 1)[node_idx] | blocked[node_idx]
    is_cut |= np.isin(ways.node_id, rule_nodes)
    is_cut[ways.start[:-1]] = True
    is_cut[ways.start[1:] - 1] = True
    cuts = _list_cuts(is_cut, ways)
    loops = (node_idx[cuts.first] == node_idx[cuts.last]) & (cuts.last - cuts.first > 1)
    is_cut[(cuts.first[loops] + cuts.last[loops]) // 2] = True  # no arc ends where it began
    cuts = _list_cuts(is_cut, ways)
    keep = node_idx[cuts.first] != node_idx[cuts.last]
    return _Cuts(cuts.first[keep], cuts.last[keep], cuts.way[keep])


def _list_cuts(is_cut: NDArray[np.bool_], ways: RoadWays) -> _Cuts:
    position = np.flatnonzero(is_cut)
    way = np.searchsorted(ways.start, position, side="right") - 1
    same = way[:-1] == way[1:]
    return _Cuts(position[:-1][same], position[1:][same], way[:-1][same])


def _number_vertices(
    cuts: _Cuts, node_idx: NDArray[np.int64], blocked: NDArray[np.bool_], nodes: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    ends = np.concatenate([cuts.first, cuts.last])
    key = node_idx[ends].astype(np.int64)
    shut = blocked[key]
    key[shut] = nodes + np.arange(shut.sum())  # each side of a barrier for itself
    _, first_seen, number = np.unique(key, return_index=True, return_inverse=True)
    half = len(cuts.first)
    return number[:half], number[half:], ends[first_seen]


def _assemble(
    ways: RoadWays,
    cuts: _Cuts,
    start_v: NDArray[np.int64],
    end_v: NDArray[np.int64],
    vertex_pos: NDArray[np.int64],
) -> RoadGraph:
    shape_start, shape_pos = _shapes(cuts)
    length_m, way_share = _lengths(ways, cuts)
    delay_s = _delays(ways, cuts)
    fixed_s = ways.crossing_s[cuts.way] * way_share
    kmh = (ways.forward_kmh[cuts.way], ways.backward_kmh[cuts.way])
    along, against = np.flatnonzero(kmh[0] > 0), np.flatnonzero(kmh[1] > 0)
    segment = np.concatenate([along, against])
    arc_kmh = np.concatenate([kmh[0][along], kmh[1][against]])
    driving_s = length_m[segment] / (arc_kmh / 3.6)
    travel_s = np.where(np.isnan(fixed_s[segment]), driving_s, fixed_s[segment])
    return RoadGraph(
        vertex_lon=ways.lon[vertex_pos],
        vertex_lat=ways.lat[vertex_pos],
        tail=np.concatenate([start_v[along], end_v[against]]).astype(np.uint32),
        head=np.concatenate([end_v[along], start_v[against]]).astype(np.uint32),
        segment=segment.astype(np.int32),
        forward=np.arange(len(segment)) < len(along),
        travel_s=travel_s + delay_s[segment],
        kmh=arc_kmh,
        length_m=length_m,
        shape_start=shape_start,
        shape_lon=ways.lon[shape_pos],
        shape_lat=ways.lat[shape_pos],
        class_code=ways.class_code[cuts.way],
        tunnel=ways.tunnel[cuts.way],
        way_id=ways.way_id[cuts.way],
        name_idx=ways.name_idx[cuts.way],
        names=ways.names,
    )


def _shapes(cuts: _Cuts) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    count = cuts.last - cuts.first + 1
    shape_start = np.concatenate([[0], np.cumsum(count)])
    within = np.arange(shape_start[-1]) - np.repeat(shape_start[:-1], count)
    return shape_start, np.repeat(cuts.first, count) + within


def _lengths(ways: RoadWays, cuts: _Cuts) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Metres of each segment, and its share of its whole way."""
    step = great_circle_m(ways.lon[:-1], ways.lat[:-1], ways.lon[1:], ways.lat[1:])
    run = np.concatenate([[0.0], np.cumsum(step)])
    length_m = np.maximum(run[cuts.last] - run[cuts.first], 0.1)
    whole_m = np.maximum(run[ways.start[1:] - 1] - run[ways.start[:-1]], 0.1)
    return length_m, length_m / whole_m[cuts.way]


def _delays(ways: RoadWays, cuts: _Cuts) -> NDArray[np.float64]:
    """Seconds lost at nodes on each segment; a node at its end counts half."""
    if not len(ways.delay_node):
        return np.zeros(len(cuts.first))
    slot = np.minimum(np.searchsorted(ways.delay_node, ways.node_id), len(ways.delay_node) - 1)
    node_s = np.where(ways.delay_node[slot] == ways.node_id, ways.delay_s[slot], 0.0)
    run = np.concatenate([[0.0], np.cumsum(node_s)])
    inside = run[cuts.last] - run[cuts.first + 1]
    return np.asarray(inside + (node_s[cuts.first] + node_s[cuts.last]) / 2)


def component_of_vertex(graph: RoadGraph, *, strong: bool) -> NDArray[np.int32]:
    """(V,) number of each vertex's component; strong: mutually reachable, else just joined."""
    return component_of_links(graph.tail, graph.head, graph.vertices, strong=strong)


def component_of_links(
    tail: NDArray[np.uint32], head: NDArray[np.uint32], vertices: int, *, strong: bool = False
) -> NDArray[np.int32]:
    """(vertices,) component numbers of the graph with these links."""
    shape = (vertices, vertices)
    links = coo_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=shape)
    kind = "strong" if strong else "weak"
    _, label = connected_components(links, directed=True, connection=kind)
    return np.asarray(label, dtype=np.int32)


def strong_share(graph: RoadGraph) -> float:
    """Share of road length in the largest part where every point reaches every other."""
    label = component_of_vertex(graph, strong=True)
    inside = label[graph.tail] == label[graph.head]
    segment = graph.segment[inside]
    of_segment = np.full(graph.segments, -1, dtype=np.int64)
    of_segment[segment] = label[graph.tail[inside]]
    known = of_segment >= 0
    length_m = np.bincount(of_segment[known], graph.length_m[known]) if known.any() else [0.0]
    return float(np.max(length_m) / graph.length_m.sum())
