"""plan.json: the contract of DESIGN section 3, written and read back."""

import json
import math
from collections.abc import Mapping
from typing import Any

from hubpost.model.plan import Plan, PlannedGroup, PlannedStation
from hubpost.model.station import StationType


def plan_to_json(plan: Plan) -> str:
    """One JSON object; keys as in the contract, plus params, labels, reason and extras."""
    return json.dumps(plan_to_mapping(plan), ensure_ascii=False, indent=1)


def plan_to_mapping(plan: Plan) -> dict[str, Any]:
    """The plan as plain JSON values; numbers that are not finite become null."""
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
        "stations": [_station_to_mapping(s) for s in plan.stations],
        "groups": [_group_to_mapping(g) for g in plan.groups],
        "alternatives": [dict(a) for a in plan.alternatives],
        "extras": dict(plan.extras),
    }
    return {k: _finite(v) for k, v in body.items()}


def plan_from_json(text: str) -> Plan:
    """A plan written by `plan_to_json`. Raises ValueError saying what is missing or wrong."""
    try:
        body = json.loads(text)
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


def _station_to_mapping(station: PlannedStation) -> dict[str, Any]:
    return {
        "id": station.id,
        "name": station.name,
        "type": station.type.value,
        "hub_id": station.hub_id,
        "score": station.score,
        "workload_h": station.workload_h,
        "hub_probability": station.hub_probability,
    }


def _group_to_mapping(group: PlannedGroup) -> dict[str, Any]:
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
