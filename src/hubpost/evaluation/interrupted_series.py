"""Interrupted time series: did the level change when the reform began?"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hubpost.evaluation.count_regression import CountFit, fit_counts
from hubpost.evaluation.figure import Figure
from hubpost.evaluation.monthly import MonthlySeries

Floats = NDArray[np.float64]
STEP = 2  # column of the step in the design

#: Fewer months than these cannot tell trend and season from an effect.
LEAST_BEFORE, LEAST_AFTER = 12, 3


class SeriesTooShort(ValueError):
    """A series with too few months before or after to say anything; the message says which."""


@dataclass(frozen=True, slots=True)
class SeriesParams:
    """season_pairs: sine–cosine pairs of the year, None = as many as the months bear (0..2).

    slope: let the trend change too; the step is then the change at the start.
    """

    season_pairs: int | None = None
    slope: bool = False
    confidence: float = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class StepEffect:
    """change: relative change of the level. averted: expected without it, less what happened.

    counterfactual (n,): fitted counts without the step. trend: relative change a year.
    second_opinion: the same change with Newey–West limits from statsmodels.
    """

    change: Figure
    p: float
    averted: Figure
    trend: Figure
    dispersion: float
    rho: float
    season_pairs: int
    months_before: int
    months_after: int
    fitted: Floats
    counterfactual: Floats
    second_opinion: Figure | None = None


def step_effect(
    series: MonthlySeries, start_idx: int, params: SeriesParams | None = None
) -> StepEffect:
    """The change of level from month start_idx on, beside trend and season.

    Quasi-Poisson with log days as exposure and autocorrelated errors (count_regression).
    Design after Bernal, Cummins and Gasparrini (2017), Int J Epidemiol 46:348.
    Raises SeriesTooShort, or ValueError for a series without events.
    """
    params = params or SeriesParams()
    n = len(series.counts)
    require_months(start_idx, n - start_idx)
    pairs = season_pairs_for(start_idx, n) if params.season_pairs is None else params.season_pairs
    design = step_design(n, start_idx, pairs, params.slope)
    fit = fit_counts(series.counts, design, np.log(series.days))
    return _effect(series, start_idx, pairs, fit, params)


def require_months(before: int, after: int) -> None:
    """Raises SeriesTooShort unless there are months enough on both sides."""
    if before < LEAST_BEFORE or after < LEAST_AFTER:
        raise SeriesTooShort(
            f"Expected at least {LEAST_BEFORE} months before and {LEAST_AFTER} after the start, "
            f"came {before} and {after}. Wait, or give an earlier beginning of the data."
        )


def season_pairs_for(before: int, n: int) -> int:
    """Two pairs from two years before the start on, one from 18 months, else none."""
    return 2 if before >= 24 and n >= 30 else 1 if before >= 18 else 0


def step_design(n: int, start_idx: int, season_pairs: int, slope: bool = False) -> Floats:
    """Columns: 1, trend (years, centred), step, [slope change], season; (n, k)."""
    t = np.arange(n, dtype=float)
    columns = [np.ones(n), (t - n / 2) / 12, (t >= start_idx).astype(float)]
    if slope:
        columns.append(np.maximum(t - start_idx, 0) / 12)
    for pair in range(1, season_pairs + 1):
        angle = 2 * np.pi * pair * t / 12
        columns += [np.cos(angle), np.sin(angle)]
    return np.column_stack(columns)


def newey_west(
    series: MonthlySeries, start_idx: int, season_pairs: int, confidence: float = 0.95
) -> Figure:
    """The same change by statsmodels' Poisson GLM with Newey–West (HAC) limits: a second opinion.

    Lags after Newey and West (1994): ⌊4(n/100)^(2/9)⌋. In short series HAC limits are too narrow.
    """
    import statsmodels.api as sm

    n = len(series.counts)
    design = step_design(n, start_idx, season_pairs)
    model: Any = sm.GLM(
        series.counts, design, family=sm.families.Poisson(), offset=np.log(series.days)
    )
    lags = int(4 * (n / 100) ** (2 / 9))
    fit = model.fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}, use_t=True)
    low, high = np.exp(fit.conf_int(1 - confidence)[STEP]) - 1
    value = float(np.exp(fit.params[STEP]) - 1)
    counts = {"months": n, "lags": lags}
    return Figure(value, float(low), float(high), counts, "ok", "Poisson GLM, HAC", confidence)


def _effect(
    series: MonthlySeries, start_idx: int, pairs: int, fit: CountFit, params: SeriesParams
) -> StepEffect:
    contrast = np.eye(len(fit.coef))
    step = fit.interval(contrast[STEP], params.confidence)
    changed = (
        fit.design[:, STEP : STEP + 1 + params.slope] @ fit.coef[STEP : STEP + 1 + params.slope]
    )
    without = fit.mu * np.exp(-changed)
    counts = {
        "before": float(series.counts[:start_idx].sum()),
        "after": float(series.counts[start_idx:].sum()),
        "months_before": start_idx,
        "months_after": len(series.counts) - start_idx,
    }
    notes = () if pairs else ("season_not_separable",)
    return StepEffect(
        change=_relative(step, counts, params.confidence, notes),
        p=fit.p_value(contrast[STEP]),
        averted=_averted(series, start_idx, fit, step, params),
        trend=_relative(fit.interval(contrast[1], params.confidence), counts, params.confidence),
        dispersion=fit.dispersion,
        rho=fit.rho,
        season_pairs=pairs,
        months_before=start_idx,
        months_after=len(series.counts) - start_idx,
        fitted=fit.mu,
        counterfactual=without,
    )


def _relative(
    logs: tuple[float, float, float],
    counts: dict[str, float],
    confidence: float,
    notes: tuple[str, ...] = (),
) -> Figure:
    value, low, high = (float(np.expm1(x)) for x in logs)
    return Figure(value, low, high, counts, "ok", "quasi-Poisson, AR(1)", confidence, notes)


def _averted(
    series: MonthlySeries,
    start_idx: int,
    fit: CountFit,
    step: tuple[float, float, float],
    params: SeriesParams,
) -> Figure:
    """Expected without the step less observed; with a changed slope it is not given."""
    happened = float(series.counts[start_idx:].sum())
    if params.slope:
        return Figure(None, counts={"after": happened}, statement="no_data")
    mean = float(fit.mu[start_idx:].sum())
    value, high, low = (mean * float(np.expm1(-x)) for x in step)
    return Figure(
        value, low, high, {"after": happened}, "ok", "quasi-Poisson, AR(1)", params.confidence
    )
