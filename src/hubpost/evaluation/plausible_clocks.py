"""Clocks: rounding to five minutes, midnight as "unknown", hours skipped or shown twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from scipy.stats import binom, chi2

from hubpost.evaluation.call_frame import MILESTONES
from hubpost.evaluation.finding import Finding

if TYPE_CHECKING:
    from hubpost.evaluation.plausibility import PlausibilityParams

#: A share this far from the 20 % of chance matters even where any departure could be proven.
HEAPED_BY = 0.05


def check_clocks(
    frame: pl.DataFrame, timezone: str, params: PlausibilityParams
) -> Iterator[Finding]:
    """frame: clock times as `local MILESTONE`, naive."""
    for column in MILESTONES:
        yield from _heaping(frame, column, params)
        yield from _midnight(frame, column, params)
    yield from _clock_changes(frame, ZoneInfo(timezone))


def _heaping(frame: pl.DataFrame, column: str, params: PlausibilityParams) -> Iterator[Finding]:
    rest = (pl.col(f"local {column}").dt.minute().cast(pl.Int32) % 5).alias("rest")
    known = frame.select("station_id", rest).drop_nulls("rest")
    counts = known.group_by("station_id", "rest").len()
    for station_id, five in _by_station(counts):
        n = int(five.sum())
        if n < params.least:
            continue
        p = float(chi2.sf(((five - n / 5) ** 2 / (n / 5)).sum(), 4))
        at = int(five.argmax())
        if p < params.p and five[at] / n - 0.2 > HEAPED_BY:
            bars = bool(five[at] / n > params.heaped_share)
            if station_id == "" or bars:
                code = "heaping_5" if at == 0 else "clock_grid"
                detail = {} if at == 0 else {"remainder": at}
                yield Finding(code, int(five[at]), n, station_id, column, bars, p, detail)


def _by_station(counts: pl.DataFrame) -> Iterator[tuple[str, np.ndarray]]:
    """Counts of the five remainders, of all and then of each station."""
    whole = np.zeros(5)
    each: dict[str, np.ndarray] = {}
    for station_id, rest, n in counts.iter_rows():
        whole[rest] += n
        if station_id is not None:
            each.setdefault(station_id, np.zeros(5))[rest] += n
    yield "", whole
    yield from sorted(each.items())


def _midnight(frame: pl.DataFrame, column: str, params: PlausibilityParams) -> Iterator[Finding]:
    times = frame[f"local {column}"].drop_nulls()
    n = len(times)
    if n < params.least:
        return
    whole_minutes = float((times.dt.second() == 0).mean() or 0)  # type: ignore[arg-type]
    chance = 1 / 1440 if whole_minutes > 0.9 else 1 / 86400
    hits = int((times.dt.time() == datetime.min.time()).sum())
    p = float(binom.sf(hits - 1, n, chance))
    if hits >= 5 and p < params.p:
        bars = hits / n > params.zero_share
        yield Finding("midnight", hits, n, "", column, bars, p, {"expected_hits": n * chance})


def _clock_changes(frame: pl.DataFrame, zone: ZoneInfo) -> Iterator[Finding]:
    received = frame["local received_at"].drop_nulls()
    first, last = received.min(), received.max()
    if not isinstance(first, datetime) or not isinstance(last, datetime):
        return
    changes = clock_changes(zone, first.date(), last.date())
    forward = [(at, jump) for at, jump in changes if jump > timedelta()]
    back = [(at, -jump) for at, jump in changes if jump < timedelta()]
    for column in MILESTONES:
        yield from _skipped(frame[f"local {column}"], column, forward)
        yield from _twice(frame[f"local {column}"], column, back)


def clock_changes(zone: ZoneInfo, first: date, last: date) -> list[tuple[datetime, timedelta]]:
    """Each change within the days: the naive clock time at which it begins, and by how much."""
    found = []
    for day in range(first.toordinal(), last.toordinal() + 1):
        start = datetime.combine(date.fromordinal(day), datetime.min.time(), zone)
        end = datetime.combine(date.fromordinal(day + 1), datetime.min.time(), zone)
        jump = (end.utcoffset() or timedelta()) - (start.utcoffset() or timedelta())
        if jump:
            at = _moment_of_change(start, end)
            found.append((at if jump > timedelta() else at + jump, jump))
    return found


def _moment_of_change(start: datetime, end: datetime) -> datetime:
    """The clock time, still by the old offset, at which the offset changes."""
    offset, utc = start.utcoffset() or timedelta(), ZoneInfo("UTC")
    low, high = start.astimezone(utc), end.astimezone(utc)
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) / 2
        old = middle.astimezone(start.tzinfo).utcoffset() == offset
        low, high = (middle, high) if old else (low, middle)
    moment = (high + offset).replace(tzinfo=None)
    return moment.replace(second=0, microsecond=0)


Hours = list[tuple[datetime, timedelta]]


def _skipped(times: pl.Series, column: str, hours: Hours) -> Iterator[Finding]:
    inside = [_between(times, at, at + length) for at, length in hours]
    beside = sum(
        _between(times, at - length, at) + _between(times, at + length, at + 2 * length)
        for at, length in hours
    )
    if sum(inside):
        detail = {"day": _days([h for h, n in zip(hours, inside, strict=True) if n])}
        yield Finding("skipped_hour_used", sum(inside), len(times), "", column, detail=detail)
    elif beside >= 4 and column == "received_at":
        found = {"day": _days(hours), "expected_hits": beside / 2}
        yield Finding("skipped_hour_empty", 0, len(times), "", column, detail=found)


def _twice(times: pl.Series, column: str, hours: Hours) -> Iterator[Finding]:
    inside = [_between(times, at, at + length) for at, length in hours]
    if sum(inside):
        detail = {"day": _days([h for h, n in zip(hours, inside, strict=True) if n])}
        yield Finding("hour_shown_twice", sum(inside), len(times), "", column, detail=detail)


def _days(hours: Hours) -> str:
    return ", ".join(at.date().isoformat() for at, _ in hours)


def _between(times: pl.Series, start: datetime, end: datetime) -> int:
    return int(((times >= start) & (times < end)).sum())
