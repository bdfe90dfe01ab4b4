"""Empirical-Bayes shrinkage of rates: a small station borrows strength from all."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import gamma, nbinom

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class ShrunkRates:
    """Posterior mean rates and limits (n,); weight in [0, 1]: trust in the station's own data.

    shape, scale: the fitted gamma of true rates, mean shape·scale. alike: True where the counts
    show no more spread than chance, so that all rates are the pooled one.
    """

    rate: Floats
    low: Floats
    high: Floats
    weight: Floats
    shape: float
    scale: float
    alike: bool


def shrink_rates(events: Floats, exposure: Floats, confidence: float = 0.95) -> ShrunkRates:
    """Gamma–Poisson shrinkage with the gamma fitted by marginal likelihood.

    Clayton and Kaldor (1987). Limits are those of the posterior with the gamma taken as known.
    Raises ValueError unless every exposure is above 0 and at least two stations are given.
    """
    if len(events) < 2 or (exposure <= 0).any():
        raise ValueError("Expected two or more stations, each with exposure above 0.")
    pooled = events.sum() / exposure.sum()
    fitted = _fit_shape(events, exposure, pooled)
    if fitted is None:
        same = np.full(len(events), pooled)
        return ShrunkRates(same, same, same, np.zeros(len(events)), np.inf, 0.0, True)
    shape, scale = fitted
    a, b = events + shape, exposure + 1 / scale
    tail = (1 - confidence) / 2
    return ShrunkRates(
        a / b, gamma.ppf(tail, a, scale=1 / b), gamma.ppf(1 - tail, a, scale=1 / b),
        exposure / b, shape, scale, False,
    )  # fmt: skip


def _fit_shape(events: Floats, exposure: Floats, pooled: float) -> tuple[float, float] | None:
    """Shape and scale of the gamma, None when no spread beyond chance is to be seen."""
    if pooled == 0:
        return None

    def loss(log_params: Floats) -> float:
        shape, mean = np.exp(log_params)
        return -float(nbinom.logpmf(events, shape, shape / (shape + mean * exposure)).sum())

    starts = [minimize(loss, [np.log(s), np.log(pooled)], method="Nelder-Mead",
                       options={"xatol": 1e-8, "fatol": 1e-10, "maxiter": 2000})
              for s in (0.5, 5.0)]  # fmt: skip
    best = min(starts, key=lambda r: r.fun)
    shape, mean = np.exp(best.x)
    return None if shape > 1e5 else (float(shape), float(mean / shape))
