"""Which recorded calls can be replayed and compared, and why the others cannot."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from hubpost.model.county import County
from hubpost.model.place import Place
from hubpost.model.station import Area
from hubpost.simulation.arrays import Floats

#: Why a call is left out, in words. The first ones are not replayed; the others occupy units in
#: the replay but have no response time to compare with.
REFUSALS = {
    "no_received_time": "no time at which it was received",
    "exercise": "an exercise, no call",
    "no_place": "neither a point nor a known area",
    "no_road": "too far from a road, or no way there from any station",
    "no_recorded_arrival": "no arrival on record",
    "arrival_before_call": "arrival recorded before the call was received",
    "arrival_at_once": "arrival recorded at the moment of the call: rounded or never measured",
    "response_too_long": "recorded response longer than the plausible limit",
    "no_unit_sent": "this policy never had a unit free that could drive there",
}


@dataclass(frozen=True, slots=True, eq=False)
class RecordedCalls:
    """Calls with a time and a place, by receipt, and what is on record about each (nan: blank).

    station_id: None where not on record. response_s: received to arrived. refused: counts.
    in_list: calls read. why: per call, why its response cannot be compared, "" when it can.
    """

    ids: tuple[str, ...]
    received_s: Floats
    places: tuple[Place, ...]
    station_id: tuple[str | None, ...]
    priority: tuple[int, ...]
    needed: tuple[int, ...]
    processing_s: Floats
    on_scene_s: Floats
    response_s: Floats
    why: tuple[str, ...]
    refused: Mapping[str, int]
    in_list: int


def recorded_calls(county: County, calls: pl.DataFrame, longest_s: float) -> RecordedCalls:
    """The calls of a table with the columns of CALL_SCHEMA, sorted, checked one by one."""
    table = calls.sort("received_at", maintain_order=True)
    area_of = {a.id: a for a in county.areas}
    rows, refused = [], Counter[str]()
    for row in table.iter_rows(named=True):
        place = _place(row, area_of)
        if row["received_at"] is None:
            refused["no_received_time"] += 1
        elif row["exercise"]:
            refused["exercise"] += 1
        elif place is None:
            refused["no_place"] += 1
        else:
            rows.append((row, place))
    received = np.array([r["received_at"].timestamp() for r, _ in rows])
    response = np.array([_leg_s(r, "received_at", "arrived_at") for r, _ in rows])
    processing = np.array([_leg_s(r, "received_at", "dispatched_at") for r, _ in rows])
    on_scene = np.array([_leg_s(r, "arrived_at", "cleared_at") for r, _ in rows])
    return RecordedCalls(
        ids=tuple(r["id"] for r, _ in rows),
        received_s=received - (received[0] if len(received) else 0.0),
        places=tuple(p for _, p in rows),
        station_id=tuple(_station(r, area_of) for r, _ in rows),
        priority=tuple(min(4, max(1, r["priority"] or 2)) for r, _ in rows),
        needed=tuple(max(1, r["units_needed"] or 1) for r, _ in rows),
        processing_s=np.where((processing >= 0) & (processing <= longest_s), processing, np.nan),
        on_scene_s=np.where(on_scene >= 0, on_scene, np.nan),
        response_s=response,
        why=tuple(_why(r, longest_s) for r in response),
        refused=dict(refused),
        in_list=len(table),
    )


def _place(row: dict[str, Any], area_of: dict[str, Area]) -> Place | None:
    if row["lon"] is not None and row["lat"] is not None:
        return Place(row["lon"], row["lat"], None, row["area_id"])
    area = area_of.get(row["area_id"])
    return area.place if area else None


def _station(row: dict[str, Any], area_of: dict[str, Area]) -> str | None:
    area = area_of.get(row["area_id"])
    return row["station_id"] or (area.station_id if area else None)


def _leg_s(row: dict[str, Any], start: str, end: str) -> float:
    if row[start] is None or row[end] is None:
        return float("nan")
    return float((row[end] - row[start]).total_seconds())


def _why(response_s: float, longest_s: float) -> str:
    if np.isnan(response_s):
        return "no_recorded_arrival"
    if response_s < 0:
        return "arrival_before_call"
    if response_s == 0:
        return "arrival_at_once"
    return "response_too_long" if response_s > longest_s else ""
