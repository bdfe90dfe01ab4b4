# mypy: disable-error-code="no-untyped-call"
"""Branch on which areas are centres; between those chosen, HiGHS shares out the areas.

Once its centres are fixed, a districting's relaxation is all but integral, so branching on centres
first needs few nodes, where a solver that branches on every service needs very many.
"""

from dataclasses import replace
from time import perf_counter
from typing import Any

import highspy
import numpy as np

from hubpost.planning.district_probe import make_smaller
from hubpost.planning.district_program import Found, Program, Relaxed, settle
from hubpost.planning.location_result import Floats

#: A centre counts as decided by a relaxation that holds it so near to 0 or 1.
WHOLE = 1e-6


class _Search:
    """Depth first over centres; the best districting so far lowers the goal for what follows."""

    def __init__(self, program: Program, relaxed: Relaxed, goal: float, deadline_s: float) -> None:
        self.program, self.relaxed, self.deadline_s = program, relaxed, deadline_s
        self.goal, self.nodes = goal, 0
        self.best: Found | None = None
        self.tried: set[tuple[int, ...]] = set()
        smaller = make_smaller(program, relaxed, goal, deadline_s)
        self.stopped = smaller is None
        self.solver: Any = None if smaller is None else smaller.solver
        count = len(program.centres)
        self.place = np.full(count, -1) if smaller is None else smaller.place
        self.centres = np.flatnonzero(self.place >= 0)
        closing = np.zeros(len(self.place)) if relaxed.closing is None else relaxed.closing
        needed = relaxed.bound + closing >= goal
        self.least = np.maximum(program.base.least[: len(self.place)], needed)

    def run(self) -> None:
        """Visit every choice of centres that may cost less than the goal."""
        if self.solver is not None:
            self._visit({})

    def _visit(self, fixed: dict[int, float]) -> None:
        self.nodes += 1
        if self.stopped or perf_counter() > self.deadline_s:
            self.stopped = True
            return
        opening = self._relax(fixed)
        if opening is None:
            return
        loose = [int(k) for k in self.centres if int(k) not in fixed]
        doubtful = [k for k in loose if WHOLE < opening[k] < 1 - WHOLE]
        if not doubtful:
            self._share_out(opening)
            if not loose or sum(fixed.values()) >= self.program.problem.centres:
                return
        choice = min(doubtful or loose, key=lambda k: abs(opening[k] - 0.6))
        first = 1.0 if opening[choice] >= 0.5 or not doubtful else 0.0
        for value in (first, 1.0 - first):
            self._visit(fixed | {choice: value})

    def _relax(self, fixed: dict[int, float]) -> Floats | None:
        """(centres,) how far each is open, None when nothing below the goal is left."""
        for k in self.centres:
            value = fixed.get(int(k))
            least = self.least[k] if value is None else value
            most = 1.0 if value is None else value
            self.solver.changeColBounds(int(self.place[k]), float(least), float(most))
        self.solver.setOptionValue("objective_bound", self.goal)
        self.solver.run()
        if self.solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        if self.solver.getInfo().objective_function_value >= self.goal:
            return None
        opening = np.zeros(len(self.place))
        column = np.array(self.solver.getSolution().col_value)
        opening[self.centres] = column[self.place[self.centres]]
        return opening

    def _share_out(self, opening: Floats) -> None:
        """The best districting with exactly these centres, if it costs less than the goal."""
        chosen = tuple(int(k) for k in np.flatnonzero(opening > 0.5))
        if chosen in self.tried:
            return
        self.tried.add(chosen)
        count = len(opening)
        shut = np.ones(count, dtype=bool)
        shut[list(chosen)] = False
        rows, site, _ = self.program.columns
        of_centre = np.zeros(len(self.program.problem.cost))
        of_centre[self.program.centres[shut]] = np.inf
        priced = self.relaxed.priced + np.concatenate(
            [np.where(shut, np.inf, 0.0), of_centre[rows[site]]]
        )
        only = replace(self.relaxed, priced=priced, closing=np.where(shut, 0.0, np.inf))
        start = self.best or Found(None, np.inf, np.inf, "infeasible", 0)
        found = settle(self.program, only, self.goal, self.deadline_s, start)
        self.nodes += found.nodes
        if found.status == "unknown":
            self.stopped = True
        elif found.assigned is not None and found.total < self.goal:
            self.best, self.goal = found, found.total


def branch_centres(program: Program, relaxed: Relaxed, goal: float, deadline_s: float) -> Found:
    """The cheapest districting below the goal. status optimal; infeasible when there is none;
    unknown when time was up, with the best found."""
    search = _Search(program, relaxed, goal, deadline_s)
    search.run()
    best = search.best or Found(None, np.inf, goal, "infeasible", 0)
    if search.stopped:
        return replace(best, status="unknown", bound=relaxed.bound, nodes=search.nodes)
    word = "infeasible" if search.best is None else "optimal"
    return replace(best, status=word, bound=search.goal, nodes=search.nodes)
