"""Counts by calendar month, with the days each month was observed."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class MonthlySeries:
    """Events by month. first: first day of the first month; counts, days: (n,), days > 0."""

    first: date
    counts: Floats
    days: Floats

    @property
    def months(self) -> list[date]:
        return [add_months(self.first, i) for i in range(len(self.counts))]

    def idx_of(self, day: date) -> int:
        """Position of the first month that begins on or after a day; may lie outside."""
        whole = months_between(self.first, day)
        return whole if day.day == 1 else whole + 1

    def head(self, n: int) -> "MonthlySeries":
        """The first n months."""
        return MonthlySeries(self.first, self.counts[:n], self.days[:n])


def add_months(first: date, months: int) -> date:
    """The first day of the month so many months on."""
    at = first.year * 12 + first.month - 1 + months
    return date(at // 12, at % 12 + 1, 1)


def months_between(first: date, day: date) -> int:
    """Whole months from the month of `first` to the month of `day`."""
    return (day.year - first.year) * 12 + day.month - first.month


def monthly_counts(
    days: pl.Series, start: date, end: date, counts: pl.Series | None = None
) -> MonthlySeries:
    """Events on local days within [start, end), by month; months without any count 0.

    days: local dates, null left out. counts: how many on each; one where not given. Months partly
    inside are given the days inside.
    """
    if end <= start:
        raise ValueError(f"Expected an end after {start}, came {end}.")
    first = start.replace(day=1)
    n = months_between(first, end - timedelta(days=1)) + 1
    table = pl.DataFrame({"day": days}).with_columns(n=pl.lit(1) if counts is None else counts)
    inside = table.filter(pl.col("day") >= start, pl.col("day") < end)
    on = inside["day"]
    idx = ((on.dt.year() - first.year) * 12 + on.dt.month() - first.month).to_numpy()
    bounds = [max(start, min(end, add_months(first, i))) for i in range(n + 1)]
    lengths = np.diff([d.toordinal() for d in bounds]).astype(float)
    total = np.bincount(idx, inside["n"].to_numpy(), minlength=n)
    return MonthlySeries(first, total.astype(float), lengths)
