"""The whole evaluation of a period: figures, checks, comparisons, effect, prediction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

import numpy as np
import polars as pl

from hubpost.evaluation.effect import EffectStudy, StationPanel, many_questions, study_effect
from hubpost.evaluation.false_discovery import adjust_p
from hubpost.evaluation.finding import Finding
from hubpost.evaluation.kpi_catalogue import Kpi
from hubpost.evaluation.kpi_counts import COUNTY
from hubpost.evaluation.kpis import KpiResult, compute_kpis
from hubpost.evaluation.month_so_far import OpenClock, open_clocks, running_year
from hubpost.evaluation.monthly import monthly_counts, months_between
from hubpost.evaluation.period import Period
from hubpost.evaluation.plausibility import PlausibilityParams, check_calls
from hubpost.evaluation.prediction import PredictedActual, Prediction, predicted_and_actual
from hubpost.evaluation.ranking import StationFunnel, barred_groups, station_funnels
from hubpost.evaluation.records import Records
from hubpost.evaluation.staggered import NEVER
from hubpost.evaluation.stock_counts import StockCounts

#: A share of exactly 1 among at least so many is checked at its source.
PERFECT_LEAST = 30


@dataclass(frozen=True, slots=True)
class Reform:
    """start: first day in force anywhere. joined: station -> its first day, for those that did."""

    start: date
    joined: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """Everything said of a period. adjusted_p: (code, station) -> false-discovery-adjusted p.

    labels: all words that stand beside any figure. checksums: of the files read, by name.
    running: figures since January, and clocks: what is open at the end; see month_so_far.
    """

    name: str
    name_en: str
    period: Period
    results: tuple[KpiResult, ...]
    findings: tuple[Finding, ...]
    funnels: tuple[StationFunnel, ...]
    effects: tuple[EffectStudy, ...]
    predicted: PredictedActual | None
    adjusted_p: Mapping[tuple[str, str], float]
    labels: tuple[str, ...]
    station_names: Mapping[str, str]
    reform: Reform | None = None
    checksums: Mapping[str, str] = field(default_factory=dict)
    station_names_en: Mapping[str, str] = field(default_factory=dict)
    running: tuple[KpiResult, ...] = ()
    clocks: tuple[OpenClock, ...] = ()

    def find(self, code: str, station_id: str = COUNTY) -> KpiResult | None:
        """The result of a KPI, the county's unless a station is named."""
        for r in self.results:
            if r.kpi.code == code and r.station_id == station_id:
                return r
        return None


def evaluate_frame(
    records: Records,
    period: Period,
    *,
    rng: np.random.Generator,
    name: str = "",
    name_en: str = "",
    catalogue: Sequence[Kpi] | None = None,
    reform: Reform | None = None,
    prediction: Prediction | None = None,
    findings: Sequence[Finding] = (),
    checks: PlausibilityParams | None = None,
    checked: Sequence[Finding] | None = None,
    checksums: Mapping[str, str] | None = None,
) -> Evaluation:
    """Evaluate a period of any records: files, database, events, simulation.

    findings: what the reader of the data already found. checked: what check_calls found, where
    it has been asked already. rng: for dealing dates among stations
    and spreading ties; same seed, same answer. Raises ValueError for tables without key columns.
    """
    results = compute_kpis(records, period, catalogue)
    if checked is None:
        checked = _check(records, checks)
    found = (*findings, *checked, *_perfect(results))
    results = _noted(results, found)
    predicted = (
        predicted_and_actual(records, period, prediction, results, rng) if prediction else None
    )
    words = [w for source in records.tables for w in records.words_for(source)]
    if predicted:
        words += predicted.labels
    return Evaluation(
        name=name,
        name_en=name_en or name,
        period=period,
        results=results,
        findings=found,
        funnels=station_funnels(results, records, found),
        effects=study_effects(records, period, results, reform, found, rng) if reform else (),
        predicted=predicted,
        adjusted_p=_adjusted(results),
        labels=tuple(dict.fromkeys(words)),
        station_names=records.station_names,
        station_names_en=records.station_names_en,
        reform=reform,
        checksums=checksums or {},
    )


def with_month(
    evaluation: Evaluation,
    records: Records,
    until: datetime,
    catalogue: Sequence[Kpi] | None = None,
) -> Evaluation:
    """A month's evaluation with the year so far, and what was open at its end.

    until: the instant (UTC) up to which the records tell, where the month is not over yet. In
    January the year so far is the month, and is left out.
    """
    period = evaluation.period
    return replace(
        evaluation,
        running=running_year(records, period, catalogue) if period.start.month > 1 else (),
        clocks=open_clocks(records, period, until),
    )


def _check(records: Records, params: PlausibilityParams | None) -> tuple[Finding, ...]:
    calls = records.tables.get("calls")
    if calls is None:
        return ()
    return check_calls(calls.lazy().collect(), records.timezone, params)


def _perfect(results: Sequence[KpiResult]) -> tuple[Finding, ...]:
    """Shares of exactly 100 % where more is better: true now and then, so they bar nothing."""
    return tuple(
        Finding(
            "perfect_share", int(r.now.counts["hits"]), int(r.now.counts["of"]), r.station_id,
            r.kpi.code, False, None, {"name_zh": r.kpi.name_zh, "name_en": r.kpi.name_en},
        )
        for r in results
        if r.kpi.kind == "share" and r.kpi.direction == "+" and r.now.value == 1
        and r.now.counts["of"] >= PERFECT_LEAST
    )  # fmt: skip


def _noted(results: tuple[KpiResult, ...], findings: Sequence[Finding]) -> tuple[KpiResult, ...]:
    """Figures that a finding makes doubtful say so themselves."""
    barred = barred_groups(findings)
    return tuple(
        replace(r, now=r.now.noting("implausible"), change=r.change.noting("implausible"))
        if (r.station_id, r.kpi.group) in barred and r.now.value is not None
        else r
        for r in results
    )


def _adjusted(results: Sequence[KpiResult]) -> dict[tuple[str, str], float]:
    """Over all figures of the county together, and over all of the stations together."""
    out = {}
    for county in (True, False):
        rows = [r for r in results if (r.station_id == COUNTY) == county and r.p is not None]
        p = adjust_p(np.array([r.p for r in rows], dtype=float)) if rows else ()
        out.update({(r.kpi.code, r.station_id): float(x) for r, x in zip(rows, p, strict=True)})
    return out


def study_effects(
    records: Records,
    period: Period,
    results: Sequence[KpiResult],
    reform: Reform,
    findings: Sequence[Finding],
    rng: np.random.Generator,
) -> tuple[EffectStudy, ...]:
    """A study for each kind of call that is counted, on all months kept up to the period's end.

    results: whose county counts say what is studied.
    """
    plausible = (COUNTY, "calls") not in barred_groups(findings)
    kpis = [
        r.kpi
        for r in results
        if r.station_id == COUNTY and r.kpi.kind == "count" and r.kpi.source == "calls"
        and r.now.value is not None
    ]  # fmt: skip
    daily = _daily_counts(records, kpis, period) if kpis else None
    if daily is None:
        return ()
    kept = records.observed.get("calls")
    if kept is None:
        first, last = daily.select(pl.col("day").min(), pl.col("day").max().alias("last")).row(0)
        kept = Period(first, last + timedelta(days=1))
    kept = Period(kept.start, min(kept.end, period.end))
    return many_questions(
        tuple(_study(k, daily, kept, records, reform, plausible, rng) for k in kpis)
    )


def _daily_counts(records: Records, kpis: Sequence[Kpi], period: Period) -> pl.DataFrame | None:
    """`day`, `station_id`, and how many rows count under each code; None without calls."""
    counted = records.counted.get("calls")
    if isinstance(counted, StockCounts):
        return counted.daily(kpis, Period(date.min, period.end))
    table = records.find_table("calls")
    if table is None:
        return None
    day = pl.col("received_at").dt.convert_time_zone(records.timezone).dt.date()
    hits = {k.code: k.condition() for k in kpis}
    rows = table.with_columns(day=day).drop_nulls("day").with_columns(**hits)
    codes = pl.col(list(hits)).sum()
    by = ("day", "station_id")
    return rows.select(*by, *hits).group_by(*by).agg(codes).collect()


def _study(
    kpi: Kpi,
    daily: pl.DataFrame,
    kept: Period,
    records: Records,
    reform: Reform,
    plausible: bool,
    rng: np.random.Generator,
) -> EffectStudy:
    counts = daily.select("day", "station_id", n=kpi.code).filter(pl.col("n") > 0)
    series = monthly_counts(counts["day"], kept.start, kept.end, counts["n"])
    panel = _panel(counts, kept, records, reform) if reform.joined else None
    words = records.words_for(kpi.source)
    return study_effect(
        kpi.code, series, reform.start, panel, rng, plausible=plausible, labels=words
    )


def _panel(
    counts: pl.DataFrame, kept: Period, records: Records, reform: Reform
) -> StationPanel | None:
    """Months of each station; None where no call has one."""
    ids = tuple(sorted(records.station_names or set(counts["station_id"].drop_nulls())))
    if not ids:
        return None
    by_station = counts.partition_by("station_id", as_dict=True)
    parts = [by_station.get((s,), counts.clear()) for s in ids]
    rows = [monthly_counts(p["day"], kept.start, kept.end, p["n"]) for p in parts]
    first = rows[0].first
    joined = [rows[0].idx_of(reform.joined[s]) if s in reform.joined else NEVER for s in ids]
    months = months_between(first, kept.last_day) + 1
    inside = np.array([j if j < months else NEVER for j in joined], dtype=np.int64)
    return StationPanel(
        ids, np.array([r.counts for r in rows]), np.array([r.days for r in rows]), inside
    )
