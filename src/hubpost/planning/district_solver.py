"""Solve a districting problem: the p-median strikes, a good districting is found, HiGHS proves it.

Without its shape conditions the problem is a p-median, whose Lagrangian bound strikes most centres
and services that a districting below some cap cannot use; the cap is raised until one is found.
The relaxation with the conditions prices what is left. Among its cheapest columns HiGHS soon
finds a districting near the best; below its cost little is left, and HiGHS looks at all of that.
"""

from dataclasses import replace
from time import perf_counter

import numpy as np

from hubpost.planning.district_program import Found, Program, Relaxed, make_program, relax, settle
from hubpost.planning.districting import DistrictProblem, broken_supports
from hubpost.planning.location_result import Floats, Ints, LocationResult
from hubpost.planning.p_median import PMedianParams, Progress, prune, solve_p_median

#: Caps on the cost tried, as shares above the p-median bound.
WIDE_STEPS = (0.003, 0.01, 0.03, 0.1, 1.0, np.inf)
#: The best districting is seldom further above the relaxation: a cap nearer than that is skipped,
#: as it would be searched in vain.
LIKELY = 0.0015
#: Columns priced below these shares of the bound are tried, one share after the other, for a
#: first districting and a better one; each try may take TRY of the time that is left.
CHEAP = (5e-5, 2e-4, 5e-4)
TRY = 1 / 8
#: A districting that is better by less is not looked for.
RELATIVE = 1e-9


def solve_districting(
    problem: DistrictProblem,
    params: PMedianParams | None = None,
    *,
    progress: Progress | None = None,
) -> LocationResult:
    """Centres and the centre of every area, proven or with bound and gap.

    chosen: areas that are centres; assigned (areas,): the centre of each. status infeasible when
    no districting meets the shape; feasible when time was up or Ctrl-C came: the best found, with
    bound and gap; unknown when nothing was found by then.
    """
    params = replace(params or PMedianParams(), integral=False)
    rows = np.flatnonzero(problem.eligible)
    if problem.shape == "C0":
        cost = np.ascontiguousarray(problem.cost[rows])
        found = solve_p_median(cost, problem.centres, params, progress=progress)
        return replace(found, chosen=rows[found.chosen], assigned=rows[found.assigned])
    search = _Search(problem, rows, params, progress)
    try:
        search.run()
    except KeyboardInterrupt:
        search.stopped = True
    return search.answer()


class _Search:
    """The best districting and the bound so far, kept through time and Ctrl-C."""

    def __init__(
        self,
        problem: DistrictProblem,
        rows: Ints,
        params: PMedianParams,
        progress: Progress | None,
    ) -> None:
        self.problem, self.rows, self.params, self.progress = problem, rows, params, progress
        self.started = perf_counter()
        self.deadline_s = self.started + params.time_limit_s
        self.best: Ints | None = None
        self.total, self.bound, self.nodes, self.stopped = np.inf, -np.inf, 0, False

    def run(self) -> None:
        """Raise the cap until a districting below it is found and proven, or none can be."""
        cost = np.ascontiguousarray(self.problem.cost[self.rows])
        root = prune(cost, self.problem.centres, self.params).bound
        self.bound, top = root, float(cost.max(axis=0).sum()) + 1.0
        for step in WIDE_STEPS:
            cap = min(root + step * abs(root), top)
            self._below(cost, cap, last=cap >= top)
            if self.stopped or self.bound >= self.total:
                return
            if cap >= top:
                self.bound = np.inf
                return

    def _below(self, cost: Floats, cap: float, last: bool) -> None:
        """Look at everything cheaper than the cap, unless it seems to be in vain."""
        pruned = prune(cost, self.problem.centres, self.params, upper=cap)
        program = make_program(self.problem, cost, self.rows, pruned)
        relaxed = relax(program, cap, self.deadline_s)
        if relaxed is None:
            self._raise_bound(cap)
            return
        self._raise_bound(relaxed.bound)
        if not last and cap < relaxed.bound + LIKELY * abs(relaxed.bound):
            return
        self._try_cheap(program, relaxed, cap)
        if self.stopped:
            return
        found = settle(program, relaxed, self._goal(cap), self.deadline_s, progress=self._tell)
        self._keep(found)
        if found.ended:
            self._raise_bound(self.total if self.total <= cap else cap)
        else:
            self._raise_bound(found.bound)
            self.stopped = True

    def _try_cheap(self, program: Program, relaxed: Relaxed, cap: float) -> None:
        """A good districting, among the columns that the relaxation finds cheapest."""
        for share in CHEAP if np.isfinite(relaxed.bound) else ():
            within, goal = share * abs(relaxed.bound), self._goal(cap)
            if self.stopped or relaxed.bound + within >= goal:
                return
            now_s = perf_counter()
            soon_s = now_s + TRY * (self.deadline_s - now_s)
            found = settle(program, relaxed, goal, soon_s, within)
            self._keep(found)
            self.stopped |= found.stopped

    def _goal(self, cap: float) -> float:
        """Below the cap, and below the best found by more than nothing."""
        if self.best is None:
            return cap
        return min(cap, self.total - RELATIVE * abs(self.total))

    def _keep(self, found: Found) -> None:
        self.nodes += found.nodes
        if found.assigned is None or found.total >= self.total:
            return
        if broken_supports(self.problem, found.assigned):
            raise RuntimeError("the integer program gave a districting against its conditions")
        self.best, self.total = found.assigned, found.total
        self._tell(None, self.bound)

    def _raise_bound(self, bound: float) -> None:
        self.bound = max(self.bound, bound)
        self._tell(None, self.bound)

    def _tell(self, total: float | None, bound: float) -> None:
        if self.progress is not None:
            best = min(self.total, np.inf if total is None else total)
            low = min(max(self.bound, bound), best)
            self.progress(best if np.isfinite(best) else None, low)

    def answer(self) -> LocationResult:
        """What is known now."""
        seconds, nothing = perf_counter() - self.started, np.zeros(0, np.int64)
        if self.best is None:
            proven = not self.stopped and np.isposinf(self.bound)
            reason = f"no districting meets shape {self.problem.shape}"
            late = "no districting was found in the time given"
            return LocationResult(
                "infeasible" if proven else "unknown", None, None, None, seconds, nothing,
                nothing, self.nodes, reason if proven else late,
            )  # fmt: skip
        bound = min(self.bound, self.total)
        gap = (self.total - bound) / self.total if self.total > 0 else 0.0
        return LocationResult(
            "optimal" if gap <= 0 else "feasible", self.total, bound, gap, seconds,
            np.unique(self.best), self.best, self.nodes,
        )  # fmt: skip
