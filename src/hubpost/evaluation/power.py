"""How many months until an effect of a given size would show."""

from dataclasses import dataclass
from math import log

import numpy as np
from scipy.stats import nct
from scipy.stats import t as student

from hubpost.evaluation.count_regression import gls_covariance
from hubpost.evaluation.interrupted_series import LEAST_AFTER, STEP, season_pairs_for, step_design


@dataclass(frozen=True, slots=True)
class PowerInputs:
    """effect: relative change to be shown, e.g. −0.1. per_month: events a month before.

    dispersion: variance over mean. rho: correlation of neighbouring months. Take both from a
    step_effect or from history, not from hope.
    """

    effect: float
    per_month: float
    months_before: int
    dispersion: float = 1.0
    rho: float = 0.0
    confidence: float = 0.95


def power_after(inputs: PowerInputs, months_after: int) -> float:
    """Probability that the interval of step_effect excludes 0 after so many months."""
    _check(inputs)
    n = inputs.months_before + months_after
    pairs = season_pairs_for(inputs.months_before, n)
    design = step_design(n, inputs.months_before, pairs)
    mu = inputs.per_month * np.exp(log(1 + inputs.effect) * design[:, STEP])
    se = float(np.sqrt(gls_covariance(mu, design, inputs.dispersion, inputs.rho)[STEP, STEP]))
    df = n - design.shape[1]
    limit = float(student.ppf(0.5 + inputs.confidence / 2, df))
    shift = abs(log(1 + inputs.effect)) / se
    return float(nct.sf(limit, df, shift) + nct.cdf(-limit, df, shift))


def months_until_shown(inputs: PowerInputs, power: float = 0.8, most: int = 120) -> int | None:
    """Least number of months after the start at which the effect shows with this power.

    None when `most` months are not enough: then the effect cannot be claimed from this series.
    """
    for months in range(LEAST_AFTER, most + 1):
        if power_after(inputs, months) >= power:
            return months
    return None


def _check(inputs: PowerInputs) -> None:
    if inputs.effect <= -1 or inputs.effect == 0 or inputs.per_month <= 0:
        raise ValueError(
            f"Expected an effect above -1 other than 0 and events above 0 a month, came "
            f"{inputs.effect} and {inputs.per_month}."
        )
    if inputs.months_before < 12:
        raise ValueError(f"Expected 12 or more months before, came {inputs.months_before}.")
