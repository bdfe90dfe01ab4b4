"""Small counties for the planner, solvable on paper."""

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np

from hubpost.planning.inputs import PlanInputs

HALF_HOUR_S = 1800.0


def toy_inputs(
    names: str,
    roads: Mapping[str, float],
    scores: Sequence[float],
    workload_h: Sequence[float],
    outside: str = "",
    **given: object,
) -> PlanInputs:
    """Stations named by single letters; roads {"AB": seconds} are also the adjacency."""
    n = len(names)
    travel_s = np.full((n, n), np.inf)
    np.fill_diagonal(travel_s, 0.0)
    adjacent = np.zeros((n, n), dtype=bool)
    for (a, b), seconds in roads.items():
        i, j = names.index(a), names.index(b)
        travel_s[i, j] = travel_s[j, i] = seconds
        adjacent[i, j] = adjacent[j, i] = True
    return PlanInputs(
        station_ids=tuple(names),
        names=tuple(names),
        scores=np.array(scores, dtype=float),
        workload_h=np.array(workload_h, dtype=float),
        travel_s=travel_s,
        adjacent=adjacent,
        outside=np.array([c in outside for c in names]),
        **{"border": (None,) * n, **given},  # type: ignore[arg-type]
    )


def random_inputs(seed: int, n: int, border: int = 0, hubs: int | None = None) -> PlanInputs:
    """A random county on a grid of neighbours, sparse enough that some are infeasible."""
    rng = np.random.default_rng(seed)
    names = "ABCDEFGHIJ"[:n]
    roads = {
        a + b: float(rng.integers(300, 3600))
        for i, a in enumerate(names)
        for b in names[i + 1 :]
        if rng.random() < 0.6
    }
    outside = "".join(c for c in names if rng.random() < 0.6)
    return toy_inputs(
        names,
        roads,
        rng.integers(0, 6, n) / 5,
        rng.integers(1, 9, n) * 100.0,
        outside,
        border_stations=border,
        hubs=hubs,
    )


def brute_force(
    inputs: PlanInputs,
    sizes: tuple[int, int] = (1, 2),
    weights: tuple[float, float, float] = (1.0, 1.0, 1.0),
) -> float | None:
    """The least objective over every assignment, straight from the words of DESIGN section 5.

    Shares no code with the planner: each station is border (-1) or names its hub (maybe itself).
    """
    values = [np.dot(weights, (t, i, -s)) for t, i, s in every_plan(inputs, sizes)]
    return min(values, default=None)


def every_plan(
    inputs: PlanInputs, sizes: tuple[int, int] = (1, 2)
) -> list[tuple[float, float, float]]:
    """(travel, imbalance, strength) of every plan the rules allow."""
    n, border = len(inputs.station_ids), inputs.border_stations or 0
    roles = product(range(-1, n), repeat=n)
    found = (_terms_of_roles(inputs, role, border, sizes) for role in roles)
    return [terms for terms in found if terms is not None]


def _terms_of_roles(inputs, role, border, sizes):  # type: ignore[no-untyped-def]
    alone = [i for i, h in enumerate(role) if h < 0]
    if len(alone) != border or any(not inputs.outside[i] for i in alone):
        return None
    hubs = [i for i, h in enumerate(role) if h == i]
    if not hubs or (inputs.hubs is not None and len(hubs) != inputs.hubs):
        return None
    members: dict[int, list[int]] = {h: [] for h in hubs}
    for i, h in enumerate(role):
        if h < 0 or h == i:
            continue
        if h not in members or not inputs.adjacent[i, h] or inputs.scores[h] < inputs.scores[i]:
            return None
        members[h].append(i)
    if any(not sizes[0] <= len(bases) <= sizes[1] for bases in members.values()):
        return None
    travel = [inputs.travel_s[i, h] / HALF_HOUR_S for h, bases in members.items() for i in bases]
    loads = [sum(inputs.workload_h[[h, *bases]]) for h, bases in members.items()]
    return (
        sum(travel) / len(travel) if travel else 0.0,
        (max(loads) - min(loads)) / (sum(loads) / len(loads)),
        sum(inputs.scores[h] for h in hubs) / len(hubs),
    )
