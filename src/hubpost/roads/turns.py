"""Turn rules: a vertex with a rule is split, once for each way of entering it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from hubpost.roads.graph import RoadGraph
from hubpost.roads.osm import Restriction


def apply_turn_rules(
    graph: RoadGraph, vertex_node: NDArray[np.int64], rules: Iterable[Restriction]
) -> tuple[RoadGraph, int]:
    """The graph in which forbidden turns cannot be driven, and how many rules took effect.

    vertex_node: (V,) OSM node of each vertex. An arc under a rule enters a copy of the via
    vertex that has only the arcs it may go on to; all other arcs stay as they were.
    """
    rules = list(rules)
    at = _arcs_at(graph, vertex_node, {r.via_node for r in rules})
    allowed: dict[int, set[int]] = {}
    honoured = sum(_restrict(rule, graph, at, allowed) for rule in rules)
    return _split(graph, allowed), honoured


Ends = dict[int, tuple[list[int], list[int]]]


def _arcs_at(graph: RoadGraph, vertex_node: NDArray[np.int64], nodes: set[int]) -> Ends:
    """node → (arcs into it, arcs out of it)."""
    wanted = np.isin(vertex_node, np.fromiter(nodes, dtype=np.int64, count=len(nodes)))
    at: Ends = defaultdict(lambda: ([], []))
    for side, vertex in enumerate((graph.head, graph.tail)):
        for arc in np.flatnonzero(wanted[vertex]):
            at[int(vertex_node[vertex[arc]])][side].append(int(arc))
    return at


def _restrict(rule: Restriction, graph: RoadGraph, at: Ends, allowed: dict[int, set[int]]) -> bool:
    into, out_of = at.get(rule.via_node, ([], []))
    way = graph.way_id[graph.segment]
    sources = [arc for arc in into if way[arc] in rule.from_ways]
    targets = {arc for arc in out_of if way[arc] in rule.to_ways}
    if not sources or not targets:
        return False
    for arc in sources:
        onward = allowed.get(arc, set(out_of))
        allowed[arc] = onward & targets if rule.only else onward - targets
    return True


def _split(graph: RoadGraph, allowed: dict[int, set[int]]) -> RoadGraph:
    restricted = [arc for arc, onward in allowed.items()]
    copies = np.arange(len(restricted)) + graph.vertices
    original = graph.head[restricted].astype(np.int64)
    head = graph.head.copy()
    head[restricted] = copies
    pairs = [(i, onward) for i, arc in enumerate(restricted) for onward in sorted(allowed[arc])]
    copy_of = np.array([arc for _, arc in pairs], dtype=np.int64)
    new_tail = np.array([copies[i] for i, _ in pairs], dtype=np.uint32)
    return replace(
        graph,
        vertex_lon=np.concatenate([graph.vertex_lon, graph.vertex_lon[original]]),
        vertex_lat=np.concatenate([graph.vertex_lat, graph.vertex_lat[original]]),
        tail=np.concatenate([graph.tail, new_tail]),
        head=np.concatenate([head, head[copy_of]]),
        segment=np.concatenate([graph.segment, graph.segment[copy_of]]),
        forward=np.concatenate([graph.forward, graph.forward[copy_of]]),
        travel_s=np.concatenate([graph.travel_s, graph.travel_s[copy_of]]),
        kmh=np.concatenate([graph.kmh, graph.kmh[copy_of]]),
    )
