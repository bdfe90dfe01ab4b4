"""I1 to I7: what three years of calls say of each station."""

from datetime import timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hubpost.model.county import County

Floats = NDArray[np.float64]
CATEGORY_OF_CODE = {
    "I1": "criminal",
    "I2": "public_order",
    "I3": "traffic",
    "I4": "dispute",
    "I5": "assistance",
}
DAYS_PER_YEAR = 365.25


def call_indicators(
    county: County, ids: tuple[str, ...]
) -> tuple[dict[str, Floats], tuple[str, ...]]:
    """I1..I7 by code, (stations,), and what a reader must know of them; none without calls.

    Rates are per year over the last three years before the last call, or over the span the
    records cover where that is shorter. Exercises do not count.
    """
    calls, unplaced = calls_of_stations(county, ids)
    if calls.is_empty():
        return {}, ()
    years = span_years(calls)
    found = {
        code: _rate(calls, ids, category, years) for code, category in CATEGORY_OF_CODE.items()
    }
    found["I6"] = _overlap_percent(calls, ids)
    found["I7"] = _median_arrival_min(calls, ids)
    notes = [f"calls cover {years:.2f} years; yearly figures are scaled to a year"]
    if unplaced:
        notes.append(f"{unplaced} calls belong to no station and are not counted")
    return found, tuple(notes)


def calls_of_stations(county: County, ids: tuple[str, ...]) -> tuple[pl.DataFrame, int]:
    """Real calls of the last three years with `home` (station id), and how many had none."""
    calls = county.calls.filter(~pl.col("exercise").fill_null(False))
    if calls.is_empty():
        return calls, 0
    last = calls["received_at"].max()
    calls = calls.filter(pl.col("received_at") > pl.lit(last) - timedelta(days=3 * DAYS_PER_YEAR))
    area_home = {a.id: a.station_id for a in county.areas}
    by_area = pl.col("area_id").replace_strict(area_home, default=None, return_dtype=pl.String)
    calls = calls.with_columns(home=pl.coalesce("station_id", by_area)).sort("received_at", "id")
    placed = calls.filter(pl.col("home").is_in(ids))
    return placed, calls.height - placed.height


def span_years(calls: pl.DataFrame) -> float:
    """Years from the first to the last call, never under a day."""
    first, last = calls["received_at"].min(), calls["received_at"].max()
    days = (last - first) / timedelta(days=1)  # type: ignore[operator]
    return max(float(days), 1.0) / DAYS_PER_YEAR


def _rate(calls: pl.DataFrame, ids: tuple[str, ...], category: str, years: float) -> Floats:
    counted = calls.filter(pl.col("category") == category).group_by("home").len()
    return _by_station(counted, ids, "len", default=0.0) / years


def _overlap_percent(calls: pl.DataFrame, ids: tuple[str, ...]) -> Floats:
    """Share of calls that arrive while an earlier call of the same station is still open.

    A call whose clearing is unknown never counts as open.
    """
    opened = calls.with_columns(
        open_until=pl.col("cleared_at").cum_max().forward_fill().shift(1).over("home")
    )
    share = opened.group_by("home").agg(
        share=100 * (pl.col("open_until") > pl.col("received_at")).fill_null(False).mean()
    )
    return _by_station(share, ids, "share", default=0.0)


def _median_arrival_min(calls: pl.DataFrame, ids: tuple[str, ...]) -> Floats:
    minutes = (pl.col("arrived_at") - pl.col("received_at")).dt.total_seconds() / 60
    legs = calls.select("home", minutes=minutes).filter(pl.col("minutes") >= 0)
    return _by_station(legs.group_by("home").agg(pl.col("minutes").median()), ids, "minutes")


def _by_station(
    frame: pl.DataFrame, ids: tuple[str, ...], column: str, default: float = np.nan
) -> Floats:
    values = dict(zip(frame["home"].to_list(), frame[column].to_list(), strict=True))
    return np.array([float(values.get(i, default)) for i in ids])
