"""The flow of calls: entered twice, months missing, definitions changed overnight."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.stats import chi2, chi2_contingency

from hubpost.evaluation.call_frame import MILESTONES
from hubpost.evaluation.finding import Finding
from hubpost.evaluation.monthly import add_months, months_between

if TYPE_CHECKING:
    from hubpost.evaluation.plausibility import PlausibilityParams


#: A share that moves by less than this is not called redefined, however sure it is.
LEAST_JUMP = 0.05


def check_flow(frame: pl.DataFrame, params: PlausibilityParams) -> Iterator[Finding]:
    """frame: calls with `local received_at`."""
    yield from _duplicates(frame)
    blank = int(frame["category"].null_count())
    if 0 < blank < len(frame):
        yield Finding("no_category", blank, len(frame), "", "category")
    known = frame.drop_nulls("local received_at")
    if not len(known):
        return
    month = pl.col("local received_at").dt.truncate("1mo").dt.date().alias("month")
    known = known.with_columns(month)
    yield from _months(known, params)
    yield from _definitions(known, params)
    yield from _filling(known, params)


def _duplicates(frame: pl.DataFrame) -> Iterator[Finding]:
    kind = "call_type" if "call_type" in frame.columns else "category"
    same = ["local received_at", "lon", "lat", kind]
    whole = frame.filter(pl.col("local received_at").is_not_null())
    # Few share the very instant; only those need to be compared in full.
    at_once = whole.group_by(same[0]).len().filter(pl.col("len") > 1)
    groups = (
        whole.join(at_once, on=same[0], how="semi")
        .group_by(same)
        .agg(pl.len(), pl.col("id").get(1, null_on_oob=True))
    )
    repeated = groups.filter(pl.col("len") > 1)
    if len(repeated):
        examples = tuple(map(str, repeated["id"].drop_nulls().sort().head(5)))
        hits = int((repeated["len"] - 1).sum())
        yield Finding("duplicates", hits, len(whole), "", kind, examples=examples)


def _months(frame: pl.DataFrame, params: PlausibilityParams) -> Iterator[Finding]:
    first, last = frame["month"].min(), frame["month"].max()
    assert isinstance(first, date) and isinstance(last, date)  # noqa: S101, PT018
    n = months_between(first, last) + 1
    whole = _by_month(frame, first, n)
    yield from _missing("", whole, np.full(n, whole[whole > 0].mean()), first, params)
    for (station_id,), rows in frame.drop_nulls("station_id").group_by("station_id"):
        counts = _by_month(rows, first, n)
        # Months before a station's first call are not missing: it may have been founded then.
        begun = np.arange(n) >= np.flatnonzero(counts)[0]
        # Against the others of the same month: all are quiet out of season.
        expected = np.where(begun, whole * counts.sum() / whole[begun].sum(), 0.0)
        yield from _missing(str(station_id), counts, expected, first, params)
    yield from _part_months(frame, first, last)


def _by_month(frame: pl.DataFrame, first: date, n: int) -> np.ndarray:
    month = frame["month"]
    idx = ((month.dt.year() - first.year) * 12 + month.dt.month() - first.month).to_numpy()
    return np.bincount(idx, minlength=n).astype(float)


def _missing(
    station_id: str, counts: np.ndarray, expected: np.ndarray, first: date,
    params: PlausibilityParams,
) -> Iterator[Finding]:  # fmt: skip
    """Months with nothing, where that is too unlikely to be chance."""
    empty = (counts == 0) & (np.exp(-expected) * len(counts) < params.p * 10)
    if empty.any():
        named = ", ".join(f"{add_months(first, int(i)):%Y-%m}" for i in np.flatnonzero(empty))
        mean = float(expected[empty].mean())
        yield Finding("missing_months", int(empty.sum()), len(counts), station_id, "received_at",
                      True, float(np.exp(-mean)),
                      {"months": named, "expected_hits": mean})  # fmt: skip


def _part_months(frame: pl.DataFrame, first: date, last: date) -> Iterator[Finding]:
    days = frame["local received_at"].dt.date()
    begins, ends = days.min(), days.max()
    assert isinstance(begins, date) and isinstance(ends, date)  # noqa: S101, PT018
    per_day = len(frame) / ((ends - begins).days + 1)
    for month, gap in (
        (first, (begins - first).days),
        (last, (add_months(last, 1) - ends).days - 1),
    ):
        # A gap of days that chance would hardly leave empty.
        if gap and np.exp(-per_day * gap) < 1e-3:
            yield Finding("part_month", gap, 0, "", "received_at", False, None,
                          {"months": f"{month:%Y-%m}"})  # fmt: skip


def _definitions(frame: pl.DataFrame, params: PlausibilityParams) -> Iterator[Finding]:
    table = frame.drop_nulls("category").pivot(
        "category", index="month", values="id", aggregate_function="len"
    )
    table = table.sort("month").fill_null(0)
    categories = [c for c in table.columns if c != "month"]
    counts = table.select(categories).to_numpy().astype(float)
    if len(categories) < 2:
        return
    total = counts.sum(axis=1)
    for j, category in enumerate(categories):
        jump = _jump(counts[:, j], total, params)
        if jump:
            at, before, after, p = jump
            yield Finding(
                "definition_change", int(counts[at:, j].sum()), int(total[at:].sum()), "",
                "category", True, p,
                {"category": category, "month": f"{table['month'][at]:%Y-%m}",
                 "before": before, "after": after},
            )  # fmt: skip


def _filling(frame: pl.DataFrame, params: PlausibilityParams) -> Iterator[Finding]:
    """A milestone that suddenly is, or is no longer, filled in."""
    for column in MILESTONES[1:]:
        by_month = (
            frame.group_by("month")
            .agg(filled=pl.col(column).is_not_null().sum(), of=pl.len())
            .sort("month")
        )
        filled, of = (by_month[c].to_numpy().astype(float) for c in ("filled", "of"))
        jump = _jump(filled, of, params) if filled.sum() else None
        if jump:
            at, before, after, p = jump
            yield Finding("filling_change", int(filled[at:].sum()), int(of[at:].sum()), "",
                          column, True, p, {"month": f"{by_month['month'][at]:%Y-%m}",
                                            "before": before, "after": after})  # fmt: skip


def _jump(
    hits: np.ndarray, of: np.ndarray, params: PlausibilityParams
) -> tuple[int, float, float, float] | None:
    """Where a share changes by the factor `jump` between neighbouring runs of months, most surely.

    Chi-square of the two runs, divided by the over-dispersion within them; Bonferroni.
    """
    k = params.months
    best: tuple[int, float, float, float] | None = None
    for at in range(k, len(hits) - k + 1):
        sides = [slice(at - k, at), slice(at, at + k)]
        a, n = ([float(x[s].sum()) for s in sides] for x in (hits, of))
        if min(n) < params.least or not 0 < sum(a) < sum(n):
            continue
        shares = [a[0] / n[0], a[1] / n[1]]
        if _factor(shares) < params.jump or abs(shares[0] - shares[1]) < LEAST_JUMP:
            continue
        spread = max(1.0, *(_dispersion(hits[s], of[s]) for s in sides))
        p = _p(a, n, spread) * (len(hits) - 2 * k + 1)
        if p < params.p and (best is None or p < best[3]):
            best = (at, shares[0], shares[1], p)
    return best


def _factor(shares: list[float]) -> float:
    """How many times larger, of the share or of the rest, whichever changes more."""
    rests = [1 - s for s in shares]
    return max(
        max(pair) / min(pair) if min(pair) > 0 else float("inf") for pair in (shares, rests)
        if max(pair) > 0.02
    )  # fmt: skip


def _dispersion(hits: np.ndarray, of: np.ndarray) -> float:
    share = hits.sum() / of.sum()
    if not 0 < share < 1 or len(hits) < 2:
        return 1.0
    return float((((hits - of * share) ** 2) / (of * share * (1 - share))).sum() / (len(hits) - 1))


def _p(hits: list[float], of: list[float], spread: float) -> float:
    table = [[hits[0], of[0] - hits[0]], [hits[1], of[1] - hits[1]]]
    statistic = float(chi2_contingency(table, correction=True).statistic)
    return float(chi2.sf(statistic / spread, 1))
