"""All calls as blocks that do not change, and what was changed since put beside them.

A call that changes is taken away from the block that holds it and added to the newest block, which
alone is counted again. So taking in a call costs the same whether ten thousand or ten million
calls stand behind it, and a stock once given out stays as it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hubpost.evaluation.call_block import (
    CallBlock,
    CountPlan,
    ValueKey,
    block_of,
    spelled_out,
)
from hubpost.evaluation.period import Period
from hubpost.evaluation.value_runs import Pile, runs_of

#: The newest block is closed and another begun when it holds so many calls.
MOST_IN_NEWEST = 5_000


@dataclass(frozen=True, eq=False)
class Part:
    """A block, and which of its calls no longer count: their places, and they as a block.

    kept: calls imported with the county, which no event can change.
    """

    block: CallBlock
    gone: NDArray[np.int64] = field(default_factory=lambda: np.array([], dtype=np.int64))
    taken: CallBlock | None = None
    kept: bool = False

    def without(self, ids: Sequence[str], plan: CountPlan) -> "Part":
        """The part without these calls."""
        if self.kept:
            return self
        more = np.setdiff1d(self.block.positions(ids), self.gone)
        if not len(more):
            return self
        gone = np.sort(np.concatenate([self.gone, more]))
        rows = self.block.frame[gone.astype(np.uint32)]
        return replace(self, gone=gone, taken=block_of(spelled_out(rows.lazy()).collect(), plan))

    def lazy(self, start: datetime | None, end: datetime | None) -> pl.LazyFrame | None:
        """Rows received from start until before end; None where none can be."""
        frame = self.block.frame
        at = frame["received_at"]
        first = 0 if start is None else int(at.search_sorted(start, side="left"))
        last = len(at) if end is None else int(at.search_sorted(end, side="left"))
        if first >= last:
            return None
        inside = self.gone[(self.gone >= first) & (self.gone < last)] - first
        rows = frame.slice(first, last - first)
        if len(inside):
            keep = np.ones(rows.height, dtype=bool)
            keep[inside] = False
            rows = rows.filter(pl.Series(keep))
        return spelled_out(rows.lazy())


@dataclass(frozen=True, eq=False)
class CallStock:
    """parts: in the order in which they came; the last may grow, the others only lose calls."""

    plan: CountPlan
    parts: tuple[Part, ...]

    def changed(self, ids: Sequence[str], calls: pl.DataFrame) -> "CallStock":
        """The stock after some calls changed. ids: all that did. calls: those that now count."""
        parts = [p.without(ids, self.plan) for p in self.parts]
        newest = parts[-1] if parts and not parts[-1].kept else None
        if newest is not None and newest.block.frame.height < MOST_IN_NEWEST:
            kept = newest.lazy(None, None)
            rows = [spelled_out(kept).collect()] if kept is not None else []
            parts[-1] = Part(block_of(pl.concat([*rows, calls], how="diagonal"), self.plan))
        elif calls.height:
            parts.append(Part(block_of(calls, self.plan)))
        return replace(self, parts=tuple(parts))

    def lazy(
        self, kind: str = "", start: datetime | None = None, end: datetime | None = None
    ) -> pl.LazyFrame:
        """The calls as recorded, by time received, of one kind unless it is ""."""
        found = [rows for p in self.parts if (rows := p.lazy(start, end)) is not None]
        if not found:
            found = [spelled_out(self.parts[0].block.frame.head(0).lazy())]
        rows = found[0]
        if len(found) > 1:
            rows = pl.concat(found, how="diagonal_relaxed").sort("received_at", maintain_order=True)
        return rows.filter(pl.col("category") == kind) if kind else rows

    @cached_property
    def span(self) -> Period | None:
        """The days from the first to the last call; None without calls."""
        signed = self._signed([(b.days, s) for b, s in self.blocks])
        days = signed.group_by("day").agg(pl.col("rows").sum()).filter(pl.col("rows") > 0)
        first, last = days.select(pl.col("day").min(), pl.col("day").max().alias("last")).row(0)
        return None if first is None else Period(first, last + timedelta(days=1))

    @cached_property
    def seen(self) -> frozenset[tuple[str | None, str | None, str]]:
        """What occurs at all: (kind, station, count or column that is not zero or empty)."""
        whole = self.totals.group_by("category", "station_id").agg(pl.all().sum())
        return frozenset(
            (row["category"], row["station_id"], name)
            for row in whole.iter_rows(named=True)
            for name, n in row.items()
            if name not in ("category", "station_id") and n
        )

    def received_at(self, ids: Sequence[str]) -> pl.Series:
        """When calls of these ids were received, as far as they count."""
        found = [
            p.block.frame["received_at"].gather(
                pl.Series(np.setdiff1d(p.block.positions(ids), p.gone).astype(np.uint32))
            )
            for p in self.parts
            if not p.kept
        ]
        return pl.concat(found) if found else pl.Series(dtype=pl.Datetime("us", "UTC"))

    @cached_property
    def totals(self) -> pl.DataFrame:
        """Counts of all days by station and kind."""
        return self._signed([(b.totals, s) for b, s in self.blocks])

    def counts(self, period: Period) -> pl.DataFrame:
        """Counts of a period's days by day, station and kind; parts are to be added together."""
        return self._signed([(_within(b.counts, period), s) for b, s in self.blocks])

    def pile(self, key: ValueKey, period: Period, kind: str) -> Pile:
        """The values of a period, to be ranked."""
        sides: dict[int, list[CallBlock]] = {1: [], -1: []}
        for block, sign in self.blocks:
            sides[sign].append(block)
        added, taken = ([r for b in sides[s] for r in runs_of(b.runs[key], period)]
                        for s in (1, -1))  # fmt: skip
        # A kind without any value has no code; no call is of kind -1.
        code = self.plan.kinds.find(kind)
        return Pile(added, taken, (-1 if code is None else code) if kind else None)

    @property
    def blocks(self) -> list[tuple[CallBlock, int]]:
        """Each block with 1, and what was taken away with -1."""
        found = [(p.block, 1) for p in self.parts]
        return found + [(p.taken, -1) for p in self.parts if p.taken is not None]

    def _signed(self, frames: Sequence[tuple[pl.DataFrame, int]]) -> pl.DataFrame:
        texts = ("day", "station_id", "category")
        signed = [f if s > 0 else f.with_columns(-pl.exclude(*texts)) for f, s in frames]
        return pl.concat(signed, how="diagonal").with_columns(pl.exclude(*texts).fill_null(0))


def _within(counts: pl.DataFrame, period: Period) -> pl.DataFrame:
    day = counts["day"]
    first, last = (int(day.search_sorted(d, side="left")) for d in (period.start, period.end))
    return counts.slice(first, max(0, last - first))
