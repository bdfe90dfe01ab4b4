"""Shares k of n and the difference of two shares, with intervals."""

from math import sqrt

from scipy.special import betaincinv, ndtri

from hubpost.evaluation.figure import Figure, no_figure


def wilson_interval(hits: int, of: int, confidence: float = 0.95) -> tuple[float, float]:
    """Score limits of a share. Wilson (1927); Newcombe (1998) method 3. Raises ValueError."""
    _check(hits, of)
    z = float(ndtri(0.5 + confidence / 2))
    share = hits / of
    centre = share + z * z / (2 * of)
    half = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    scale = 1 + z * z / of
    # The limits at 0 and n are exactly 0 and 1; rounding must not push them beyond.
    low = 0.0 if hits == 0 else (centre - half) / scale
    high = 1.0 if hits == of else (centre + half) / scale
    return low, high


def clopper_pearson_interval(hits: int, of: int, confidence: float = 0.95) -> tuple[float, float]:
    """Exact limits of a share. Clopper and Pearson (1934). Raises ValueError."""
    _check(hits, of)
    tail = (1 - confidence) / 2
    low = 0.0 if hits == 0 else float(betaincinv(hits, of - hits + 1, tail))
    high = 1.0 if hits == of else float(betaincinv(hits + 1, of - hits, 1 - tail))
    return low, high


def share_figure(hits: int, of: int, confidence: float = 0.95, method: str = "wilson") -> Figure:
    """A share with its interval; nothing counted is no share, never 0.

    method: "wilson" or "clopper_pearson".
    """
    if of == 0:
        return no_figure("no_events", hits=0, of=0)
    interval = wilson_interval if method == "wilson" else clopper_pearson_interval
    low, high = interval(hits, of, confidence)
    return Figure(hits / of, low, high, {"hits": hits, "of": of}, "ok", method, confidence)


def share_difference(
    now: tuple[int, int], then: tuple[int, int], confidence: float = 0.95
) -> Figure:
    """Share now minus share then, in share points; each given as (hits, of).

    Hybrid score limits, Newcombe (1998) "Interval estimation for the difference between
    independent proportions", method 10.
    """
    counts = {"hits": now[0], "of": now[1], "hits_before": then[0], "of_before": then[1]}
    if now[1] == 0:
        return Figure(None, counts=counts, statement="no_events")
    if then[1] == 0:
        return Figure(None, counts=counts, statement="no_base_period")
    a, b = now[0] / now[1], then[0] / then[1]
    (a_low, a_high), (b_low, b_high) = (
        wilson_interval(*now, confidence),
        wilson_interval(*then, confidence),
    )
    low = a - b - sqrt((a - a_low) ** 2 + (b_high - b) ** 2)
    high = a - b + sqrt((a_high - a) ** 2 + (b - b_low) ** 2)
    return Figure(a - b, low, high, counts, "ok", "newcombe", confidence)


def rate_change(found_change: float, resolved_change: float) -> float:
    """Relative change of resolved/found when both changed; +0.11 and +0.10 give about −0.009."""
    if found_change <= -1:
        raise ValueError(f"Expected a change above -1 (not all gone), came {found_change}.")
    return (1 + resolved_change) / (1 + found_change) - 1


def _check(hits: int, of: int) -> None:
    if not 0 <= hits <= of or of < 1:
        raise ValueError(f"Expected 0 <= hits <= of and of >= 1, came {hits} of {of}.")
