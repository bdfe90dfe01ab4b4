"""A county of three stations with calls whose indicators can be counted by hand."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl

from hubpost.model.county import CALL_SCHEMA, County, Labels
from hubpost.model.station import Area, Neighbour, Station
from hubpost.roads.estimate import EstimatedTimes

NOON = datetime(2024, 1, 1, 12, tzinfo=UTC)


def call(id_: str, station: str | None, minute: float, category: str = "traffic", **more: object):
    """A call `minute` minutes after noon, cleared 30 minutes later unless told otherwise."""
    at = NOON + timedelta(minutes=minute)
    row = dict.fromkeys(CALL_SCHEMA)
    row |= {
        "id": id_, "received_at": at, "category": category, "station_id": station,
        "units_needed": 1, "exercise": False, "dispatched_at": at,
        "arrived_at": at + timedelta(minutes=10), "cleared_at": at + timedelta(minutes=30),
    }  # fmt: skip
    return row | more


def call_frame(rows: list[dict[str, object]]) -> pl.DataFrame:
    """Calls as the reader of a county gives them, times in UTC."""
    times = {k: pl.Datetime("us", "UTC") if v is pl.Datetime else v for k, v in CALL_SCHEMA.items()}
    return pl.DataFrame(rows, schema=times)


def small_county(
    calls: list[dict[str, object]] | None = None,
    indicators: pl.DataFrame | None = None,
    **given: object,
) -> County:
    """Stations a, b, c in a row along the equator, 0.1 degrees apart, one area each (a has two)."""
    stations = tuple(
        Station(i, i.upper(), 0.1 * k, 0.0, area_km2=10.0, officers=5, auxiliaries=k)
        for k, i in enumerate("abc")
    )
    areas = (
        Area("a1", "A1", "a", 0.0, 0.0, population=100, households=30, grids=2),
        Area("a2", "A2", "a", 0.02, 0.0, population=50, households=20, grids=1),
        Area("b1", "B1", "b", 0.1, 0.0, population=400),
        Area("c1", "C1", "c", 0.2, 0.0, population=None, households=5, grids=1),
    )
    neighbours = (
        Neighbour("a", "b"),
        Neighbour("b", "c"),
        Neighbour("c", "x1", outside=True),
        Neighbour("c", "x2", outside=True),
    )
    empty = pl.DataFrame(schema={"station_id": pl.String, "year": pl.Int64})
    facts = {"id": "toy", "name": "Toy", "timezone": "UTC", "folder": Path(), "labels": Labels()}
    return County(
        stations=stations,
        areas=areas,
        calls=call_frame(calls or []),
        indicators=empty if indicators is None else indicators,
        neighbours=neighbours,
        **(facts | given),  # type: ignore[arg-type]
    )


def straight_times() -> EstimatedTimes:
    """Estimated times on level ground."""
    return EstimatedTimes()
