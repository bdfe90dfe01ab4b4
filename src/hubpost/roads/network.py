"""Travel times over real roads, re-weighted in milliseconds when a road closes."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pyroutingkit
from numpy.typing import NDArray

from hubpost.model.place import Place
from hubpost.roads.ends import (
    Conditions,
    Ends,
    SegmentArcs,
    direct_s,
    entering_ends,
    leaving_ends,
    open_conditions,
)
from hubpost.roads.errors import SnapError
from hubpost.roads.graph import RoadGraph
from hubpost.roads.snap import SegmentIndex, Snaps, part_of_segment
from hubpost.roads.travel_times import Route

INF_WEIGHT = np.uint32(pyroutingkit.INF_WEIGHT)
WEIGHTS_PER_S = 1000  # milliseconds in 31 bits: a way of more than 24 days counts as none
SNAP_LIMIT_M = 1_000.0
_CHUNK_CELLS = 20_000_000


@dataclass(frozen=True, slots=True)
class RoadPath:
    """The quickest way as stretches of road, in the order driven.

    arc: (k,) arcs; from_share, to_share: (k,) positions along each arc's segment.
    """

    travel_s: float
    arc: NDArray[np.int64]
    from_share: NDArray[np.float64]
    to_share: NDArray[np.float64]


class RoadNetwork:
    """A road graph that answers travel times under the conditions in force.

    snap_limit_m: a place further from any usable road has no way to or from it (inf); see
    `snap` for the distances and `require_roads` for a refusal in words.
    Safe for several threads: one metric of the library is not, so a lock guards it.
    """

    estimated = False

    def __init__(
        self,
        graph: RoadGraph,
        topology: pyroutingkit.CCHTopology,
        index: SegmentIndex | None = None,
        snap_limit_m: float = SNAP_LIMIT_M,
    ) -> None:
        self.graph = graph
        self.snap_limit_m = snap_limit_m
        self.index = index or SegmentIndex(graph)
        self._topology = topology
        self._arcs = SegmentArcs(graph)
        self._lock = threading.RLock()
        self._now = open_conditions(graph)
        self._weights = weights_of(graph, self._now)
        self._metric = pyroutingkit.CCHMetric(topology)
        self._metric.customize(self._weights)

    @property
    def conditions(self) -> Conditions:
        """What is in force now."""
        return self._now

    def copy(self) -> "RoadNetwork":
        """Another network on the same roads whose conditions change independently."""
        return RoadNetwork(self.graph, self._topology, self.index, self.snap_limit_m)

    def apply_conditions(self, now: Conditions) -> int:
        """Put conditions in force; gives how many arcs changed. Re-weights, never rebuilds."""
        weights = weights_of(self.graph, now)
        with self._lock:
            changed = np.flatnonzero(weights != self._weights).astype(np.uint32)
            if len(changed) * 10 > len(weights):
                self._metric.customize(weights)
            elif len(changed):
                self._metric.update_weights(changed, weights[changed])
            self._now, self._weights = now, weights
        return len(changed)

    @contextmanager
    def under(self, conditions: Conditions) -> Iterator[None]:
        """Hold these conditions in force for this thread; others wait until it is done."""
        with self._lock:
            if conditions is not self._now:
                self.apply_conditions(conditions)
            yield

    def snap(self, places: Sequence[Place]) -> Snaps:
        """Where places meet the road, with distances in metres."""
        return self.index.snap(places, self.snap_limit_m)

    def require_roads(self, places: Sequence[Place]) -> None:
        """Raise SnapError naming every place beyond the snap limit."""
        snaps = self.snap(places)
        if snaps.refused.any():
            raise SnapError(refusal(places, snaps, self.snap_limit_m))

    def leaving_ends(self, places: Sequence[Place], under: Conditions | None = None) -> Ends:
        """How each place joins the graph, now or under other conditions; see `ends.Ends`."""
        return leaving_ends(self.graph, self._arcs, self.snap(places), under or self._now)

    def matrix_s(
        self, origins: Sequence[Place], destinations: Sequence[Place]
    ) -> NDArray[np.float64]:
        """Seconds (origins, destinations); inf where there is no way or a place has no road."""
        start, stop = self.snap(origins), self.snap(destinations)
        with self._lock:
            leave = leaving_ends(self.graph, self._arcs, start, self._now)
            enter = entering_ends(self.graph, self._arcs, stop, self._now)
            through = self._through_s(leave, enter, len(origins), len(destinations))
            direct = direct_s(self.graph, self._arcs, start, stop, self._now)
        return np.minimum(through, direct)

    def nearest_k(
        self, origins: Sequence[Place], destination: Place, k: int
    ) -> list[tuple[int, float]]:
        """(index, seconds) of the k origins quickest at the destination, unreachable left out."""
        seconds = self.matrix_s(origins, [destination])[:, 0]
        order = np.argsort(seconds, kind="stable")[:k]
        return [(int(i), float(seconds[i])) for i in order if np.isfinite(seconds[i])]

    def find_route(self, origin: Place, destination: Place) -> Route | None:
        """The quickest way with its line along the road, or None where there is none."""
        path = self.find_path(origin, destination)
        return None if path is None else route_of(self.graph, path)

    def find_path(self, origin: Place, destination: Place) -> RoadPath | None:
        """The quickest way as arcs and shares, or None where there is none."""
        start, stop = self.snap([origin]), self.snap([destination])
        with self._lock:
            now = self._now
            direct = direct_s(self.graph, self._arcs, start, stop, now)[0, 0]
            leave = leaving_ends(self.graph, self._arcs, start, now)
            enter = entering_ends(self.graph, self._arcs, stop, now)
            total = self._end_to_end_s(leave, enter)
            if total.size and total.min() < direct:
                i, j = np.unravel_index(np.argmin(total), total.shape)
                _, _, arcs = self._metric.query(int(leave.vertex[i]), int(enter.vertex[j]))
                own = int(leave.arc[i]), int(enter.arc[j])
                if arcs or max(own) >= 0:
                    return self._path(float(total[i, j]), own, arcs, start, stop)
                return self._standing(start)
        if np.isfinite(direct):
            return self._direct_path(float(direct), start, stop)
        return None

    def _end_to_end_s(self, leave: Ends, enter: Ends) -> NDArray[np.float64]:
        sources, source_of = np.unique(leave.vertex, return_inverse=True)
        targets, target_of = np.unique(enter.vertex, return_inverse=True)
        if not len(sources) or not len(targets):
            return np.empty((len(leave.vertex), len(enter.vertex)))
        raw = self._metric.distances_many_to_many(sources, targets)
        seconds = np.where(raw >= INF_WEIGHT, np.inf, raw / WEIGHTS_PER_S)
        between = seconds[np.ix_(source_of, target_of)]
        return np.asarray(between + leave.cost_s[:, None] + enter.cost_s[None, :])

    def _through_s(
        self, leave: Ends, enter: Ends, origins: int, destinations: int
    ) -> NDArray[np.float64]:
        best = np.full((origins, destinations), np.inf)
        columns, column_at = np.unique(enter.place, return_index=True)
        rows, row_at = np.unique(leave.place, return_index=True)
        step = max(1, _CHUNK_CELLS // max(1, len(enter.place)))
        for low in range(0, len(rows), step):
            some = rows[low : low + step]
            part = _select(leave, some)
            total = self._end_to_end_s(part, enter)
            if total.size:
                per_row = np.minimum.reduceat(total, row_at[low : low + step] - row_at[low], axis=0)
                best[np.ix_(some, columns)] = np.minimum.reduceat(per_row, column_at, axis=1)
        return best

    def _path(
        self, travel_s: float, own: tuple[int, int], arcs: list[int], start: Snaps, stop: Snaps
    ) -> RoadPath:
        """own: the arcs driven on the two places' segments, -1 where a place is at a vertex."""
        arc = np.array([a for a in (own[0], *arcs, own[1]) if a >= 0], dtype=np.int64)
        along = self.graph.forward[arc]
        from_share, to_share = np.where(along, 0.0, 1.0), np.where(along, 1.0, 0.0)
        if own[0] >= 0:
            from_share[0] = start.share[0]
        if own[1] >= 0:
            to_share[-1] = stop.share[0]
        return RoadPath(travel_s, arc, from_share, to_share)

    def _standing(self, start: Snaps) -> RoadPath:
        """Both places at one junction: no way to drive."""
        _, arcs = self._arcs.arcs_of(start.segment)
        return RoadPath(0.0, arcs[:1], start.share, start.share)

    def _direct_path(self, travel_s: float, start: Snaps, stop: Snaps) -> RoadPath:
        _, arcs = self._arcs.arcs_of(start.segment)
        wanted = stop.share[0] >= start.share[0]
        fitting = [a for a in arcs if self.graph.forward[a] == wanted] or list(arcs)
        return RoadPath(travel_s, np.array(fitting[:1]), start.share, stop.share)


def weights_of(graph: RoadGraph, now: Conditions) -> NDArray[np.uint32]:
    """(A,) whole milliseconds of each arc for traffic through it; INF_WEIGHT where closed."""
    units = np.clip(np.rint(now.travel_s * WEIGHTS_PER_S), 1, float(INF_WEIGHT))
    return np.where(now.closed(graph.segment), INF_WEIGHT, units).astype(np.uint32)


def route_of(graph: RoadGraph, path: RoadPath) -> Route:
    """Length and line of a path."""
    segment = graph.segment[path.arc]
    driven_m = np.abs(path.to_share - path.from_share) * graph.length_m[segment]
    parts = [
        part_of_segment(graph, int(s), float(a), float(b))
        for s, a, b in zip(segment, path.from_share, path.to_share, strict=True)
    ]
    points = np.concatenate(parts)
    keep = np.concatenate([[True], (np.abs(np.diff(points, axis=0)) > 1e-9).any(axis=1)])
    keep[-1] |= keep.sum() == 1  # a line has two points, even where nothing is driven
    line = tuple((round(float(x), 7), round(float(y), 7)) for x, y in points[keep])
    return Route(path.travel_s, float(driven_m.sum()), line)


def refusal(places: Sequence[Place], snaps: Snaps, limit_m: float) -> str:
    """In words: which places are too far from any usable road, and how far."""
    far = [
        f"{place.id or i} ({place.lon:.5f}, {place.lat:.5f}): {snaps.distance_m[i]:.0f} m"
        for i, place in enumerate(places)
        if snaps.refused[i]
    ]
    return (
        f"expected places within {limit_m:.0f} m of a road open to cars, found {len(far)} "
        f"further away: {'; '.join(far)}. Correct the coordinates or raise the limit."
    )


def _select(ends: Ends, places: NDArray[np.int64]) -> Ends:
    keep = np.isin(ends.place, places)
    return Ends(ends.place[keep], ends.vertex[keep], ends.cost_s[keep], ends.arc[keep])
