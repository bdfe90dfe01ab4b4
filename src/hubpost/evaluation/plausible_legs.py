"""Legs that cannot be: zero, negative, endless, too good, copied."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import polars as pl

from hubpost.evaluation.call_frame import LEGS
from hubpost.evaluation.finding import Finding

if TYPE_CHECKING:
    from hubpost.evaluation.plausibility import PlausibilityParams

#: Copies beyond this share of the calls bar the station.
COPIED_SHARE = 0.01
ONE_DURATION_SHARE = 0.05


def check_legs(frame: pl.DataFrame, params: PlausibilityParams) -> Iterator[Finding]:
    """frame: raw legs in minutes as `raw LEG`, may be negative; times as `local MILESTONE`."""
    for leg in LEGS:
        if leg == "predicted_min":
            continue
        raw = pl.col(f"raw {leg}")
        yield from _flag(frame, "negative_leg", leg, raw < 0, raw.is_not_null(), bar=COPIED_SHARE)
    response, known = pl.col("raw response_min"), pl.col("raw response_min").is_not_null()
    yield from _flag(frame, "zero_leg", "response_min", response == 0, known, bar=params.zero_share)
    yield from _flag(
        frame, "overlong_leg", "response_min", response > params.overlong_min, known,
        bar=None, limit=params.overlong_min,
    )  # fmt: skip
    yield from _too_good(frame, params)
    yield from _faster_than_road(frame, params)
    yield from _one_duration(frame, params)
    for column in ("arrived_at", "cleared_at"):
        yield from _copied(frame, column)


def _flag(
    frame: pl.DataFrame,
    code: str,
    column: str,
    condition: pl.Expr,
    base: pl.Expr,
    bar: float | None,
    **detail: float,
) -> Iterator[Finding]:
    """The county's finding, and one for each station that it bars."""
    counts = _counts(frame, condition, base)
    for station_id, hits, of, examples in counts:
        bars = bar is not None and of > 0 and hits / of > bar
        if hits and (station_id == "" or bars):
            yield Finding(code, hits, of, station_id, column, bars, None, detail, examples)


def _counts(
    frame: pl.DataFrame, condition: pl.Expr, base: pl.Expr
) -> list[tuple[str, int, int, tuple[str, ...]]]:
    hit = (condition & base).fill_null(False)
    aggregates = [
        hit.sum().alias("hits"),
        base.sum().alias("of"),
        pl.col("id").filter(hit).head(5).alias("examples"),
    ]
    whole = frame.select(*aggregates[:2], aggregates[2].implode()).row(0)
    each = frame.group_by("station_id").agg(aggregates).drop_nulls("station_id").rows()
    rows = [("", *whole), *sorted(each)]
    return [(str(s), int(h), int(o), tuple(map(str, e))) for s, h, o, e in rows]


def _too_good(frame: pl.DataFrame, params: PlausibilityParams) -> Iterator[Finding]:
    response = pl.col("raw response_min")
    good = (response >= 0) & (response <= params.good_min)
    for station_id, hits, of, examples in _counts(frame, good, response.is_not_null()):
        if of >= params.least and hits / of >= params.good_share:
            yield Finding(
                "too_good", hits, of, station_id, "response_min", True,
                None, {"limit": params.good_min}, examples,
            )  # fmt: skip


def _faster_than_road(frame: pl.DataFrame, params: PlausibilityParams) -> Iterator[Finding]:
    response, predicted = pl.col("raw response_min"), pl.col("raw predicted_min")
    base = response.is_not_null() & (predicted > 4)
    for station_id, hits, of, examples in _counts(frame, response < predicted / 2, base):
        if of >= params.least and hits / of > 0.2:
            yield Finding("faster_than_road", hits, of, station_id, "response_min", True,
                          None, {}, examples)  # fmt: skip


def _one_duration(frame: pl.DataFrame, params: PlausibilityParams) -> Iterator[Finding]:
    """Where seconds are kept, one exact duration cannot be common."""
    known = frame.filter(pl.col("raw response_min") > 0)
    seconds = (known["raw response_min"] * 60).round().cast(pl.Int64)
    if len(known) < params.least or (seconds % 60 == 0).mean() > 0.5:  # type: ignore[operator]
        return
    top = seconds.value_counts(sort=True).row(0)
    if top[1] / len(known) > ONE_DURATION_SHARE:
        yield Finding("one_duration", top[1], len(known), "", "response_min", True,
                      None, {"minutes": round(top[0] / 60, 2)})  # fmt: skip


def _copied(frame: pl.DataFrame, column: str) -> Iterator[Finding]:
    """Five or more calls of one station, received apart, with one and the same later time."""
    same = ["station_id", column]
    known = frame.filter(pl.col(column).is_not_null(), pl.col("station_id").is_not_null())
    together = pl.len().over(same) >= 5
    apart = pl.col("received_at").n_unique().over(same) >= 5
    marked = known.with_columns(hit=together & apart)
    for station_id, hits, of, examples in _counts(marked, pl.col("hit"), pl.lit(True)):
        if hits:
            bars = hits / max(len(marked) if station_id == "" else of, 1) > COPIED_SHARE
            total = len(marked) if station_id == "" else of
            yield Finding("copied_times", hits, total, station_id, column, bars, None, {}, examples)
