"""Demand of a county: calls by hour, weekday, season and area, fitted to its call list."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from hubpost.model.county import County
from hubpost.roads.geodesy import great_circle_m
from hubpost.simulation.arrays import Floats, Ints
from hubpost.simulation.replay import NoCalls

WEEKEND = (5, 6)
DAY_S = 86400.0


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """Recorded calls to draw the details of a simulated one from; row k is one real call.

    category: name. priority, needed. processing_s, turnout_s, on_scene_s: nan where not recorded.
    received_s: local seconds from the midnight of the first day on. area: its position, -1 nowhere.
    """

    category: tuple[str, ...]
    priority: Ints
    needed: Ints
    hour: Ints
    processing_s: Floats
    turnout_s: Floats
    on_scene_s: Floats
    received_s: Floats
    area: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """Calls a day = per_day · weekday[7] · month[12]; spread over hour[2, 24] and area_share[A].

    weekday (Monday first) and month factors average 1 over the fitted days; hour rows (workdays,
    weekends) sum to 1, area_share sums to 1. dispersion: Pearson's of the daily counts, 1 for a
    Poisson process; well above it, days differ more than the factors say.
    daily: calls on each day from first_day on.
    """

    per_day: float
    weekday: Floats
    month: Floats
    hour: Floats
    area_share: Floats
    marks: Marks
    dispersion: float
    first_day: date
    daily: Ints
    fitted_calls: int
    left_out: Mapping[str, int]

    def scaled(self, factor: float) -> "Demand":
        """The same demand, so many times as much. Raises ValueError unless positive."""
        if not 0 < factor < np.inf:
            raise ValueError(f"demand: expected a factor above 0, found {factor}.")
        return replace(self, per_day=self.per_day * factor)

    def rate_per_hour(self, first_day: date, days: int) -> Floats:
        """(days, 24) expected calls in each hour of the local clock."""
        dates = [first_day + timedelta(d) for d in range(days)]
        weekday = np.array([d.weekday() for d in dates], dtype=int)
        month = np.array([d.month - 1 for d in dates], dtype=int)
        of_day = self.per_day * self.weekday[weekday] * self.month[month]
        return np.asarray(of_day[:, None] * self.hour[np.isin(weekday, WEEKEND).astype(int)])


def fit_demand(county: County, smoothing: float = 1.0) -> Demand:
    """Fit hour, weekday, month and area of the calls a unit went to.

    Weekday and month by iterative proportional fitting of a Poisson model to the daily counts,
    so that a list that begins in mid-year is not taken for a season. Areas are shrunk towards
    their share of the population with the weight of `smoothing` calls each. Raises NoCalls.
    """
    table, left_out = _sent_calls(county)
    if not len(table):
        raise NoCalls(f"calls: expected calls that units went to, found none ({left_out}).")
    local = table["received_at"].dt.convert_time_zone(county.timezone)
    day = local.dt.date()
    first, last = cast(date, day.min()), cast(date, day.max())
    days = (last - first).days + 1
    index = np.array([(d - first).days for d in day])
    daily = np.bincount(index, minlength=days)
    dates = [first + timedelta(d) for d in range(days)]
    weekday = np.array([d.weekday() for d in dates])
    month = np.array([d.month - 1 for d in dates])
    base, by_weekday, by_month, expected = _proportional_fit(daily, weekday, month)
    weekend = np.isin(weekday, WEEKEND)[index].astype(int)
    hours = local.dt.hour().to_numpy().astype(np.int32)
    free = max(1, days - 1 - (len(set(weekday)) - 1) - (len(set(month)) - 1))
    return Demand(
        per_day=base,
        weekday=by_weekday,
        month=by_month,
        hour=_hour_profiles(hours, weekend),
        area_share=_area_share(county, table, smoothing),
        marks=_marks(table, hours, index * DAY_S + _of_day_s(local), _areas(county, table)),
        dispersion=float(((daily - expected) ** 2 / expected).sum() / free),
        first_day=first,
        daily=daily.astype(np.int32),
        fitted_calls=len(table),
        left_out=left_out,
    )


def _sent_calls(county: County) -> tuple[pl.DataFrame, dict[str, int]]:
    """Calls with a time that a unit went to, and how many were left out and why."""
    calls = county.calls
    timed = calls.filter(
        pl.col("received_at").is_not_null() & ~pl.col("exercise").fill_null(value=False)
    )
    moved = pl.col("dispatched_at").is_not_null() | pl.col("enroute_at").is_not_null()
    # Where dispatch is not recorded at all, nothing says which calls needed nobody.
    known = timed.select(moved.any()).item() if len(timed) else False
    sent = timed.filter(moved | pl.col("arrived_at").is_not_null()) if known else timed
    return sent.sort("received_at"), {
        "no_time_or_exercise": len(calls) - len(timed),
        "no_unit_went": len(timed) - len(sent),
    }


def _proportional_fit(daily: Any, weekday: Any, month: Any) -> tuple[float, Floats, Floats, Floats]:
    by_weekday, by_month = np.ones(7), np.ones(12)
    base = float(daily.mean())
    for _ in range(200):
        before = np.concatenate([by_weekday, by_month])
        by_weekday = _ratio(daily, base * by_month[month], weekday, 7)
        by_month = _ratio(daily, base * by_weekday[weekday], month, 12)
        if np.abs(np.concatenate([by_weekday, by_month]) - before).max() < 1e-12:
            break
    mean_weekday, mean_month = by_weekday[weekday].mean(), by_month[month].mean()
    expected = base * by_weekday[weekday] * by_month[month]
    # A day the fit gives nothing to must not divide by nothing.
    scale = mean_weekday * mean_month
    return (
        base * scale,
        by_weekday / mean_weekday,
        by_month / mean_month,
        np.maximum(expected, 1e-9),
    )


def _ratio(counts: Any, expected: Any, key: Any, size: int) -> Floats:
    """Counted over expected by key; 1 where nothing was expected, so nothing is known."""
    seen = np.bincount(key, weights=counts, minlength=size)
    due = np.bincount(key, weights=expected, minlength=size)
    return np.divide(seen, due, out=np.ones(size), where=due > 0)


def _hour_profiles(hours: Any, weekend: Any) -> Floats:
    """(2, 24) shares of the hours on workdays and weekends, each shrunk a little to the whole."""
    whole = (np.bincount(hours, minlength=24) + 0.5) / (len(hours) + 12)
    rows = []
    for kind in (0, 1):
        some = np.bincount(hours[weekend == kind], minlength=24)
        rows.append((some + 24 * whole) / (some.sum() + 24))
    return np.array(rows)


def _area_share(county: County, table: pl.DataFrame, smoothing: float) -> Floats:
    if not county.areas:
        raise NoCalls("areas: expected at least one, found none; calls have nowhere to be.")
    population = np.array([float(a.population or 0) for a in county.areas])
    known = population > 0
    population[~known] = population[known].mean() if known.any() else 1.0
    counts = np.bincount(area_of_calls(county, table), minlength=len(county.areas))
    prior = smoothing * len(county.areas) * population / population.sum()
    return np.asarray((counts + prior) / (counts.sum() + prior.sum()))


def area_of_calls(county: County, table: pl.DataFrame) -> Ints:
    """Position of each call's area: the one it names, else the nearest; calls nowhere left out."""
    found = _areas(county, table)
    return found[found >= 0]


def _areas(county: County, table: pl.DataFrame) -> Ints:
    """The same with -1 for calls nowhere."""
    position = {a.id: i for i, a in enumerate(county.areas)}
    lon = np.array([a.lon for a in county.areas])
    lat = np.array([a.lat for a in county.areas])
    found = []
    for row in table.select("area_id", "lon", "lat").iter_rows():
        if row[0] in position:
            found.append(position[row[0]])
        elif row[1] is not None and row[2] is not None:
            found.append(int(np.argmin(great_circle_m(row[1], row[2], lon, lat))))
        else:
            found.append(-1)
    return np.array(found, dtype=np.int32)


def _of_day_s(local: pl.Series) -> Floats:
    """Seconds after midnight by the local clock."""
    parts = [local.dt.hour(), local.dt.minute(), local.dt.second()]
    hour, minute, second = (part.cast(pl.Float64).to_numpy() for part in parts)
    return np.asarray(hour * 3600 + minute * 60 + second)


def _marks(table: pl.DataFrame, hours: Ints, received_s: Floats, area: Ints) -> Marks:
    def leg_s(start: str, end: str) -> Floats:
        legs = (table[end] - table[start]).dt.total_seconds().cast(pl.Float64)
        value = legs.fill_null(float("nan")).to_numpy()
        # Negative legs and those beyond a day are errors of record, so unknown.
        return np.where((value >= 0) & (value <= 86400), value, np.nan)

    return Marks(
        category=tuple(table["category"].fill_null("").to_list()),
        priority=table["priority"].fill_null(2).clip(1, 4).to_numpy().astype(np.int32),
        needed=table["units_needed"].fill_null(1).clip(1).to_numpy().astype(np.int32),
        hour=hours,
        processing_s=leg_s("received_at", "dispatched_at"),
        turnout_s=leg_s("dispatched_at", "enroute_at"),
        on_scene_s=leg_s("arrived_at", "cleared_at"),
        received_s=received_s,
        area=area,
    )


def zone_of(county: County) -> ZoneInfo:
    """The county's time zone."""
    return ZoneInfo(county.timezone)
