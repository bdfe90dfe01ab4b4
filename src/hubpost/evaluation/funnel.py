"""Funnel plots: what chance alone would make of stations that are all alike."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom, poisson

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Funnel:
    """Limits around one target for each size: (n,) arrays; low and high at each of two levels.

    size: expected events at unit rate (exposure), or the denominator of a share.
    """

    target: float
    size: Floats
    low_95: Floats
    high_95: Floats
    low_998: Floats
    high_998: Floats


def rate_funnel(events: Floats, exposure: Floats) -> Funnel:
    """Exact Poisson limits around the pooled rate. Spiegelhalter (2005), appendix A.1.

    Limits interpolate between whole counts, as there, so that they do not jump.
    """
    target = float(events.sum() / exposure.sum())
    limits = [_limits(poisson, (target * exposure,), p) for p in _TAILS]
    return Funnel(target, exposure, *(np.maximum(x, 0) / exposure for x in limits))


def share_funnel(hits: Floats, of: Floats) -> Funnel:
    """Exact binomial limits around the pooled share; of > 0."""
    target = float(hits.sum() / of.sum())
    if target in (0.0, 1.0):
        # All alike: there is no chance left, and no station can lie out.
        return Funnel(target, of, *(np.full(len(of), target) for _ in _TAILS))
    limits = [_limits(binom, (of, np.full(len(of), target)), p) for p in _TAILS]
    return Funnel(target, of, *(np.clip(x / of, 0, 1) for x in limits))


def positions(values: Floats, funnel: Funnel) -> list[str]:
    """For each value: "inside", "low" or "high" beyond 95 %, "very low" or "very high" (99.8 %)."""
    names = ["very low", "low", "very high", "high"]
    beyond = [
        values < funnel.low_998, values < funnel.low_95,
        values > funnel.high_998, values > funnel.high_95,
    ]  # fmt: skip
    return [str(x) for x in np.select(beyond, names, default="inside")]


def over_dispersion(z: Floats, winsorised: float = 0.1) -> float:
    """How much wider than chance the stations spread (1 = as chance), after winsorising.

    Spiegelhalter (2005), section 3.5; values over 1 mean that the limits are too narrow.
    """
    low, high = np.quantile(z, [winsorised, 1 - winsorised])
    return float(np.mean(np.clip(z, low, high) ** 2))


def widened(funnel: Funnel, spread: float) -> Funnel:
    """Limits made wider by the spread that all stations show, where it is clearly over chance.

    Multiplicative over-dispersion, Spiegelhalter (2005), section 3.5: with it, only a station
    that stands out among stations that differ anyhow lies outside.
    """
    n = len(funnel.size)
    if spread <= 1 + 2 * np.sqrt(2 / n):
        return funnel
    limits = (funnel.low_95, funnel.high_95, funnel.low_998, funnel.high_998)
    wide = [np.maximum(0, funnel.target + (x - funnel.target) * np.sqrt(spread)) for x in limits]
    return Funnel(funnel.target, funnel.size, *wide)


_TAILS = (0.025, 0.975, 0.001, 0.999)


def _limits(law: object, params: tuple[Floats, ...], p: float) -> Floats:
    """Spiegelhalter's interpolated quantile: r_p − α with α from the step at r_p."""
    at = law.ppf(p, *params)  # type: ignore[attr-defined]
    upper, mass = law.cdf(at, *params), law.pmf(at, *params)  # type: ignore[attr-defined]
    return np.asarray(at - (upper - p) / mass, dtype=float)
