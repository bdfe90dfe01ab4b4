"""Placebo dates: the same question asked where nothing happened must mostly be answered no."""

from dataclasses import dataclass
from datetime import date

from hubpost.evaluation.interrupted_series import (
    LEAST_AFTER,
    LEAST_BEFORE,
    SeriesParams,
    step_effect,
)
from hubpost.evaluation.monthly import MonthlySeries


@dataclass(frozen=True, slots=True)
class PlaceboDates:
    """dates tried before the true start, and the p of each; share_found: share with p < 0.05.

    Neighbouring dates share most of their data, so the share is a warning sign, not a test.
    """

    dates: tuple[date, ...]
    p: tuple[float, ...]

    @property
    def share_found(self) -> float | None:
        return sum(p < 0.05 for p in self.p) / len(self.p) if self.p else None


def placebo_dates(
    series: MonthlySeries, start_idx: int, params: SeriesParams | None = None, after: int = 6
) -> PlaceboDates:
    """Pretend the reform began at each month that leaves `after` months before the true start."""
    before = series.head(start_idx)
    tried = range(LEAST_BEFORE, start_idx - max(after, LEAST_AFTER) + 1)
    p = tuple(step_effect(before, at, params).p for at in tried)
    return PlaceboDates(tuple(series.months[at] for at in tried), p)
