"""What the figures count of calls, answered from the counts that their stock keeps."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import polars as pl

from hubpost.evaluation.call_block import CHARTED
from hubpost.evaluation.call_stock import CallStock
from hubpost.evaluation.kpi_catalogue import Kpi
from hubpost.evaluation.kpi_counts import COUNTY, PARTS, Scope
from hubpost.evaluation.monthly import add_months
from hubpost.evaluation.period import Period
from hubpost.evaluation.quantiles import rank_of
from hubpost.evaluation.value_runs import Pile, Ranked


@dataclass(frozen=True, eq=False)
class StockCounts:
    """The counts of one kind of call, of all unless `kind` is given.

    successors: station merged into another -> the one that holds its territory today.
    """

    stock: CallStock
    kind: str = ""
    successors: Mapping[str, str] = field(default_factory=dict)
    _totals: dict[Period, dict[str, dict[str, int]]] = field(default_factory=dict)
    _piles: dict[tuple[Period, str, str], Pile] = field(default_factory=dict)

    @property
    def observed(self) -> Period | None:
        return self.stock.span

    @cached_property
    def stations(self) -> frozenset[str]:
        """Stations of today that any call is of."""
        seen = self._whole.filter(pl.col("n") > 0)["station_id"].drop_nulls()
        return frozenset(self.successors.get(s, s) for s in seen.to_list())

    def blank(self, kpis: Collection[Kpi]) -> set[str]:
        """Columns without a single value."""
        wanted = {c for k in kpis for c in k.columns}
        return {c for c in wanted if not self._all.get(f"filled {c}")}

    def never_seen(self, kpis: Collection[Kpi]) -> set[str]:
        """Counts that no call at all adds to."""
        return {k.code for k in kpis if k.kind == "count" and not self._all.get(f"{k.code} hits")}

    def count(
        self, time: str, kpis: Sequence[Kpi], scopes: Sequence[Scope]
    ) -> dict[str, dict[str, object]]:
        """Station id -> "code part what" -> number, or values by rank."""
        return {s.station_id: self._row(kpis, s) for s in scopes}

    def daily(self, kpis: Sequence[Kpi], period: Period) -> pl.DataFrame:
        """Hits of counts by day and station, each under its code."""
        hits = [pl.col(f"{k.code} hits").sum().alias(k.code) for k in kpis]
        rows = self._of_kind(self.stock.counts(period))
        return rows.group_by("day", "station_id").agg(hits)

    def months(self, period: Period, station_id: str = COUNTY) -> dict[date, dict[str, float]]:
        """Month -> `len` and the values' count, median and 90th percentile; months between the
        first and the last that hold any call of the kind.
        """
        counts = self._of_kind(self.stock.counts(period))
        by = counts.group_by(month=pl.col("day").dt.truncate("1mo")).agg(
            n=pl.col("n").sum(), mine=pl.col("n").filter(self._at(station_id)).sum()
        )
        seen = {row[0]: row[2] for row in by.iter_rows() if row[1] > 0}
        found, at = {}, min(seen, default=period.end)
        while seen and at <= max(seen):
            inside = Period(at, add_months(at, 1)).meet(period)
            found[at] = {"len": seen.get(at, 0)} | self._ranked(inside, station_id)
            at = add_months(at, 1)
        return found

    def _ranked(self, month: Period, station_id: str) -> dict[str, float]:
        row: dict[str, float] = {}
        for column, where in CHARTED:
            values = self._values((column, where), month, self._codes([station_id]))
            row[f"{column} n"] = len(values)
            if len(values):
                row |= {f"{column} {q}": round(values[rank_of(q, len(values))], 1)
                        for q in (0.5, 0.9)}  # fmt: skip
        return row

    def _at(self, station_id: str) -> pl.Expr:
        return pl.col("station_id") == station_id if station_id else pl.lit(True)

    def _row(self, kpis: Sequence[Kpi], scope: Scope) -> dict[str, object]:
        row: dict[str, object] = {}
        for part in PARTS:
            window: Period = getattr(scope.windows, part)
            if not window.days:
                continue
            counted = self._counted(window).get(scope.station_id, {})
            for kpi in kpis:
                if kpi.kind == "quantile":
                    stations = self._codes(self._held_by(scope.station_id))
                    values = self._values((kpi.value, kpi.where), window, stations)
                    row[f"{kpi.code} {part} values"] = values
                    continue
                for what in ("hits", "of"):
                    row[f"{kpi.code} {part} {what}"] = counted.get(f"{kpi.code} {what}", 0)
        return row

    def _values(self, key: tuple[str, str], window: Period, stations: list[int] | None) -> Ranked:
        found = self._piles.get((window, *key))
        if found is None:
            found = self._piles[(window, *key)] = self.stock.pile(key, window, self.kind)
        return found.ranked(stations)

    def _held_by(self, station_id: str) -> list[str]:
        """Stations whose calls count for one of today's; for the county just that."""
        return [station_id, *(s for s, today in self.successors.items() if today == station_id)]

    def _codes(self, station_ids: Sequence[str]) -> list[int] | None:
        if COUNTY in station_ids:
            return None
        codes = (self.stock.plan.stations.find(s) for s in station_ids)
        return [c for c in codes if c is not None]

    def _counted(self, window: Period) -> dict[str, dict[str, int]]:
        if window not in self._totals:
            rows = self._of_kind(self.stock.counts(window)).drop("day", "category")
            by = rows.group_by("station_id").agg(pl.all().sum())
            self._totals[window] = self._of_today(by)
        return self._totals[window]

    def _of_today(self, by: pl.DataFrame) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {}
        for row in by.iter_rows(named=True):
            then = row.pop("station_id")
            for scope in (COUNTY, *([self.successors.get(then, then)] if then else ())):
                into = found.setdefault(scope, dict.fromkeys(row, 0))
                for name, n in row.items():
                    into[name] += n
        return found

    @cached_property
    def _whole(self) -> pl.DataFrame:
        by = self._of_kind(self.stock.totals).drop("category")
        return by.group_by("station_id").agg(pl.all().sum())

    @cached_property
    def _all(self) -> dict[str, int]:
        return self._whole.drop("station_id").sum().row(0, named=True)

    def _of_kind(self, rows: pl.DataFrame) -> pl.DataFrame:
        return rows.filter(pl.col("category") == self.kind) if self.kind else rows
