# mypy: disable-error-code="no-untyped-call"
"""The integer program of a districting and its linear relaxation."""

from dataclasses import dataclass
from time import perf_counter

import highspy
import numpy as np
from scipy.sparse import coo_array, csr_array, vstack

from hubpost.planning.district_conditions import Alike, broken_rows, condition_rows, list_alike
from hubpost.planning.districting import Bools, DistrictProblem, list_supports
from hubpost.planning.interruptible import Progress, run_interruptibly
from hubpost.planning.location_result import Floats, Ints
from hubpost.planning.pruned_median import Pruned, load_model, model_rows

#: HiGHS has looked at everything: nothing better is left, though it may say so in several ways.
_ENDED = (
    highspy.HighsModelStatus.kOptimal,
    highspy.HighsModelStatus.kInfeasible,
    highspy.HighsModelStatus.kObjectiveBound,
    highspy.HighsModelStatus.kUnboundedOrInfeasible,
)


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Columns 0..1 and the rows of a p-median: all but the shape's conditions."""

    value: Floats
    rows: csr_array
    lower: Floats
    upper: Floats
    least: Floats

    def with_rows(self, extra: csr_array) -> tuple[Floats, csr_array, Floats, Floats, Floats]:
        """value, rows, lower, upper, least of the model with rows <= 0 added."""
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
    """base: the p-median; conditions: of the shape. columns: eligible areas, then for each
    service the position of its centre among them and its area. centres: areas of the first
    columns.
    """

    problem: DistrictProblem
    base: Model
    conditions: tuple[Alike, ...]
    columns: tuple[Ints, Ints, Ints]
    centres: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Relaxed:
    """cuts: rows <= 0 of conditions it broke. bound: no districting costs less; priced
    (columns,): one that uses this column costs at least that much more.
    """

    cuts: csr_array
    bound: float
    priced: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """assigned (areas,): centre of each, None when nothing was found. bound: nothing among the
    columns that were allowed costs less. ended: all of them were looked at. stopped: by Ctrl-C.
    """

    assigned: Ints | None
    total: float
    bound: float
    ended: bool
    stopped: bool
    nodes: int


def make_program(problem: DistrictProblem, cost: Floats, rows: Ints, pruned: Pruned) -> Program:
    """The program over what pruning has left; cost and rows of the eligible centres."""
    alive = np.flatnonzero(pruned.status != -1)
    site, client = np.nonzero(pruned.keep)
    matrix, lower, upper = model_rows(alive, site, client, cost.shape, problem.centres)
    a, k = len(alive), len(site)
    column_of = np.full((len(problem.cost), cost.shape[1]), -1)
    column_of[rows[site], client] = a + np.arange(k)
    conditions = list_alike(list_supports(problem, rows[site], client), column_of)
    own = _own_rows(rows[alive], column_of, a + k)
    base = Model(
        value=np.concatenate([np.zeros(a), cost[site, client]]),
        rows=csr_array(vstack([matrix, own], format="csr")),
        lower=np.concatenate([lower, np.full(a, -np.inf)]),
        upper=np.concatenate([upper, np.zeros(a)]),
        least=np.concatenate([(pruned.status[alive] == 1).astype(float), np.zeros(k)]),
    )
    return Program(problem, base, conditions, (rows, site, client), rows[alive])


def relax(program: Program, goal: float, deadline_s: float) -> Relaxed | None:
    """The linear relaxation, rows of conditions added as it breaks them until it breaks none.

    None when nothing can cost less than the goal. Out of time: a bound of -inf.
    """
    base, width = program.base, len(program.base.value)
    cuts = csr_array((0, width))
    solver = load_model(*base.with_rows(cuts), np.zeros(width), _left(deadline_s))
    while True:
        solver.setOptionValue("time_limit", solver.getRunTime() + _left(deadline_s))
        solver.run()
        status = solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            return Relaxed(cuts, -np.inf, np.zeros(width))
        dual = np.array(solver.getSolution().row_dual)
        bound, priced = safe_prices(*base.with_rows(cuts), dual)
        if bound >= goal:
            return None
        broken = broken_rows(program.conditions, np.array(solver.getSolution().col_value))
        if broken.shape[0] == 0:
            return Relaxed(cuts, bound, _with_centre(program, priced))
        cuts = csr_array(vstack([cuts, broken], format="csr"))
        solver.addRows(
            broken.shape[0], np.full(broken.shape[0], -np.inf), np.zeros(broken.shape[0]),
            broken.nnz, broken.indptr, broken.indices, broken.data,
        )  # fmt: skip


def safe_prices(
    value: Floats, rows: csr_array, lower: Floats, upper: Floats, least: Floats, dual: Floats
) -> tuple[float, Floats]:
    """(bound, prices of using each column) that hold for whatever duals (rows,) are given.

    value @ x = dual @ (rows @ x) + (value - dual @ rows) @ x, and each part is at least what its
    bounds allow, for x in least..1. So a solver's tolerance, or an early end of it, can make the
    bound weak but not wrong.
    """
    dual = np.where((dual > 0) & ~np.isfinite(lower) | (dual < 0) & ~np.isfinite(upper), 0.0, dual)
    side = np.where(dual > 0, lower, np.where(dual < 0, upper, 0.0))
    reduced = value - rows.T @ dual
    at = np.where(reduced > 0, least, 1.0)
    return float(dual @ side + reduced @ at), np.maximum(reduced, 0.0) * (least < 1)


def _with_centre(program: Program, priced: Floats) -> Floats:
    """Prices that reckon with what a column brings along: a centre its own area, a service both."""
    rows, site, client = program.columns
    count = len(program.centres)
    place = np.full(len(program.problem.cost), -1)
    place[program.centres] = np.arange(count)
    centre, service = priced[:count], priced[count:]
    itself = client == rows[site]
    whole = centre.copy()
    whole[place[rows[site[itself]]]] += service[itself]
    every = whole[place[rows[site]]] + np.where(itself, 0.0, service)
    return np.concatenate([whole, every])


def settle(
    program: Program,
    relaxed: Relaxed,
    goal: float,
    deadline_s: float,
    within: float | None = None,
    progress: Progress | None = None,
) -> Found:
    """The best districting below the goal, by HiGHS over the columns not priced above it.

    within: only columns priced below relaxed.bound + within, a quick search for a good
    districting that proves nothing.
    """
    base = program.base
    top = goal if within is None else min(goal, relaxed.bound + within)
    use = (relaxed.bound + relaxed.priced < top) | (base.least > 0)
    if not use.any():
        return Found(None, np.inf, goal, ended=True, stopped=False, nodes=0)
    extra = csr_array(vstack([condition_rows(program.conditions, len(use)), relaxed.cuts]))
    value, rows, lower, upper, least = base.with_rows(extra)
    rows = csr_array(rows[:, np.flatnonzero(use)])
    needed = _not_idle(rows, lower, upper)
    solver = load_model(
        value[use], csr_array(rows[needed]), lower[needed], upper[needed], least[use],
        np.ones(int(use.sum())), _left(deadline_s),
    )  # fmt: skip
    if np.isfinite(goal):
        solver.setOptionValue("objective_bound", goal)
    found = run_interruptibly(solver, progress)
    status = solver.getModelStatus()
    ended = status in _ENDED
    assigned, total = _read(program, use, found.values)
    # Beyond the goal HiGHS need not look, so what it says above it bounds nothing.
    bound = min(total, goal) if ended else min(found.bound, goal)
    stopped = status == highspy.HighsModelStatus.kInterrupt
    nodes = max(int(solver.getInfo().mip_node_count), 0)
    return Found(assigned, total, bound, ended, stopped, nodes)


def _read(program: Program, use: Bools, values: Floats | None) -> tuple[Ints | None, float]:
    """(the centre of each area, what that costs) of the values of the columns in use."""
    cost, (rows, site, client) = program.problem.cost, program.columns
    if values is None:
        return None, np.inf
    column = np.zeros(len(use))
    column[use] = values
    taken = column[len(use) - len(site) :] > 0.5
    assigned = np.full(len(cost), -1)
    assigned[client[taken]] = rows[site[taken]]
    if taken.sum() != len(cost) or (assigned < 0).any():
        raise RuntimeError("the integer program gave an area to no centre, or to two")
    return assigned, float(cost[assigned, np.arange(len(assigned))].sum())


def _not_idle(rows: csr_array, lower: Floats, upper: Floats) -> Bools:
    """Rows that columns of 0..1 could break: not those <= 0 without a positive entry left."""
    positive = np.zeros(rows.shape[0], dtype=bool)
    row, _ = (rows > 0).nonzero()
    positive[row] = True
    return np.asarray(positive | np.isfinite(lower) | (upper != 0))


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
