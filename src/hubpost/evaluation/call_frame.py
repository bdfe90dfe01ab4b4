"""Calls as one table, whether read from files, from the database, from events or a simulation."""

import polars as pl

from hubpost.model.county import CALL_SCHEMA

UTC = pl.Datetime("us", "UTC")
MINUTES_PER_MS = 1 / 60_000

#: Leg -> (from, to), in the order in which they happen.
LEGS = {
    "processing_min": ("received_at", "dispatched_at"),
    "turnout_min": ("dispatched_at", "enroute_at"),
    "travel_min": ("enroute_at", "arrived_at"),
    "response_min": ("received_at", "arrived_at"),
    "on_scene_min": ("arrived_at", "cleared_at"),
    "predicted_min": ("received_at", "predicted_arrival_at"),
}

#: Milestones in the order in which they happen.
MILESTONES = ("received_at", "dispatched_at", "enroute_at", "arrived_at", "cleared_at")

#: Columns that an event or database row adds to CALL_SCHEMA.
MORE = {
    "predicted_arrival_at": UTC,
    "first_station_id": pl.String(),
    "struck_through": pl.Boolean(),
}


def with_legs(calls: pl.LazyFrame) -> pl.LazyFrame:
    """Real calls only, with legs in minutes; a leg that is unknown or negative is null, never 0.

    Adds `late_min`: arrival beyond the predicted one, which may well be negative.
    Exercises and entries struck through are left out. Columns not there come as null.
    """
    calls = _completed(calls)
    calls = calls.filter(
        ~pl.col("exercise").fill_null(False), ~pl.col("struck_through").fill_null(False)
    )
    late = _minutes("predicted_arrival_at", "arrived_at").alias("late_min")
    return calls.with_columns(*(_leg(name, *ends) for name, ends in LEGS.items()), late)


def with_milestones(calls: pl.DataFrame, timezone: str) -> pl.DataFrame:
    """All calls as recorded, for checking: legs as `raw LEG`, clock times as `local MILESTONE`.

    Legs may be negative. A naive column `received_local` (`arrived_local`, …) holds the clock as
    written and is taken where there is one; else the time is put back on the county's clock.
    """
    lazy = _completed(calls.lazy())
    have = lazy.collect_schema().names()
    legs = [_minutes(*ends).alias(f"raw {name}") for name, ends in LEGS.items()]
    clocks = []
    for column in MILESTONES:
        written = column.replace("_at", "_local")
        local = pl.col(column).dt.convert_time_zone(timezone).dt.replace_time_zone(None)
        clock = pl.col(written) if written in have else local
        clocks.append(clock.alias(f"local {column}"))
    return lazy.with_columns(*legs, *clocks).collect()


def _completed(calls: pl.LazyFrame) -> pl.LazyFrame:
    """Columns of CALL_SCHEMA and MORE that are not there, as null."""
    have = calls.collect_schema()
    wanted = {**{n: _kind(k) for n, k in CALL_SCHEMA.items()}, **MORE}
    return calls.with_columns(
        pl.lit(None, dtype=kind).alias(name) for name, kind in wanted.items() if name not in have
    )


def calls_of_tables(
    call: pl.LazyFrame, response: pl.LazyFrame, unit: pl.LazyFrame | None = None
) -> pl.LazyFrame:
    """The calls of the database's tables `call`, `response` and `unit` (storage/schema.py).

    Legs are those of the unit that arrived first, where none did of the first assigned: a leg
    from one unit's departure to another's arrival would be nobody's. The prediction and
    `first_station_id` are those of the first unit assigned: that is what was promised.
    """
    order = response.sort("arrived_at", "idx", nulls_last=True)
    arrived = order.group_by("call_id", maintain_order=True).agg(
        pl.col("assigned_at").first().alias("dispatched_at"),
        pl.col("enroute_at", "arrived_at").first(),
    )
    promised = (
        response.sort("idx")
        .group_by("call_id", maintain_order=True)
        .agg(pl.col("predicted_arrival_at").first(), pl.col("unit_id").first())
    )
    joined = (
        call.rename({"closed_at": "cleared_at"})
        .join(arrived, left_on="id", right_on="call_id", how="left")
        .join(promised, left_on="id", right_on="call_id", how="left")
    )
    if unit is None:
        return joined.drop("unit_id")
    homes = unit.select(unit_id="id", first_station_id="station_id")
    return joined.join(homes, on="unit_id", how="left").drop("unit_id")


def _kind(kind: type[pl.DataType]) -> pl.DataType:
    return UTC if kind is pl.Datetime else kind()


def _minutes(start: str, end: str) -> pl.Expr:
    # A product, not a quotient: polars divides a block of one row otherwise than a longer one, and
    # the last digit would depend on how many calls are read at once.
    return (pl.col(end) - pl.col(start)).dt.total_milliseconds() * MINUTES_PER_MS


def _leg(name: str, start: str, end: str) -> pl.Expr:
    minutes = _minutes(start, end)
    return pl.when(minutes >= 0).then(minutes).alias(name)
