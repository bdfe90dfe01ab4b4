"""Compute the catalogue's figures for the county and each station, with year on year."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl

from hubpost.evaluation.figure import Figure
from hubpost.evaluation.kpi_catalogue import Kpi, read_catalogue
from hubpost.evaluation.kpi_counts import COUNTY, PARTS, FrameCounts, Scope, SourceCounts
from hubpost.evaluation.kpi_figures import Counted, change_of, p_of, value_of
from hubpost.evaluation.period import Period, windows
from hubpost.evaluation.records import Records
from hubpost.evaluation.station_history import station_windows, successor_of


@dataclass(frozen=True, slots=True)
class KpiResult:
    """One figure of one scope. station_id: "" for the county.

    now: the period. this_year, last_year: the comparable parts. change: relative for counts and
    sums, in points for shares, in the unit for times. p: of no change, None where not tested.
    labels: words that must stand beside. query: what to ask for the rows behind.
    """

    kpi: Kpi
    station_id: str
    now: Figure
    this_year: Figure
    last_year: Figure
    change: Figure
    p: float | None
    labels: tuple[str, ...]
    query: Mapping[str, str]


def compute_kpis(
    records: Records,
    period: Period,
    catalogue: Sequence[Kpi] | None = None,
    confidence: float = 0.95,
) -> tuple[KpiResult, ...]:
    """Every figure of the catalogue for the county, then for each station, in catalogue order.

    Reads each source once. A missing source or column gives "no_data"; a kind of call that
    never occurs in all of the data gives "never_seen"; neither is ever a zero.
    """
    catalogue = tuple(catalogue or read_catalogue())
    by_key: dict[tuple[str, str], KpiResult] = {}
    stations: set[str] = set(records.station_names)
    for source in dict.fromkeys(k.source for k in catalogue):
        kpis = [k for k in catalogue if k.source == source]
        for result in _of_source(records, source, kpis, period, confidence):
            by_key[result.kpi.code, result.station_id] = result
            stations.add(result.station_id)
    order = [COUNTY, *sorted(stations - {COUNTY})]
    return tuple(
        by_key.get((k.code, s)) or _none(k, s, "no_data", records, period)
        for s in order
        for k in catalogue
    )


def _of_source(
    records: Records, source: str, kpis: list[Kpi], period: Period, confidence: float
) -> Iterable[KpiResult]:
    counts = _counts_of(records, source, kpis, period)
    if counts is None:
        return
    observed = records.observed.get(source) or counts.observed
    if observed is None:
        return
    scopes = _scopes(records, counts, period, observed)
    for time in dict.fromkeys(k.time for k in kpis):
        same = [k for k in kpis if k.time == time]
        blank = counts.blank(same)
        usable = [k for k in same if not k.columns & blank]
        try:
            counted = counts.count(time, usable, scopes)
            never = counts.never_seen(usable)
        except pl.exceptions.PolarsError as error:
            codes = ", ".join(k.code for k in usable)
            raise ValueError(
                f"{source}: a condition of {codes} does not fit the columns ({error}). "
                "Correct `where`, `of` or `value` in the catalogue, or the column's type."
            ) from error
        for kpi in same:
            for scope in scopes:
                if kpi in usable and kpi.code not in never:
                    yield _result(kpi, scope, counted, records, period, confidence)
                else:
                    why = "never_seen" if kpi.code in never else "no_data"
                    yield _none(kpi, scope.station_id, why, records, period)


def _counts_of(
    records: Records, source: str, kpis: list[Kpi], period: Period
) -> SourceCounts | None:
    """Those kept beside the records, else of their rows; None without the source."""
    table = records.find_table(source)
    if table is None:
        return None
    kept = records.counted.get(source)
    return kept or FrameCounts(_prepared(table, kpis, records, period), kpis[0].time)


def _prepared(
    table: pl.LazyFrame, kpis: list[Kpi], records: Records, period: Period
) -> pl.DataFrame:
    """The columns needed, with local days of each time, period_end, and `scope`.

    scope is the station that holds the territory today; conditions see the station of then.
    """
    have = set(table.collect_schema().names())
    needed = sorted({c for k in kpis for c in k.columns} & have | {"station_id"})
    end = datetime.combine(period.end, datetime.min.time(), ZoneInfo(records.timezone))
    today = successor_of(records.history)
    frame = table.select(needed).with_columns(
        (pl.col("station_id").replace(today) if today else pl.col("station_id")).alias("scope"),
        pl.lit(end).dt.convert_time_zone("UTC").alias("period_end"),
        *(
            _local_day(t, records.timezone)
            for t in dict.fromkeys(k.time for k in kpis)
            if t in have
        ),
    )
    return frame.collect()


def _local_day(time: str, timezone: str) -> pl.Expr:
    return pl.col(time).dt.convert_time_zone(timezone).dt.date().alias(f"day {time}")


def _scopes(
    records: Records, counts: SourceCounts, period: Period, observed: Period
) -> list[Scope]:
    today = successor_of(records.history)
    seen = set(counts.stations) | set(records.station_names)
    out = [Scope(COUNTY, windows(period, observed), ())]
    for station_id in sorted(seen - set(today)):
        out.append(
            Scope(station_id, *station_windows(station_id, period, observed, records.history))
        )
    return out


def _result(
    kpi: Kpi,
    scope: Scope,
    counted: Mapping[str, Mapping[str, object]],
    records: Records,
    period: Period,
    confidence: float,
) -> KpiResult:
    row = counted.get(scope.station_id, {})
    parts = {p: Counted.of_row(kpi, row, p, getattr(scope.windows, p).days) for p in PARTS}
    now, this_year, last_year = (value_of(kpi, parts[p], confidence) for p in PARTS)
    change = change_of(kpi, parts["this_year"], parts["last_year"], scope.windows, confidence)
    if scope.notes and change.value is not None:
        change = change.noting(*scope.notes)
    p = p_of(kpi, parts["this_year"], parts["last_year"], change)
    query = _query(kpi, scope.station_id, scope.windows.now, records)
    labels = records.words_for(kpi.source)
    now = now.noting(*scope.notes, *_partly(scope, period, now))
    if last_year.statement == "empty_period":
        last_year = replace(last_year, statement="no_base_period")
    return KpiResult(kpi, scope.station_id, now, this_year, last_year, change, p, labels, query)


def _partly(scope: Scope, period: Period, now: Figure) -> tuple[str, ...]:
    """That part of the period was not observed, where the figure has a value all the same."""
    whole = scope.windows.now == period
    return () if whole or now.value is None else ("partly_observed",)


def _none(kpi: Kpi, station_id: str, why: str, records: Records, period: Period) -> KpiResult:
    none = Figure(None, statement=why)
    query = _query(kpi, station_id, period, records)
    labels = records.words_for(kpi.source)
    return KpiResult(kpi, station_id, none, none, none, none, None, labels, query)


def _query(kpi: Kpi, station_id: str, period: Period, records: Records) -> dict[str, str]:
    return {
        "source": kpi.source, "time": kpi.time, "where": kpi.where, "of": kpi.of,
        "value": kpi.value, "station_id": station_id, "from": period.start.isoformat(),
        "to": period.last_day.isoformat() if period.days else "", "timezone": records.timezone,
    }  # fmt: skip
