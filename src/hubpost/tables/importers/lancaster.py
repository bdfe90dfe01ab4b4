"""Lancaster County, Nebraska: rural calls with unit time lines, 2010–2020 (MIT)."""

from pathlib import Path

import polars as pl

from hubpost.evaluation.finding import Finding
from hubpost.tables.importers.imported import ImportedCalls, to_utc

TIMEZONE = "America/Chicago"
DAY_S = 86_400
_TIMES = ("dispatch", "enroute", "arrive", "clear")
_MPDS = r"^\d{1,2}[A-EO]\d"


def read(folder: Path) -> ImportedCalls:
    """One row for each incident, with the legs of the unit that arrived first.

    There is no time at which the call was received: the earliest dispatch stands for it. The
    department of the first unit stands in for the station; the set has no place of the call.
    """
    incidents = pl.read_csv(folder / "incidents.csv.gz", infer_schema_length=0)
    units = pl.read_csv(folder / "unit_times.csv.gz", infer_schema_length=0)
    lines = unwrapped(units)
    calls = _calls(incidents.unique("incident_num", keep="first", maintain_order=True), lines)
    return ImportedCalls(
        "lancaster", calls, TIMEZONE, _findings(incidents, lines, calls), ("estimated", "stand-in")
    )


def unwrapped(units: pl.DataFrame) -> pl.DataFrame:
    """Seconds since the midnight before the incident's first dispatch, by time line.

    Clock times have no date: what is up to twelve hours on, modulo 24 h, lies after the
    dispatch; what is more than that lies before it, a negative leg and kept so.
    """
    seconds = units.with_columns(_seconds(c).alias(c) for c in _TIMES)
    latest = pl.col("dispatch").max().over("incident_num")
    late = latest - pl.col("dispatch") > DAY_S // 2
    start = pl.when(late).then(pl.col("dispatch") + DAY_S).otherwise("dispatch")
    lines = seconds.with_columns(start=start)
    later = [_after(c).alias(f"{c}_s") for c in _TIMES[1:]]
    passes = pl.any_horizontal(
        (pl.col(c) < pl.col("dispatch")) & (_after(c) >= pl.col("start")) for c in _TIMES[1:]
    )
    return lines.with_columns(*later, passes_midnight=passes.fill_null(False))


def _seconds(column: str) -> pl.Expr:
    h, m, s = (pl.col(column).str.slice(i, 2).cast(pl.Int64, strict=False) for i in (0, 3, 6))
    return h * 3600 + m * 60 + s


def _after(column: str) -> pl.Expr:
    on = (pl.col(column) - pl.col("dispatch")) % DAY_S
    return pl.col("start") + pl.when(on > DAY_S // 2).then(on - DAY_S).otherwise(on)


def _calls(incidents: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Legs of the unit that arrived first, where none did of the first dispatched."""
    by_incident = (
        lines.sort("arrive_s", "start", nulls_last=True)
        .group_by("incident_num", maintain_order=True)
        .agg(
            pl.col("start").min().alias("first_start"),
            pl.col("start", "enroute_s", "arrive_s").first(),
            pl.col("clear_s").max(),
            pl.col("unit").sort_by("start").first(),
        )
    )
    day = pl.col("incident_date").str.to_date().cast(pl.Datetime("us"))
    columns = {"dispatched": "start", "enroute": "enroute_s", "arrived": "arrive_s",
               "cleared": "clear_s"}  # fmt: skip
    local = {f"{k}_local": day + pl.duration(seconds=pl.col(v)) for k, v in columns.items()}
    frame = incidents.join(by_incident, on="incident_num", how="left").with_columns(**local)
    frame = frame.with_columns(received_local=day + pl.duration(seconds=pl.col("first_start")))
    medical = pl.col("call_type").str.contains(_MPDS)
    return frame.select(
        pl.col("incident_num").alias("id"),
        pl.col("unit").str.extract(r"^([A-Z]+)").alias("station_id"),
        pl.when(medical).then(pl.lit("assistance")).alias("category"),
        "call_type",
        "received_local",
        *local,
        *(
            to_utc(name, TIMEZONE).alias(name.replace("_local", "_at"))
            for name in ("received_local", *local)
        ),
    )


def _findings(
    incidents: pl.DataFrame, lines: pl.DataFrame, calls: pl.DataFrame
) -> tuple[Finding, ...]:
    repeated = int((incidents["incident_num"].value_counts()["count"] > 1).sum())
    wrapped = lines.filter("passes_midnight")
    bare = calls.join(lines, left_on="id", right_on="incident_num", how="anti")
    found = (
        Finding("passes_midnight", len(wrapped), len(lines), "", "dispatched_at",
                examples=tuple(wrapped["incident_num"].head(5))),
        Finding("repeated_id", repeated, len(incidents), "", "id"),
        Finding("no_unit", len(bare), len(calls), "", "dispatched_at",
                examples=tuple(bare["id"].head(5))),
        Finding("no_place", len(calls), len(calls), "", "lon"),
    )  # fmt: skip
    return tuple(f for f in found if f.hits)
