"""Districting: p centres, every area to one of them, districts contiguous and compact.

The p-median of Vlćek, Haase, Fliedner and Cors (OR Spectrum 46, 2024), constraint sets C0 to C3.
N(i, j): neighbours of j that lie nearer to centre i than j does. M(i, j): neighbours of j nearer
to i than its farthest neighbour. An area j that is not adjacent to its centre i needs, in i's
district: C1 one of N; C2 two of N where N has more than one; C3 as C2, and three of M where M has
five.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

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
