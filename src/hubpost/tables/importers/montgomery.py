"""Montgomery County, Pennsylvania: 911 calls of 2015–2016 (R package padr; MIT)."""

from pathlib import Path

import polars as pl

from hubpost.evaluation.finding import Finding
from hubpost.tables.importers.imported import ImportedCalls, to_utc

TIMEZONE = "America/New_York"
BOX = (-75.73, 39.97, -75.00, 40.46)  # west, south, east, north of the county
CATEGORIES = {"Traffic": "traffic", "Fire": "fire_disaster", "EMS": "assistance"}


def read(folder: Path) -> ImportedCalls:
    """Every call as published; its township stands in for a station, points outside are blank."""
    raw = pl.read_csv(folder / "calls.csv.gz", infer_schema_length=0)
    lon, lat = pl.col("lon").cast(pl.Float64), pl.col("lat").cast(pl.Float64)
    west, south, east, north = BOX
    inside = lon.is_between(west, east) & lat.is_between(south, north)
    calls = raw.select(
        id="call_id",
        lon=pl.when(inside).then(lon),
        lat=pl.when(inside).then(lat),
        station_id="township",
        category=pl.col("service").replace_strict(CATEGORIES, default=None),
        call_type="call_type",
        received_local=pl.col("time_local").str.to_datetime("%Y-%m-%dT%H:%M:%S"),
    ).with_columns(received_at=to_utc("received_local", TIMEZONE))
    return ImportedCalls("montgomery", calls, TIMEZONE, _findings(calls), ("stand-in",))


def _findings(calls: pl.DataFrame) -> tuple[Finding, ...]:
    outside = calls.filter(pl.col("lon").is_null())
    if not len(outside):
        return ()
    examples = tuple(outside["id"].head(5))
    return (Finding("outside_box", len(outside), len(calls), "", "lon", examples=examples),)
