# mypy: disable-error-code="no-untyped-call"
"""Probing a districting's relaxation: which centres are too dear to open, or to do without."""

from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

import highspy
import numpy as np
from scipy.sparse import csr_array

from hubpost.planning.district_program import Program, Relaxed
from hubpost.planning.districting import Bools
from hubpost.planning.location_result import Floats, Ints
from hubpost.planning.pruned_median import load_model

#: No column is unbounded, so presolve's doubt between the two is none.
_NOTHING = (
    highspy.HighsModelStatus.kInfeasible,
    highspy.HighsModelStatus.kUnboundedOrInfeasible,
)
_BEYOND = (highspy.HighsModelStatus.kObjectiveBound, highspy.HighsModelStatus.kInfeasible)


@dataclass(frozen=True, slots=True, eq=False)
class Smaller:
    """The relaxation without the columns that cannot be used below a goal, solved once.

    place (centres,): its column of each centre, -1 where struck. solver: None when
    nothing below the goal is left.
    """

    solver: Any
    place: Ints
    bound: float
    goal: float

    def price(self, centre: int, value: float) -> float:
        """What it costs more with a centre at a value; at most up to the goal."""
        solver, column = self.solver, int(self.place[centre])
        solver.changeColBounds(column, value, value)
        solver.run()
        status = solver.getModelStatus()
        found = float(solver.getInfo().objective_function_value)
        solver.changeColBounds(column, 0.0, 1.0)
        if status == highspy.HighsModelStatus.kOptimal:
            return found - self.bound
        return self.goal - self.bound if status in _BEYOND else 0.0


def probe_centres(program: Program, relaxed: Relaxed, goal: float, deadline_s: float) -> Relaxed:
    """Price each centre by what the relaxation costs when it must be opened, or must not.

    A centre too dear to open is struck with every service from it; one too dear to do without is
    opened. Prices hold for districtings cheaper than this goal: another goal must ask again, from
    what `relax` gave.
    """
    rows, site, _ = program.columns
    count = len(program.centres)
    if not np.isfinite(relaxed.bound):
        return relaxed
    priced = _ask(program, relaxed, goal, deadline_s, 1.0, relaxed.priced[:count])
    of_centre = np.zeros(len(program.problem.cost))
    of_centre[program.centres] = priced
    every = np.maximum(relaxed.priced[count:], of_centre[rows[site]])
    relaxed = replace(relaxed, priced=np.concatenate([priced, every]))
    closing = _ask(program, relaxed, goal, deadline_s, 0.0, np.zeros(count))
    return replace(relaxed, closing=closing)


def _ask(
    program: Program, relaxed: Relaxed, goal: float, deadline_s: float, value: float, known: Floats
) -> Floats:
    """The prices (centres,) of fixing each centre at a value, where they may still reach the goal.

    known: lower bounds of those prices.
    """
    count, found = len(program.centres), known.copy()
    open_yet = relaxed.bound + relaxed.priced[:count] < goal
    free = open_yet & (program.base.least[:count] < 1) & (relaxed.bound + known < goal)
    smaller = make_smaller(program, relaxed, goal, deadline_s)
    for k in np.flatnonzero(free) if smaller and smaller.solver else ():
        if perf_counter() > deadline_s:
            break
        found[k] = max(found[k], smaller.price(int(k), value))  # type: ignore[union-attr]
    return found


def make_smaller(
    program: Program, relaxed: Relaxed, goal: float, deadline_s: float
) -> Smaller | None:
    """The relaxation below a goal; None when it cannot be solved in time: nothing is then known."""
    base, count = program.base, len(program.centres)
    keep = (relaxed.bound + relaxed.priced < goal) | (base.least > 0)
    value, rows, lower, upper, least = base.with_rows(csr_array(program.conditions[relaxed.active]))
    rows = csr_array(rows[:, np.flatnonzero(keep)])
    needed = _not_idle(rows, lower, upper)
    solver = load_model(
        value[keep], csr_array(rows[needed]), lower[needed], upper[needed], least[keep],
        np.zeros(int(keep.sum())), max(deadline_s - perf_counter(), 0.5),
    )  # fmt: skip
    solver.run()
    place = np.where(keep, np.cumsum(keep) - 1, -1)[:count]
    if solver.getModelStatus() in _NOTHING:
        return Smaller(None, place, relaxed.bound, goal)
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    solver.setOptionValue("objective_bound", goal)
    solver.setOptionValue("time_limit", np.inf)
    return Smaller(solver, place, relaxed.bound, goal)


def _not_idle(rows: csr_array, lower: Floats, upper: Floats) -> Bools:
    """Rows that columns of 0..1 could break: not those <= 0 without a positive entry left."""
    positive = np.zeros(rows.shape[0], dtype=bool)
    row, _ = (rows > 0).nonzero()
    positive[row] = True
    return np.asarray(positive | np.isfinite(lower) | (upper != 0))
