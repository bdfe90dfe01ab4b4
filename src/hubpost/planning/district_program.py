# mypy: disable-error-code="no-untyped-call"
"""The integer program of a districting, its conditions added as they turn out to be broken."""

from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

import highspy
import numpy as np
from scipy.sparse import coo_array, csr_array, vstack

from hubpost.planning.districting import Bools, DistrictProblem, list_supports, support_rows
from hubpost.planning.location_result import Floats, Ints
from hubpost.planning.pruned_median import Pruned, load_model, model_rows


@dataclass(frozen=True, slots=True, eq=False)
class Model:
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


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """base: rows that always hold; conditions: rows of the shape, <= 0. columns: eligible areas,
    then for each service the position of its centre among them and its area. centres: areas of
    the first columns.
    """

    problem: DistrictProblem
    base: Model
    conditions: csr_array
    columns: tuple[Ints, Ints, Ints]
    centres: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Relaxed:
    """active (conditions,): those added. bound; priced (columns,): what using one costs more.
    closing (centres,): what doing without a centre costs more, None until probed.
    """

    active: Bools
    bound: float
    priced: Floats
    closing: Floats | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """assigned (areas,): centre of each, None when nothing was found. status optimal, feasible,
    infeasible or unknown, within the columns that were allowed.
    """

    assigned: Ints | None
    total: float
    bound: float
    status: str
    nodes: int


def make_program(problem: DistrictProblem, cost: Floats, rows: Ints, pruned: Pruned) -> Program:
    """The program over what pruning has left; cost and rows of the eligible centres."""
    alive = np.flatnonzero(pruned.status != -1)
    site, client = np.nonzero(pruned.keep)
    matrix, lower, upper = model_rows(alive, site, client, cost.shape, problem.centres)
    a, k = len(alive), len(site)
    column_of = np.full((len(problem.cost), cost.shape[1]), -1)
    column_of[rows[site], client] = a + np.arange(k)
    supports = list_supports(problem, rows[site], client)
    extra = support_rows(supports, column_of, a + k)
    own = _own_rows(rows[alive], column_of, a + k)
    base = Model(
        value=np.concatenate([np.zeros(a), cost[site, client]]),
        rows=csr_array(vstack([matrix, own], format="csr")),
        lower=np.concatenate([lower, np.full(a, -np.inf)]),
        upper=np.concatenate([upper, np.zeros(a)]),
        least=np.concatenate([(pruned.status[alive] == 1).astype(float), np.zeros(k)]),
    )
    return Program(problem, base, csr_array(extra), (rows, site, client), rows[alive])


def relax(program: Program, goal: float, deadline_s: float) -> Relaxed | None:
    """The linear relaxation with the conditions it breaks added until none is left.

    None when nothing can cost less than the goal.
    """
    base, extra = program.base, program.conditions
    active = np.zeros(extra.shape[0], dtype=bool)
    start = base.with_rows(csr_array(extra[active]))
    solver = load_model(*start, np.zeros(len(base.value)), _left(deadline_s))
    while True:
        solver.setOptionValue("time_limit", solver.getRunTime() + _left(deadline_s))
        solver.run()
        status = solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            return Relaxed(active, -np.inf, np.zeros(len(base.value)))
        bound = float(solver.getInfo().objective_function_value)
        if bound >= goal:
            return None
        x = np.array(solver.getSolution().col_value)
        broken = ~active & (extra @ x > 1e-6)
        if not broken.any():
            return Relaxed(active, bound, np.array(solver.getSolution().col_dual))
        active |= broken
        rows = csr_array(extra[broken])
        solver.addRows(
            rows.shape[0], np.full(rows.shape[0], -np.inf), np.zeros(rows.shape[0]),
            rows.nnz, rows.indptr, rows.indices, rows.data,
        )  # fmt: skip


def settle(
    program: Program,
    relaxed: Relaxed,
    goal: float,
    deadline_s: float,
    start: Found,
    stop: float | None = None,
) -> Found:
    """The best districting among the columns that the relaxation does not price above the goal.

    Integer programs with more and more conditions until the answer breaks none: each leaves
    conditions out, so its bound holds, and the answer that breaks none is the best. start: a
    districting known already, which HiGHS may begin from. status infeasible: nothing below the
    goal; a districting above it may still come along. stop: the bound at which HiGHS may end, by
    default the goal; beyond it the answer is the best of these columns and no more than that.
    """
    stop = goal if stop is None else stop
    base, extra = program.base, program.conditions
    useful = (relaxed.bound + relaxed.priced < goal) | (base.least > 0)
    if relaxed.closing is not None:
        least = base.least.copy()
        least[: len(relaxed.closing)] += relaxed.bound + relaxed.closing >= goal
        base = replace(base, least=np.minimum(least, 1.0))
        useful |= base.least > 0
    active, nodes = relaxed.active, 0
    while True:
        solver = load_model(
            *base.with_rows(csr_array(extra[active])), np.ones(len(base.value)),
            _left(deadline_s), column_upper=np.where(useful, 1.0, 0.0),
        )  # fmt: skip
        _begin_from(solver, program, start)
        _stop_at(solver, stop)
        solver.run()
        found = _read(solver, program)
        nodes += found.nodes
        empty = found.status == "feasible" and found.bound >= stop
        if found.assigned is None or (empty and found.total >= start.total):
            return replace(found, nodes=nodes, status="infeasible" if empty else found.status)
        x = np.array(solver.getSolution().col_value)
        broken = ~active & (extra @ np.round(x) > 0.5)
        if not broken.any():
            return replace(found, nodes=nodes, status="infeasible" if empty else found.status)
        if empty:
            return Found(None, np.inf, goal, "infeasible", nodes)
        if found.status != "optimal":
            return Found(None, np.inf, found.bound, "unknown", nodes)
        active = active | broken


def _stop_at(solver: highspy.Highs, goal: float) -> None:
    """Let HiGHS stop once its bound says that nothing below the goal is left."""

    def look(event: Any) -> None:
        if event.data_out.mip_dual_bound >= goal:
            event.interrupt()

    solver.cbMipInterrupt += look


def _begin_from(solver: highspy.Highs, program: Program, start: Found) -> None:
    """Hand over a known districting; HiGHS ignores it where a column of it was struck."""
    if start.assigned is None:
        return
    rows, site, client = program.columns
    alive = len(program.base.value) - len(site)
    serves = rows[site] == start.assigned[client]
    centres = np.unique(start.assigned)
    solution = highspy.HighsSolution()
    opened = np.isin(program.centres, centres)
    solution.col_value = [*opened.astype(float).tolist(), *serves.astype(float).tolist()]
    if len(opened) == alive:
        solver.setSolution(solution)


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


def _read(solver: highspy.Highs, program: Program) -> Found:
    problem, (rows, site, client) = program.problem, program.columns
    a = len(program.base.value) - len(site)
    status, info = solver.getModelStatus(), solver.getInfo()
    nodes = max(int(info.mip_node_count), 0)
    if status == highspy.HighsModelStatus.kInfeasible:
        return Found(None, np.inf, np.inf, "infeasible", nodes)
    taken = np.array(solver.getSolution().col_value[a:]) > 0.5
    if taken.sum() != len(problem.cost) or info.primal_solution_status != 2:
        return Found(None, np.inf, float(info.mip_dual_bound), "feasible", nodes)
    assigned = np.empty(len(problem.cost), np.int64)
    assigned[client[taken]] = rows[site[taken]]
    total = float(problem.cost[assigned, np.arange(len(assigned))].sum())
    word = "optimal" if status == highspy.HighsModelStatus.kOptimal else "feasible"
    return Found(assigned, total, float(info.mip_dual_bound), word, nodes)
