"""Which territories adjoin, when only their seats are known."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import ConvexHull, QhullError, Voronoi

from hubpost.roads.geodesy import to_plane_m

#: Cells reach this many times the typical spacing of the seats, so that two seats at the rim do
#: not adjoin somewhere far outside the county.
REACH = 1.5
#: A common border shorter than this share of the reach is a corner, not a border.
SHORTEST = 0.02


def voronoi_neighbours(points: Sequence[tuple[str, float, float]]) -> set[frozenset[str]]:
    """Pairs of ids whose Voronoi cells share a border; an estimate of who adjoins whom.

    points: (id, lon, lat) in degrees, ids unique. Each cell is cut off at REACH typical spacings
    from its seat, the spacing being the larger of the median distance to the nearest seat and
    the root of the hull's area per seat. Every seat adjoins at least its nearest; seats at one
    point adjoin each other. Fewer than two points have no pairs.
    """
    ids_at: dict[tuple[float, float], list[str]] = defaultdict(list)
    for key, lon, lat in points:
        ids_at[(lon, lat)].append(key)
    at = np.array(list(ids_at), dtype=np.float64).reshape(-1, 2)
    groups = list(ids_at.values())
    pairs = {frozenset(pair) for group in groups for pair in combinations(group, 2)}
    if len(at) > 1:
        plane = np.column_stack(to_plane_m(at[:, 0], at[:, 1], float(at[:, 1].mean())))
        for i, j in _adjoining(plane):
            pairs |= {frozenset((a, b)) for a in groups[i] for b in groups[j]}
    return pairs


def _adjoining(xy: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Index pairs of distinct points of the plane whose cut-off cells share a border."""
    gap = np.linalg.norm(xy[:, None] - xy[None], axis=2)
    np.fill_diagonal(gap, np.inf)
    nearest = [(i, int(j)) for i, j in enumerate(gap.argmin(axis=1))]
    return nearest + _cut_ridges(xy, float(np.median(gap.min(axis=1))))


def _cut_ridges(xy: NDArray[np.float64], nearest_m: float) -> list[tuple[int, int]]:
    try:
        cells = Voronoi(xy - xy.mean(axis=0))
    except (QhullError, ValueError):
        return _along_line(xy)
    reach = REACH * max(nearest_m, float(np.sqrt(_hull_area(xy) / len(xy))))
    pairs = []
    for (i, j), ends in zip(cells.ridge_points, cells.ridge_vertices, strict=True):
        if _border_m(cells, xy, int(i), int(j), ends, reach) > SHORTEST * reach:
            pairs.append((int(i), int(j)))
    return pairs


def _border_m(
    cells: Voronoi, xy: NDArray[np.float64], i: int, j: int, ends: list[int], reach: float
) -> float:
    """Length of the border of i and j that lies within reach of both.

    It is part of the line of points equally far from both seats; t runs along that line, 0
    being the midpoint of the seats. An end of −1 lies at infinity, away from the other seats.
    """
    a, b = cells.points[i], cells.points[j]
    middle, across = (a + b) / 2, b - a
    half = float(np.linalg.norm(across)) / 2
    if half >= reach:
        return 0.0
    along = np.array([-across[1], across[0]]) / (2 * half)
    known = [float(np.dot(cells.vertices[v] - middle, along)) for v in ends if v >= 0]
    if len(known) == 1:
        outward = np.sign(np.dot(middle - cells.points.mean(axis=0), along)) or 1.0
        known.append(float(outward) * np.inf)
    limit = float(np.sqrt(reach**2 - half**2))
    return min(max(known), limit) - max(min(known), -limit)


def _hull_area(xy: NDArray[np.float64]) -> float:
    return float(ConvexHull(xy).volume)


def _along_line(xy: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Neighbours in order, for points on one line, where there is no diagram to draw."""
    direction = xy[int(np.linalg.norm(xy - xy[0], axis=1).argmax())] - xy[0]
    order = np.argsort((xy - xy[0]) @ direction, kind="stable")
    return [(a, b) for a, b in pairwise(order.tolist())]
