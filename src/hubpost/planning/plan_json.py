"""plan.json: the contract of DESIGN section 3, written and read back."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hubpost.model.plan import Plan, PlannedGroup, PlannedStation
from hubpost.model.station import StationType


def write_plan(plan: Plan, path: Path) -> None:
    """Write plan.json, readable by `read_plan`."""
    path.write_text(json.dumps(plan_to_json(plan), ensure_ascii=False, indent=1), "utf-8")


def read_plan(path: Path) -> Plan:
    """The plan in a file. Raises ValueError saying what is missing or wrong."""
    try:
        body = json.loads(path.read_text("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as reason:
        raise ValueError(f"{path.name} is not JSON: {reason}") from reason
    return plan_from_json(body)


def plan_to_json(plan: Plan) -> dict[str, Any]:
    """The plan as a JSON object: the contract's keys, plus params, labels, reason and extras.

    Numbers that are not finite become null.
    """
    body = {
        "status": plan.status,
        "objective": plan.objective,
        "bound": plan.bound,
        "gap": plan.gap,
        "seconds": plan.seconds,
        "seed": plan.seed,
        "version": plan.version,
        "county_id": plan.county_id,
        "labels": list(plan.labels),
        "reason": plan.reason,
        "inputs": dict(plan.inputs),
        "params": dict(plan.params),
        "terms": dict(plan.terms),
        "stations": [_station_to_json(s) for s in plan.stations],
        "groups": [_group_to_json(g) for g in plan.groups],
        "alternatives": [dict(a) for a in plan.alternatives],
        "extras": dict(plan.extras),
    }
    return {k: _finite(v) for k, v in body.items()}


def plan_from_json(body: Mapping[str, Any]) -> Plan:
    """A plan from what `plan_to_json` gave. Raises ValueError saying what is missing or wrong."""
    try:
        return _plan(body)
    except (KeyError, TypeError, AttributeError) as reason:
        raise ValueError(f"not a plan.json: missing or wrong {reason}") from reason


def _plan(body: Mapping[str, Any]) -> Plan:
    return Plan(
        status=body["status"],
        objective=body["objective"],
        bound=body["bound"],
        gap=body["gap"],
        seconds=body["seconds"],
        seed=body["seed"],
        version=body["version"],
        inputs=body["inputs"],
        params=body.get("params", {}),
        terms=body["terms"],
        stations=tuple(_station(s) for s in body["stations"]),
        groups=tuple(_group(g) for g in body["groups"]),
        alternatives=tuple(body.get("alternatives", ())),
        labels=tuple(body.get("labels", ())),
        reason=body.get("reason", ""),
        county_id=body.get("county_id", ""),
        extras=body.get("extras", {}),
    )


def _station(row: Mapping[str, Any]) -> PlannedStation:
    return PlannedStation(
        row["id"], row["name"], StationType(row["type"]), row["hub_id"], row["score"],
        row["workload_h"], row.get("hub_probability"),
    )  # fmt: skip


def _group(row: Mapping[str, Any]) -> PlannedGroup:
    return PlannedGroup(row["hub"], tuple(row["bases"]), row["workload"], row["max_travel_s"])


def _station_to_json(station: PlannedStation) -> dict[str, Any]:
    return {
        "id": station.id,
        "name": station.name,
        "type": station.type.value,
        "hub_id": station.hub_id,
        "score": station.score,
        "workload_h": station.workload_h,
        "hub_probability": station.hub_probability,
    }


def _group_to_json(group: PlannedGroup) -> dict[str, Any]:
    return {
        "hub": group.hub,
        "bases": list(group.bases),
        "workload": group.workload,
        "max_travel_s": group.max_travel_s,
    }


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {k: _finite(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(v) for v in value]
    return value
