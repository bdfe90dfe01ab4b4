"""Calls: the typed table of their sheet, with the order of milestones checked."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

import polars as pl

from hubpost.model.county import CALL_SCHEMA
from hubpost.model.station import Area
from hubpost.tables.cells import (
    categories,
    counts,
    note_duplicates,
    note_unknown_ids,
    priorities,
    require_filled,
    yes_no,
)
from hubpost.tables.findings import Findings
from hubpost.tables.places import Points, null_where_nan
from hubpost.tables.problem_kinds import Kind
from hubpost.tables.problems import Problem, Severity
from hubpost.tables.raw_sheet import RawSheet
from hubpost.tables.schema import MILESTONES
from hubpost.tables.times import UTC, note_twice_shown, utc_times

#: Above this share of calls whose response takes no time at all, the clock is not believed.
ZERO_RESPONSE_SHARE = 0.02


def empty_calls() -> pl.DataFrame:
    """The calls of a county that has none on file."""
    return pl.DataFrame(schema=_schema())


def read_calls(
    points: Points,
    stations: Mapping[str, str] | None,
    area_names: Mapping[str, str] | None,
    areas: Sequence[Area],
    zone: ZoneInfo,
    findings: Findings,
) -> pl.DataFrame:
    """Columns of CALL_SCHEMA, then `placed_by`, then the extra columns of the file as text.

    A call known only by its area stands at the area's point, with the area's station unless
    it names one; placed_by is "point" or "area". stations, area_names: id -> name of all there
    are, None where their sheet could not be read.
    """
    raw = points.raw
    require_filled(raw, "id", findings)
    require_filled(raw, "received_at", findings, "the time the call was received")
    note_duplicates(raw, findings, "id")
    note_unknown_ids(raw, "station_id", findings, stations, "stations", "unknown_station")
    note_unknown_ids(raw, "area_id", findings, area_names, "areas", "unknown_area")
    _note_placeless(points, findings)
    frame = pl.DataFrame(
        {
            "id": raw.text("id"),
            "lon": null_where_nan(points.lon),
            "lat": null_where_nan(points.lat),
            "area_id": raw.text("area_id"),
            "category": categories(raw, "category", findings),
            "priority": priorities(raw, "priority", findings),
            "units_needed": counts(raw, "units_needed", findings, least=1),
            "station_id": raw.text("station_id"),
            "exercise": yes_no(raw, "exercise", findings),
            **_milestones(raw, zone, findings),
        }
    )
    placed = _placed(frame, areas)
    _note_oddities(raw, placed, findings)
    return pl.concat([placed, _fresh_extras(raw, placed)], how="horizontal")


def _schema() -> dict[str, pl.DataType]:
    return {name: UTC if kind is pl.Datetime else kind() for name, kind in CALL_SCHEMA.items()} | {
        "placed_by": pl.String()
    }


def _note_placeless(points: Points, findings: Findings) -> None:
    raw = points.raw
    if not (raw.has("area_id") or (raw.has("lon") and raw.has("lat"))):
        findings.add_column(
            raw, "lon", "missing_column", "columns lon and lat (经度, 纬度), or area_id (村社)",
            "none of them", "Add a place to the calls.",
        )  # fmt: skip
        return
    placeless = (
        raw.text("lon").is_null() & raw.text("lat").is_null() & raw.text("area_id").is_null()
    )
    column = "lon" if raw.has("lon") else "area_id"
    findings.add_cells(
        raw, column, placeless, "no_place", "a place: lon and lat, or area_id",
        "Fill in lon and lat, or the area the call came from.",
    )  # fmt: skip


def _milestones(raw: RawSheet, zone: ZoneInfo, findings: Findings) -> dict[str, pl.Series]:
    """The five times in UTC, each compared with the latest one before it in the row."""
    chosen: dict[str, pl.Series] = {}
    latest = pl.Series([None] * len(raw.rows), dtype=UTC)
    source = pl.Series([None] * len(raw.rows), dtype=pl.String)
    for column in MILESTONES:
        both = utc_times(raw, column, findings, zone)
        frame = both.with_columns(latest=latest, source=source)
        at = frame.select(
            pl.when(pl.col("at") < pl.col("latest")).then(pl.coalesce("late", "at")).otherwise("at")
        ).to_series()
        note_twice_shown(raw, column, both, at, findings)
        _note_backwards(raw, column, at, latest, source, findings)
        chosen[column] = at
        later = frame.with_columns(at=at).select(
            pl.max_horizontal("at", "latest").alias("latest"),
            pl.when(pl.col("at") >= pl.col("latest").fill_null(pl.col("at")))
            .then(pl.lit(column))
            .otherwise("source")
            .alias("source"),
        )
        latest, source = later["latest"], later["source"]
    return chosen


def _note_backwards(
    raw: RawSheet,
    column: str,
    at: pl.Series,
    latest: pl.Series,
    source: pl.Series,
    findings: Findings,
) -> None:
    backwards = (at < latest).fill_null(False)
    if not backwards.any():
        return

    def earlier(row: int) -> str:
        name = source[row]
        return f"{raw.headers.get(name, name)} {raw.text(name)[row]}"

    header = raw.headers.get(column, column)
    findings.add_cells(
        raw, column, backwards, "time_backwards",
        lambda row: f"a time not before {earlier(row)}",
        f"Correct one of them, or leave {header} blank if it is unknown.",
        says=lambda row: f"{raw.text(column)[row]} is before {earlier(row)}",
    )  # fmt: skip


def _placed(frame: pl.DataFrame, areas: Sequence[Area]) -> pl.DataFrame:
    seats = pl.DataFrame(
        [(a.id, a.lon, a.lat, a.station_id) for a in areas],
        schema={
            "area_id": pl.String, "_lon": pl.Float64, "_lat": pl.Float64, "_station": pl.String,
        },
        orient="row",
    ).unique("area_id", keep="first")  # fmt: skip
    joined = frame.join(seats, on="area_id", how="left", maintain_order="left")
    by_area = pl.col("lon").is_null() & pl.col("_lon").is_not_null()
    return joined.with_columns(
        placed_by=pl.when(by_area)
        .then(pl.lit("area"))
        .when(pl.col("lon").is_not_null())
        .then(pl.lit("point")),
        lon=pl.when(by_area).then("_lon").otherwise("lon"),
        lat=pl.when(by_area).then("_lat").otherwise("lat"),
        station_id=pl.coalesce("station_id", "_station"),
    ).select(list(_schema()))


def _fresh_extras(raw: RawSheet, frame: pl.DataFrame) -> pl.DataFrame:
    extras = raw.extras()
    return extras.rename({c: f"{c}_" for c in extras.columns if c in frame.columns})


def _note_oddities(raw: RawSheet, calls: pl.DataFrame, findings: Findings) -> None:
    _note_repeated(raw, calls, findings)
    response = calls["arrived_at"] - calls["received_at"]
    zero, known = int((response.dt.total_microseconds() == 0).sum()), response.count()
    if known and zero / known > ZERO_RESPONSE_SHARE:
        _warn(
            raw, "arrived_at", "zero_response", f"under {ZERO_RESPONSE_SHARE:.0%} of the calls",
            f"{zero} of {known} calls with arrived_at equal to received_at ({zero / known:.1%})",
            "Times kept as they are; an arrival entered late looks like this.", findings,
        )  # fmt: skip
    exercises = int(calls["exercise"].fill_null(False).sum())
    if exercises:
        _warn(
            raw, "exercise", "exercise_calls", "real calls", f"{exercises} exercise calls",
            "They are kept and marked; figures leave them out.", findings,
        )  # fmt: skip


def _note_repeated(raw: RawSheet, calls: pl.DataFrame, findings: Findings) -> None:
    same = ["received_at", "lon", "lat", "category"]
    whole = calls["received_at"].is_not_null() & calls["lon"].is_not_null()
    repeated = whole & ~calls.select(pl.struct(same).is_first_distinct()).to_series()
    findings.add_cells(
        raw, "id", repeated, "repeated_call",
        "one row per call", "Kept; delete the row if it is the same call entered twice.",
        says="the same time, place and category as a call above", warning=True,
    )  # fmt: skip


def _warn(
    raw: RawSheet, column: str, kind: Kind, expected: str, found: str, fix: str, findings: Findings
) -> None:
    header = raw.headers.get(column, column)
    findings.add(
        Problem(raw.file, None, header, expected, found, fix, Severity.WARNING, kind, raw.tab)
    )
