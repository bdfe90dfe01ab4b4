"""Stations, areas and neighbours: typed rows of their sheets."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from hubpost.model.station import Area, Neighbour, Station
from hubpost.tables.cells import (
    counts,
    note_duplicates,
    note_unknown_ids,
    numbers,
    require_filled,
    yes_no,
)
from hubpost.tables.findings import Findings
from hubpost.tables.places import Points, null_where_nan
from hubpost.tables.raw_sheet import RawSheet


def read_stations(points: Points, findings: Findings) -> tuple[Station, ...]:
    """The stations; rows with a problem are left out, the problem is noted."""
    raw = points.raw
    for column in ("id", "name", "lon", "lat"):
        require_filled(raw, column, findings)
    note_duplicates(raw, findings, "id")
    columns = {
        **_place(points),
        **_texts(raw, "id", "name", "name_en"),
        "elevation_m": numbers(raw, "elevation_m", findings, least=-450, most=9000),
        "border": yes_no(raw, "border", findings),
        "officers": counts(raw, "officers", findings),
        "auxiliaries": counts(raw, "auxiliaries", findings),
        "units": counts(raw, "units", findings),
        "area_km2": numbers(raw, "area_km2", findings, above=0),
    }
    return tuple(Station(**row) for row in _rows(columns, "id", "name", "lon", "lat"))


def read_areas(
    points: Points, stations: Mapping[str, str] | None, findings: Findings
) -> tuple[Area, ...]:
    """The villages and communities; stations: id -> name of those there are, None
    where that is not known."""
    raw = points.raw
    for column in ("id", "name", "station_id", "lon", "lat"):
        require_filled(raw, column, findings)
    note_duplicates(raw, findings, "id")
    note_unknown_ids(raw, "station_id", findings, stations, "stations", "unknown_station")
    columns = {
        **_place(points),
        **_texts(raw, "id", "name", "station_id"),
        "population": counts(raw, "population", findings),
        "households": counts(raw, "households", findings),
        "grids": counts(raw, "grids", findings),
        "elevation_m": numbers(raw, "elevation_m", findings, least=-450, most=9000),
    }
    return tuple(Area(**row) for row in _rows(columns, "id", "name", "station_id", "lon", "lat"))


def note_stations_without_areas(raw: RawSheet, areas: tuple[Area, ...], findings: Findings) -> None:
    """Warn of stations that no area belongs to, where there are areas at all."""
    with_areas = {area.station_id for area in areas}
    ids = raw.text("id")
    lonely = ids.is_not_null() & ~ids.is_in(list(with_areas))
    if areas:
        findings.add_cells(
            raw, "id", lonely, "station_without_areas", "at least one area of each station",
            "Add its villages to areas, if it has any.", warning=True,
        )  # fmt: skip


def read_neighbours(
    points: Points, stations: Mapping[str, str] | None, findings: Findings
) -> tuple[Neighbour, ...]:
    """The adjoining pairs, each pair of stations once however often it is written."""
    raw = points.raw
    for column in ("station_id", "other_id"):
        require_filled(raw, column, findings)
    outside = yes_no(raw, "outside", findings).fill_null(False)
    note_unknown_ids(raw, "station_id", findings, stations, "stations", "unknown_station")
    _note_others(raw, outside, stations, findings)
    columns = {
        **_place(points),
        **_texts(raw, "station_id", "other_id", "name"),
        "outside": outside,
    }
    rows = _rows(columns, "station_id", "other_id")
    once = {frozenset((row["station_id"], row["other_id"])): row for row in reversed(rows)}
    return tuple(Neighbour(**row) for row in reversed(once.values()))


def _note_others(
    raw: RawSheet, outside: pl.Series, stations: Mapping[str, str] | None, findings: Findings
) -> None:
    mine, other = raw.text("station_id"), raw.text("other_id")
    itself = (mine == other).fill_null(False)
    findings.add_cells(
        raw, "other_id", itself, "self_neighbour", "another station",
        "A station does not adjoin itself; correct the id or delete the row.",
    )  # fmt: skip
    if stations is None:
        return
    known = other.is_in(list(stations)).fill_null(False)
    findings.add_cells(
        raw, "other_id", other.is_not_null() & ~known & ~outside, "unknown_station",
        "the id of a row of stations, or yes under outside",
        "Correct the id, or write yes under outside if it is a township of another county.",
    )  # fmt: skip
    findings.add_cells(
        raw, "outside", known & outside & ~itself, "station_outside",
        "no, because other_id is a station of this county", "Correct other_id or outside.",
    )  # fmt: skip


def _place(points: Points) -> dict[str, pl.Series]:
    return {"lon": null_where_nan(points.lon), "lat": null_where_nan(points.lat)}


def _texts(raw: RawSheet, *columns: str) -> dict[str, pl.Series]:
    return {column: raw.text(column) for column in columns}


def _rows(columns: Mapping[str, pl.Series], *needed: str) -> list[dict[str, Any]]:
    return pl.DataFrame(columns).drop_nulls(list(needed)).to_dicts()
