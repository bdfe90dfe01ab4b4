"""Exact quantiles of millions of values, picked out of sorted runs without sorting them again.

A run holds the values of one month in order, with the station, kind and day of each. To pick the
k-th smallest of many runs, their counts by coarse bin say in which bin it lies; only the values of
that bin are then put in order. Runs may be taken away as well as added, so a call that was amended
is its old values taken away and its new ones added.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hubpost.evaluation.call_frame import MINUTES_PER_MS
from hubpost.evaluation.monthly import add_months
from hubpost.evaluation.period import Period

Ints = NDArray[np.integer]

_MINUTE = 60_000
#: Inner limits of the bins in milliseconds. Where values crowd into one bin, picking takes longer,
#: but stays exact.
_EDGES = np.unique(
    np.concatenate([
        np.arange(-120, -30, 15) * _MINUTE, np.arange(-30, 0) * _MINUTE,
        np.arange(0, 90) * _MINUTE // 2, np.arange(45, 120, 5) * _MINUTE,
        np.arange(120, 1441, 120) * _MINUTE,
    ])
).astype(np.int32)  # fmt: skip
BINS = len(_EDGES) + 1


@dataclass(frozen=True, eq=False)
class Run:
    """value: (n,) milliseconds, ascending. station, kind: codes. day: of the month, 1 to 31."""

    value: Ints
    station: NDArray[np.uint16]
    kind: NDArray[np.uint16]
    day: NDArray[np.uint8]

    def cut(self, first: int, last: int) -> "Run":
        """The values of some days of the month, both counted."""
        keep = np.flatnonzero((self.day >= first) & (self.day <= last))
        return Run(self.value[keep], self.station[keep], self.kind[keep], self.day[keep])

    def bin(self, i: int) -> slice:
        """Where the values of a bin stand."""
        return slice(int(self._starts[i]), int(self._starts[i + 1]))

    def counts(self) -> Ints:
        """(stations, kinds, bins): kept where the table is not much larger than the values."""
        return self._kept if self._is_dense else self._counted()

    @property
    def _shape(self) -> tuple[int, int]:
        empty = not len(self.value)
        return (0, 0) if empty else (int(self.station.max()) + 1, int(self.kind.max()) + 1)

    @cached_property
    def _is_dense(self) -> bool:
        stations, kinds = self._shape
        return stations * kinds * BINS <= 4 * len(self.value)

    @cached_property
    def _starts(self) -> Ints:
        inner = np.searchsorted(self.value, _EDGES.astype(self.value.dtype), side="left")
        return np.concatenate([[0], inner, [len(self.value)]])

    @cached_property
    def _kept(self) -> Ints:
        return self._counted().astype(np.int32)

    def _counted(self) -> Ints:
        stations, kinds = self._shape
        bins = np.repeat(np.arange(BINS), np.diff(self._starts))
        cell = (self.station.astype(np.int64) * kinds + self.kind) * BINS + bins
        return np.bincount(cell, minlength=stations * kinds * BINS).reshape(stations, kinds, BINS)


#: Months since year 0 -> the run of that month.
Runs = dict[int, Run]


def month_idx(year: int, month: int) -> int:
    return year * 12 + month - 1


def runs_of(runs: Runs, period: Period) -> list[Run]:
    """The runs of a period; months partly inside it are cut."""
    found: list[Run] = []
    if not period.days:
        return found
    last = period.last_day
    begin, end = month_idx(period.start.year, period.start.month), month_idx(last.year, last.month)
    months = range(begin, end + 1) if end - begin < len(runs) else sorted(runs)
    for at in months:
        run = runs.get(at)
        if run is None or not begin <= at <= end:
            continue
        first = period.start.day if at == begin else 1
        until = last.day if at == end else 31
        whole = first == 1 and (at < end or add_months(last.replace(day=1), 1) == period.end)
        found.append(run if whole else run.cut(first, until))
    return found


@dataclass(frozen=True, eq=False)
class Pile:
    """Runs added and runs taken away, of which the values of any stations can be ranked.

    kind: the code of the one kind that counts; None for all.
    """

    added: Sequence[Run]
    taken: Sequence[Run]
    kind: int | None = None
    _bins: dict[int, tuple[Ints, Ints, NDArray[np.uint16]]] = field(default_factory=dict)

    def ranked(self, stations: Sequence[int] | None) -> "Ranked":
        """The values of these stations together, None for the county."""
        table = self._counts
        if stations is not None:
            table = table[[s for s in stations if s < len(table)]]
        return Ranked(self, None if stations is None else tuple(stations), table.sum(axis=0))

    def in_bin(self, i: int) -> tuple[Ints, Ints, NDArray[np.uint16]]:
        """Values of a bin in order, +1 or -1 for each, and its station."""
        if i not in self._bins:
            self._bins[i] = self._in_bin(i)
        return self._bins[i]

    @cached_property
    def _counts(self) -> Ints:
        """(stations, bins)"""
        tables = [(run.counts(), sign) for runs, sign in ((self.added, 1), (self.taken, -1))
                  for run in runs]  # fmt: skip
        total = np.zeros((max((len(t) for t, _ in tables), default=0), BINS), dtype=np.int64)
        for table, sign in tables:
            total[: len(table)] += sign * self._of_kind(table)
        return total

    def _of_kind(self, table: Ints) -> Ints:
        if self.kind is None:
            every: Ints = table.sum(axis=1)
            return every
        if not 0 <= self.kind < table.shape[1]:
            return np.zeros((len(table), BINS), dtype=np.int64)
        one: Ints = table[:, self.kind]
        return one

    def _in_bin(self, i: int) -> tuple[Ints, Ints, NDArray[np.uint16]]:
        values, signs, stations = [], [], []
        for runs, sign in ((self.added, 1), (self.taken, -1)):
            for run in runs:
                at = run.bin(i)
                keep = slice(None) if self.kind is None else run.kind[at] == self.kind
                values.append(run.value[at][keep])
                stations.append(run.station[at][keep])
                signs.append(np.full(len(values[-1]), sign, dtype=np.int64))
        value = np.concatenate(values)
        order = np.argsort(value, kind="stable")
        return value[order], np.concatenate(signs)[order], np.concatenate(stations)[order]


@dataclass(frozen=True, eq=False)
class Ranked:
    """Values by rank, in minutes, as an array of them in ascending order would give them."""

    pile: Pile
    stations: tuple[int, ...] | None
    bins: Ints

    def __len__(self) -> int:
        return int(self.bins.sum())

    def __getitem__(self, rank: int) -> float:
        """The value of a 0-based rank. Raises IndexError beyond the last."""
        upto = self._upto
        if not 0 <= rank < upto[-1]:
            raise IndexError(f"Expected a rank from 0 to {upto[-1] - 1}, came {rank}.")
        i = int(np.searchsorted(upto, rank, side="right"))
        value, sign, station = self.pile.in_bin(i)
        if self.stations is not None:
            mine = self._mine(station)
            value, sign = value[mine], sign[mine]
        left = rank - (int(upto[i - 1]) if i else 0)
        if not self.pile.taken:
            return float(value[left]) * MINUTES_PER_MS
        # Equal values may stand in any order, so the first count beyond the rank must be one that
        # stays beyond it: runs taken away are set against their equals before.
        ends = np.flatnonzero(np.diff(value, append=value[-1:] + 1))
        counted = np.cumsum(sign)[ends]
        return float(value[ends[np.searchsorted(counted, left, side="right")]]) * MINUTES_PER_MS

    @cached_property
    def _upto(self) -> Ints:
        return np.cumsum(self.bins)

    def _mine(self, station: NDArray[np.uint16]) -> NDArray[np.bool_]:
        assert self.stations is not None  # noqa: S101
        one = len(self.stations) == 1
        mine: NDArray[np.bool_] = (
            station == self.stations[0] if one else np.isin(station, self.stations)
        )
        return mine
