# mypy: disable-error-code="no-untyped-call,no-untyped-def"
"""The grouping question as a mixed-integer program for HiGHS: any size, independent of the search.

The mean group workload depends on which stations are border, so the imbalance is a fraction of
two unknowns. It is kept exact: with r the imbalance, W the inland workload and b_i whether
station i stands alone, r·W >= hubs·(largest - smallest) needs the products r·b_i, and a product
of a bounded number with a 0/1 variable is linear (z_i <= r, z_i <= R·b_i is all that is needed,
as large z only hurts: z_i >= r - R·(1 - b_i), z_i >= 0).
"""

from time import perf_counter

import highspy
import numpy as np

from hubpost.planning.exact_search import Progress, SearchResult
from hubpost.planning.grouping_problem import GroupingProblem
from hubpost.planning.quiet_solver import quiet_solver


def solve_by_mip(
    problem: GroupingProblem,
    *,
    deadline_s: float = np.inf,
    progress: Progress | None = None,
    threads: int = 2,
    seed: int = 0,
) -> SearchResult:
    """The best grouping with HiGHS's bound; proven when the two meet to 1e-9."""
    solver = quiet_solver()
    options = {
        "threads": threads, "random_seed": seed, "mip_rel_gap": 0.0,
        "mip_abs_gap": 1e-9, "time_limit": max(min(deadline_s - perf_counter(), 1e7), 0.1),
    }  # fmt: skip
    for name, value in options.items():
        solver.setOptionValue(name, value)
    chosen = _build(solver, problem)
    if progress is not None:
        _report(solver, progress)
    solver.run()
    return _read(solver, problem, chosen)


def _build(solver: highspy.Highs, problem: GroupingProblem) -> list[highspy.highs_var]:
    m, n = len(problem.groups), problem.n
    unit = max(problem.workload_h.sum() / problem.hubs, 1e-9)
    load, station_load = problem.groups.workload_h / unit, problem.workload_h / unit
    integer = highspy.HighsVarType.kInteger
    x = [solver.addVariable(0, 1, float(c), type=integer) for c in problem.cost]
    alone = {
        int(i): solver.addVariable(0, 1, 0.0, type=integer)
        for i in np.flatnonzero(problem.may_stand_alone)
    }
    top = float(load.max()) if m else 0.0
    largest, smallest = solver.addVariable(0, top, 0.0), solver.addVariable(0, top, 0.0)
    covers: list[list[int]] = [[] for _ in range(n)]
    for j, row in enumerate(problem.groups.members):
        for i in row[row >= 0]:
            covers[i].append(j)
    for i in range(n):
        terms = [1.0 * x[j] for j in covers[i]]
        stand = [1.0 * alone[i]] if i in alone else []
        solver.addConstr(solver.qsum(terms + stand) == 1)
        held = solver.qsum([float(load[j]) * x[j] for j in covers[i]])
        solver.addConstr(largest - held >= 0)
        solver.addConstr(smallest - held - solver.qsum([top * s for s in stand]) <= 0)
    solver.addConstr(solver.qsum(x) == problem.hubs)
    solver.addConstr(solver.qsum(list(alone.values())) == problem.alone)
    limited = [x[j] for j in np.flatnonzero(problem.hub_is_candidate)]
    if limited and problem.most_candidate_hubs < problem.hubs:
        solver.addConstr(solver.qsum(limited) <= problem.most_candidate_hubs)
    _add_imbalance(solver, problem, alone, largest - smallest, station_load)
    return x


def _add_imbalance(solver, problem, alone, spread, station_load) -> None:
    least_h = _least_inland(problem, station_load)
    most = problem.hubs * float(np.max(problem.groups.workload_h, initial=0.0))
    most /= max(least_h * problem.workload_h.sum() / problem.hubs, 1e-9)
    ratio = solver.addVariable(0, most, problem.beta)
    total = float(station_load.sum()) * ratio
    for i, leaves in alone.items():
        product = solver.addVariable(0, most, 0.0)
        solver.addConstr(product - ratio - most * leaves >= -most)
        total = total - float(station_load[i]) * product
    solver.addConstr(total - problem.hubs * spread >= 0)


def _least_inland(problem: GroupingProblem, station_load) -> float:
    heaviest = np.sort(station_load[problem.may_stand_alone])[::-1][: problem.alone]
    return float(station_load.sum() - heaviest.sum())


def _report(solver: highspy.Highs, progress: Progress) -> None:
    def tell(event) -> None:
        best, bound = event.data_out.mip_primal_bound, event.data_out.mip_dual_bound
        progress(float(best) if abs(best) < 1e20 else None, float(bound))

    solver.cbMipLogging += tell


def _read(
    solver: highspy.Highs, problem: GroupingProblem, x: list[highspy.highs_var]
) -> SearchResult:
    info = solver.getInfo()
    nodes = max(int(info.mip_node_count), 0)
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return SearchResult(np.zeros(0), np.zeros((0, problem.hubs), np.int64), np.inf, True, nodes)
    solution = np.array(solver.getSolution().col_value[: len(x)])
    groups = np.flatnonzero(solution > 0.5)
    if len(groups) != problem.hubs or abs(info.objective_function_value) > 1e20:
        empty = np.zeros((0, problem.hubs), np.int64)
        return SearchResult(np.zeros(0), empty, float(info.mip_dual_bound), False, nodes)
    proven = status == highspy.HighsModelStatus.kOptimal
    value = float(info.objective_function_value)
    bound = min(value, float(info.mip_dual_bound))
    return SearchResult(np.array([value]), groups[None, :], bound, proven, nodes)
