"""Legs that cannot be: zero, negative, endless, too good, copied."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
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
    yield from _flags(frame, params)
    yield from _too_good(frame, params)
    yield from _faster_than_road(frame, params)
    yield from _one_duration(frame, params)
    for column in ("arrived_at", "cleared_at"):
        yield from _copied(frame, column)


@dataclass(frozen=True, slots=True)
class _Flag:
    """Rows that meet `condition` among `base`; above the share `bar` they bar a station."""

    code: str
    column: str
    condition: pl.Expr
    base: pl.Expr
    bar: float
    detail: dict[str, float]


def _flags(frame: pl.DataFrame, params: PlausibilityParams) -> Iterator[Finding]:
    """The county's finding for each flag that any row raises, and one for each station barred."""
    raised = [f for f in _all_flags(params) if frame.select(f.condition.any()).item()]
    for flag in raised:
        for station_id, hits, of, examples in _counts(frame, flag.condition, flag.base):
            bars = of > 0 and hits / of > flag.bar
            if hits and (station_id == "" or bars):
                yield Finding(flag.code, hits, of, station_id, flag.column, bars, None,
                              flag.detail, examples)  # fmt: skip


def _all_flags(params: PlausibilityParams) -> list[_Flag]:
    legs = [leg for leg in LEGS if leg != "predicted_min"]
    response = pl.col("raw response_min")
    known = response.is_not_null()
    return [
        *(
            _Flag("negative_leg", leg, pl.col(f"raw {leg}") < 0,
                  pl.col(f"raw {leg}").is_not_null(), COPIED_SHARE, {})
            for leg in legs
        ),
        _Flag("zero_leg", "response_min", response == 0, known, params.zero_share, {}),
        _Flag("overlong_leg", "response_min", response > params.overlong_min, known, 1.0,
              {"limit": params.overlong_min}),
    ]  # fmt: skip


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
    many = known.group_by(same).len().filter(pl.col("len") >= 5)
    apart = (
        known.join(many, on=same, how="semi")
        .group_by(same)
        .agg(pl.col("received_at").n_unique())
        .filter(pl.col("received_at") >= 5)
        .select(*same, hit=True)
    )
    if not len(apart):
        return
    marked = known.join(apart, on=same, how="left").with_columns(pl.col("hit").fill_null(False))
    for station_id, hits, of, examples in _counts(marked, pl.col("hit"), pl.lit(True)):
        if hits:
            bars = hits / max(len(marked) if station_id == "" else of, 1) > COPIED_SHARE
            total = len(marked) if station_id == "" else of
            yield Finding("copied_times", hits, total, station_id, column, bars, None, {}, examples)
