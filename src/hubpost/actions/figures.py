"""Figures for the console: the calls kept as columns in memory and brought up to date by events."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import sqlalchemy as sa

from hubpost.actions.counties import find_setting
from hubpost.actions.evaluation import joined_calls, make_records, one_view
from hubpost.actions.kept_sources import last_kept
from hubpost.actions.plan_basis import find_plan_basis
from hubpost.evaluation.county_records import records_of_county
from hubpost.evaluation.evaluate import Evaluation, evaluate_frame
from hubpost.evaluation.finding import Finding
from hubpost.evaluation.period import Period
from hubpost.evaluation.plausibility import check_calls
from hubpost.evaluation.records import Records
from hubpost.model.refused import Refused
from hubpost.storage.call_frames import list_changed_calls, read_call_frame
from hubpost.storage.records.tables import record_event
from hubpost.storage.schema import event
from hubpost.storage.store import Store

#: Answers kept; checks are asked again after so long, figures after every event.
KEPT = 64
CHECKED_FOR = timedelta(minutes=10)
#: More changed calls than this are read anew as a whole.
_MANY = 20_000


@dataclass(frozen=True, slots=True)
class FigureQuery:
    """What a screen asks for: a period of local days, and a kind of call; "" is every kind."""

    period: Period
    kind: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """An evaluation, the records it was made of, and when the data were last checked.

    calls: those of the period and the year before, with nothing else. drawn: what a screen has
    made of them, kept as long as they are.
    """

    evaluation: Evaluation
    records: Records
    calls: pl.DataFrame
    checked_at: datetime
    drawn: dict[Any, Any] = field(default_factory=dict)


class FiguresDesk:
    """One for a process: holds the columns, so that a million calls are read only once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._seen: tuple[int, int, str] = (-1, -1, "")
        #: Grows with every change of what figures are made of, not with every event.
        self._version = 0
        self._live: pl.DataFrame | None = None
        self._records: Records | None = None
        self._witnesses = pl.DataFrame()
        self._span: Period | None = None
        self._facts: dict[str, Any] = {}
        self._answers: OrderedDict[tuple[Any, ...], Figures] = OrderedDict()
        self._checks: tuple[datetime, tuple[Finding, ...]] | None = None
        self._checking = False

    def ask(self, query: FigureQuery) -> Figures:
        """The figures of a period, as of the last commit. Raises Refused without a county."""
        with self._lock:
            self._refresh()
            key = (self._version, query)
            found = self._answers.get(key)
            stale = self._checks is not None and found and found.checked_at != self._checks[0]
            if found is None or stale:
                found = self._answers[key] = self._make(query)
                while len(self._answers) > KEPT:
                    self._answers.popitem(last=False)
            return found

    def span(self) -> Period | None:
        """The days from the first to the last call; None without calls."""
        with self._lock:
            self._refresh()
            return self._span

    def whole(self) -> Records:
        """All records up to the last commit, for what looks back further than a year."""
        with self._lock:
            self._refresh()
            assert self._records is not None  # noqa: S101
            observed = {"calls": self._span} if self._span else {}
            return replace(self._records, observed=observed)

    def _refresh(self) -> None:
        with one_view(self._store.engine) as conn:
            seen = (_last(conn, event.c.id), _last(conn, record_event.c.id), last_kept(conn))
            if seen == self._seen and self._records is not None:
                return
            self._facts = find_setting(conn, "county") or {}
            if not self._facts:
                raise Refused("no_county", "The database holds no county yet.")
            live = self._read_live(conn)
            if live is not self._live or seen[1:] != self._seen[1:] or self._records is None:
                self._take_in(conn, live)
            self._seen = seen

    def _read_live(self, conn: sa.Connection) -> pl.DataFrame:
        """The board's calls; where they were read before, only those that events have named."""
        if self._live is None:
            return read_call_frame(conn)
        changed = list_changed_calls(conn, self._seen[0])
        if not changed:
            return self._live
        if len(changed) > _MANY:
            return read_call_frame(conn)
        rest = self._live.filter(~pl.col("id").is_in(changed))
        return pl.concat([rest, read_call_frame(conn, self._seen[0])])

    def _take_in(self, conn: sa.Connection, live: pl.DataFrame) -> None:
        county = find_plan_basis(conn)
        records = make_records(conn, self._facts, county, live.head(0))
        base = records_of_county(county) if county else Records({}, self._facts["timezone"])
        calls = joined_calls(base, live).sort("received_at")
        tables = {**records.tables, "calls": calls} if calls.height else dict(records.tables)
        if not calls.height:
            tables.pop("calls", None)
        self._live, self._records = live, replace(records, tables=tables)
        self._version += 1
        # Each answer holds on to the frame it was cut from: of a million calls, 200 MB.
        self._answers.clear()
        self._witnesses = _witnesses(calls)
        self._span = _span(calls, records.timezone)

    def _make(self, query: FigureQuery) -> Figures:
        records = self._records
        assert records is not None  # noqa: S101
        calls = self._slice(query, records)
        checked_at, findings = self._checked(records)
        tables = dict(records.tables)
        if "calls" in tables:
            seen = _of_kind(self._witnesses, query.kind)
            tables["calls"] = pl.concat([calls, _outside(seen, *self._bounds(query, records))])
        observed = {"calls": self._span} if self._span else {}
        asked = replace(records, tables=tables, observed=observed)
        evaluation = evaluate_frame(
            asked, query.period, rng=np.random.default_rng(0), checked=findings,
            name=self._facts["name"], name_en=self._facts["name_en"] or self._facts["name"],
            checksums=self._facts["checksums"],
        )  # fmt: skip
        return Figures(evaluation, asked, calls, checked_at)

    def _slice(self, query: FigureQuery, records: Records) -> pl.DataFrame:
        """Calls of the period and the same days a year before; sorted, so found by bisection."""
        calls = records.tables.get("calls")
        if calls is None:
            return pl.DataFrame()
        frame, (start, end) = calls.lazy().collect(), self._bounds(query, records)
        first, last = (frame["received_at"].search_sorted(at, side="left") for at in (start, end))
        return _of_kind(frame.slice(int(first), int(last) - int(first)), query.kind)

    def _bounds(self, query: FigureQuery, records: Records) -> tuple[datetime, datetime]:
        """From the first instant of the period a year before to the end of the period."""
        zone = ZoneInfo(records.timezone)
        days = (query.period.years_on(-1).start, query.period.end)
        start, end = (datetime.combine(day, time(), zone).astimezone(UTC) for day in days)
        return start, end

    def _checked(self, records: Records) -> tuple[datetime, tuple[Finding, ...]]:
        """Checks of the latest two years of calls, whatever is asked; renewed in the background."""
        if self._checks is None:
            self._check(records)
        elif self._store.now() - self._checks[0] > CHECKED_FOR and not self._checking:
            self._checking = True
            threading.Thread(target=self._check, args=(records,), daemon=True).start()
        assert self._checks is not None  # noqa: S101
        return self._checks

    def _check(self, records: Records) -> None:
        try:
            calls = records.tables.get("calls")
            found: tuple[Finding, ...] = ()
            if calls is not None and self._span is not None:
                year = FigureQuery(Period(_year_before(self._span.end), self._span.end))
                # A slice reaches back one year more.
                found = check_calls(self._slice(year, records), records.timezone)
            self._checks = (self._store.now(), found)
        finally:
            self._checking = False


def default_period(span: Period | None, today: date) -> Period:
    """The last twelve whole months that hold calls; this year so far where there are none."""
    if span is None:
        return Period(today.replace(month=1, day=1), today + timedelta(days=1))
    end = span.end
    return Period(max(span.start, _year_before(end)), end)


def _year_before(day: date) -> date:
    return Period(day, day).years_on(-1).start


def _last(conn: sa.Connection, column: sa.ColumnElement[int]) -> int:
    return conn.execute(sa.select(sa.func.max(column))).scalar() or 0


def _of_kind(calls: pl.DataFrame, kind: str) -> pl.DataFrame:
    return calls.filter(pl.col("category") == kind) if kind and calls.height else calls


def _outside(calls: pl.DataFrame, start: datetime, end: datetime) -> pl.DataFrame:
    """Those that no slice from start to end holds already."""
    at = pl.col("received_at")
    return calls.filter(at.is_null() | (at < start) | (at >= end))


def _witnesses(calls: pl.DataFrame) -> pl.DataFrame:
    """A call of each kind and one with each column filled, so that a part of the calls still
    tells what occurs in all of them: "never seen" is said of all the data.
    """
    if not calls.height:
        return calls
    filled = [calls.filter(pl.col(c).is_not_null()).head(1) for c in calls.columns]
    return pl.concat([calls.unique("category", keep="first"), *filled]).unique("id")


def _span(calls: pl.DataFrame, timezone: str) -> Period | None:
    known = calls["received_at"].drop_nulls() if calls.height else calls.to_series(0)
    if not calls.height or not len(known):
        return None
    first, last = (
        pl.Series([known.min(), known.max()]).dt.convert_time_zone(timezone).dt.date().to_list()
    )
    return Period(first, last + timedelta(days=1))
