"""A county's files as records to evaluate."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from hubpost.evaluation.period import Period
from hubpost.evaluation.records import Records
from hubpost.evaluation.station_history import StationHistory
from hubpost.model.county import County


def records_of_county(
    county: County,
    more: Mapping[str, pl.DataFrame] | None = None,
    observed: Mapping[str, Period] | None = None,
) -> Records:
    """Calls of the county, and any further tables by source (kpi_catalogue.SOURCES).

    Residents come from the areas, as far as every area of a station has them; founded_on,
    closed_on, merged_into and split_from from extra columns of the stations sheet.
    """
    tables = {"calls": county.calls, **(more or {})}
    return Records(
        tables={name: table for name, table in tables.items() if table.height},
        timezone=county.timezone,
        labels={"calls": county.labels.words_for("calls", "stations.id")},
        observed=observed or {},
        history=history_of(county.extras.get("stations")),
        population=_population(county),
        station_names={s.id: s.name for s in county.stations},
        station_names_en={s.id: s.name_en for s in county.stations if s.name_en},
    )


def history_of(extras: pl.DataFrame | None) -> dict[str, StationHistory]:
    """Station histories from text columns; empty where the sheet has none.

    Raises ValueError for a date that is none.
    """
    columns = ("founded_on", "closed_on", "merged_into", "split_from")
    if extras is None or not set(columns) & set(extras.columns):
        return {}
    key = "id" if "id" in extras.columns else extras.columns[0]
    return {
        str(row[key]): StationHistory(
            str(row[key]),
            _day(row.get("founded_on"), "founded_on"),
            _day(row.get("closed_on"), "closed_on"),
            row.get("merged_into") or None,
            row.get("split_from") or None,
        )
        for row in extras.iter_rows(named=True)
    }


def _day(text: str | None, column: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f"stations, column {column}: expected a date such as 2024-07-01, came {text!r}."
        ) from None


def _population(county: County) -> dict[str, float]:
    known: dict[str, float] = {}
    unknown = set()
    for area in county.areas:
        if area.population is None:
            unknown.add(area.station_id)
        else:
            known[area.station_id] = known.get(area.station_id, 0.0) + area.population
    return {s: n for s, n in known.items() if s not in unknown}
