"""Paired replications: two policies meet the same calls, so their difference is sharp."""

from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np

from hubpost.simulation.arrays import Floats


@dataclass(frozen=True, slots=True)
class PairedFigure:
    """Means over replications and the difference (after - before) with its confidence interval.

    low, high are None with fewer than two replications in which both sides have a value.
    """

    before: float | None
    after: float | None
    difference: float | None
    low: float | None
    high: float | None
    replications: int


def paired_figure(before: Floats, after: Floats, confidence: float = 0.95) -> PairedFigure:
    """Student's t on the differences of (replications,) values; nan pairs are left out."""
    both = ~(np.isnan(before) | np.isnan(after))
    b, a = before[both], after[both]
    n = len(b)
    if n == 0:
        return PairedFigure(_mean(before), _mean(after), None, None, None, 0)
    difference = a - b
    half = half_width(difference, confidence)
    mean = float(difference.mean())
    low, high = (None, None) if half is None else (mean - half, mean + half)
    return PairedFigure(float(b.mean()), float(a.mean()), mean, low, high, n)


def half_width(values: Floats, confidence: float = 0.95) -> float | None:
    """Half the width of the t interval of the mean; None below two values."""
    n = len(values)
    if n < 2:
        return None
    return t_quantile(confidence, n - 1) * float(values.std(ddof=1)) / sqrt(n)


def t_quantile(confidence: float, freedom: int) -> float:
    """Two-sided quantile of Student's t."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.5 + confidence / 2))


def replications_needed(values: Floats, wanted_half_width: float, confidence: float = 0.95) -> int:
    """How many replications bring the half width down to the one wanted, from a pilot of values.

    The smallest n with t(n-1) s / sqrt(n) <= wanted, s taken from the pilot (Law 2015, 9.4.1).
    """
    if len(values) < 2 or not wanted_half_width > 0:
        raise ValueError("precision: expected two or more pilot values and a width above 0.")
    s = float(values.std(ddof=1))
    # Student's t is never below the normal, so this many are needed at least.
    n = max(2, ceil((t_quantile(confidence, 10**9) * s / wanted_half_width) ** 2))
    while t_quantile(confidence, n - 1) * s / sqrt(n) > wanted_half_width:
        n += 1
    return n


def _mean(values: Floats) -> float | None:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else None
