"""Calls as one table, whether read from files, from the database, from events or a simulation."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import polars as pl

from hubpost.model import events as ev
from hubpost.model.county import CALL_SCHEMA

UTC = pl.Datetime("us", "UTC")

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


def calls_of_events(
    events: Iterable[ev.Event], station_of_unit: dict[str, str] | None = None
) -> pl.DataFrame:
    """The calls that a run of events tells of; a milestone is that of the first unit to reach it.

    station_of_unit: unit -> station, completed by the UnitJoined events met.
    """
    rows: dict[str, dict[str, Any]] = {}
    homes = dict(station_of_unit or {})
    for event in events:
        _note(event, rows, homes)
    schema = {**{n: _kind(k) for n, k in CALL_SCHEMA.items()}, **MORE}
    return pl.DataFrame(list(rows.values()), schema=schema)


def calls_of_tables(
    call: pl.LazyFrame, response: pl.LazyFrame, unit: pl.LazyFrame | None = None
) -> pl.LazyFrame:
    """The calls of the database's tables `call`, `response` and `unit` (storage/schema.py).

    Milestones are the earliest of all responses; the prediction and the station are those of
    the first unit assigned. A call without a response keeps blank legs.
    """
    first = pl.col("idx") == pl.col("idx").min()
    legs = response.group_by("call_id").agg(
        dispatched_at=pl.col("assigned_at").min(),
        enroute_at=pl.col("enroute_at").min(),
        arrived_at=pl.col("arrived_at").min(),
        predicted_arrival_at=pl.col("predicted_arrival_at").filter(first).first(),
        first_unit_id=pl.col("unit_id").filter(first).first(),
    )
    joined = call.rename({"closed_at": "cleared_at"}).join(
        legs, left_on="id", right_on="call_id", how="left"
    )
    if unit is None:
        return joined
    homes = unit.select(first_unit_id="id", first_station_id="station_id")
    return joined.join(homes, on="first_unit_id", how="left")


def _kind(kind: type[pl.DataType]) -> pl.DataType:
    return UTC if kind is pl.Datetime else kind()


def _minutes(start: str, end: str) -> pl.Expr:
    return (pl.col(end) - pl.col(start)).dt.total_milliseconds() / 60_000


def _leg(name: str, start: str, end: str) -> pl.Expr:
    minutes = _minutes(start, end)
    return pl.when(minutes >= 0).then(minutes).alias(name)


def _note(event: ev.Event, rows: dict[str, dict[str, Any]], homes: dict[str, str]) -> None:
    match event:
        case ev.UnitJoined():
            homes[event.unit.id] = event.unit.station_id
        case ev.CallReceived():
            rows[event.call.id] = _received(event)
        case ev.UnitAssigned() if event.call_id in rows:
            row = rows[event.call_id]
            if _first(row, "dispatched_at", event.at):
                row["predicted_arrival_at"] = event.predicted_arrival_at
                row["first_station_id"] = homes.get(event.unit_id)
        case ev.UnitEnRoute() if event.call_id in rows:
            _first(rows[event.call_id], "enroute_at", event.at)
        case ev.UnitArrived() if event.call_id in rows:
            _first(rows[event.call_id], "arrived_at", event.at)
        case ev.CallCleared() if event.call_id in rows:
            rows[event.call_id]["cleared_at"] = event.at
        case ev.CallStruckThrough() if event.call_id in rows:
            rows[event.call_id]["struck_through"] = True


def _received(event: ev.CallReceived) -> dict[str, Any]:
    call = event.call
    return {
        "id": call.id, "received_at": call.received_at, "lon": call.lon, "lat": call.lat,
        "area_id": call.area_id, "category": call.category.value, "priority": int(call.priority),
        "units_needed": call.units_needed, "station_id": call.station_id,
        "exercise": call.exercise, "struck_through": False,
    }  # fmt: skip


def _first(row: dict[str, Any], milestone: str, at: datetime) -> bool:
    known = row.get(milestone)
    if known is None or at < known:
        row[milestone] = at
        return True
    return False
