# mypy: disable-error-code="no-untyped-call"
"""The last step of a p-median: a small mixed-integer program over what pruning has left."""

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from hubpost.planning.interruptible import run_interruptibly
from hubpost.planning.lagrangian import CLOSED, OPEN
from hubpost.planning.location_result import Floats, Ints
from hubpost.planning.quiet_solver import quiet_solver


@dataclass(frozen=True, slots=True, eq=False)
class Pruned:
    """What is left once sites and services that cannot be part of anything better are struck.

    bound, upper: proven below, found above; sites (p,) reach `upper`. status (sites,) CLOSED, FREE
    or OPEN. keep (sites, clients): services still possible below `goal`. u: prices of the
    clients at the bound.
    """

    bound: float
    upper: float
    goal: float
    sites: Ints
    status: NDArray[np.int8]
    keep: NDArray[np.bool_]
    u: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Rest:
    """What HiGHS says of the pruned problem. sites None when nothing below the goal exists."""

    sites: Ints | None
    bound: float
    proven: bool
    nodes: int


def solve_pruned(cost: Floats, p: int, pruned: Pruned, time_limit_s: float) -> Rest:
    """Settle the pruned problem; proven also when nothing below the goal is left in it."""
    alive = np.flatnonzero(pruned.status != CLOSED)
    site, client = np.nonzero(pruned.keep)
    matrix, lower, upper = model_rows(alive, site, client, cost.shape, p)
    least = np.concatenate([(pruned.status[alive] == OPEN).astype(float), np.zeros(len(site))])
    value = np.concatenate([np.zeros(len(alive)), cost[site, client]])
    whole = np.concatenate([np.ones(len(alive)), np.zeros(len(site))])
    solver = load_model(value, matrix, lower, upper, least, whole, time_limit_s)
    run_interruptibly(solver)
    status, info = solver.getModelStatus(), solver.getInfo()
    nodes = max(int(info.mip_node_count), 0)
    if status == highspy.HighsModelStatus.kInfeasible:
        return Rest(None, pruned.goal, True, nodes)
    solution = np.array(solver.getSolution().col_value)
    proven = status == highspy.HighsModelStatus.kOptimal
    chosen = alive[solution[: len(alive)] > 0.5] if len(solution) else alive[:0]
    sites = chosen.astype(np.int64) if len(chosen) == p else None
    return Rest(sites, float(info.mip_dual_bound), proven, nodes)


def load_model(
    cost: Floats,
    rows: csr_array,
    row_lower: Floats,
    row_upper: Floats,
    column_lower: Floats,
    whole: Floats,
    time_limit_s: float,
    threads: int = 2,
    column_upper: Floats | None = None,
) -> Any:
    """A HiGHS model of 0..1 columns; whole (columns,) is 1 where a column must be 0 or 1."""
    model = highspy.HighsLp()
    most = np.ones(len(cost)) if column_upper is None else column_upper
    model.num_col_, model.num_row_ = rows.shape[1], rows.shape[0]
    model.col_cost_, model.col_lower_, model.col_upper_ = cost, column_lower, most
    model.row_lower_, model.row_upper_ = row_lower, row_upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_ = rows.indptr, rows.indices
    model.a_matrix_.value_ = rows.data
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    model.integrality_ = [kinds[int(w)] for w in whole]
    solver = quiet_solver()
    for name, setting in (
        ("threads", threads), ("mip_rel_gap", 0.0), ("mip_abs_gap", 1e-7),
        ("time_limit", time_limit_s), ("random_seed", 0),
    ):  # fmt: skip
        solver.setOptionValue(name, setting)
    solver.passModel(model)
    return solver


def model_rows(
    alive: Ints, site: Ints, client: Ints, shape: tuple[int, int], p: int
) -> tuple[csr_array, Floats, Floats]:
    """Each client served once; service only from open sites; p sites."""
    k, a, m = len(site), len(alive), shape[1]
    position = np.full(shape[0], -1)
    position[alive] = np.arange(a)
    each = np.arange(k)
    row = np.concatenate([client, m + each, m + each, np.full(a, m + k)])
    column = np.concatenate([a + each, a + each, position[site], np.arange(a)])
    value = np.concatenate([np.ones(2 * k), -np.ones(k), np.ones(a)])
    matrix = coo_array((value, (row, column)), shape=(m + k + 1, a + k)).tocsr()
    lower = np.concatenate([np.ones(m), np.full(k, -np.inf), [p]])
    upper = np.concatenate([np.ones(m), np.zeros(k), [p]])
    return matrix, lower, upper
