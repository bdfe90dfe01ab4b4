# mypy: disable-error-code="no-untyped-call"
"""Large groupings: branch on the range of group workloads, solve the rest as a set partition.

Fix that the smallest workload lies in [l1, l2] and the largest in [u1, u2]. Then only groups with a
workload in [l1, u2] are allowed, the spread is at least u1 - l2, and what is left adds up group by
group but for the mean, whose inverse is convex in the workload left alone and is bounded from below
by its tangent. So each part is bounded by a linear program that is nearly integral; parts are split
in half, the least bound first, and each answers with a plan as well.
"""

import heapq
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

import highspy
import numpy as np
from scipy.sparse import coo_array, csr_array

from hubpost.planning.candidate_groups import Floats, Ints
from hubpost.planning.exact_search import Progress, SearchResult
from hubpost.planning.grouping_problem import GroupingProblem
from hubpost.planning.pruned_median import load_model

RELATIVE = 1e-6
MOST_SETTLING_S = 8.0


@dataclass(frozen=True, slots=True)
class _Window:
    """Ranges of the smallest and the largest group workload, hours."""

    l1: float
    l2: float
    u1: float
    u2: float

    @property
    def spread(self) -> float:
        return max(self.u1 - self.l2, 0.0)


def search_windows(
    problem: GroupingProblem,
    *,
    deadline_s: float = np.inf,
    gap: float = 1e-6,
    progress: Progress | None = None,
) -> SearchResult:
    """The best grouping of any number of stations, with a bound; stops at the relative gap.

    Ctrl-C and the deadline stop it with the best found. Nothing is drawn at random.
    """
    if len(problem.groups) < problem.hubs:
        nothing = np.zeros((0, problem.hubs), np.int64)
        return SearchResult(np.zeros(0), nothing, np.inf, True, 0)
    search = _WindowSearch(problem, deadline_s)
    try:
        search.run(gap, progress)
    except KeyboardInterrupt:
        search.stopped = True
        return replace(search.result(gap), interrupted=True)
    return search.result(gap)


class _WindowSearch:
    """Best-first over windows; one linear program is kept and re-used with changed limits."""

    def __init__(self, problem: GroupingProblem, deadline_s: float) -> None:
        self.problem, self.deadline_s = problem, deadline_s
        self.load = problem.groups.workload_h
        self.alone = np.flatnonzero(problem.may_stand_alone)
        self.best = np.inf
        self.chosen: Ints = np.zeros(0, np.int64)
        self.nodes, self.stopped = 0, False
        self.bound = -np.inf
        self.matrix, self.right = _partition_rows(problem, self.alone)
        self.inland_h = self._typical_inland()
        self.relaxed = self._model(np.zeros(self.width), np.inf)

    @property
    def width(self) -> int:
        return len(self.load) + len(self.alone)

    def run(self, gap: float, progress: Progress | None) -> None:
        root = self._tighten(
            _Window(self.load.min(), self.load.max(), self.load.min(), self.load.max())
        )
        heap: list[tuple[float, int, _Window]] = []
        self._consider(root, heap)
        while heap:
            self.bound = heap[0][0]
            if progress is not None:
                progress(self.best if np.isfinite(self.best) else None, self.bound)
            if self._close(self.bound, gap) or perf_counter() > self.deadline_s:
                self.stopped = not self._close(self.bound, gap)
                return
            window = heapq.heappop(heap)[2]
            for half in _halves(window):
                self._consider(half, heap)
        self.bound = self.best

    def result(self, gap: float) -> SearchResult:
        hubs = self.problem.hubs
        if not np.isfinite(self.best):
            bound = np.inf if not self.stopped else self.bound
            return SearchResult(
                np.zeros(0), np.zeros((0, hubs), np.int64), bound, not self.stopped, self.nodes
            )
        proven = self.best - self.bound <= RELATIVE * max(abs(self.best), 1e-9)
        bound = min(self.bound, self.best)
        return SearchResult(np.array([self.best]), self.chosen[None, :], bound, proven, self.nodes)

    def _close(self, bound: float, gap: float) -> bool:
        return self.best - bound <= gap * abs(self.best)

    def _consider(self, window: _Window, heap: list[tuple[float, int, _Window]]) -> None:
        """Bound a window; keep it if it may hold something better; try to round it to a plan."""
        self.nodes += 1
        found = self._relax(window)
        if found is None or found[0] >= self.best - 1e-9:
            return
        bound = self._settle(window, *found)
        if bound < self.best - 1e-9:
            heapq.heappush(heap, (bound, self.nodes, window))

    def _relax(self, window: _Window) -> tuple[float, Floats] | None:
        """(bound, solution) of the linear relaxation, None when it has none."""
        top = np.ones(self.width)
        m = len(self.load)
        top[:m] = (self.load >= window.l1 - 1e-9) & (self.load <= window.u2 + 1e-9)
        cost, constant = self._cost(window.spread)
        every = np.arange(self.width, dtype=np.int32)
        self.relaxed.changeColsBounds(self.width, every, np.zeros(self.width), top)
        self.relaxed.changeColsCost(self.width, every, cost)
        self.relaxed.run()
        if self.relaxed.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        value = self.relaxed.getInfo().objective_function_value + constant
        return float(value), np.array(self.relaxed.getSolution().col_value)

    def _cost(self, spread: float) -> tuple[Floats, float]:
        """Costs with the tangent of beta · hubs · spread / inland workload, and its constant.

        1/W >= 2/W0 - W/W0², and W = all workload - workload left alone.
        """
        w0 = self.inland_h
        factor = self.problem.beta * self.problem.hubs * spread
        constant = factor * (2 / w0 - self.problem.workload_h.sum() / w0**2)
        left = factor * self.problem.workload_h[self.alone] / w0**2
        return np.concatenate([self.problem.cost, left]), float(constant)

    def _settle(self, window: _Window, bound: float, x: Floats) -> float:
        """A plan from the window, and a better bound once the window's width no longer matters."""
        chosen = np.flatnonzero(x[: len(self.load)] > 1 - 1e-6)
        if len(chosen) == self.problem.hubs:
            self._offer(chosen)
            return bound
        if not self._worth_settling(window, bound):
            return bound
        top = ((self.load >= window.l1 - 1e-9) & (self.load <= window.u2 + 1e-9)).astype(float)
        cost, constant = self._cost(window.spread)
        left_s = min(max(self.deadline_s - perf_counter(), 0.2), MOST_SETTLING_S)
        top = np.concatenate([top, np.ones(len(self.alone))])
        solver = self._model(np.ones(self.width), left_s, cost, top)
        solver.setOptionValue("mip_rel_gap", 1e-4)
        if np.isfinite(self.best):
            solver.setOptionValue("objective_bound", self.best - constant)
        solver.run()
        if solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
            return np.inf
        values = np.array(solver.getSolution().col_value)
        if len(values) == self.width:
            self._offer(np.flatnonzero(values[: len(self.load)] > 0.5))
        return max(bound, float(solver.getInfo().mip_dual_bound) + constant)

    def _worth_settling(self, window: _Window, bound: float) -> bool:
        """At the very first, then where splitting further could close little of the gap."""
        if self.nodes == 1 or not np.isfinite(self.best):
            return True
        width = (window.l2 - window.l1) + (window.u2 - window.u1)
        value = self.problem.beta * self.problem.hubs * width / self.inland_h
        return bool(value < 0.5 * (self.best - bound))

    def _offer(self, chosen: Ints) -> None:
        problem = self.problem
        if len(chosen) != problem.hubs:
            return
        if problem.hub_is_candidate[chosen].sum() > problem.most_candidate_hubs:
            return
        spread = self.load[chosen].max() - self.load[chosen].min()
        inland = self.load[chosen].sum()
        value = problem.cost[chosen].sum() + problem.beta * problem.hubs * spread / inland
        if value < self.best:
            self.best, self.chosen = float(value), chosen
            self.inland_h = float(inland)

    def _tighten(self, window: _Window) -> _Window:
        """A station that must be in a group forces the range to reach its groups."""
        members = self.problem.groups.members
        u1, l2 = window.u1, window.l2
        for station in np.flatnonzero(~self.problem.may_stand_alone):
            loads = self.load[(members == station).any(axis=1)]
            if len(loads):
                u1, l2 = max(u1, loads.min()), min(l2, loads.max())
        return _Window(window.l1, l2, u1, window.u2)

    def _typical_inland(self) -> float:
        """All workload less that of average stations left alone."""
        total = self.problem.workload_h.sum()
        if len(self.alone) == 0:
            return float(total)
        return float(total - self.problem.alone * self.problem.workload_h[self.alone].mean())

    def _model(
        self, whole: Floats, limit_s: float, cost: Floats | None = None, top: Floats | None = None
    ) -> Any:
        cost = self._cost(0.0)[0] if cost is None else cost
        limit_s = min(limit_s, 1e6)
        return load_model(
            cost, self.matrix, self.right[0], self.right[1], np.zeros(self.width), whole, limit_s,
            column_upper=top,
        )  # fmt: skip


def _partition_rows(
    problem: GroupingProblem, alone: Ints
) -> tuple[csr_array, tuple[Floats, Floats]]:
    """Each station in one group or alone; hubs groups; alone left out; candidate hubs limited."""
    m, n, a = len(problem.groups), problem.n, len(alone)
    row, slot = np.nonzero(problem.groups.members >= 0)
    limited = np.flatnonzero(problem.hub_is_candidate)
    rows = np.concatenate([
        problem.groups.members[row, slot], np.full(m, n), alone, np.full(a, n + 1),
        np.full(len(limited), n + 2),
    ])  # fmt: skip
    columns = np.concatenate([row, np.arange(m), m + np.arange(a), m + np.arange(a), limited])
    matrix = coo_array((np.ones(len(rows)), (rows, columns)), shape=(n + 3, m + a)).tocsr()
    fixed = np.concatenate([np.ones(n), [problem.hubs, problem.alone]])
    return csr_array(matrix), (
        np.concatenate([fixed, [0.0]]),
        np.concatenate([fixed, [float(problem.most_candidate_hubs)]]),
    )


def _halves(window: _Window) -> list[_Window]:
    """The wider of the two ranges cut in half; [] when there is nothing left to cut."""
    low, high = window.l2 - window.l1, window.u2 - window.u1
    if max(low, high) < 1e-6:
        return []
    if low >= high:
        middle = (window.l1 + window.l2) / 2
        parts = [
            _Window(window.l1, middle, window.u1, window.u2),
            _Window(middle, window.l2, max(window.u1, middle), window.u2),
        ]
    else:
        middle = (window.u1 + window.u2) / 2
        parts = [
            _Window(window.l1, min(window.l2, middle), window.u1, middle),
            _Window(window.l1, window.l2, middle, window.u2),
        ]
    return [p for p in parts if p.l1 <= p.l2 and p.u1 <= p.u2]
