"""Districting: p centres, every area to one of them, districts contiguous and compact.

The p-median of Vlćek, Haase, Fliedner and Cors (OR Spectrum 46, 2024), constraint sets C0 to C3.
N(i, j): neighbours of j that lie nearer to centre i than j does. M(i, j): neighbours of j nearer
to i than its farthest neighbour. An area j that is not adjacent to its centre i needs, in i's
district: C1 one of N; C2 two of N where N has more than one; C3 as C2, and three of M where M has
five.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array, vstack

from hubpost.planning.location_result import Floats, Ints

Bools = NDArray[np.bool_]
SHAPES = ("C0", "C1", "C2", "C3")


@dataclass(frozen=True, slots=True, eq=False)
class DistrictProblem:
    """cost (areas, areas): serving column area from row area. eligible (areas,): may be centre.

    distance (areas, areas): as the crow flies, decides who is nearer. adjacent (areas, areas).
    shape: C0 (no condition) to C3.
    """

    cost: Floats
    eligible: Bools
    distance: Floats
    adjacent: Bools
    centres: int
    shape: str = "C0"

    def __post_init__(self) -> None:
        n = len(self.cost)
        square = {self.cost.shape, self.distance.shape, self.adjacent.shape}
        if square != {(n, n)} or self.eligible.shape != (n,):
            raise ValueError(
                f"expected square matrices and a vector of the same size, got {square}"
            )
        if self.shape not in SHAPES:
            raise ValueError(f"shape must be one of {', '.join(SHAPES)}, got {self.shape!r}")
        if not 1 <= self.centres <= self.eligible.sum():
            raise ValueError(
                f"centres must lie in 1..{self.eligible.sum()} (eligible), got {self.centres}"
            )
        if not np.isfinite(self.cost).all():
            raise ValueError("cost: expected finite numbers")


@dataclass(frozen=True, slots=True, eq=False)
class Supports:
    """Conditions `need · x[i, j] <= sum of x[i, v]`: row by row centre, area, need; `of` (rows,
    areas) marks the v.
    """

    centre: Ints
    area: Ints
    need: Ints
    of: csr_array


def adjacent_by_distance(distance: Floats, factor: float = 1.5) -> Bools:
    """Areas of a regular grid that touch: within factor times the least distance."""
    least = distance[distance > 0].min()
    near = distance <= factor * least
    np.fill_diagonal(near, False)
    return np.asarray(near)


def list_supports(problem: DistrictProblem, centre: Ints, area: Ints) -> Supports:
    """The conditions of the problem's shape for these pairs of centre and area."""
    apart = ~problem.adjacent[centre, area] & (centre != area)
    if problem.shape == "C0":
        apart &= False
    centre, area = centre[apart], area[apart]
    touching = problem.adjacent[area]
    far = problem.distance[centre]
    nearer = touching & (far < problem.distance[centre, area][:, None])
    need = np.ones(len(centre), np.int64)
    of = nearer
    if problem.shape in ("C2", "C3"):
        need[nearer.sum(axis=1) > 1] = 2
    if problem.shape == "C3":
        farthest = np.where(touching, far, -np.inf).max(axis=1, initial=-np.inf)
        inner = touching & (far < farthest[:, None])
        three = inner.sum(axis=1) == 5
        need[three] = 3
        of = np.where(three[:, None], inner, nearer)
    return Supports(centre, area, need, csr_array(of))


def broken_supports(problem: DistrictProblem, assigned: Ints) -> int:
    """How many areas lack the company that the shape asks for; assigned (areas,): their centre."""
    area = np.arange(len(assigned))
    supports = list_supports(problem, assigned, area)
    row, other = supports.of.nonzero()
    inside = assigned[other] == supports.centre[row]
    have = np.bincount(row[inside], minlength=len(supports.need))
    return int((have < supports.need).sum())


def support_rows(supports: Supports, column_of: Ints, width: int) -> csr_array:
    """Rows <= 0 that say the same of 0/1 columns, but hold fractions much closer.

    `need` of m companions: any m - need + 1 of them hold at least one, so x[i, j] <= their sum, for
    every such choice. column_of (centres, areas): -1 where struck; struck companions count as 0.
    """
    size = np.diff(supports.of.indptr)
    kinds = np.unique(np.stack([size, supports.need]), axis=1).T
    blocks = [_cover_rows(supports, column_of, width, size, int(m), int(r)) for m, r in kinds]
    return csr_array(vstack(blocks, format="csr")) if blocks else csr_array((0, width))


def _cover_rows(
    supports: Supports, column_of: Ints, width: int, size: Ints, m: int, need: int
) -> csr_array:
    """The rows of all conditions that want `need` of m companions."""
    these = np.flatnonzero((size == m) & (supports.need == need))
    choices = np.array(list(combinations(range(m), max(m - need + 1, 0))), dtype=np.int64)
    first = supports.of.indptr[these]
    others = supports.of.indices[first[:, None, None] + choices[None]]
    company = column_of[supports.centre[these][:, None, None], others]
    own = column_of[supports.centre[these], supports.area[these]]
    rows = np.arange(len(these) * len(choices)).reshape(len(these), len(choices))
    there = company >= 0
    row = np.concatenate([np.broadcast_to(rows[..., None], company.shape)[there], rows.ravel()])
    column = np.concatenate([company[there], np.repeat(own, len(choices))])
    value = np.concatenate([-np.ones(int(there.sum())), np.ones(rows.size)])
    return csr_array(coo_array((value, (row, column)), shape=(rows.size, width)).tocsr())
