"""Drift alarms: cumulative sums with a stated rate of false alarms, on aggregates only."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.stats import norm

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class DriftAlarm:
    """upper, lower (n,): the sums. alarms: positions where a sum passed h; it restarts there.

    run_length: mean number of periods between false alarms, both sides together.
    """

    upper: Floats
    lower: Floats
    alarms: tuple[int, ...]
    h: float
    k: float
    run_length: float


def watch(z: Floats, false_alarm_every: float = 120.0, k: float = 0.5) -> DriftAlarm:
    """Two-sided CUSUM of standardised values z (n,), nan skipped. Page (1954).

    k: half the shift to be found soonest, in standard errors. h is set so that, without drift,
    an alarm comes on average every `false_alarm_every` periods.
    """
    h = limit_for(false_alarm_every, k)
    upper, lower = np.zeros(len(z)), np.zeros(len(z))
    alarms: list[int] = []
    up = down = 0.0
    for i, value in enumerate(z):
        if not np.isnan(value):
            up, down = max(0.0, up + value - k), max(0.0, down - value - k)
        upper[i], lower[i] = up, down
        if up > h or down > h:
            alarms.append(i)
            up = down = 0.0
    return DriftAlarm(upper, lower, tuple(alarms), h, k, false_alarm_every)


def run_length(h: float, k: float, states: int = 201, shift: float = 0.0) -> float:
    """Mean run length of a one-sided CUSUM of normal values, by a Markov chain.

    Brook and Evans (1972), Biometrika 59:539, with the sum cut into `states` steps.
    """
    width = 2 * h / (2 * states - 1)
    at = np.arange(states) * width
    edge = at[None, :] - at[:, None] + k - shift
    move = norm.cdf(edge + width / 2) - norm.cdf(edge - width / 2)
    move[:, 0] = norm.cdf(edge[:, 0] + width / 2)
    return float(np.linalg.solve(np.eye(states) - move, np.ones(states))[0])


def two_sided_run_length(h: float, k: float, shift: float = 0.0) -> float:
    """Mean run length of both sides together: 1/L = 1/L⁺ + 1/L⁻, exact for k > 0 with reset.

    Van Dobben de Bruyn (1968).
    """
    return 1 / (1 / run_length(h, k, shift=shift) + 1 / run_length(h, k, shift=-shift))


@cache
def limit_for(every: float, k: float = 0.5) -> float:
    """The h at which false alarms come every so many periods. Raises ValueError under 5."""
    if every < 5:
        raise ValueError(f"Expected a false alarm at most every 5 periods, came every {every}.")
    return float(brentq(lambda h: two_sided_run_length(h, k) - every, 0.3, 15, xtol=1e-4))


def standardised_counts(counts: Floats, expected: Floats, dispersion: float = 1.0) -> Floats:
    """z of counts against what was expected, by Anscombe's root; made for expected >= 2.

    nan where less was expected: there is nothing to watch.
    """
    root = 2 * (np.sqrt(counts + 0.375) - np.sqrt(np.maximum(expected, 0) + 0.375 - 0.25))
    return np.where(expected >= 2, root / np.sqrt(dispersion), np.nan)


def standardised_pit(mean_pit: Floats, n: Floats) -> Floats:
    """z of a period's mean transform of n values: mean 1/2, variance 1/12n; nan under 5."""
    with np.errstate(invalid="ignore"):
        return np.where(n >= 5, (mean_pit - 0.5) * np.sqrt(12 * n), np.nan)
