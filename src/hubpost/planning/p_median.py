"""The p-median problem: open p sites so that serving every client from its site costs least."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from hubpost.planning.lagrangian import CLOSED, greedy, interchange, subgradient
from hubpost.planning.location_result import Floats, Ints, LocationResult
from hubpost.planning.median_tree import search_tree, strike_sites
from hubpost.planning.pruned_median import Pruned, solve_pruned

Progress = Callable[[float | None, float], None]
RELATIVE = 1e-9
#: So few services left go straight to the integer program.
EASY_SERVICES = 1500


@dataclass(frozen=True, slots=True)
class PMedianParams:
    """time_limit_s: stop there with bound and gap. integral: costs are whole numbers, so a bound
    within less than 1 proves; None looks at the costs.
    rounds: subgradient steps. shakes: perturbed restarts of the
    local search; seed: their randomness.
    """

    time_limit_s: float = 60.0
    integral: bool | None = None
    rounds: int = 2000
    shakes: int = 60
    seed: int = 0


def solve_p_median(
    cost: Floats,
    p: int,
    params: PMedianParams | None = None,
    *,
    progress: Progress | None = None,
) -> LocationResult:
    """Open exactly p of the sites (rows) to serve all clients (columns) at least total cost.

    cost (sites, clients), finite, >= 0. Interchange heuristic, Lagrangian bound, then everything
    is struck that the two rule out, and HiGHS settles the little that is left. Same input, same
    answer. KeyboardInterrupt, by Ctrl-C or from progress, keeps the best found, feasible with its
    bound. Raises ValueError when p is not in 1..sites or a cost is not finite.
    """
    params = params or PMedianParams()
    check_costs(cost, p)
    started = perf_counter()
    cost = np.ascontiguousarray(cost, dtype=np.float64)
    pruned = prune(cost, p, params)
    try:
        if progress is not None:
            progress(pruned.upper, pruned.bound)
        return _prove(cost, p, pruned, params, started)
    except KeyboardInterrupt:
        spent_s = perf_counter() - started
        return _result(cost, pruned.sites, pruned.bound, False, 0, spent_s)


def _prove(
    cost: Floats, p: int, pruned: Pruned, params: PMedianParams, started: float
) -> LocationResult:
    """Settle what pruning has left, by a tree of sites where that is much, then by HiGHS."""
    if pruned.bound >= pruned.goal:
        return _result(cost, pruned.sites, pruned.upper, True, 0, perf_counter() - started)
    deadline_s = started + params.time_limit_s
    if pruned.keep.sum() > EASY_SERVICES:
        half_s = (started + deadline_s) / 2
        slack = pruned.upper - pruned.goal
        start, root = (pruned.sites, pruned.upper), (pruned.status, pruned.u, pruned.bound)
        tree = search_tree(cost, p, start, root, slack, half_s)
        if tree.proven:
            spent_s = perf_counter() - started
            return _result(cost, tree.sites, tree.bound, True, tree.nodes, spent_s)
    return _settle(cost, p, pruned, started, deadline_s)


def _settle(
    cost: Floats, p: int, pruned: Pruned, started: float, deadline_s: float
) -> LocationResult:
    rest = solve_pruned(cost, p, pruned, max(deadline_s - perf_counter(), 0.1))
    sites = pruned.sites if rest.sites is None else rest.sites
    upper = float(cost[sites].min(axis=0).sum())
    if upper >= pruned.upper:
        sites, upper = pruned.sites, pruned.upper
    bound = upper if rest.proven else min(upper, max(pruned.bound, rest.bound))
    return _result(cost, sites, bound, rest.proven, rest.nodes, perf_counter() - started)


def prune(cost: Floats, p: int, params: PMedianParams, upper: float | None = None) -> Pruned:
    """Bound the problem and strike what cannot be part of a solution below the goal.

    upper: cost of a solution known from elsewhere (of a problem with more constraints); then
    everything cheaper is kept, and `sites` are those of the unconstrained heuristic.
    """
    integral = params.integral
    if integral is None:
        integral = bool((cost == np.round(cost)).all())
    sites, found = good_sites(cost, p, params)
    status = np.zeros(len(cost), np.int8)
    ordered = np.sort(cost, axis=0)
    u = ordered[min(1, len(ordered) - 1)].copy()
    best = sites.copy()
    bound, reached, rho = subgradient(cost, p, status, u, found, best, params.rounds, 1e-3)
    if reached < found:
        found, sites = float(interchange(cost, best)), best
    top = found if upper is None else upper
    goal = top - 1 + 1e-6 if integral else top * (1 - RELATIVE) if upper is None else top + 1e-6
    strike_sites(status, p, float(bound), rho, goal)
    worst_in = np.sort(rho)[p - 1]
    opening = np.maximum(rho - worst_in, 0.0)
    beyond = float(bound) + np.maximum(cost - u, 0.0) + opening[:, None]
    keep = (beyond < goal) & (status != CLOSED)[:, None]
    return Pruned(float(bound), top, goal, sites, status, keep, u)


def good_sites(cost: Floats, p: int, params: PMedianParams) -> tuple[Ints, float]:
    """Greedy, then local search from the best with a few sites swapped at random (seeded)."""
    sites = greedy(cost, p)
    upper = float(interchange(cost, sites))
    rng = np.random.default_rng(params.seed)
    kick = min(max(2, p // 8), p, len(cost) - p)
    for _ in range(params.shakes if kick > 0 else 0):
        trial = sites.copy()
        closed = np.setdiff1d(np.arange(len(cost)), sites)
        trial[rng.choice(p, kick, replace=False)] = rng.choice(closed, kick, replace=False)
        value = float(interchange(cost, trial))
        if value < upper:
            upper, sites = value, trial
    return sites, upper


def check_costs(cost: Floats, p: int) -> None:
    """Raise ValueError when costs or p make no sense."""
    if cost.ndim != 2 or 0 in cost.shape:
        raise ValueError(f"cost: expected (sites, clients), got shape {cost.shape}")
    if not 1 <= p <= len(cost):
        raise ValueError(f"p must lie in 1..{len(cost)} (the number of sites), got {p}")
    if not np.isfinite(cost).all() or (cost < 0).any():
        raise ValueError("cost: expected finite numbers >= 0; is some client out of reach?")


def _result(
    cost: Floats, sites: Ints, bound: float, proven: bool, nodes: int, seconds: float
) -> LocationResult:
    sites = np.sort(sites)
    assigned = sites[np.argmin(cost[sites], axis=0)]
    objective = float(cost[sites].min(axis=0).sum())
    bound = objective if proven else min(bound, objective)
    gap = (objective - bound) / objective if objective > 0 else 0.0
    return LocationResult(
        "optimal" if proven else "feasible", objective, bound, gap, seconds, sites, assigned, nodes
    )
