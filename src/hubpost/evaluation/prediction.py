"""What the signed plan's simulation predicted, beside what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hubpost.evaluation.calibration import (
    Calibration,
    calibrate,
    rank_in_replications,
    transform_by_scope,
)
from hubpost.evaluation.drift import DriftAlarm, standardised_pit, watch
from hubpost.evaluation.figure import Figure
from hubpost.evaluation.kpi_counts import COUNTY
from hubpost.evaluation.kpis import KpiResult
from hubpost.evaluation.period import Period
from hubpost.evaluation.quantiles import rank_of
from hubpost.evaluation.records import Records
from hubpost.simulation.outcomes import Outcome

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """response_min: scope -> simulated response minutes, any number of draws.

    figures: KPI code -> the county's figure in each replication. source: the plan's id.
    by: the column of a call that names its scope: its station, or its `priority`.
    """

    source: str
    response_min: Mapping[str, Floats]
    figures: Mapping[str, Floats] = field(default_factory=dict)
    by: str = "station_id"


@dataclass(frozen=True, slots=True, eq=False)
class PredictedActual:
    """calibration: of the county's calls. by_station: the same for each scope of the prediction.

    weeks, drift: the weekly mean transform, watched; a false alarm comes every
    `drift.run_length` weeks. figures: KPI code -> where the actual lies among the replications.
    """

    source: str
    calibration: Calibration
    by_station: dict[str, Calibration]
    weeks: tuple[date, ...]
    weekly: Floats
    drift: DriftAlarm
    figures: dict[str, Figure]
    labels: tuple[str, ...] = ("simulated",)


def prediction_of(
    source: str, outcomes: Sequence[Outcome], station_ids: Sequence[str]
) -> Prediction:
    """The prediction that replications of a simulation make (simulation.compare.simulate).

    station_ids: in the order of the simulation's stations. Calls nobody answered have no time.
    """
    response = np.concatenate([o.response_s for o in outcomes]) / 60
    station = np.concatenate([o.station for o in outcomes])
    known = ~np.isnan(response)
    by_station = {s: response[known & (station == i)] for i, s in enumerate(station_ids)}
    minutes = [np.sort(o.response_s[~np.isnan(o.response_s)]) / 60 for o in outcomes]
    figures = {
        code: np.array([m[rank_of(q, len(m))] for m in minutes if len(m)])
        for code, q in (("response_p50", 0.5), ("response_p90", 0.9))
    }
    figures["crossed"] = np.array([np.mean(o.crossed) for o in outcomes if len(o.crossed)])
    return Prediction(source, by_station, figures)


def predicted_and_actual(
    records: Records,
    period: Period,
    prediction: Prediction,
    results: tuple[KpiResult, ...],
    rng: np.random.Generator,
    false_alarm_weeks: float = 104.0,
) -> PredictedActual | None:
    """Hold the calls of the period against the prediction; None without calls."""
    table = records.find_table("calls")
    if table is None:
        return None
    day = pl.col("received_at").dt.convert_time_zone(records.timezone).dt.date()
    calls = (
        table.with_columns(day=day)
        .filter(pl.col("day") >= period.start, pl.col("day") < period.end)
        .select("day", pl.col(prediction.by).cast(pl.String).alias("scope"), "response_min")
        .collect()
    )
    stations = sorted(prediction.response_min)
    pit = _transforms(calls, stations, prediction, rng)
    ids = calls["scope"].to_numpy()
    weeks, weekly, n = _weekly(calls["day"], pit)
    return PredictedActual(
        source=prediction.source,
        calibration=calibrate(pit),
        by_station={s: calibrate(pit[ids == s]) for s in stations},
        weeks=weeks,
        weekly=weekly,
        drift=watch(standardised_pit(weekly, n), false_alarm_weeks),
        figures=_figures(prediction, results),
    )


def _transforms(
    calls: pl.DataFrame, stations: list[str], prediction: Prediction, rng: np.random.Generator
) -> Floats:
    idx = {s: i for i, s in enumerate(stations)}
    scope = np.array([idx.get(s, -1) for s in calls["scope"]], dtype=np.int64)
    draws = [np.asarray(prediction.response_min[s], dtype=float) for s in stations]
    return transform_by_scope(calls["response_min"].to_numpy(), scope, draws, rng)


def _weekly(days: pl.Series, pit: Floats) -> tuple[tuple[date, ...], Floats, Floats]:
    known = ~np.isnan(pit)
    week = days.dt.truncate("1w").filter(pl.Series(known))
    weeks = tuple(sorted(set(week)))
    at = np.searchsorted(np.array(weeks, dtype="datetime64[D]"), week.to_numpy())
    # Summed in the order of the calls, so that the last digit does not depend on threads.
    n = np.bincount(at, minlength=len(weeks)).astype(float)
    return weeks, np.bincount(at, pit[known], len(weeks)) / n, n


def _figures(prediction: Prediction, results: tuple[KpiResult, ...]) -> dict[str, Figure]:
    actual = {r.kpi.code: r.now.value for r in results if r.station_id == COUNTY}
    return {
        code: rank_in_replications(actual.get(code), np.asarray(draws, dtype=float))
        for code, draws in prediction.figures.items()
    }
