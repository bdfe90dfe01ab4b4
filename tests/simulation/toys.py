"""Toy grounds small enough to solve by hand: places on a straight road, a minute a kilometre."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from hubpost.dispatch.rule import DispatchRule
from hubpost.model.county import CALL_SCHEMA, County, Labels
from hubpost.model.station import Area, Neighbour, Station
from hubpost.simulation.arrays import CallStream

MIDNIGHT = datetime(2024, 1, 1, tzinfo=UTC)


class LineTimes:
    """Driving times on a line: lon is the kilometre, one minute each; nan lat has no road."""

    estimated = False

    def matrix_s(self, origins, destinations):
        a = np.array([p.lon for p in origins])
        b = np.array([p.lon for p in destinations])
        seconds = np.abs(a[:, None] - b[None, :]) * 60.0
        off_road = np.array([p.lat > 1 for p in destinations])
        seconds[:, off_road] = np.inf
        return seconds

    def find_route(self, origin, destination):
        return None


def line_county(calls=(), units=(1, 1), labels=None) -> County:
    """Stations A at km 0 and B at km 10; areas a at 1, m at 4, b at 9; A and B adjoin."""
    stations = (
        Station("A", "A", 0.0, 0.0, units=units[0]),
        Station("B", "B", 10.0, 0.0, units=units[1]),
    )
    areas = (
        Area("a", "a", "A", 1.0, 0.0),
        Area("m", "m", "A", 4.0, 0.0),
        Area("b", "b", "B", 9.0, 0.0),
    )
    return County(
        id="line",
        name="line",
        timezone="UTC",
        stations=stations,
        areas=areas,
        calls=call_table(calls),
        indicators=pl.DataFrame(),
        neighbours=(Neighbour("A", "B"),),
        folder=Path("."),
        labels=labels or Labels(),
    )


def call_table(calls) -> pl.DataFrame:
    """A call list; each call a dict with `at` in minutes, and legs as minutes after midnight."""
    times = ("dispatched_at", "enroute_at", "arrived_at", "cleared_at")
    rows = []
    for i, call in enumerate(calls):
        row = {name: call.get(name) for name in CALL_SCHEMA}
        row["id"] = call.get("id", f"c{i + 1}")
        row["received_at"] = at(call["at"]) if call.get("at") is not None else None
        row |= {t: at(call[t]) for t in times if call.get(t) is not None}
        rows.append(row)
    schema = {
        k: pl.Datetime("us", "UTC") if v is pl.Datetime else v for k, v in CALL_SCHEMA.items()
    }
    return pl.DataFrame(rows, schema=schema)


def at(minutes: float) -> datetime:
    """So many minutes after midnight."""
    return MIDNIGHT + timedelta(minutes=minutes)


def plain_rule(*penalty_min: float, turnout_s: float = 0.0) -> DispatchRule:
    """A rule without turnout unless said, penalties in minutes by tier."""
    return DispatchRule("toy", tuple(60.0 * p for p in penalty_min), turnout_s)


def stream(
    received_min,
    dest,
    station,
    on_scene_min=10.0,
    *,
    priority=2,
    needed=1,
    casework_min=0.0,
    binds=False,
) -> CallStream:
    """Calls decided the moment they are received; scalars hold for all of them."""
    n = len(received_min)
    received = np.array(received_min, dtype=float) * 60

    def each(value, kind=float):
        return np.broadcast_to(np.array(value, dtype=kind), (n,)).copy()

    needs = each(needed, np.int32)
    scene = np.repeat(each(on_scene_min)[:, None] * 60, max(1, needs.max(initial=1)), axis=1)
    return CallStream(
        received,
        received,
        np.array(dest, dtype=np.int32),
        np.array(station, dtype=np.int32),
        each(priority, np.int32),
        needs,
        scene,
        np.ones(n),
        np.ones(n),
        each(casework_min) * 60,
        each(binds, bool),
        np.zeros(n, dtype=np.int32),
    )
