"""Portugal 2014: rural-fire calls of the forest-fire register (ICNF; PDDL 1.0)."""

from pathlib import Path

import polars as pl

from hubpost.tables.importers.imported import ImportedCalls, to_utc

TIMEZONE = "Europe/Lisbon"
_TIMES = {
    "received_at": "alert_time",
    "arrived_at": "first_response_time",
    "cleared_at": "extinction_time",
}


def read(folder: Path) -> ImportedCalls:
    """Every call as published; its municipality stands in for a station."""
    raw = pl.read_csv(folder / "incidents.csv.gz", infer_schema_length=0)
    local = {
        ours.replace("_at", "_local"): pl.col(theirs).str.to_datetime("%Y-%m-%dT%H:%M:%S")
        for ours, theirs in _TIMES.items()
    }
    frame = raw.select(
        id="codigo_sgif",
        lon=pl.col("lon").cast(pl.Float64),
        lat=pl.col("lat").cast(pl.Float64),
        # Spelt in two ways (Trofa, TROFA).
        station_id=pl.col("concelho").str.strip_chars().str.to_titlecase(),
        category=pl.lit("fire_disaster"),
        call_type="tipo",
        **local,
    )
    calls = frame.with_columns(
        to_utc(ours.replace("_at", "_local"), TIMEZONE).alias(ours) for ours in _TIMES
    )
    return ImportedCalls("portugal", calls, TIMEZONE, (), ("stand-in",))
