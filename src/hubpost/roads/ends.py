"""How a snapped place leaves or enters the graph, and what that costs."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hubpost.roads.graph import RoadGraph
from hubpost.roads.snap import Snaps


@dataclass(frozen=True, slots=True)
class Conditions:
    """What is in force on the roads at one moment.

    travel_s: (A,) seconds of each arc. closed_from, closed_to: (S,) the closed stretch of each
    segment as shares along it; where closed_from > closed_to (1 and 0) nothing is closed.
    Traffic through a closed stretch is impossible; what lies beside it stays reachable from
    its own side.
    """

    travel_s: NDArray[np.float64]
    closed_from: NDArray[np.float64]
    closed_to: NDArray[np.float64]

    def closed(self, segment: NDArray[np.integer]) -> NDArray[np.bool_]:
        """True for each given segment where some stretch of it is closed."""
        return np.asarray(self.closed_from[segment] <= self.closed_to[segment])


def open_conditions(graph: RoadGraph) -> Conditions:
    """Free flow, nothing closed."""
    ones = np.ones(graph.segments)
    return Conditions(graph.travel_s, ones, ones * 0.0)


AT_VERTEX_M = 1.0


@dataclass(frozen=True, slots=True)
class Ends:
    """Ways for places to leave or enter the graph, grouped by place.

    place: (m,) ascending place index; vertex: (m,); cost_s: (m,) seconds on the place's own
    segment, inf where one-way or closed; arc: (m,) the arc driven for it, -1 where the place
    is at the vertex: within AT_VERTEX_M of a junction all its roads are at hand, whichever of
    them the place was snapped to, even where that one is one-way or closed.
    """

    place: NDArray[np.int64]
    vertex: NDArray[np.uint32]
    cost_s: NDArray[np.float64]
    arc: NDArray[np.int64]


class SegmentArcs:
    """Which arcs run along each segment, for look-up by segment."""

    def __init__(self, graph: RoadGraph) -> None:
        self._order = np.argsort(graph.segment, kind="stable")
        self._start = np.concatenate(
            [[0], np.cumsum(np.bincount(graph.segment, minlength=graph.segments))]
        )

    def arcs_of(self, segment: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(owner index into segment, arc) for every arc on the given segments."""
        count = self._start[segment + 1] - self._start[segment]
        owner = np.repeat(np.arange(len(segment)), count)
        within = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
        return owner, self._order[self._start[segment][owner] + within]


def leaving_ends(graph: RoadGraph, arcs: SegmentArcs, snaps: Snaps, now: Conditions) -> Ends:
    """Ways out of each accepted place: along an arc of its segment to the arc's head."""
    place, arc, share = _arcs_of_places(arcs, snaps)
    along = graph.forward[arc]
    rest = np.where(along, 1 - share, share)
    segment = graph.segment[arc]
    free = np.where(along, share > now.closed_to[segment], share < now.closed_from[segment])
    cost_s = np.where(free | ~now.closed(segment), rest * now.travel_s[arc], np.inf)
    at_tail = (1 - rest) * graph.length_m[segment] <= AT_VERTEX_M
    return _with_vertices(place, graph.head[arc], cost_s, arc, at_tail, graph.tail[arc])


def entering_ends(graph: RoadGraph, arcs: SegmentArcs, snaps: Snaps, now: Conditions) -> Ends:
    """Ways into each accepted place: from an arc's tail along its segment."""
    place, arc, share = _arcs_of_places(arcs, snaps)
    along = graph.forward[arc]
    done = np.where(along, share, 1 - share)
    segment = graph.segment[arc]
    free = np.where(along, share < now.closed_from[segment], share > now.closed_to[segment])
    cost_s = np.where(free | ~now.closed(segment), done * now.travel_s[arc], np.inf)
    at_head = (1 - done) * graph.length_m[segment] <= AT_VERTEX_M
    return _with_vertices(place, graph.tail[arc], cost_s, arc, at_head, graph.head[arc])


def _with_vertices(
    place: NDArray[np.int64],
    vertex: NDArray[np.uint32],
    cost_s: NDArray[np.float64],
    arc: NDArray[np.int64],
    there: NDArray[np.bool_],
    there_vertex: NDArray[np.uint32],
) -> Ends:
    """The ends along arcs, and those at no cost for places that are at a vertex."""
    count = int(there.sum())
    places = np.concatenate([place, place[there]])
    order = np.argsort(places, kind="stable")
    return Ends(
        places[order],
        np.concatenate([vertex, there_vertex[there]])[order],
        np.concatenate([cost_s, np.zeros(count)])[order],
        np.concatenate([arc, np.full(count, -1)])[order],
    )


def _arcs_of_places(
    arcs: SegmentArcs, snaps: Snaps
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    accepted = np.flatnonzero(~snaps.refused)
    owner, arc = arcs.arcs_of(snaps.segment[accepted])
    place = accepted[owner]
    return place, arc, snaps.share[place]


def direct_s(
    graph: RoadGraph, arcs: SegmentArcs, origins: Snaps, destinations: Snaps, now: Conditions
) -> NDArray[np.float64]:
    """Seconds (origins, destinations) without leaving the segment both lie on, else inf."""
    best = np.full((len(origins.segment), len(destinations.segment)), np.inf)
    accepted = ~origins.refused[:, None] & ~destinations.refused[None, :]
    o, d = np.nonzero((origins.segment[:, None] == destinations.segment[None, :]) & accepted)
    owner, arc = arcs.arcs_of(origins.segment[o])
    start, stop = origins.share[o][owner], destinations.share[d][owner]
    segment = graph.segment[arc]
    low, high = np.minimum(start, stop), np.maximum(start, stop)
    beside = (high < now.closed_from[segment]) | (low > now.closed_to[segment])
    right_way = np.where(graph.forward[arc], stop >= start, stop <= start)
    usable = right_way & (beside | ~now.closed(segment))
    seconds = np.where(usable, (high - low) * now.travel_s[arc], np.inf)
    np.minimum.at(best, (o[owner], d[owner]), seconds)
    return best
