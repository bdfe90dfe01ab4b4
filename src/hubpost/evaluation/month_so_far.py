"""What a month's account tells beside the month: the year so far, and what is open at its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import polars as pl

from hubpost.evaluation.kpi_catalogue import Kpi
from hubpost.evaluation.kpi_counts import COUNTY
from hubpost.evaluation.kpis import KpiResult, compute_kpis
from hubpost.evaluation.monthly import add_months
from hubpost.evaluation.period import Period
from hubpost.evaluation.records import Records

#: Source -> when it begins, None where it counts from when it was due; its limit; its end.
CLOCKS: dict[str, tuple[str | None, str | None, str]] = {
    "cases": ("filed_at", None, "solved_at"),
    "disputes": ("found_at", None, "resolved_at"),
    "services": (None, "due_at", "done_at"),
    "tasks": (None, "due_at", "done_at"),
}


@dataclass(frozen=True, slots=True)
class OpenClock:
    """What of a source is not ended at an instant; a row for the county and for each station.

    open: begun and not ended; None where a row tells only when it is due. late: of a source with
    limits, those whose limit is over; due_next: those whose limit lies before the end of the month
    after it.
    """

    source: str
    station_id: str
    open: int | None
    late: int | None
    due_next: int | None
    labels: tuple[str, ...] = ()


def running_year(
    records: Records, period: Period, catalogue: Sequence[Kpi] | None = None
) -> tuple[KpiResult, ...]:
    """The catalogue's figures from 1 January to the period's end, beside the same of last year."""
    return compute_kpis(
        records, Period(period.start.replace(month=1, day=1), period.end), catalogue
    )


def open_clocks(records: Records, period: Period, until: datetime) -> tuple[OpenClock, ...]:
    """What was open at the end of the period, or at `until` (UTC) where that came first.

    A source without records has no row. Stations where nothing is open have none either.
    """
    zone = ZoneInfo(records.timezone)
    end = min(datetime.combine(period.end, time(), zone), until).astimezone(UTC)
    after = add_months(period.end.replace(day=1), 1)
    following = datetime.combine(after, time(), zone).astimezone(UTC)
    found: list[OpenClock] = []
    for source, columns in CLOCKS.items():
        table = records.find_table(source)
        if table is not None and columns[2] in table.collect_schema().names():
            rows = _counted(table, columns, end, following)
            found += _clocks(source, rows, columns, records.words_for(source))
    return tuple(found)


def _counted(
    table: pl.LazyFrame,
    columns: tuple[str | None, str | None, str],
    end: datetime,
    following: datetime,
) -> pl.DataFrame:
    """station_id, open, late, due_next of each station; sums of rows."""
    begun, due, ended = columns
    unended = pl.col(ended).is_null() | (pl.col(ended) >= end)
    limit = pl.col(due) if due else pl.lit(None, dtype=pl.Datetime("us", "UTC"))
    counts = {
        "open": (pl.col(begun) < end) & unended if begun else pl.lit(False),
        "late": (limit < end) & unended,
        "due_next": (limit >= end) & (limit < following) & unended,
    }
    sums = [each.fill_null(value=False).sum().alias(name) for name, each in counts.items()]
    return table.group_by("station_id").agg(sums).sort("station_id").collect()


def _clocks(
    source: str,
    rows: pl.DataFrame,
    columns: tuple[str | None, str | None, str],
    labels: tuple[str, ...],
) -> list[OpenClock]:
    """The county's row first, then those of stations where anything is open or due."""
    begun, due, _ = columns

    def clock(station_id: str, counts: dict[str, int]) -> OpenClock:
        return OpenClock(
            source, station_id, counts["open"] if begun else None,
            counts["late"] if due else None, counts["due_next"] if due else None, labels,
        )  # fmt: skip

    names = ("open", "late", "due_next")
    county = clock(COUNTY, {n: int(rows[n].sum()) for n in names})
    stations = [
        clock(row["station_id"], row)
        for row in rows.iter_rows(named=True)
        if row["station_id"] and any(row[n] for n in names)
    ]
    return [county, *stations]
