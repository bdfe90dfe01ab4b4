"""Calls told by events, of the console or of a simulation, to the one table of calls."""

from collections.abc import Iterable
from typing import Any

import polars as pl

from hubpost.evaluation.call_frame import UTC, calls_of_tables
from hubpost.model import events as ev

_CALL: dict[str, Any] = {
    "id": pl.String, "received_at": UTC, "lon": pl.Float64, "lat": pl.Float64,
    "area_id": pl.String, "category": pl.String, "priority": pl.Int64,
    "units_needed": pl.Int64, "station_id": pl.String, "exercise": pl.Boolean,
    "struck_through": pl.Boolean, "closed_at": UTC, "outcome": pl.String, "number": pl.String,
}  # fmt: skip
_RESPONSE: dict[str, Any] = {
    "call_id": pl.String, "idx": pl.Int64, "unit_id": pl.String, "assigned_at": UTC,
    "predicted_arrival_at": UTC, "enroute_at": UTC, "arrived_at": UTC,
}  # fmt: skip
_UNIT = {"id": pl.String, "station_id": pl.String}

Rows = dict[str, dict[str, Any]]


def calls_of_events(
    events: Iterable[ev.Event], station_of_unit: dict[str, str] | None = None
) -> pl.DataFrame:
    """The calls that a run of events tells of, as calls_of_tables gives them.

    station_of_unit: unit -> station, completed by the UnitJoined events met.
    """
    calls: Rows = {}
    responses: list[dict[str, Any]] = []
    active: Rows = {}
    homes = dict(station_of_unit or {})
    for event in events:
        _note(event, calls, responses, active, homes)
    units = [{"id": unit, "station_id": home} for unit, home in homes.items()]
    # A repetition of another call is no call of its own.
    kept = [{n: row[n] for n in _CALL} for row in calls.values() if not row["merged"]]
    return calls_of_tables(
        pl.LazyFrame(kept, schema=_CALL),
        pl.LazyFrame(responses, schema=_RESPONSE),
        pl.LazyFrame(units, schema=_UNIT),
    ).collect()


def _note(
    event: ev.Event, calls: Rows, responses: list[dict[str, Any]], active: Rows,
    homes: dict[str, str],
) -> None:  # fmt: skip
    match event:
        case ev.UnitJoined():
            homes[event.unit.id] = event.unit.station_id
        case ev.CallReceived():
            calls[event.call.id] = _received(event)
        case ev.UnitAssigned():
            row = _assigned(event, len(responses))
            responses.append(row)
            active[event.unit_id] = row
        case ev.UnitEnRoute() if event.unit_id in active:
            active[event.unit_id]["enroute_at"] = event.at
        case ev.UnitArrived() if event.unit_id in active:
            active[event.unit_id]["arrived_at"] = event.at
        case ev.CallCleared() if event.call_id in calls:
            calls[event.call_id].update(closed_at=event.at, outcome=event.outcome)
        case ev.CallStruckThrough() if event.call_id in calls:
            row = calls[event.call_id]
            row.update(struck_through=True, closed_at=event.at, outcome=event.reason)
        case ev.CallAmended() if event.call_id in calls:
            row = calls[event.call_id]
            row.update((n, v) for n, v in event.change.fields().items() if n in row)
        case ev.CallMerged() if event.call_id in calls:
            calls[event.call_id]["merged"] = True
        case ev.CallUnmerged() if event.call_id in calls:
            calls[event.call_id]["merged"] = False


def _received(event: ev.CallReceived) -> dict[str, Any]:
    call = event.call
    return {
        "id": call.id, "received_at": call.received_at, "lon": call.lon, "lat": call.lat,
        "area_id": call.area_id, "category": call.category.value, "priority": int(call.priority),
        "units_needed": call.units_needed, "station_id": call.station_id,
        "exercise": call.exercise, "struck_through": False, "closed_at": None, "outcome": None,
        "merged": False, "number": call.number,
    }  # fmt: skip


def _assigned(event: ev.UnitAssigned, idx: int) -> dict[str, Any]:
    return {
        "call_id": event.call_id, "idx": idx, "unit_id": event.unit_id, "assigned_at": event.at,
        "predicted_arrival_at": event.predicted_arrival_at, "enroute_at": None,
        "arrived_at": None,
    }  # fmt: skip
