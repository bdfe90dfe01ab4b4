"""Indicators, officers and travel times: typed tables of their sheets."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from hubpost.tables.cells import (
    counts,
    cycles,
    note_duplicates,
    note_unknown_ids,
    note_unknown_words,
    numbers,
    plain,
    require_filled,
    yes_no,
)
from hubpost.tables.findings import Findings
from hubpost.tables.indicator_codes import INDICATOR_CODES
from hubpost.tables.raw_sheet import RawSheet
from hubpost.tables.schema import OFFICERS
from hubpost.tables.times import dates

_PERCENT = {i.code for i in INDICATOR_CODES if i.unit == "%"}


def empty_indicators() -> pl.DataFrame:
    """The indicators of a county that gives none."""
    return pl.DataFrame(schema={"station_id": pl.String, "year": pl.Int64})


def read_indicators(
    raw: RawSheet, stations: Mapping[str, str] | None, findings: Findings
) -> pl.DataFrame:
    """station_id, year, one Float64 column per code given, then extra columns as text."""
    require_filled(raw, "station_id", findings)
    require_filled(raw, "year", findings)
    note_unknown_ids(raw, "station_id", findings, stations, "stations", "unknown_station")
    note_duplicates(raw, findings, "station_id", "year")
    values = {
        code: numbers(raw, code, findings, least=0, most=100 if code in _PERCENT else None)
        for code in raw.indicators
    }
    year = counts(raw, "year", findings, least=1900, most=2200)
    return _with_extras(raw, {"station_id": raw.text("station_id"), "year": year, **values})


def read_officers(
    raw: RawSheet, stations: Mapping[str, str] | None, findings: Findings
) -> pl.DataFrame:
    """id, station_id, hq, rank, skills, home, available_from, available_to, section, cycle (large
    or small), preference (station ids as written), then extra columns.
    """
    require_filled(raw, "id", findings)
    note_duplicates(raw, findings, "id")
    note_unknown_ids(raw, "station_id", findings, stations, "stations", "unknown_station")
    note_unknown_words(raw, "preference", findings, stations, "stations")
    hq = yes_no(raw, "hq", findings)
    posted = raw.text("station_id").is_not_null() | hq.fill_null(False)
    column = "station_id" if raw.has("station_id") else "hq"
    findings.add_cells(
        raw, column, ~posted, "no_post", "a station_id, or yes under hq", "Fill in one of the two."
    )
    start, end = (dates(raw, c, findings) for c in ("available_from", "available_to"))
    findings.add_cells(
        raw, "available_to", (end < start).fill_null(False), "time_backwards",
        "a date not before available_from", "Correct one of the two.",
    )  # fmt: skip
    columns = {c.name: raw.text(c.name) for c in OFFICERS.columns if c.kind == "text"}
    columns |= {"hq": hq, "available_from": start, "available_to": end}
    columns["cycle"] = cycles(raw, "cycle", findings)
    return _with_extras(raw, {c.name: columns[c.name] for c in OFFICERS.columns})


def read_travel_times(
    raw: RawSheet, places: Mapping[str, str] | None, findings: Findings
) -> pl.DataFrame:
    """from_id, to_id, seconds (inf where there is no way), then extra columns.

    places: id -> name of stations, areas and outside townships.
    """
    for column in ("from_id", "to_id", "seconds"):
        require_filled(raw, column, findings)
    for column in ("from_id", "to_id"):
        note_unknown_ids(raw, column, findings, places, "stations or areas", "unknown_place")
    note_duplicates(raw, findings, "from_id", "to_id")
    columns = {c: raw.text(c) for c in ("from_id", "to_id")}
    return _with_extras(raw, {**columns, "seconds": _seconds(raw, findings)})


def _seconds(raw: RawSheet, findings: Findings) -> pl.Series:
    no_way = plain(raw.text("seconds")).str.to_lowercase().is_in(["inf", "+inf", "infinity", "∞"])
    no_way = no_way.fill_null(False)
    text = raw.frame.select(
        pl.when(~no_way).then("seconds") if raw.has("seconds") else pl.lit(None)
    )
    finite = RawSheet(
        raw.name, raw.file, raw.tab, text.cast(pl.String).rename(lambda _: "seconds"), raw.rows,
        raw.headers, raw.known, raw.header_row,
    )  # fmt: skip
    value = numbers(finite, "seconds", findings, least=0, what="seconds, or inf")
    out = np.where(no_way.to_numpy(), np.inf, value.fill_null(np.nan).to_numpy())
    return pl.Series(out).fill_nan(None)


def _with_extras(raw: RawSheet, columns: Mapping[str, pl.Series]) -> pl.DataFrame:
    extras = raw.extras()
    fresh = extras.rename({c: f"{c}_" for c in extras.columns if c in columns})
    return pl.concat([pl.DataFrame(columns), fresh], how="horizontal")
