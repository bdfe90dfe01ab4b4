"""Counts over an exposure: exact rate limits, exact ratio of two rates, year on year."""

from dataclasses import dataclass
from math import inf

from scipy.optimize import brentq
from scipy.special import bdtr, betaincinv, gammaincinv
from scipy.stats import binomtest

from hubpost.evaluation.figure import Figure, no_figure

#: Leap years differ from others by 0.27 %; more than this is an unequal exposure and is said so.
EQUAL_WITHIN = 0.005


@dataclass(frozen=True, slots=True)
class CountOver:
    """Events counted over an exposure, such as station-days or person-years; exposure >= 0."""

    events: int
    exposure: float

    def __post_init__(self) -> None:
        if self.events < 0 or self.exposure < 0 or (self.exposure == 0 and self.events):
            raise ValueError(
                f"Expected events >= 0 over exposure > 0, came {self.events} over {self.exposure}."
            )


def count_interval(events: int, confidence: float = 0.95) -> tuple[float, float]:
    """Exact Poisson limits of an expected count. Garwood (1936)."""
    tail = (1 - confidence) / 2
    low = 0.0 if events == 0 else float(gammaincinv(events, tail))
    return low, float(gammaincinv(events + 1, 1 - tail))


def rate_figure(count: CountOver, confidence: float = 0.95) -> Figure:
    """Events per unit of exposure with exact limits."""
    counts = {"events": count.events, "exposure": count.exposure}
    if count.exposure == 0:
        return no_figure("empty_period", **counts)
    low, high = count_interval(count.events, confidence)
    rate = count.events / count.exposure
    return Figure(
        rate, low / count.exposure, high / count.exposure, counts, "ok", "garwood", confidence
    )


def rate_ratio(
    now: CountOver, then: CountOver, confidence: float = 0.95, mid_p: bool = False
) -> Figure:
    """Rate now over rate then, by the exact conditional binomial test's limits.

    Given the total, events now are binomial with odds ratio·exposure; Przyborowski and
    Wilenski (1940), Clopper–Pearson limits on that share, or mid-p limits (Berry and Armitage
    1995), which are less wide. A base of 0 has no ratio: value None, high None, low stated.
    """
    counts = _counts(now, then)
    if now.exposure == 0 or then.exposure == 0:
        why = "empty_period" if now.exposure == 0 else "no_base_period"
        return Figure(None, counts=counts, statement=why)
    if now.events + then.events == 0:
        return Figure(None, counts=counts, statement="both_zero")
    low, high = _ratio_limits(now, then, confidence, mid_p)
    method = "exact conditional, mid-p" if mid_p else "exact conditional"
    if then.events == 0:
        return Figure(None, low, None, counts, "base_zero", method, confidence)
    value = now.events / now.exposure / (then.events / then.exposure)
    return Figure(value, low, high, counts, "ok", method, confidence)


def rate_ratio_p(now: CountOver, then: CountOver, mid_p: bool = False) -> float:
    """Two-sided p of equal rates; exact conditional (as R's poisson.test), or twice the mid-p tail.

    Raises ValueError when a period has no exposure. With no event at all p is 1.
    """
    if now.exposure <= 0 or then.exposure <= 0:
        raise ValueError("Expected both exposures above 0; an empty period cannot be compared.")
    total = now.events + then.events
    if total == 0:
        return 1.0
    share = now.exposure / (now.exposure + then.exposure)
    if not mid_p:
        return float(binomtest(now.events, total, share).pvalue)
    below = _mid_cdf(now.events, total, share)
    return min(1.0, 2 * min(below, 1 - below))


def year_on_year(
    now: CountOver, then: CountOver, confidence: float = 0.95, mid_p: bool = True
) -> Figure:
    """Relative change of the rate, (now − then)/then, or the statement why there is none.

    mid-p by default: exact limits cover too much at the counts of one station.
    """
    ratio = rate_ratio(now, then, confidence, mid_p)
    notes = tuple(
        note
        for note, holds in (
            ("small_base", then.events < 30),
            ("unequal_exposure", _unequal(now.exposure, then.exposure)),
        )
        if holds and now.exposure and then.exposure
    )
    return Figure(
        _less_one(ratio.value), _less_one(ratio.low), _less_one(ratio.high),
        ratio.counts, ratio.statement, ratio.method, confidence, notes,
    )  # fmt: skip


def _less_one(ratio: float | None) -> float | None:
    return None if ratio is None else ratio - 1


def _unequal(a: float, b: float) -> bool:
    return abs(a - b) > EQUAL_WITHIN * max(a, b)


def _counts(now: CountOver, then: CountOver) -> dict[str, float]:
    return {
        "now": now.events,
        "before": then.events,
        "exposure_now": now.exposure,
        "exposure_before": then.exposure,
    }


def _ratio_limits(
    now: CountOver, then: CountOver, confidence: float, mid_p: bool
) -> tuple[float, float | None]:
    x, n, tail = now.events, now.events + then.events, (1 - confidence) / 2
    if mid_p:
        low, high = _mid_p_limits(x, n, tail)
    else:
        low = 0.0 if x == 0 else float(betaincinv(x, n - x + 1, tail))
        high = 1.0 if x == n else float(betaincinv(x + 1, n - x, 1 - tail))
    to_ratio = then.exposure / now.exposure
    upper = inf if high >= 1 else high / (1 - high) * to_ratio
    return low / (1 - low) * to_ratio, None if upper == inf else upper


def _mid_p_limits(x: int, n: int, tail: float) -> tuple[float, float]:
    eps = 1e-12

    def above(share: float) -> float:
        return 1 - _mid_cdf(x, n, share) - tail

    low = 0.0 if x == 0 else brentq(above, eps, 1 - eps, xtol=1e-13)
    high = 1.0 if x == n else brentq(lambda s: _mid_cdf(x, n, s) - tail, eps, 1 - eps, xtol=1e-13)
    return float(low), float(high)


def _mid_cdf(x: int, n: int, share: float) -> float:
    """P(X < x) + P(X = x)/2 of a binomial."""
    below = float(bdtr(x - 1, n, share)) if x else 0.0
    return (below + float(bdtr(x, n, share))) / 2
