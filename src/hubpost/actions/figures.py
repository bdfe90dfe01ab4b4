"""Figures for the console: the calls kept in memory, counted once, brought up to date by events."""

import logging
import threading
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import sqlalchemy as sa

from hubpost.actions.counties import find_setting
from hubpost.actions.evaluation import make_records, one_view
from hubpost.actions.figure_calls import HeldCalls, brought_up, read_calls
from hubpost.actions.figure_log import ToldByLog, read_on
from hubpost.actions.figure_query import (
    FigureQuery,
    Reading,
    StillReading,
    instants,
    year_before,
)
from hubpost.actions.kept_sources import last_kept
from hubpost.actions.plan_basis import find_plan_basis
from hubpost.evaluation.call_block import can_count
from hubpost.evaluation.evaluate import Evaluation, Reform, evaluate_frame
from hubpost.evaluation.finding import Finding
from hubpost.evaluation.kpi_catalogue import read_catalogue
from hubpost.evaluation.period import Period
from hubpost.evaluation.plausibility import check_calls
from hubpost.evaluation.records import Records
from hubpost.evaluation.station_history import successor_of
from hubpost.evaluation.stock_counts import StockCounts
from hubpost.model.refused import Refused
from hubpost.storage.call_chunks import has_more_calls_than
from hubpost.storage.records.tables import record_event
from hubpost.storage.schema import event
from hubpost.storage.store import Store

#: Answers kept; checks are asked again after so long, figures after every event.
KEPT = 64
CHECKED_FOR = timedelta(minutes=10)
#: More calls than this are first read beside the page, which says so, not while a page waits.
READ_AT_ONCE = 100_000
_NO_CALLS = pl.DataFrame(schema={"id": pl.String, "received_at": pl.Datetime("us", "UTC")})

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """An evaluation, the records it was made of, and when the data were last checked.

    records: calls are those of the period. counts: of all calls of the kind;
    None without any. version: of the calls. drawn: what a screen has made of them, kept as long
    as they are.
    """

    evaluation: Evaluation
    records: Records
    counts: StockCounts | None
    checked_at: datetime
    version: int = 0
    drawn: dict[Any, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class _Ground:
    """Everything but the calls. seen: what it was made of, to tell when it must be made anew."""

    facts: dict[str, Any]
    records: Records
    told: ToldByLog
    seen: tuple[Any, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Answer:
    figures: Figures
    ground: _Ground
    observed: Period | None


class FiguresDesk:
    """One for a process: holds the calls, so that ten million of them are read only once.

    Other processes' calls are seen as well as its own: each question asks the database for the
    events since the last one.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._held: HeldCalls | None = None
        self._ground: _Ground | None = None
        self._answers: OrderedDict[FigureQuery, _Answer] = OrderedDict()
        self._checks: tuple[datetime, tuple[Finding, ...]] | None = None
        self._checking = False
        self._reading: Reading | None = None
        self._catalogue = tuple(read_catalogue())
        self._kpis = tuple(k for k in self._catalogue if k.source == "calls")

    def ask(self, query: FigureQuery) -> Figures:
        """The figures of a period, as of the last commit.

        Raises Refused without a county, StillReading while many calls are read the first time.
        """
        held, ground = self._up_to_date()
        checks = self._checked(held)
        observed = held.stock.span and held.stock.span.meet(query.days)
        with self._lock:
            found = self._answers.get(query)
        if found is None or not self._holds(found, query, held, ground, observed, checks[0]):
            found = _Answer(self._make(query, held, ground, checks), ground, observed)
            self._keep(query, found)
        return found.figures

    def span(self) -> Period | None:
        """The days from the first to the last call; None without calls. Raises as `ask` does."""
        return self._up_to_date()[0].stock.span

    def whole(self) -> Records:
        """All records up to the last commit, for what looks back further than a year."""
        held, ground = self._up_to_date()
        return self._records(FigureQuery(Period(date.max, date.max)), held, ground, whole=True)

    def reform(self) -> Reform | None:
        """The reform as the log tells it; None while no plan was signed."""
        ground = self._up_to_date()[1]
        return ground.told.find_reform(ground.records.timezone)

    def find_reading(self) -> Reading | None:
        """How far the first reading has come; None when questions can be answered."""
        try:
            self._up_to_date()
        except StillReading as still:
            return still.reading
        return None

    def warm(self) -> None:
        """Begin reading the calls beside everything else, where there are many; at start-up."""
        with one_view(self._store.engine) as conn:
            many = find_setting(conn, "county") and has_more_calls_than(conn, READ_AT_ONCE)
        if many:
            self.find_reading()

    def _up_to_date(self) -> tuple[HeldCalls, _Ground]:
        with self._lock:
            if self._reading is not None:
                raise StillReading(self._reading)
            with one_view(self._store.engine) as conn:
                last = _last(conn, event.c.id)
                if self._held is None or last < self._held.event_id:
                    if not find_setting(conn, "county"):
                        raise Refused("no_county", "The database holds no county yet.")
                    if has_more_calls_than(conn, READ_AT_ONCE):
                        raise self._begin_reading()
                    self._read(conn)
                elif last != self._held.event_id:
                    self._held = brought_up(conn, self._held, last)
                assert self._held is not None  # noqa: S101
                self._ground = self._grounded(conn, last)
            return self._held, self._ground

    def _begin_reading(self) -> StillReading:
        self._held = None
        # Kept here: a short reading may be over before this line is.
        begun = self._reading = Reading(0, 0, self._store.now())
        threading.Thread(target=self._read_beside, name="figures", daemon=True).start()
        return StillReading(begun)

    def _read_beside(self) -> None:
        try:
            with one_view(self._store.engine) as conn:
                self._read(conn)
                self._ground = self._grounded(conn, _last(conn, event.c.id))
            if self._reading is not None and self._held is not None:
                self._reading = replace(self._reading, checking=True)
                self._check(self._held)
        except Exception:
            # The next page begins again, and says so again; a log line tells why.
            _log.exception("reading the calls for figures")
            self._held = None
        finally:
            self._reading = None

    def _read(self, conn: sa.Connection) -> None:
        facts, county = find_setting(conn, "county") or {}, find_plan_basis(conn)
        self._held = read_calls(
            conn, facts["timezone"], self._kpis, county.calls if county else None,
            _last(conn, event.c.id), self._tell,
        )  # fmt: skip
        self._answers.clear()

    def _tell(self, done: int, calls: int) -> None:
        if self._reading is not None:
            self._reading = replace(self._reading, done=done, calls=calls)

    def _grounded(self, conn: sa.Connection, last: int) -> _Ground:
        """All but the calls; made anew only when records, stations or the month are new ones."""
        old = self._ground
        told = old.told if old is not None else ToldByLog()
        if told.event_id != last:
            told = read_on(conn, told, last)
        month = self._store.now().strftime("%Y-%m")
        seen = (_last(conn, record_event.c.id), last_kept(conn), len(told.names), month)
        if old is not None and old.seen == seen:
            return old if old.told is told else replace(old, told=told)
        facts, county = find_setting(conn, "county") or {}, find_plan_basis(conn)
        bare = county and replace(county, calls=county.calls.head(0))
        records = make_records(conn, facts, bare, _NO_CALLS, names=told.names)
        return _Ground(facts, records, told, seen)

    def _holds(
        self, answer: _Answer, query: FigureQuery, held: HeldCalls, ground: _Ground,
        observed: Period | None, checked_at: datetime,
    ) -> bool:  # fmt: skip
        """Whether an answer still is what asking again would give."""
        figures = answer.figures
        return (
            answer.ground.records is ground.records
            and answer.observed == observed
            and figures.checked_at == checked_at
            and held.is_same_since(figures.version, query.days)
        )

    def _keep(self, query: FigureQuery, answer: _Answer) -> None:
        with self._lock:
            self._answers[query] = answer
            self._answers.move_to_end(query)
            while len(self._answers) > KEPT:
                self._answers.popitem(last=False)

    def _make(
        self, query: FigureQuery, held: HeldCalls, ground: _Ground,
        checks: tuple[datetime, tuple[Finding, ...]],
    ) -> Figures:  # fmt: skip
        asked = self._records(query, held, ground)
        facts = ground.facts
        evaluation = evaluate_frame(
            asked, query.period, rng=np.random.default_rng(0), checked=checks[1],
            catalogue=self._catalogue, name=facts["name"],
            name_en=facts["name_en"] or facts["name"], checksums=facts["checksums"],
        )  # fmt: skip
        counts = StockCounts(held.stock, query.kind) if held.stock.span else None
        # What was counted on the way is let go of: 64 answers would hold on to it.
        left = replace(asked, counted={})
        return Figures(evaluation, left, counts, checks[0], held.version)

    def _records(
        self, query: FigureQuery, held: HeldCalls, ground: _Ground, *, whole: bool = False
    ) -> Records:
        """The records with the calls of a question, which are read only where rows are shown."""
        records, stock, span = ground.records, held.stock, held.stock.span
        if span is None:
            return records
        counted = can_count(self._kpis)
        # Counts tell of the year before; rows are shown of the period alone.
        bounds = instants(query.period, records.timezone) if counted and not whole else ()
        return replace(
            records,
            tables={**records.tables, "calls": stock.lazy(query.kind, *bounds)},
            observed={"calls": span},
            counted={"calls": StockCounts(stock, query.kind, successor_of(records.history))}
            if counted else {},
        )  # fmt: skip

    def _checked(self, held: HeldCalls) -> tuple[datetime, tuple[Finding, ...]]:
        """Checks of the latest two years of calls, whatever is asked; renewed in the background."""
        if self._checks is None:
            self._check(held)
        elif self._store.now() - self._checks[0] > CHECKED_FOR and not self._checking:
            self._checking = True
            threading.Thread(target=self._check, args=(held,), daemon=True).start()
        assert self._checks is not None  # noqa: S101
        return self._checks

    def _check(self, held: HeldCalls) -> None:
        try:
            span, found = held.stock.span, tuple[Finding, ...]()
            if span is not None:
                latest = FigureQuery(Period(year_before(span.end), span.end)).days
                zone = held.stock.plan.timezone
                calls = held.stock.lazy("", *instants(latest, zone)).collect()
                found = check_calls(calls, zone)
            self._checks = (self._store.now(), found)
        finally:
            self._checking = False


def _last(conn: sa.Connection, column: sa.ColumnElement[int]) -> int:
    return conn.execute(sa.select(sa.func.max(column))).scalar() or 0
