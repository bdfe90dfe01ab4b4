"""Solve a districting problem: the p-median prunes, HiGHS settles what is left.

Without its shape conditions the problem is a p-median, whose Lagrangian bound is nearly as high
as the true optimum; its linear relaxation with the conditions is closer still. So a cap slightly
above the bound is tried: every centre and service that a districting below the cap cannot use is
struck, and HiGHS settles the rest. What it finds below the cap is optimal; when nothing is there,
the cap is raised.
"""

from dataclasses import replace
from time import perf_counter

import numpy as np

from hubpost.planning.district_branch import branch_centres
from hubpost.planning.district_probe import probe_centres
from hubpost.planning.district_program import (
    Found,
    Program,
    Relaxed,
    make_program,
    relax,
    settle,
)
from hubpost.planning.districting import DistrictProblem, broken_supports
from hubpost.planning.location_result import Floats, Ints, LocationResult
from hubpost.planning.p_median import PMedianParams, Progress, prune, solve_p_median

#: Caps on the cost tried, as shares above the p-median bound, and above the relaxation's bound.
WIDE_STEPS = (0.003, 0.01, 0.03, 0.1, 1.0, np.inf)
FINE_STEPS = (0.0005, 0.0012, 0.0025, 0.006, 0.02, 0.1, 1.0, np.inf)
#: The best districting is seldom further above the relaxation: a cap nearer than that is skipped,
#: as it would be searched in vain.
LIKELY = 0.002


def solve_districting(
    problem: DistrictProblem,
    params: PMedianParams | None = None,
    *,
    progress: Progress | None = None,
) -> LocationResult:
    """Centres and the centre of every area, proven or with bound and gap.

    chosen: areas that are centres; assigned (areas,): the centre of each. status infeasible when
    no districting meets the shape.
    """
    params = replace(params or PMedianParams(), integral=False)
    started = perf_counter()
    rows = np.flatnonzero(problem.eligible)
    cost = np.ascontiguousarray(problem.cost[rows])
    if problem.shape == "C0":
        found = solve_p_median(cost, problem.centres, params, progress=progress)
        return replace(found, chosen=rows[found.chosen], assigned=rows[found.assigned])
    return _raise_wide_cap(problem, cost, rows, params, started, progress)


def _raise_wide_cap(
    problem: DistrictProblem,
    cost: Floats,
    rows: Ints,
    params: PMedianParams,
    started: float,
    progress: Progress | None,
) -> LocationResult:
    deadline_s = started + params.time_limit_s
    bound = prune(cost, problem.centres, params).bound
    top, nodes = float(cost.max(axis=0).sum()) + 1.0, 0
    for step in WIDE_STEPS:
        cap = min(bound + step * abs(bound), top)
        program = make_program(problem, cost, rows, prune(cost, problem.centres, params, upper=cap))
        relaxed = relax(program, cap, deadline_s)
        if relaxed is not None and cap < top and _too_near(relaxed, cap):
            continue
        if relaxed is not None:
            found, low = _raise_fine_cap(program, relaxed, (bound, cap), deadline_s, progress)
            nodes += found.nodes
            if found.assigned is not None:
                return _answer(problem, found, max(bound, low), nodes, started)
            if found.status != "infeasible":
                return _none("", started, nodes)
        bound = cap
        if progress is not None:
            progress(None, bound)
        if cap >= top:
            return _none(f"no districting meets shape {problem.shape}", started, nodes)
    raise RuntimeError("the widest cap lies above every districting")


def _too_near(relaxed: Relaxed, cap: float) -> bool:
    return np.isfinite(relaxed.bound) and cap < relaxed.bound + LIKELY * abs(relaxed.bound)


def _raise_fine_cap(
    program: Program,
    relaxed: Relaxed,
    within: tuple[float, float],
    deadline_s: float,
    progress: Progress | None,
) -> tuple[Found, float]:
    """(the best found, a bound): status infeasible when nothing is below the cap.

    within: (floor, cap); that nothing costs less than the floor is known already.
    The first goal below which there is a districting has the best one.
    """
    best = Found(None, np.inf, np.inf, "infeasible", 0)
    (floor, cap), nodes = within, 0
    low = max(relaxed.bound, floor)
    for step in FINE_STEPS if np.isfinite(relaxed.bound) else (np.inf,):
        above = relaxed.bound + step * abs(relaxed.bound) if np.isfinite(step) else np.inf
        if above <= floor:
            continue
        goal = min(above if best.assigned is None else best.total, cap)
        # Prices hold up to their goal only, so each goal asks anew.
        probed = probe_centres(program, relaxed, goal, deadline_s)
        found = branch_centres(program, probed, goal, deadline_s)
        if found.status == "unknown" and perf_counter() < deadline_s:
            # The relaxation was numerically in doubt; HiGHS decides over all of it.
            found = settle(program, probed, goal, deadline_s, found)
        nodes += found.nodes
        if found.total < best.total:
            best = found
        best = replace(best, nodes=nodes)
        if found.status in ("feasible", "unknown"):
            return replace(best, status="unknown"), max(low, min(found.bound, goal))
        if best.total <= goal:
            return replace(best, status="optimal"), best.total
        low = goal
        if progress is not None:
            progress(None if best.assigned is None else best.total, low)
        if goal >= cap:
            break
    if best.assigned is None or best.total >= cap:
        return Found(None, np.inf, cap, "infeasible", nodes), cap
    return replace(best, status="optimal"), best.total


def _answer(
    problem: DistrictProblem, found: Found, bound: float, nodes: int, started: float
) -> LocationResult:
    assert found.assigned is not None  # noqa: S101
    if broken_supports(problem, found.assigned):
        raise RuntimeError("the integer program returned a districting against its own conditions")
    bound = min(bound, found.total)
    gap = (found.total - bound) / found.total if found.total > 0 else 0.0
    word = "optimal" if gap <= 0 else "feasible"
    centres = np.unique(found.assigned)
    seconds = perf_counter() - started
    return LocationResult(word, found.total, bound, gap, seconds, centres, found.assigned, nodes)


def _none(reason: str, started: float, nodes: int) -> LocationResult:
    nothing, seconds = np.zeros(0, np.int64), perf_counter() - started
    word = "infeasible" if reason else "unknown"
    reason = reason or "no districting was found in the time given"
    return LocationResult(word, None, None, None, seconds, nothing, nothing, nodes, reason)
