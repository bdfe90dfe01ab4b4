"""The score sheet of an exercise: as a whole and of each call, never of a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

#: A unit counts as sent beyond the nearest when a free one would have been there so much sooner.
BEYOND_S = 60.0


@dataclass(frozen=True, slots=True)
class SentUnit:
    """One sending, and what the advice of that moment said.

    eta_s: predicted seconds to arrival, None where unknown. nearest_s: of the free unit that would
    have been there first. emptied: stations the sending left empty, with the seconds until the
    next cover, None where there is none.
    """

    unit_id: str
    at: datetime
    followed: bool
    reason: str
    eta_s: float | None
    nearest_s: float | None
    emptied: tuple[tuple[str, float | None], ...] = ()

    @property
    def beyond_s(self) -> float:
        """Seconds later than the nearest free unit; 0 when it was the nearest, or nobody knows."""
        if self.eta_s is None or self.nearest_s is None:
            return 0.0
        return max(0.0, self.eta_s - self.nearest_s)


@dataclass(frozen=True, slots=True)
class ExerciseRecord:
    """What was recorded of one call of an exercise."""

    number: str
    category: str
    priority: int
    received_at: datetime
    units_needed: int
    sent: tuple[SentUnit, ...] = ()
    arrived_at: datetime | None = None
    merged: bool = False


@dataclass(frozen=True, slots=True)
class CallScore:
    """One call on the sheet. dispatch_s: received to the first unit sent, None while it waits."""

    number: str
    category: str
    priority: int
    dispatch_s: float | None
    sent: int
    needed: int
    followed: int
    overridden: int
    beyond_s: float
    reasons: tuple[str, ...]
    emptied: tuple[tuple[str, float | None], ...]
    merged: bool


@dataclass(frozen=True, slots=True)
class ScoreSheet:
    """An exercise as a whole. Times to dispatch are by the clock at the console.

    within_1_min, within_3_min: calls sent to in that time, of `calls`. waiting: calls that nobody
    was sent to. short: calls that got fewer units than needed. worst_cover_s: longest wait for the
    next cover of a station left empty; None when none was left empty; uncovered: stations nobody
    could have covered.
    """

    calls: int
    answered: int
    waiting: int
    short: int
    merged: int
    dispatch_s_median: float | None
    dispatch_s_longest: float | None
    within_1_min: int
    within_3_min: int
    sendings: int
    followed: int
    overridden: int
    beyond_nearest: int
    beyond_s_median: float | None
    left_empty: int
    worst_cover_s: float | None
    uncovered: int
    per_call: tuple[CallScore, ...]


def score_exercise(records: Sequence[ExerciseRecord]) -> ScoreSheet:
    """The sheet of an exercise, calls in the order they came. A merged call asks for no unit."""
    own = [r for r in records if not r.merged]
    waits = [w for r in own if (w := _dispatch_s(r)) is not None]
    sent = [s for r in records for s in r.sent]
    late = [s.beyond_s for s in sent if s.beyond_s > BEYOND_S]
    gaps = [cover_s for s in sent for _, cover_s in s.emptied]
    covers = [c for c in gaps if c is not None]
    return ScoreSheet(
        calls=len(records),
        answered=len(waits),
        waiting=len(own) - len(waits),
        short=sum(0 < len(r.sent) < r.units_needed for r in own),
        merged=len(records) - len(own),
        dispatch_s_median=median(waits) if waits else None,
        dispatch_s_longest=max(waits, default=None),
        within_1_min=sum(w <= 60 for w in waits),
        within_3_min=sum(w <= 180 for w in waits),
        sendings=len(sent),
        followed=sum(s.followed for s in sent),
        overridden=sum(not s.followed for s in sent),
        beyond_nearest=len(late),
        beyond_s_median=median(late) if late else None,
        left_empty=len(gaps),
        worst_cover_s=max(covers, default=None),
        uncovered=len(gaps) - len(covers),
        per_call=tuple(map(_call_score, records)),
    )


def _dispatch_s(record: ExerciseRecord) -> float | None:
    first = min((s.at for s in record.sent), default=None)
    return None if first is None else (first - record.received_at).total_seconds()


def _call_score(record: ExerciseRecord) -> CallScore:
    return CallScore(
        number=record.number,
        category=record.category,
        priority=record.priority,
        dispatch_s=_dispatch_s(record),
        sent=len(record.sent),
        needed=record.units_needed,
        followed=sum(s.followed for s in record.sent),
        overridden=sum(not s.followed for s in record.sent),
        beyond_s=max((s.beyond_s for s in record.sent), default=0.0),
        reasons=tuple(s.reason for s in record.sent if s.reason),
        emptied=tuple(e for s in record.sent for e in s.emptied),
        merged=record.merged,
    )
