"""The effect of the reform on one series: every method asked, and one honest answer."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from hubpost.evaluation.evidence import Strength, strength_of, weakened
from hubpost.evaluation.false_discovery import adjust_p
from hubpost.evaluation.interrupted_series import (
    SeriesParams,
    SeriesTooShort,
    StepEffect,
    newey_west,
    step_effect,
)
from hubpost.evaluation.monthly import MonthlySeries
from hubpost.evaluation.placebo import PlaceboDates, placebo_dates
from hubpost.evaluation.power import PowerInputs, months_until_shown
from hubpost.evaluation.staggered import NEVER, StaggeredEffect, placebo_stations, staggered_effect
from hubpost.evaluation.synthetic_control import SyntheticControl, synthetic_control

Floats = NDArray[np.float64]

#: Effects for which the planner says how long to wait.
PLANNED = (-0.05, -0.1, -0.2, -0.3)


@dataclass(frozen=True, slots=True, eq=False)
class StationPanel:
    """counts, days (S, T); joined (S,) month of joining, or NEVER."""

    station_ids: tuple[str, ...]
    counts: Floats
    days: Floats
    joined: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class EffectStudy:
    """What each method says of one series; None where it cannot be asked, `refused` says why.

    months_needed: effect -> months after the start until it would show with power 0.8.
    """

    what: str
    start: date
    series: MonthlySeries
    step: StepEffect | None
    placebo: PlaceboDates | None
    staggered: StaggeredEffect | None
    placebo_stations_p: float | None
    control: SyntheticControl | None
    strength: Strength
    months_needed: dict[float, int | None]
    refused: tuple[str, ...]
    labels: tuple[str, ...] = ()


def study_effect(
    what: str,
    series: MonthlySeries,
    start: date,
    panel: StationPanel | None = None,
    rng: np.random.Generator | None = None,
    params: SeriesParams | None = None,
    plausible: bool = True,
    labels: tuple[str, ...] = (),
) -> EffectStudy:
    """Ask every method that the data bear about a change from `start` on.

    rng: for the dealing out of dates among stations; without it that check is not made.
    plausible: False when the data failed a plausibility check; the evidence is then weak at most.
    """
    refused: list[str] = []
    at = series.idx_of(start)
    step, dates = _steps(series, at, params, refused)
    staggered, control, dealt = None, None, None
    if panel is not None:
        staggered, dealt = _staggered(panel, rng, refused)
        control = _control(panel, refused)
    strength = strength_of(step, dates, staggered, dealt, control, plausible)
    return EffectStudy(
        what, start, series, step, dates, staggered, dealt, control, strength,
        _months_needed(step, series, at), tuple(refused), labels,
    )  # fmt: skip


def many_questions(studies: tuple[EffectStudy, ...]) -> tuple[EffectStudy, ...]:
    """The studies with evidence lowered to weak where it does not survive being one of many.

    The least p of each study, doubled for its two methods, adjusted by Benjamini–Hochberg.
    """
    least = np.array([_least_p(s) for s in studies], dtype=float)
    adjusted = adjust_p(least)
    return tuple(
        replace(s, strength=weakened(s.strength, "survives_many_questions")) if p >= 0.05 else s
        for s, p in zip(studies, adjusted, strict=True)
    )


def _least_p(study: EffectStudy) -> float:
    p = [f.p for f in (study.step, study.staggered) if f is not None]
    return min(1.0, min(p) * len(p)) if p else float("nan")


def _steps(
    series: MonthlySeries, at: int, params: SeriesParams | None, refused: list[str]
) -> tuple[StepEffect | None, PlaceboDates | None]:
    try:
        step = step_effect(series, at, params)
    except (SeriesTooShort, ValueError) as error:
        refused.append(f"interrupted series: {error}")
        return None, None
    second = newey_west(series, at, step.season_pairs, step.change.confidence)
    return replace(step, second_opinion=second), placebo_dates(series, at, params)


def _staggered(
    panel: StationPanel, rng: np.random.Generator | None, refused: list[str]
) -> tuple[StaggeredEffect | None, float | None]:
    joined = panel.joined
    if (joined != NEVER).sum() < 2 or len(set(joined.tolist())) < 2:
        refused.append("difference in differences: needs stations that joined later or never")
        return None, None
    try:
        found = staggered_effect(panel.counts, panel.days, joined, panel.station_ids)
    except ValueError as error:
        refused.append(f"difference in differences: {error}")
        return None, None
    dealt = placebo_stations(panel.counts, panel.days, joined, rng) if rng is not None else None
    return found, dealt


def _control(panel: StationPanel, refused: list[str]) -> SyntheticControl | None:
    """Those that joined first, taken together, against a mix of those that never did."""
    never = panel.joined == NEVER
    if never.sum() < 5 or never.all():
        refused.append("synthetic control: needs five stations that never joined")
        return None
    first = int(panel.joined[~never].min())
    whole = (panel.days > 0).all(axis=1)
    together = (panel.joined == first) & whole
    donors = never & whole
    if first < 12 or donors.sum() < 5 or not together.any():
        refused.append("synthetic control: needs 12 months before the first joined")
        return None
    # Rates relative to each one's own level before: a big district cannot be mixed from small.
    rates = panel.counts[donors] / panel.days[donors]
    target = panel.counts[together].sum(axis=0) / panel.days[together].sum(axis=0)
    level = rates[:, :first].mean(axis=1, keepdims=True)
    kept = level[:, 0] > 0
    if kept.sum() < 5 or target[:first].mean() == 0:
        refused.append("synthetic control: too few stations with any event before")
        return None
    return synthetic_control(target / target[:first].mean(), rates[kept] / level[kept], first)


def _months_needed(
    step: StepEffect | None, series: MonthlySeries, at: int
) -> dict[float, int | None]:
    if step is None:
        return {}
    month = float(series.counts[:at].sum() / series.days[:at].sum()) * 30.4
    if month <= 0:
        return {}
    return {
        effect: months_until_shown(
            PowerInputs(effect, month, at, max(1.0, step.dispersion), max(0.0, step.rho))
        )
        for effect in PLANNED
    }
