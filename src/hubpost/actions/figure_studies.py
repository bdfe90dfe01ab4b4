"""What looks beyond a period's own figures: the effect of the reform, and the plan's prediction."""

import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import numpy as np
import sqlalchemy as sa

from hubpost.actions.before_after import KeptPrediction
from hubpost.actions.figure_log import ToldByLog, read_on
from hubpost.actions.figures import CHECKED_FOR, KEPT, Figures, FiguresDesk
from hubpost.evaluation.effect import EffectStudy
from hubpost.evaluation.evaluate import Reform, study_effects
from hubpost.evaluation.period import Period
from hubpost.evaluation.prediction import PredictedActual, Prediction, predicted_and_actual
from hubpost.storage.store import Store

#: An open page asks again every two seconds.
LEFT_AFTER_S = 8.0
_TURN_S = 0.0005


@dataclass(frozen=True, slots=True, eq=False)
class Studied:
    """effects: a study for each kind of call. at: when it was made, for it is kept a while."""

    reform: Reform
    effects: tuple[EffectStudy, ...]
    at: datetime


@dataclass(slots=True, eq=False)
class _Kept:
    """made: None while it is being made the first time. version: of the calls it was made of."""

    done: threading.Event
    made: Any = None
    at: datetime | None = None
    version: int = -1
    busy: bool = False
    asked: float = 0.0


class StudiesDesk:
    """Makes the studies of a process beside its pages, one at a time: each takes seconds.

    What was made is shown for ten minutes whatever calls come, and after that until the next one
    is ready, for a call more changes nothing. A study is begun when its page asks the second time,
    so that leafing through pages begins none, and is not made when its page was left while it
    waited its turn. patience_s: how long a page that has begun one waits for it.
    """

    def __init__(self, store: Store, desk: FiguresDesk, patience_s: float = 0.1) -> None:
        self._store, self._desk = store, desk
        self.patience_s = patience_s
        self._lock, self._making = threading.Lock(), threading.Lock()
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()

    def study(self, figures: Figures, reform: Reform) -> Studied | None:
        """The effect of a reform on the calls of all months up to the period's end; None while it
        is being studied. Raises RuntimeError where it could not be.
        """
        period = figures.evaluation.period
        key = ("effect", period, reform.start, tuple(sorted(reform.joined.items())))
        found: Studied | None = self._find(key, figures, lambda: self._made(figures, reform))
        return found

    def predict(
        self, figures: Figures, kept: KeptPrediction, plan_day: date | None
    ) -> Mapping[str, PredictedActual] | None:
        """As predicted_since, kept and made as the studies are; None while it is being made."""
        key = ("predicted", figures.evaluation.period, kept, plan_day)
        found: Mapping[str, PredictedActual] | None = self._find(
            key, figures, lambda: predicted_since(figures, kept, plan_day)
        )
        return found

    def _find(self, key: Hashable, figures: Figures, make: Callable[[], Any]) -> Any:
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                kept = self._kept[key] = _Kept(threading.Event())
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            elif not kept.busy and self._is_due(kept, figures):
                kept.busy = True
                self._begin(key, kept, figures.version, make)
            kept.asked = time.monotonic()
        if kept.busy:
            kept.done.wait(self.patience_s)
        if isinstance(kept.made, Exception):
            with self._lock:
                self._kept.pop(key, None)
            raise RuntimeError(f"A study failed: {kept.made}.") from kept.made
        return kept.made

    def _is_due(self, kept: _Kept, figures: Figures) -> bool:
        if kept.made is None:
            return True
        age = self._store.now() - kept.at if kept.at else CHECKED_FOR
        return age > CHECKED_FOR and kept.version != figures.version

    def _begin(self, key: Hashable, kept: _Kept, version: int, make: Callable[[], Any]) -> None:
        def run() -> None:
            with self._making:
                if self._was_left(key, kept):
                    return
                try:
                    with _giving_way():
                        made = make()
                except Exception as error:
                    made = error
            kept.made, kept.at, kept.version = made, self._store.now(), version
            kept.busy = False
            kept.done.set()

        threading.Thread(target=run, name="studies", daemon=True).start()

    def _was_left(self, key: Hashable, kept: _Kept) -> bool:
        with self._lock:
            left = time.monotonic() - kept.asked > LEFT_AFTER_S
            if left:
                self._kept.pop(key, None)
            return left

    def _made(self, figures: Figures, reform: Reform) -> Studied:
        evaluation = figures.evaluation
        effects = study_effects(
            self._desk.whole(), evaluation.period, evaluation.results, reform,
            evaluation.findings, np.random.default_rng(0),
        )  # fmt: skip
        return Studied(reform, effects, self._store.now())


@contextmanager
def _giving_way() -> Iterator[None]:
    """Let pages in more often while a study keeps the interpreter busy.

    A page hands the interpreter over some hundred times, at each database answer and each column
    counted, and waits a thread's whole turn each time to have it back.
    """
    usual = sys.getswitchinterval()
    sys.setswitchinterval(min(usual, _TURN_S))
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


def find_reform(conn: sa.Connection, timezone: str) -> Reform | None:
    """The reform as the whole log tells it, read anew."""
    return read_on(conn, ToldByLog(), 0).find_reform(timezone)


def predicted_since(
    figures: Figures, kept: KeptPrediction, plan_day: date | None
) -> Mapping[str, PredictedActual]:
    """Side -> the calls of the period held against the simulation of that side.

    Calls before the plan was in force are held against `before` (own station only), calls since
    against `after`; a side without calls is left out. By priority: the spreads are kept so.
    """
    period = figures.evaluation.period
    split = min(max(plan_day or period.end, period.start), period.end)
    found = {}
    for side, part in (
        ("before", Period(period.start, split)),
        ("after", Period(split, period.end)),
    ):
        prediction = prediction_of_side(kept, side)
        if not part.days or not prediction.response_min:
            continue
        actual = predicted_and_actual(
            figures.records, part, prediction, (), np.random.default_rng(0)
        )
        if actual is not None and actual.calibration.n:
            found[side] = replace(actual, labels=kept.labels)
    return found


def prediction_of_side(kept: KeptPrediction, side: str) -> Prediction:
    """The kept spreads as a prediction: 99 evenly spaced quantiles stand for the draws."""
    minutes = {
        key.removeprefix("priority-"): np.asarray(spread["seconds"], dtype=float) / 60
        for key, spread in kept.spreads[side].items()
        if key.startswith("priority-") and spread["seconds"]
    }
    return Prediction(side, minutes, by="priority")
