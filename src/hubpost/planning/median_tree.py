"""Branch and bound on sites with the Lagrangian bound: good where few sites are opened."""

import heapq
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from hubpost.planning.lagrangian import CLOSED, FREE, OPEN, interchange, subgradient
from hubpost.planning.location_result import Floats, Ints

ROUNDS_BELOW = 150


@dataclass(frozen=True, slots=True, eq=False)
class TreeResult:
    """sites reach upper; bound holds; proven when nothing below the goal is left."""

    sites: Ints
    upper: float
    bound: float
    proven: bool
    nodes: int


def search_tree(
    cost: Floats,
    p: int,
    start: tuple[Ints, float],
    root: tuple[NDArray[np.int8], Floats, float],
    slack: float,
    deadline_s: float,
) -> TreeResult:
    """Best-first search. start: sites and their cost. root: status, prices and bound at the root.

    slack: a bound within this of the best proves it.
    """
    sites, upper = start
    status, u, bound = root
    heap, count, nodes = [(bound, 0, status, u)], 1, 0
    while heap and heap[0][0] < upper - slack and perf_counter() < deadline_s:
        above, _, status, u = heapq.heappop(heap)
        status, u, trial = status.copy(), u.copy(), sites.copy()
        bound, reached, rho = subgradient(cost, p, status, u, upper, trial, ROUNDS_BELOW, 1e-3)
        nodes += 1
        if reached < upper:
            value = float(interchange(cost, trial))
            sites, upper = trial, min(float(reached), value)
        bound = max(float(bound), above)
        if bound >= upper - slack:
            continue
        for child in _children(status, p, bound, rho, upper - slack):
            if (child == OPEN).sum() == p:
                sites, upper = _better_leaf(cost, child, sites, upper)
            else:
                heapq.heappush(heap, (bound, count, child, u))
                count += 1
    left = heap[0][0] if heap else np.inf
    proven = left >= upper - slack
    return TreeResult(sites, upper, upper if proven else float(left), proven, nodes)


def strike_sites(status: NDArray[np.int8], p: int, bound: float, rho: Floats, goal: float) -> None:
    """Close or open free sites whose other choice would lift the bound to the goal."""
    free = np.flatnonzero(status == FREE)
    wanted = p - int((status == OPEN).sum())
    if wanted <= 0 or wanted >= len(free):
        status[free] = CLOSED if wanted <= 0 else OPEN
        return
    order = free[np.argsort(rho[free], kind="stable")]
    inside, outside = order[:wanted], order[wanted:]
    status[outside[bound + rho[outside] - rho[inside[-1]] >= goal]] = CLOSED
    status[inside[bound - rho[inside] + rho[outside[0]] >= goal]] = OPEN


def _children(
    status: NDArray[np.int8], p: int, bound: float, rho: Floats, goal: float
) -> list[NDArray[np.int8]]:
    """The node itself when striking settled it, else its two halves on the best free site."""
    strike_sites(status, p, bound, rho, goal)
    free = np.flatnonzero(status == FREE)
    if len(free) == 0:
        return [status]
    site = free[np.argmin(rho[free])]
    halves = []
    for choice in (OPEN, CLOSED):
        half = status.copy()
        half[site] = choice
        if (half == OPEN).sum() == p:
            half[half == FREE] = CLOSED
        halves.append(half)
    return halves


def _better_leaf(
    cost: Floats, status: NDArray[np.int8], sites: Ints, upper: float
) -> tuple[Ints, float]:
    chosen = np.flatnonzero(status == OPEN).astype(np.int64)
    value = float(cost[chosen].min(axis=0).sum())
    return (chosen, value) if value < upper else (sites, upper)
