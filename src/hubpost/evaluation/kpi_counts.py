"""Count what the KPIs of one source need, for all scopes and parts in one pass."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Protocol

import polars as pl

from hubpost.evaluation.kpi_catalogue import Kpi
from hubpost.evaluation.period import Period, Windows

COUNTY = ""
PARTS = ("now", "this_year", "last_year")


@dataclass(frozen=True, slots=True)
class Scope:
    """A station, or the county under "": the days that count for it, and notes on them."""

    station_id: str
    windows: Windows
    notes: tuple[str, ...]


class SourceCounts(Protocol):
    """What figures ask of a source, whether its rows are read or counts of them are kept."""

    @property
    def observed(self) -> Period | None:
        """From the first to the last day with a row."""

    @property
    def stations(self) -> Collection[str]:
        """Stations of today that any row is of."""

    def blank(self, kpis: Collection[Kpi]) -> set[str]:
        """Columns of the figures that are not there, or without a single value."""

    def never_seen(self, kpis: Collection[Kpi]) -> set[str]:
        """Codes of counts that no row at all adds to."""

    def count(
        self, time: str, kpis: Sequence[Kpi], scopes: Sequence[Scope]
    ) -> Mapping[str, Mapping[str, object]]:
        """Station id -> "code part what" -> number, or values by rank; the county under ""."""


@dataclass(frozen=True, eq=False)
class FrameCounts:
    """Counts of rows that are read for it. frame, first_time: as count_parts takes them."""

    frame: pl.DataFrame
    first_time: str

    @cached_property
    def observed(self) -> Period | None:
        name = f"day {self.first_time}"
        if name not in self.frame.columns or self.frame[name].null_count() == len(self.frame):
            return None
        ends = pl.col(name).min(), pl.col(name).max().alias("last")
        first, last = self.frame.select(*ends).row(0)
        return Period(first, last + timedelta(days=1))

    @cached_property
    def stations(self) -> frozenset[str]:
        return frozenset(self.frame["scope"].drop_nulls().unique())

    def blank(self, kpis: Collection[Kpi]) -> set[str]:
        frame, wanted = self.frame, {c for k in kpis for c in k.columns}
        return {c for c in wanted if c not in frame.columns or frame[c].null_count() == len(frame)}

    def never_seen(self, kpis: Collection[Kpi]) -> set[str]:
        counts = [k for k in kpis if k.kind == "count"]
        if not counts:
            return set()
        any_seen = [k.condition().any().alias(k.code) for k in counts]
        seen = self.frame.select(any_seen).row(0, named=True)
        return {code for code, found in seen.items() if not found}

    def count(
        self, time: str, kpis: Sequence[Kpi], scopes: Sequence[Scope]
    ) -> Mapping[str, Mapping[str, object]]:
        return count_parts(self.frame, time, kpis, scopes)


def count_parts(
    frame: pl.DataFrame, time: str, kpis: Sequence[Kpi], scopes: Sequence[Scope]
) -> dict[str, dict[str, object]]:
    """Station id -> "code part what" -> number, or sorted values; the county under "".

    frame: columns of the KPIs, `scope` (station id of today), and the local day of
    `time` as "day TIME".
    """
    days = [w for s in scopes for p in PARTS if (w := getattr(s.windows, p)).days]
    if not kpis or not days:
        return {}
    day = pl.col(f"day {time}")
    first, last = min(w.start for w in days), max(w.end for w in days)
    near = frame.lazy().filter(day >= first, day < last)
    parts = _parts_that_differ(scopes)
    wanted = [e for k in kpis for part in parts for e in _aggregate(k, part)]
    county = near.with_columns(**_flags(day, scopes[0])).select(wanted)
    flags = {p: (day >= pl.col(f"{p} a")) & (day < pl.col(f"{p} b")) for p in PARTS}
    each = (
        near.join(_bounds_of(scopes), on="scope", how="inner")
        .with_columns(**flags)
        .group_by("scope")
        .agg(wanted)
    )
    whole, stations = pl.collect_all([county, each])
    rows = {COUNTY: _row(whole, 0)}
    rows.update({station: _row(stations, i) for i, station in enumerate(stations["scope"])})
    if "this_year" not in parts:
        for row in rows.values():
            row.update({k.replace(" now ", " this_year "): v for k, v in row.items()})
    return rows


def _parts_that_differ(scopes: Sequence[Scope]) -> tuple[str, ...]:
    """Mostly the period can be compared as a whole; then it need not be counted twice."""
    same = all(s.windows.this_year == s.windows.now for s in scopes)
    return ("now", "last_year") if same else PARTS


def _row(frame: pl.DataFrame, i: int) -> dict[str, object]:
    """One row; a list stays a series, for millions of values must not become Python floats."""
    return {name: frame[name][i] for name in frame.columns}


def _bounds_of(scopes: Sequence[Scope]) -> pl.LazyFrame:
    return pl.LazyFrame(
        [_bounds(s) for s in scopes if s.station_id != COUNTY],
        schema={"scope": pl.String, **{f"{p} {e}": pl.Date for p in PARTS for e in "ab"}},
    )


def _bounds(scope: Scope) -> dict[str, object]:
    return {"scope": scope.station_id} | {
        f"{part} {end}": getattr(getattr(scope.windows, part), edge)
        for part in PARTS
        for end, edge in (("a", "start"), ("b", "end"))
    }


def _flags(day: pl.Expr, scope: Scope) -> dict[str, pl.Expr]:
    return {
        p: (day >= getattr(scope.windows, p).start) & (day < getattr(scope.windows, p).end)
        for p in PARTS
    }


def _aggregate(kpi: Kpi, part: str) -> list[pl.Expr]:
    inside, condition = pl.col(part), kpi.condition()
    name = f"{kpi.code} {part}"
    match kpi.kind:
        case "count":
            return [(inside & condition).sum().alias(f"{name} hits")]
        case "share":
            base = inside & kpi.base()
            return [
                (base & condition).sum().alias(f"{name} hits"),
                base.sum().alias(f"{name} of"),
            ]
        case "quantile":
            rows = pl.col(kpi.value).filter(inside & condition).drop_nulls().sort()
            return [rows.implode().alias(f"{name} values")]
        case _:
            base = kpi.base() if kpi.kind == "ratio" else condition
            return [
                pl.col(kpi.value).filter(inside & base & condition).sum().alias(f"{name} hits"),
                pl.col(kpi.value).filter(inside & base).sum().alias(f"{name} of"),
                (inside & base).sum().alias(f"{name} rows"),
            ]
