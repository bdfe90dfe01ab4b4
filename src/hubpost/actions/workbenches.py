"""The workbenches of a console: one for each question, planned once on a thread of their own."""

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from dataclasses import dataclass, field
from threading import Lock
from time import perf_counter

from hubpost.actions.plan_question import PlanQuestion
from hubpost.actions.planning import Workbench
from hubpost.planning.exact_search import Progress

#: Plans a question; the progress it is given may raise KeyboardInterrupt to end the search.
OpenBench = Callable[[PlanQuestion, Progress], Workbench]
MOST_KEPT = 6


@dataclass(slots=True, eq=False)
class Planning:
    """A question being planned. best: objective of the best plan so far; bound: none is below.

    begun_s: a perf_counter instant, None while another question is being planned.
    """

    question: PlanQuestion
    future: Future[Workbench] = field(default_factory=Future)
    best: float | None = None
    bound: float | None = None
    begun_s: float | None = None
    stopped: bool = False

    @property
    def seconds(self) -> float:
        """How long it has been planned."""
        return 0.0 if self.begun_s is None else perf_counter() - self.begun_s

    def tell(self, best: float | None, bound: float) -> None:
        """Take the planner's progress, and pass a wish to stop on to it."""
        self.best, self.bound = best, bound
        if self.stopped:
            raise KeyboardInterrupt


class Workbenches:
    """Keeps the latest workbenches; plans one question at a time, so that dispatch has a core."""

    def __init__(self, open_bench: OpenBench) -> None:
        self._open = open_bench
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="planning")
        self._lock = Lock()
        self._asked: OrderedDict[PlanQuestion, Planning] = OrderedDict()

    def ask(self, question: PlanQuestion, wait_s: float) -> Workbench | Planning:
        """The workbench if it is there within wait_s; else how far the planning is.

        Raises what planning raised, once; the question may then be asked anew.
        """
        planning = self._planning(question)
        wait_for([planning.future], wait_s)
        if not planning.future.done():
            return planning
        try:
            return planning.future.result()
        except BaseException:
            with self._lock:
                self._asked.pop(question, None)
            raise

    def find(self, question: PlanQuestion) -> Planning | None:
        """The planning of a question that was asked and is not forgotten; asks nothing."""
        return self._asked.get(question)

    def stop(self, question: PlanQuestion) -> None:
        """End the search of a question with the best plan it has."""
        planning = self.find(question)
        if planning is not None:
            planning.stopped = True

    def keep(self, bench: Workbench) -> None:
        """A workbench that is there already."""
        planning = Planning(bench.question)
        planning.future.set_result(bench)
        with self._lock:
            self._asked[bench.question] = planning

    def close(self) -> None:
        """End what is being planned; nothing more can be asked."""
        for planning in list(self._asked.values()):
            planning.stopped = True
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _planning(self, question: PlanQuestion) -> Planning:
        with self._lock:
            planning = self._asked.pop(question, None)
            if planning is None:
                planning = Planning(question)
                planning.future = self._pool.submit(self._plan, planning)
            self._asked[question] = planning
            self._forget()
        return planning

    def _forget(self) -> None:
        """Drop the oldest that are done, beyond those kept."""
        done = [q for q, planning in self._asked.items() if planning.future.done()]
        for question in done[: max(len(self._asked) - MOST_KEPT, 0)]:
            del self._asked[question]

    def _plan(self, planning: Planning) -> Workbench:
        planning.begun_s = perf_counter()
        return self._open(planning.question, planning.tell)
