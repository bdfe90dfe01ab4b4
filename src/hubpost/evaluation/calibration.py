"""Predicted against actual: does what happened look like a draw from what was predicted?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from hubpost.evaluation.figure import Figure, no_figure
from hubpost.evaluation.shares import share_figure

Floats = NDArray[np.float64]

LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9, 0.95)


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """reliability: predicted level -> share of actual values at or below that quantile.

    histogram: (bins,) counts of the probability integral transform, flat when calibrated.
    p: of flatness (chi-square). mean_pit: 0.5 when centred; above, reality is slower.
    """

    n: int
    reliability: dict[float, Figure]
    histogram: NDArray[np.int64]
    p: float | None
    mean_pit: Figure

    @property
    def verdict(self) -> str:
        """ "no_data", "as_predicted", "slower", "faster" or "other_spread"."""
        if self.p is None or self.mean_pit.low is None or self.mean_pit.high is None:
            return "no_data"
        if self.p >= 0.05:
            return "as_predicted"
        if self.mean_pit.low > 0.5:
            return "slower"
        return "faster" if self.mean_pit.high < 0.5 else "other_spread"


def calibrate(pit: Floats, bins: int = 10, confidence: float = 0.95) -> Calibration:
    """Calibration of (n,) transform values in [0, 1]. Dawid (1984); Gneiting et al. (2007).

    Calls of one day share their traffic and weather, so p is on the strict side.
    """
    pit = pit[~np.isnan(pit)]
    n = len(pit)
    histogram = np.histogram(pit, bins=bins, range=(0, 1))[0]
    reliability = {
        level: share_figure(int((pit <= level).sum()), n, confidence) for level in LEVELS
    }
    if n < 5 * bins:
        return Calibration(n, reliability, histogram, None, no_figure("too_few", n=n))
    statistic = float(((histogram - n / bins) ** 2 / (n / bins)).sum())
    half = 1.959964 * float(pit.std(ddof=1)) / np.sqrt(n)
    mean = float(pit.mean())
    centre = Figure(mean, mean - half, mean + half, {"n": n}, "ok", "normal", confidence)
    return Calibration(n, reliability, histogram, float(chi2.sf(statistic, bins - 1)), centre)


def transform(actual: Floats, predicted: Floats, rng: np.random.Generator) -> Floats:
    """Probability integral transform of (n,) values under (m,) draws of one prediction.

    Ties and the steps of the draws are spread evenly by rng, so that a right prediction gives
    exactly uniform ranks: rank among m + 1. Values may be nan; so is their transform.
    """
    draws = np.sort(predicted[~np.isnan(predicted)])
    if not len(draws):
        return np.full(len(actual), np.nan)
    low = np.searchsorted(draws, actual, "left")
    high = np.searchsorted(draws, actual, "right")
    at = (low + rng.random(len(actual)) * (high - low + 1)) / (len(draws) + 1)
    return np.where(np.isnan(actual), np.nan, at)


def transform_by_scope(
    actual: Floats,
    scope: NDArray[np.int64],
    predicted: list[Floats],
    rng: np.random.Generator,
) -> Floats:
    """The transform of each value under the prediction of its scope (station, area, …)."""
    out = np.full(len(actual), np.nan)
    for idx, draws in enumerate(predicted):
        at = scope == idx
        out[at] = transform(actual[at], draws, rng)
    return out


def rank_in_replications(actual: float | None, replications: Floats) -> Figure:
    """Where an aggregate lies among its simulated replications; limits: their 2.5–97.5 %.

    The note "outside_prediction" is added when it lies beyond them.
    """
    known = replications[~np.isnan(replications)]
    if actual is None or len(known) < 20:
        return no_figure("no_data" if actual is None else "too_few", replications=len(known))
    low, high = (float(x) for x in np.quantile(known, [0.025, 0.975]))
    figure = Figure(actual, low, high, {"replications": len(known)}, "ok", "simulated", 0.95)
    return figure if low <= actual <= high else figure.noting("outside_prediction")
