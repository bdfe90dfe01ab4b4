"""A block of calls that does not change, with all that figures count of it counted once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hubpost.evaluation.call_frame import LEGS, with_legs
from hubpost.evaluation.kpi_catalogue import Kpi
from hubpost.evaluation.value_runs import Run, Runs

#: Value column and condition: which values are ranked.
ValueKey = tuple[str, str]
#: What the charts by month rank, whatever the catalogue holds.
CHARTED: tuple[ValueKey, ...] = (("response_min", "TRUE"), ("predicted_min", "TRUE"))

_RANKABLE = {*LEGS, "late_min"}
_TEXTS = ("station_id", "first_station_id", "area_id", "category")


class Codes:
    """Small whole numbers for texts, given as they are met; null has one too."""

    def __init__(self) -> None:
        self._of: dict[str | None, int] = {}

    def find(self, text: str) -> int | None:
        return self._of.get(text)

    def encode(self, texts: pl.Series) -> NDArray[np.uint16]:
        """The code of each. Raises ValueError beyond 65,536 different texts."""
        for text in texts.unique(maintain_order=True).to_list():
            self._of.setdefault(text, len(self._of))
        if len(self._of) > 65_536:
            raise ValueError(f"Expected at most 65,536 stations or kinds, came {len(self._of)}.")
        codes = texts.replace_strict(self._of, return_dtype=pl.UInt16)
        return codes.to_numpy()


@dataclass(frozen=True, slots=True, eq=False)
class CountPlan:
    """What is counted of calls: the catalogue's figures of them, by the county's clock."""

    timezone: str
    kpis: tuple[Kpi, ...]
    stations: Codes = field(default_factory=Codes)
    kinds: Codes = field(default_factory=Codes)

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(sorted({c for k in self.kpis for c in k.columns}))

    @property
    def values(self) -> tuple[ValueKey, ...]:
        ranked = ((k.value, k.where) for k in self.kpis if k.kind == "quantile")
        return tuple(dict.fromkeys((*CHARTED, *ranked)))


def can_count(kpis: Sequence[Kpi]) -> bool:
    """Whether figures of calls can be counted in blocks; others must read every row each time."""
    return all(
        k.time == "received_at"
        and (k.kind in ("count", "share") or (k.kind == "quantile" and k.value in _RANKABLE))
        and "period_end" not in {*_roots(k.where), *_roots(k.of)}
        for k in kpis
    )


def _roots(condition: str) -> list[str]:
    return pl.sql_expr(condition).meta.root_names() if condition else []


@dataclass(frozen=True, eq=False)
class CallBlock:
    """frame: the calls as recorded, by time received. counts: by day, station and kind.

    counts holds `rows` (all), `n` (without those struck through), "CODE hits", "CODE of" and
    "filled COLUMN". runs: values in order, by month.
    """

    frame: pl.DataFrame
    counts: pl.DataFrame
    runs: dict[ValueKey, Runs]

    @cached_property
    def totals(self) -> pl.DataFrame:
        """The counts by station and kind."""
        return self.counts.group_by("station_id", "category").agg(_sums(self.counts))

    @cached_property
    def days(self) -> pl.DataFrame:
        """Rows by day, those without a time left out."""
        known = self.counts.drop_nulls("day")
        return known.group_by("day").agg(pl.col("rows").sum())

    def positions(self, ids: Sequence[str]) -> NDArray[np.int64]:
        """Where calls of these ids stand, in order; those not here are left out."""
        if not ids or not self.frame.height:
            return np.array([], dtype=np.int64)
        order, hashes = self._index
        wanted = pl.Series("id", ids, dtype=pl.String).hash().to_numpy()
        first, last = (np.searchsorted(hashes, wanted, side=s) for s in ("left", "right"))
        near = np.concatenate([order[a:b] for a, b in zip(first, last, strict=True)])
        found = self.frame["id"].gather(pl.Series(near.astype(np.uint32)))
        return np.sort(near[found.is_in(list(ids)).to_numpy()]).astype(np.int64)

    @cached_property
    def _index(self) -> tuple[NDArray[np.int32], NDArray[np.uint64]]:
        hashes = self.frame["id"].hash().to_numpy()
        order = np.argsort(hashes).astype(np.int32)
        return order, hashes[order]


def block_of(calls: pl.DataFrame, plan: CountPlan) -> CallBlock:
    """Count a table of calls as calls_of_tables gives it."""
    calls = calls.sort("received_at")
    day = pl.col("received_at").dt.convert_time_zone(plan.timezone).dt.date()
    whole = calls.lazy().with_columns(day=day)
    legs = with_legs(whole).collect()
    return CallBlock(_small(calls), _counts(whole.collect(), legs, plan), _runs(legs, plan))


def joined_blocks(blocks: Sequence[CallBlock]) -> CallBlock:
    """Blocks whose calls follow one another in time, as one. Raises ValueError when they do not."""
    frame = pl.concat([b.frame for b in blocks])
    if not frame["received_at"].is_sorted():
        raise ValueError("Expected blocks in order of time; sort the calls before they are cut.")
    counts = pl.concat([b.counts for b in blocks], how="diagonal").fill_null(0)
    counts = counts.group_by("day", "station_id", "category").agg(_sums(counts)).sort("day")
    keys = blocks[0].runs.keys()
    runs = {key: _joined_runs([b.runs[key] for b in blocks]) for key in keys}
    return CallBlock(frame.rechunk(), counts, runs)


def _joined_runs(parts: Sequence[Runs]) -> Runs:
    found: dict[int, list[Run]] = {}
    for runs in parts:
        for month, run in runs.items():
            found.setdefault(month, []).append(run)
    return {m: r[0] if len(r) == 1 else _merged(r) for m, r in found.items()}


def _merged(runs: Sequence[Run]) -> Run:
    value = np.concatenate([r.value for r in runs])
    order = np.argsort(value, kind="stable")
    rest = (np.concatenate([getattr(r, n) for r in runs])[order]
            for n in ("station", "kind", "day"))  # fmt: skip
    return Run(value[order], *rest)


def _small(calls: pl.DataFrame) -> pl.DataFrame:
    """The same rows with texts that repeat as codes: of ten million calls, gigabytes less."""
    texts = [pl.col(c).cast(pl.Categorical) for c in _TEXTS if c in calls.columns]
    return calls.with_columns(*texts)


def spelled_out(calls: pl.LazyFrame) -> pl.LazyFrame:
    """The frame of a block with its texts as texts again."""
    have = calls.collect_schema().names()
    return calls.with_columns(pl.col(c).cast(pl.String) for c in _TEXTS if c in have)


def _sums(counts: pl.DataFrame) -> list[pl.Expr]:
    texts = ("day", "station_id", "category")
    return [pl.col(c).sum() for c in counts.columns if c not in texts]


def _counts(whole: pl.DataFrame, legs: pl.DataFrame, plan: CountPlan) -> pl.DataFrame:
    by = ["day", "station_id", "category"]
    have = set(legs.columns)
    # A figure whose columns are not there is never counted: it has no data.
    usable = [k for k in plan.kpis if k.columns <= have]
    flags = {f"{k.code} hits": _hit(k) for k in usable}
    flags |= {f"{k.code} of": k.base() for k in usable if k.of}
    flags |= {f"filled {c}": pl.col(c).is_not_null() for c in plan.columns if c in have}
    # As columns first: the sum of a condition that is always true would be 1, not one a row.
    flagged = legs.select(*by, n=pl.lit(True), **flags)
    real = flagged.group_by(by).agg(pl.all().sum().cast(pl.Int64))
    rows = _grouped_rows(whole, by)
    counts = rows.join(real, on=by, how="left", nulls_equal=True).sort("day")
    return counts.with_columns(pl.exclude(*by).fill_null(0))


def _grouped_rows(whole: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    missing = [pl.lit(None, pl.String).alias(c) for c in by if c not in whole.columns]
    return whole.with_columns(*missing).group_by(by).agg(rows=pl.len().cast(pl.Int64))


def _hit(kpi: Kpi) -> pl.Expr:
    return kpi.condition() & kpi.base() if kpi.kind == "share" else kpi.condition()


def _runs(legs: pl.DataFrame, plan: CountPlan) -> dict[ValueKey, Runs]:
    known = legs.drop_nulls("day")
    coded = known.select(
        month=pl.col("day").dt.year().cast(pl.Int32) * 12 + pl.col("day").dt.month() - 1,
        day=pl.col("day").dt.day().cast(pl.UInt8),
        station=pl.Series(plan.stations.encode(known["station_id"])),
        kind=pl.Series(plan.kinds.encode(known["category"])),
    )
    return {key: _runs_of(known, coded, key) for key in plan.values}


def _runs_of(known: pl.DataFrame, coded: pl.DataFrame, key: ValueKey) -> Runs:
    column, where = key
    # Legs are whole milliseconds; as minutes they are the same whole number divided by 60,000.
    value = (pl.col(column) * 60_000).round().cast(pl.Int64)
    chosen = known.select(value=pl.when(pl.sql_expr(where).fill_null(False)).then(value))
    rows = pl.concat([coded, chosen], how="horizontal").drop_nulls("value").sort("month", "value")
    return {
        int(month): Run(_fitting(part["value"]), *(part[c].to_numpy() for c in
                                                    ("station", "kind", "day")))
        for (month,), part in rows.partition_by("month", as_dict=True).items()
    }  # fmt: skip


def _fitting(value: pl.Series) -> NDArray[np.integer]:
    array = value.to_numpy()
    small = len(array) == 0 or (abs(int(array[0])) < 2**31 and abs(int(array[-1])) < 2**31)
    return array.astype(np.int32) if small else array
