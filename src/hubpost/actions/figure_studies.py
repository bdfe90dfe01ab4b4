"""What looks beyond a period's own figures: the effect of the reform, and the plan's prediction."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import sqlalchemy as sa

from hubpost.actions.before_after import KeptPrediction
from hubpost.actions.figures import CHECKED_FOR, KEPT, Figures, FiguresDesk
from hubpost.evaluation.effect import EffectStudy
from hubpost.evaluation.evaluate import Reform, study_effects
from hubpost.evaluation.period import Period
from hubpost.evaluation.prediction import PredictedActual, Prediction, predicted_and_actual
from hubpost.model.codec import event_from_json
from hubpost.model.events import GroupsFormed
from hubpost.storage.schema import event
from hubpost.storage.store import Store


@dataclass(frozen=True, slots=True, eq=False)
class Studied:
    """effects: a study for each kind of call. at: when it was made, for it is kept a while."""

    reform: Reform
    effects: tuple[EffectStudy, ...]
    at: datetime


class StudiesDesk:
    """Keeps the studies of a process: each takes seconds, and a call more changes nothing."""

    def __init__(self, store: Store, desk: FiguresDesk) -> None:
        self._store, self._desk = store, desk
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[Period, date], Studied] = OrderedDict()

    def study(self, figures: Figures, reform: Reform) -> Studied:
        """The effect of a reform on the calls of all months up to the period's end."""
        period = figures.evaluation.period
        key = (period, reform.start)
        with self._lock:
            found = self._kept.get(key)
            if found is None or self._store.now() - found.at > CHECKED_FOR:
                found = self._kept[key] = self._made(figures, period, reform)
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            return found

    def _made(self, figures: Figures, period: Period, reform: Reform) -> Studied:
        evaluation = figures.evaluation
        effects = study_effects(
            self._desk.whole(), period, evaluation.results, reform, evaluation.findings,
            np.random.default_rng(0),
        )  # fmt: skip
        return Studied(reform, effects, self._store.now())


def find_reform(conn: sa.Connection, timezone: str) -> Reform | None:
    """The reform as the log tells it: the day groups were first in force, and when each station
    first was in one; None while no plan was signed.
    """
    query = sa.select(event.c.kind, event.c.body).where(event.c.kind == "GroupsFormed")
    joined: dict[str, date] = {}
    for kind, body in conn.execute(query.order_by(event.c.id)):
        formed = event_from_json(kind, body)
        if isinstance(formed, GroupsFormed):
            day = formed.at.astimezone(ZoneInfo(timezone)).date()
            stations = (s for g in formed.groups for s in (g.hub_id, *g.base_ids))
            joined = dict.fromkeys(stations, day) | joined
    return Reform(min(joined.values()), joined) if joined else None


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
        if not part.days or not prediction.response_min or not figures.calls.height:
            continue
        records = replace(figures.records, tables={"calls": figures.calls})
        actual = predicted_and_actual(records, part, prediction, (), np.random.default_rng(0))
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
