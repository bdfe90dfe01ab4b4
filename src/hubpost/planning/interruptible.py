"""HiGHS in a thread of its own, so that its bound can be told and Ctrl-C keeps the best found."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Thread
from time import monotonic
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

#: (best found or None, bound); may raise KeyboardInterrupt to end the search.
Progress = Callable[[float | None, float], None]
_LOOK_S = 0.2
_TELL_S = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """values (columns,): the best solution, None when there is none. bound: no solution costs
    less, -inf when nothing is known. infeasible: proven that there is none.
    """

    values: NDArray[np.float64] | None
    bound: float
    infeasible: bool


def run_interruptibly(
    solver: Any, progress: Progress | None = None, start: NDArray[np.float64] | None = None
) -> Found:
    """Run a HiGHS minimisation until it ends, or KeyboardInterrupt ends it sooner.

    start (columns,): a solution to begin with; never is anything worse given back.
    """
    stop = Event()
    news: list[tuple[float | None, float]] = [(None, -np.inf)]
    best: list[NDArray[np.float64]] = [] if start is None else [start]

    def look(event: Any) -> None:
        if stop.is_set():
            event.interrupt()

    def look_and_tell(event: Any) -> None:
        primal, bound = event.data_out.mip_primal_bound, event.data_out.mip_dual_bound
        if abs(bound) < 1e20:
            news[0] = (float(primal) if abs(primal) < 1e20 else None, float(bound))
        look(event)

    def keep(event: Any) -> None:
        best.append(np.array(event.data_out.mip_solution))

    solver.cbMipInterrupt += look_and_tell
    solver.cbSimplexInterrupt += look
    solver.cbMipImprovingSolution += keep
    if start is not None:
        _begin_with(solver, start)
    thread = Thread(target=solver.run, daemon=True)
    thread.start()
    told, last = news[0], -_TELL_S
    try:
        while thread.is_alive():
            thread.join(_LOOK_S)
            better = news[0][0] != told[0]
            if progress and news[0] != told and (better or monotonic() - last >= _TELL_S):
                told, last = news[0], monotonic()
                progress(*told)
    except KeyboardInterrupt:
        stop.set()
    thread.join()
    return _found(solver, best, news[0][1])


def _begin_with(solver: Any, start: NDArray[np.float64]) -> None:
    solution = highspy.HighsSolution()
    solution.col_value = start.tolist()
    solver.setSolution(solution)


def _found(solver: Any, best: list[NDArray[np.float64]], told: float) -> Found:
    """The solver's own last word, or the best that passed by where it was stopped before it."""
    info = solver.getInfo()
    if solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        return Found(None, np.inf, True)
    own = float(info.mip_dual_bound)
    bound = max(own if abs(own) < 1e20 else -np.inf, told)
    if info.primal_solution_status == 2:
        best = [*best, np.array(solver.getSolution().col_value)]
    cost = np.array(solver.getLp().col_cost_)
    values = min(best, key=lambda v: float(cost @ v)) if best else None
    return Found(values, bound, False)
