# mypy: disable-error-code="no-untyped-call"
"""Solve a districting problem: the p-median prunes, HiGHS settles what is left.

Without its shape conditions the problem is a p-median, whose Lagrangian bound is nearly as high
as the true optimum. So a cap slightly above the bound is tried: every centre and service that a
districting below the cap cannot use is struck, and HiGHS settles the rest. What it finds below the
cap is optimal; when it proves that nothing is there, the cap is raised.
"""

from dataclasses import dataclass, replace
from time import perf_counter

import highspy
import numpy as np
from scipy.sparse import coo_array, csr_array, vstack

from hubpost.planning.districting import (
    Bools,
    DistrictProblem,
    broken_supports,
    list_supports,
    support_rows,
)
from hubpost.planning.location_result import Floats, Ints, LocationResult
from hubpost.planning.p_median import PMedianParams, Progress, prune, solve_p_median
from hubpost.planning.pruned_median import Pruned, load_model, model_rows

#: Caps tried, as shares above the p-median bound.
CAP_STEPS = (0.0015, 0.006, 0.02, 0.1, 1.0, np.inf)


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    assigned: Ints | None
    total: float
    bound: float
    status: str
    nodes: int


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
    return _raise_cap(problem, cost, rows, params, started, progress)


def _raise_cap(
    problem: DistrictProblem,
    cost: Floats,
    rows: Ints,
    params: PMedianParams,
    started: float,
    progress: Progress | None,
) -> LocationResult:
    deadline_s = started + params.time_limit_s
    bound = prune(cost, problem.centres, params).bound
    top = float(cost.max(axis=0).sum())
    best, nodes = None, 0
    for step in CAP_STEPS:
        cap = min(bound + step * abs(bound), top)
        pruned = prune(cost, problem.centres, params, upper=cap)
        found = _integer_program(problem, cost, rows, pruned, deadline_s)
        nodes += found.nodes
        if found.assigned is not None and (best is None or found.total < best.total):
            best = found
        if found.status == "optimal" and found.total <= cap:
            return _answer(problem, found, found.total, nodes, started)
        if found.status != "infeasible" and found.bound < cap:
            bound = max(bound, min(found.bound, cap))
            break
        bound = cap
        if progress is not None:
            progress(None if best is None else best.total, bound)
        if cap >= top:
            return _none(f"no districting meets shape {problem.shape}", started, nodes)
    if best is None:
        return _none("", started, nodes)
    return _answer(problem, best, bound, nodes, started)


def _integer_program(
    problem: DistrictProblem, cost: Floats, rows: Ints, pruned: Pruned, deadline_s: float
) -> _Found:
    """The best districting among what pruning has left."""
    alive = np.flatnonzero(pruned.status != -1)
    site, client = np.nonzero(pruned.keep)
    matrix, lower, upper = model_rows(alive, site, client, cost.shape, problem.centres)
    a, k = len(alive), len(site)
    column_of = np.full((len(problem.cost), cost.shape[1]), -1)
    column_of[rows[site], client] = a + np.arange(k)
    supports = list_supports(problem, rows[site], client)
    extra, _ = support_rows(supports, column_of, a + k)
    own = _own_rows(rows[alive], column_of, a + k)
    base = _Model(
        value=np.concatenate([np.zeros(a), cost[site, client]]),
        rows=csr_array(vstack([matrix, own], format="csr")),
        lower=np.concatenate([lower, np.full(a, -np.inf)]),
        upper=np.concatenate([upper, np.zeros(a)]),
        least=np.concatenate([(pruned.status[alive] == 1).astype(float), np.zeros(k)]),
    )
    active, useful = _relaxed(base, extra, pruned.goal, deadline_s)
    if useful is None:
        return _Found(None, np.inf, np.inf, "infeasible", 0)
    return _grow(problem, base, extra, active, useful, (rows, site, client), deadline_s)


@dataclass(frozen=True, slots=True, eq=False)
class _Model:
    """Rows that always hold; the shape's conditions are added as they turn out to be broken."""

    value: Floats
    rows: csr_array
    lower: Floats
    upper: Floats
    least: Floats

    def with_rows(self, extra: csr_array) -> tuple[Floats, csr_array, Floats, Floats, Floats]:
        count = extra.shape[0]
        return (
            self.value,
            csr_array(vstack([self.rows, extra], format="csr")),
            np.concatenate([self.lower, np.full(count, -np.inf)]),
            np.concatenate([self.upper, np.zeros(count)]),
            self.least,
        )


def _relaxed(
    base: _Model, extra: csr_array, goal: float, deadline_s: float
) -> tuple[Bools, Bools | None]:
    """Linear relaxation with the conditions it breaks added until none is left.

    (conditions added, columns that it does not price above the goal; None when nothing is below).
    """
    active = np.zeros(extra.shape[0], dtype=bool)
    everything = np.ones(len(base.value), dtype=bool)
    solver = load_model(
        *base.with_rows(extra[active]), np.zeros(len(base.value)), _left(deadline_s)
    )
    while True:
        solver.setOptionValue("time_limit", solver.getRunTime() + _left(deadline_s))
        solver.run()
        status = solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return active, None
        if status != highspy.HighsModelStatus.kOptimal:
            return active, everything
        bound = solver.getInfo().objective_function_value
        if bound >= goal:
            return active, None
        x = np.array(solver.getSolution().col_value)
        broken = ~active & (extra @ x > 1e-6)
        if not broken.any():
            priced = np.array(solver.getSolution().col_dual)
            return active, np.asarray((bound + priced < goal) | (base.least > 0))
        active |= broken
        rows = csr_array(extra[broken])
        solver.addRows(
            rows.shape[0], np.full(rows.shape[0], -np.inf), np.zeros(rows.shape[0]),
            rows.nnz, rows.indptr, rows.indices, rows.data,
        )  # fmt: skip


def _grow(
    problem: DistrictProblem,
    base: _Model,
    extra: csr_array,
    active: Bools,
    useful: Bools,
    columns: tuple[Ints, Ints, Ints],
    deadline_s: float,
) -> _Found:
    """Integer programs with more and more conditions until the answer breaks none.

    Each leaves conditions out, so its bound holds; the answer that breaks none is optimal.
    """
    rows, site, client = columns
    a, nodes = len(base.value) - len(site), 0
    while True:
        model = base.with_rows(csr_array(extra[active]))
        whole = np.ones(len(base.value))
        solver = load_model(
            *model, whole, _left(deadline_s), column_upper=np.where(useful, 1.0, 0.0)
        )
        solver.run()
        found = _read(solver, problem, rows, site, client, a)
        nodes += found.nodes
        if found.assigned is None:
            return replace(found, nodes=nodes)
        x = np.array(solver.getSolution().col_value)
        broken = ~active & (extra @ np.round(x) > 0.5)
        if not broken.any():
            return replace(found, nodes=nodes)
        if found.status != "optimal":
            return _Found(None, np.inf, found.bound, "unknown", nodes)
        active = active | broken


def _left(deadline_s: float) -> float:
    return max(deadline_s - perf_counter(), 0.5)


def _own_rows(centres: Ints, column_of: Ints, width: int) -> csr_array:
    """A centre serves its own area: y_i - x_ii <= 0."""
    each = np.arange(len(centres))
    own = column_of[centres, centres]
    there = own >= 0
    value = np.concatenate([np.ones(len(centres)), -np.ones(int(there.sum()))])
    place = (np.concatenate([each, each[there]]), np.concatenate([each, own[there]]))
    return csr_array(coo_array((value, place), shape=(len(centres), width)).tocsr())


def _read(
    solver: highspy.Highs, problem: DistrictProblem, rows: Ints, site: Ints, client: Ints, a: int
) -> _Found:
    status, info = solver.getModelStatus(), solver.getInfo()
    nodes = max(int(info.mip_node_count), 0)
    if status == highspy.HighsModelStatus.kInfeasible:
        return _Found(None, np.inf, np.inf, "infeasible", nodes)
    taken = np.array(solver.getSolution().col_value[a:]) > 0.5
    if taken.sum() != len(problem.cost) or info.primal_solution_status != 2:
        return _Found(None, np.inf, float(info.mip_dual_bound), "unknown", nodes)
    assigned = np.empty(len(problem.cost), np.int64)
    assigned[client[taken]] = rows[site[taken]]
    total = float(problem.cost[assigned, np.arange(len(assigned))].sum())
    word = "optimal" if status == highspy.HighsModelStatus.kOptimal else "feasible"
    return _Found(assigned, total, float(info.mip_dual_bound), word, nodes)


def _answer(
    problem: DistrictProblem, found: _Found, bound: float, nodes: int, started: float
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
