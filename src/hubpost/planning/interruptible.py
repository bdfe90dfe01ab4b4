"""HiGHS in a thread of its own, so that its bound can be told and Ctrl-C keeps the best found."""

from collections.abc import Callable
from threading import Event, Thread
from typing import Any

#: (best found or None, bound); may raise KeyboardInterrupt to end the search.
Progress = Callable[[float | None, float], None]
_LOOK_S = 0.2


def run_interruptibly(solver: Any, progress: Progress | None = None) -> bool:
    """Run a HiGHS model to its end; False when KeyboardInterrupt ended it sooner.

    The solver then stops at its next look and holds the best solution and bound it had.
    """
    stop = Event()
    news: list[tuple[float | None, float]] = [(None, -float("inf"))]

    def look(event: Any) -> None:
        if stop.is_set():
            event.interrupt()

    def tell(event: Any) -> None:
        best, bound = event.data_out.mip_primal_bound, event.data_out.mip_dual_bound
        news[0] = (float(best) if abs(best) < 1e20 else None, float(bound))

    solver.cbMipInterrupt += look
    solver.cbSimplexInterrupt += look
    solver.cbMipLogging += tell
    thread = Thread(target=solver.run, daemon=True)
    thread.start()
    told = news[0]
    try:
        while thread.is_alive():
            thread.join(_LOOK_S)
            if progress is not None and news[0] != told:
                told = news[0]
                progress(*told)
    except KeyboardInterrupt:
        stop.set()
    thread.join()
    return not stop.is_set()
