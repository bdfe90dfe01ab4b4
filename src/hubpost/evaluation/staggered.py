"""Difference in differences where stations join at different dates."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from hubpost.evaluation.figure import Figure

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
NEVER = -1


@dataclass(frozen=True, slots=True, eq=False)
class StaggeredEffect:
    """change: pooled relative change of the stations that joined. p: of the jackknife t.

    by_month: months since joining -> relative change, without interval. without (S, T): counts
    expected had nobody joined, nan where that cannot be known. left_out: stations or months
    for which there is nothing to compare with.
    """

    change: Figure
    p: float
    by_month: dict[int, float]
    without: Floats
    left_out: tuple[str, ...]


def staggered_effect(
    counts: Floats,
    days: Floats,
    joined: Ints,
    station_ids: tuple[str, ...],
    confidence: float = 0.95,
) -> StaggeredEffect:
    """The change in months after joining, against what stations not yet joined had.

    counts (S, T), days (S, T) observed, joined (S,) month of joining or NEVER. Station and month
    effects are fitted to the untreated cells only and carried over to the treated ones, so that
    early joiners never serve as controls: Borusyak, Jaravel and Spiess (2024), in the Poisson
    form of Wooldridge (2023). Limits: jackknife over stations, t with S − 1 degrees.
    Raises ValueError when no treated month has a comparison.
    """
    log_ratio, without = _pooled(counts, days, joined)
    stations = len(joined)
    rest = np.array([_without_one(counts, days, joined, s) for s in range(stations)])
    rest = rest[~np.isnan(rest)]
    m = len(rest)
    if np.isnan(log_ratio) or m < 3:
        raise ValueError("Expected months with stations not yet joined, and three stations.")
    se = float(np.sqrt((m - 1) / m * ((rest - rest.mean()) ** 2).sum()))
    half = float(student.ppf(0.5 + confidence / 2, m - 1)) * se
    value, low, high = (float(np.expm1(x)) for x in (log_ratio, log_ratio - half, log_ratio + half))
    treated = _treated(counts, joined) & ~np.isnan(without)
    found = {
        "observed": float(counts[treated].sum()),
        "expected": float(without[treated].sum()),
        "stations_joined": int((joined != NEVER).sum()),
        "stations": stations,
    }
    return StaggeredEffect(
        change=Figure(value, low, high, found, "ok", "imputation, jackknife", confidence),
        p=float(2 * student.sf(abs(log_ratio) / max(se, 1e-12), m - 1)),
        by_month=_by_month(counts, without, joined),
        without=without,
        left_out=_left_out(without, joined, station_ids),
    )


def placebo_stations(
    counts: Floats, days: Floats, joined: Ints, rng: np.random.Generator, draws: int = 99
) -> float:
    """p of the effect when the dates of joining are dealt out anew among the stations.

    (1 + draws with as large an effect) / (1 + draws): exact when dates were dealt by chance.
    """
    actual = abs(_pooled(counts, days, joined)[0])
    dealt = [abs(_pooled(counts, days, rng.permutation(joined))[0]) for _ in range(draws)]
    known = [d for d in dealt if not np.isnan(d)]
    return (1 + sum(d >= actual - 1e-12 for d in known)) / (1 + len(known))


def expected_without(counts: Floats, days: Floats, untreated: NDArray[np.bool_]) -> Floats:
    """(S, T) Poisson fit of station × month on the untreated cells, carried to all; nan if unknown.

    Iterative proportional fitting gives the maximum likelihood: Deming and Stephan (1940).
    """
    seen = np.where(untreated, counts, 0.0)
    station_total, month_total = seen.sum(axis=1), seen.sum(axis=0)
    month = np.ones(counts.shape[1])
    weight = np.where(untreated, days, 0.0)
    station = np.zeros(counts.shape[0])
    with np.errstate(invalid="ignore", divide="ignore"):
        for _ in range(500):
            before = station
            station = np.nan_to_num(station_total / (weight @ month))
            month = np.nan_to_num(month_total / (station @ weight))
            if np.abs(station - before).max() <= 1e-7 * station.max():
                break
    fitted = station[:, None] * month * days
    fitted[~untreated.any(axis=1)] = np.nan
    fitted[:, ~untreated.any(axis=0)] = np.nan
    return fitted


def _treated(counts: Floats, joined: Ints) -> NDArray[np.bool_]:
    month = np.arange(counts.shape[1])
    return np.asarray((joined[:, None] != NEVER) & (month >= joined[:, None]))


def _pooled(counts: Floats, days: Floats, joined: Ints) -> tuple[float, Floats]:
    """Log of observed over expected in treated cells that have a comparison, nan if none."""
    treated = _treated(counts, joined)
    without = expected_without(counts, days, ~treated & (days > 0))
    use = treated & ~np.isnan(without)
    expected = float(without[use].sum())
    if expected <= 0:
        return float("nan"), without
    # Half an event keeps the logarithm finite where nothing happened at all.
    return float(np.log(max(float(counts[use].sum()), 0.5) / expected)), without


def _without_one(counts: Floats, days: Floats, joined: Ints, s: int) -> float:
    counts, days = np.delete(counts, s, axis=0), np.delete(days, s, axis=0)
    return _pooled(counts, days, np.delete(joined, s))[0]


def _by_month(counts: Floats, without: Floats, joined: Ints) -> dict[int, float]:
    since = np.arange(counts.shape[1]) - joined[:, None]
    use = _treated(counts, joined) & ~np.isnan(without)
    out = {}
    for k in np.unique(since[use]):
        at = use & (since == k)
        if without[at].sum() > 0:
            out[int(k)] = float(counts[at].sum() / without[at].sum() - 1)
    return out


def _left_out(without: Floats, joined: Ints, station_ids: tuple[str, ...]) -> tuple[str, ...]:
    always = [i for i, row in zip(station_ids, without, strict=True) if np.isnan(row).all()]
    months = int(np.isnan(without).all(axis=0).sum())
    return (*always, *([f"{months} months"] if months else []))
