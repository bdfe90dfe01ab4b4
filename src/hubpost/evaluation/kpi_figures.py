"""From what was counted to a figure, a change and its p, by kind of KPI."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from scipy.special import ndtr, ndtri

from hubpost.evaluation.figure import Figure
from hubpost.evaluation.kpi_catalogue import Kpi
from hubpost.evaluation.period import Windows
from hubpost.evaluation.quantiles import RankedValues, difference_figure, quantile_figure
from hubpost.evaluation.rates import CountOver, count_interval, rate_ratio_p, year_on_year
from hubpost.evaluation.shares import share_difference, share_figure
from hubpost.evaluation.small_numbers import with_base_note
from hubpost.evaluation.value_runs import Ranked

#: Statements of Windows under which nothing is compared.
NOT_COMPARED = ("empty_period", "no_base_period", "territory_changed")


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """What was counted in one part of one scope. days: observed. values: by rank, for quantiles."""

    days: int
    hits: float = 0.0
    of: float = 0.0
    rows: int = 0
    values: RankedValues | None = None

    @staticmethod
    def of_row(kpi: Kpi, row: Mapping[str, object], part: str, days: int) -> "Counted":
        """Pick one KPI's part out of an aggregated row; a scope without rows counted nothing."""
        name = f"{kpi.code} {part}"
        values = row.get(f"{name} values")
        numbers = [row.get(f"{name} {what}") or 0 for what in ("hits", "of", "rows")]
        hits, of, rows = (float(str(x)) for x in numbers)
        return Counted(days, hits, of, int(rows), _by_rank(values))


def _by_rank(values: object) -> RankedValues:
    if isinstance(values, Ranked):
        return values
    array = values.to_numpy() if isinstance(values, pl.Series) else np.array([])
    return array.astype(float)


def value_of(kpi: Kpi, counted: Counted, confidence: float) -> Figure:
    """The figure of one part."""
    if counted.days == 0:
        return Figure(None, counts={"days": 0}, statement="empty_period")
    match kpi.kind:
        case "count":
            events = int(counted.hits)
            low, high = count_interval(events, confidence)
            counts = {"events": events, "days": counted.days}
            return Figure(float(events), low, high, counts, "ok", "garwood", confidence)
        case "share":
            figure = share_figure(int(counted.hits), int(counted.of), confidence)
            return with_base_note(figure, counted.of)
        case "quantile":
            assert counted.values is not None and kpi.q is not None  # noqa: S101, PT018
            figure = quantile_figure(counted.values, kpi.q, confidence)
            return with_base_note(figure, len(counted.values))
        case _:
            return _complete(kpi, counted)


def change_of(kpi: Kpi, now: Counted, then: Counted, windows: Windows, confidence: float) -> Figure:
    """Year on year over the comparable parts, or the statement why there is none."""
    if windows.statement in NOT_COMPARED:
        return Figure(None, statement=windows.statement)
    match kpi.kind:
        case "count":
            change = year_on_year(
                CountOver(int(now.hits), now.days), CountOver(int(then.hits), then.days), confidence
            )
        case "share":
            change = share_difference(
                (int(now.hits), int(now.of)), (int(then.hits), int(then.of)), confidence
            )
            change = with_base_note(change, min(now.of, then.of))
        case "quantile":
            change = difference_figure(
                value_of(kpi, now, confidence), value_of(kpi, then, confidence)
            )
        case _:
            change = _complete_change(kpi, now, then)
    noted = windows.statement == "part_period" and change.value is not None
    return change.noting("part_period") if noted else change


def p_of(kpi: Kpi, now: Counted, then: Counted, change: Figure) -> float | None:
    """p of no change: mid-p for counts, else the normal p that goes with the interval."""
    if kpi.kind == "count" and change.statement in ("ok", "base_zero"):
        a, b = CountOver(int(now.hits), now.days), CountOver(int(then.hits), then.days)
        return rate_ratio_p(a, b, mid_p=True)
    if change.value is None or change.low is None or change.high is None:
        return None
    z = float(ndtri(0.5 + change.confidence / 2))
    # The limit on the side of 0 is the one that decides.
    near = change.low if change.value > 0 else change.high
    se = abs(change.value - near) / z
    return float(2 * ndtr(-abs(change.value) / se)) if se > 0 else None


def _complete(kpi: Kpi, counted: Counted) -> Figure:
    counts = {"hits": counted.hits, "of": counted.of, "rows": counted.rows}
    if counted.rows == 0 or (kpi.kind == "ratio" and counted.of == 0):
        return Figure(None, counts=counts, statement="no_events")
    value = counted.hits / counted.of if kpi.kind == "ratio" else counted.hits
    return Figure(value, counts=counts, statement="ok", notes=("complete_count",))


def _complete_change(kpi: Kpi, now: Counted, then: Counted) -> Figure:
    a, b = _complete(kpi, now), _complete(kpi, then)
    if a.value is None or b.value is None:
        why = a.statement if a.value is None else "no_base_period"
        return Figure(None, counts=a.counts, statement=why)
    counts = {**a.counts, **{f"{k}_before": v for k, v in b.counts.items()}}
    if kpi.kind == "ratio":
        return Figure(a.value - b.value, counts=counts, notes=("complete_count",))
    if b.value == 0:
        return Figure(None, counts=counts, statement="base_zero")
    per_day = a.value / now.days / (b.value / then.days) - 1
    return replace(Figure(per_day, counts=counts), notes=("complete_count",))
