"""From a place to the nearest usable road."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from hubpost.model.place import Place
from hubpost.roads.geodesy import to_degrees, to_plane_m
from hubpost.roads.graph import RoadGraph, component_of_links, component_of_vertex
from hubpost.roads.profile import FERRY

POCKET_M, POCKET_SHARE = 2_000.0, 0.01


@dataclass(frozen=True, slots=True)
class Snaps:
    """Where n places meet the road.

    segment: (n,) nearest usable segment. share: (n,) position along it, 0 at its drawn start,
    1 at its end. distance_m: (n,) metres from the place to the road. refused: (n,) True where
    distance_m exceeds the limit; such a place has no way to or from it.
    """

    segment: NDArray[np.int64]
    share: NDArray[np.float64]
    distance_m: NDArray[np.float64]
    refused: NDArray[np.bool_]


class SegmentIndex:
    """Finds the nearest usable segment; built once for a graph, then only read.

    Usable: no ferry, and no pocket. A pocket is road that cannot both be reached from and
    left to the rest, shorter than 2 km and than 1 % of all roads: fenced car parks, ramps cut
    by the map's edge and one-way mapping slips, which would strand the places beside them.
    """

    def __init__(self, graph: RoadGraph) -> None:
        self.lat0 = float(np.mean(graph.vertex_lat))
        self._usable = np.flatnonzero(usable_segments(graph))
        self.lines = segment_lines(graph, self.lat0)
        self._tree = shapely.STRtree(self.lines[self._usable])
        self._all = shapely.STRtree(self.lines)
        self._laid: tuple[NDArray[np.float64], ...] | None = None
        self.snap([Place(graph.vertex_lon[0], graph.vertex_lat[0])], 0)  # builds the trees now
        self._all.query(shapely.Point(0, 0))

    def snap(self, places: Sequence[Place], limit_m: float) -> Snaps:
        """The nearest usable segment of each place, refused beyond limit_m metres."""
        if not places or not len(self._usable):
            none = np.zeros(len(places))
            far = np.full(len(places), np.inf)
            return Snaps(none.astype(np.int64), none, far, far > limit_m)
        east, north = to_plane_m([p.lon for p in places], [p.lat for p in places], self.lat0)
        points = shapely.points(east, north)
        (_, found), distance_m = self._tree.query_nearest(
            points, return_distance=True, all_matches=False
        )
        segment = self._usable[found]
        share = shapely.line_locate_point(self.lines[segment], points, normalized=True)
        return Snaps(segment, np.clip(share, 0, 1), distance_m, distance_m > limit_m)

    def points_along(
        self, segment: NDArray[np.integer], share: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Metres east and north, (n,) each, of points at shares along segments, on the plane."""
        run_m, east, north, begin = self._run()
        at = run_m[begin[segment]] + share * (run_m[begin[segment + 1] - 1] - run_m[begin[segment]])
        return np.interp(at, run_m, east), np.interp(at, run_m, north)

    def _run(self) -> tuple[NDArray[np.float64], ...]:
        """Metres along all segments one after another, a metre apart, with their corners."""
        if self._laid is None:
            corners, owner = shapely.get_coordinates(self.lines, return_index=True)
            step = np.hypot(*np.diff(corners, axis=0, prepend=corners[:1]).T)
            first = np.diff(owner, prepend=-1) > 0
            run_m = np.cumsum(np.where(first, 1.0, step))
            begin = np.append(np.flatnonzero(first), len(owner))
            self._laid = run_m, corners[:, 0], corners[:, 1], begin
        return self._laid

    def list_crossing(self, zone: shapely.Geometry) -> NDArray[np.int64]:
        """All segments, ferries and pockets too, that touch a zone given on the plane."""
        return np.sort(self._all.query(zone, predicate="intersects"))

    def to_plane(self, shape: shapely.Geometry) -> shapely.Geometry:
        """A shape in degrees moved to the plane of the lines, in metres."""
        return shapely.transform(
            shape, lambda p: np.column_stack(to_plane_m(p[:, 0], p[:, 1], self.lat0))
        )


def segment_lines(graph: RoadGraph, lat0: float) -> NDArray[np.object_]:
    """(S,) line of each segment on the plane of `to_plane_m`."""
    points = np.column_stack(to_plane_m(graph.shape_lon, graph.shape_lat, lat0))
    owner = np.repeat(np.arange(graph.segments), np.diff(graph.shape_start))
    return np.asarray(shapely.linestrings(points, indices=owner))


def usable_segments(graph: RoadGraph) -> NDArray[np.bool_]:
    """(S,) True where a place may join the road network: no ferry and no pocket."""
    limit_m = min(POCKET_M, POCKET_SHARE * float(graph.length_m.sum()))
    large = _large_parts(graph, limit_m)
    outside = ~large[graph.segment]
    label = component_of_links(graph.tail[outside], graph.head[outside], graph.vertices)
    part = np.full(graph.segments, -1, dtype=np.int64)
    part[graph.segment[outside]] = label[graph.tail[outside]]
    rest = part >= 0
    length_m = np.bincount(part[rest], graph.length_m[rest], minlength=graph.vertices)
    usable = large.copy()
    usable[rest] |= length_m[part[rest]] >= limit_m
    return np.asarray(usable & (graph.class_code != FERRY))


def _large_parts(graph: RoadGraph, limit_m: float) -> NDArray[np.bool_]:
    """(S,) True for segments in a mutually reachable part of at least limit_m road."""
    label = component_of_vertex(graph, strong=True)
    part = np.full(graph.segments, -1, dtype=np.int64)
    inside = label[graph.tail] == label[graph.head]
    part[graph.segment[inside]] = label[graph.tail[inside]]
    known = part >= 0
    length_m = np.bincount(part[known], graph.length_m[known], minlength=1)
    large = np.zeros(graph.segments, dtype=bool)
    large[known] = length_m[part[known]] >= limit_m
    return large


def part_of_segment(
    graph: RoadGraph, segment: int, from_share: float, to_share: float
) -> NDArray[np.float64]:
    """(k, 2) lon, lat along a segment between two shares, in the order driven."""
    inside = slice(graph.shape_start[segment], graph.shape_start[segment + 1])
    lon, lat = graph.shape_lon[inside], graph.shape_lat[inside]
    if {from_share, to_share} == {0.0, 1.0}:
        whole = np.column_stack([lon, lat])
        return whole if from_share < to_share else whole[::-1]
    east, north = to_plane_m(lon, lat, lat[0])
    run = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(east), np.diff(north)))])
    low, high = sorted((from_share * run[-1], to_share * run[-1]))
    at = np.concatenate([[low], run[(run > low) & (run < high)], [high]])
    line = np.column_stack(to_degrees(np.interp(at, run, east), np.interp(at, run, north), lat[0]))
    return line if from_share <= to_share else line[::-1]
