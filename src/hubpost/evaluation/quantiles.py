"""Quantiles of times with bootstrap limits."""

from math import ceil, sqrt
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

from hubpost.evaluation.figure import Figure, no_figure

Floats = NDArray[np.float64]


class RankedValues(Protocol):
    """Values in ascending order: an array, or whatever else gives the value of a rank."""

    def __len__(self) -> int: ...

    def __getitem__(self, rank: int, /) -> float: ...


#: Below this many values the bootstrap of a quantile says nothing that can be trusted.
FEWEST = 8


def rank_of(q: float, n: int) -> int:
    """0-based position of the q-quantile among n sorted values (inverse of the step function)."""
    return min(n, max(1, ceil(q * n - 1e-9))) - 1


def bootstrap_quantile(
    values: Floats, q: float, rng: np.random.Generator, draws: int = 2000, confidence: float = 0.95
) -> Figure:
    """The q-quantile with percentile-bootstrap limits; values (n,), nan left out.

    A resample's k-th smallest of n is the ⌈n·U⌉-th of the data with U ~ Beta(k, n−k+1), so the
    resamples need not be made: same distribution, n times less work. Efron (1979), section 3.
    """
    known = np.sort(values[~np.isnan(values)])
    if len(known) < FEWEST:
        return _too_few(known, q)
    drawn = known[_resampled_ranks(q, len(known), rng.random(draws))]
    low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2])
    return _figure(known, q, float(low), float(high), "bootstrap", confidence)


def quantile_figure(sorted_values: RankedValues, q: float, confidence: float = 0.95) -> Figure:
    """The q-quantile with the limits that the bootstrap tends to for endless draws.

    sorted_values: n of them, ascending, no nan. Limits depend on three ranks only, so no seed is
    needed; bootstrap_quantile with many draws gives the same (tests/evaluation/test_quantiles).
    """
    n = len(sorted_values)
    if n < FEWEST:
        return _too_few(sorted_values, q)
    low, high = ideal_ranks(q, n, confidence)
    return _figure(
        sorted_values, q, float(sorted_values[low]), float(sorted_values[high]),
        "ideal bootstrap", confidence,
    )  # fmt: skip


def ideal_ranks(q: float, n: int, confidence: float = 0.95) -> tuple[int, int]:
    """0-based ranks of the limits of the q-quantile of n values."""
    tails = np.array([(1 - confidence) / 2, (1 + confidence) / 2])
    low, high = _resampled_ranks(q, n, tails)
    return int(low), int(high)


def difference_figure(now: Figure, then: Figure) -> Figure:
    """now − then of two independent figures, limits by MOVER. Zou and Donner (2008)."""
    counts = {**now.counts, **{f"{k}_before": v for k, v in then.counts.items()}}
    if now.value is None or then.value is None:
        why = now.statement if now.value is None else "no_base_period"
        return Figure(None, counts=counts, statement=why)
    change = now.value - then.value
    if now.low is None or now.high is None or then.low is None or then.high is None:
        return Figure(change, counts=counts, statement="too_few")
    low = change - sqrt((now.value - now.low) ** 2 + (then.high - then.value) ** 2)
    high = change + sqrt((now.high - now.value) ** 2 + (then.value - then.low) ** 2)
    return Figure(change, low, high, counts, "ok", "MOVER", now.confidence)


def _resampled_ranks(q: float, n: int, uniform: Floats) -> NDArray[np.int64]:
    k = rank_of(q, n) + 1
    at = betaincinv(k, n - k + 1, uniform)
    ranks: NDArray[np.int64] = np.clip(np.ceil(n * at).astype(np.int64) - 1, 0, n - 1)
    return ranks


def _too_few(known: RankedValues, q: float) -> Figure:
    n = len(known)
    if n == 0:
        return no_figure("no_events", n=0)
    return Figure(float(known[rank_of(q, n)]), counts={"n": n}, statement="too_few")


def _figure(
    known: RankedValues, q: float, low: float, high: float, method: str, confidence: float
) -> Figure:
    value = float(known[rank_of(q, len(known))])
    return Figure(value, low, high, {"n": len(known)}, "ok", method, confidence)
