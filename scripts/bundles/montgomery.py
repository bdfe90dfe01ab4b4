"""When calls come in, fitted to the Montgomery set (911 calls, Dec 2015 to Oct 2016)."""

from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from bundles.tables import Row

BOX = (-75.73, 39.97, -75.00, 40.46)
GROUPS = ("all", "traffic", "fire", "medical")
FIRE_TYPES = (
    "BUILDING FIRE",
    "WOODS/FIELD FIRE",
    "VEHICLE FIRE",
    "ELECTRICAL FIRE OUTSIDE",
    "UNKNOWN TYPE FIRE",
    "TRASH/DUMPSTER FIRE",
    "APPLIANCE FIRE",
    "GAS-ODOR/LEAK",
    "RESCUE - GENERAL",
    "RESCUE - WATER",
)
PROFILE_COLUMNS = ["group", "weekday", "hour", "share"]
SPLIT_COLUMNS = ["category", "calls", "share"]
SMOOTHING_HOURS = 1


def clean_calls(rows: list[Row]) -> tuple[list[Row], dict[str, int]]:
    """Rows fit to count, and how many were refused and why.

    Refused: points outside the county box, repeats of time, place and type (one incident toned
    to several services), and the two part days at the ends.
    """
    refused = {"outside": 0, "repeat": 0, "part_day": 0}
    days = {rows[0]["time_local"][:10], rows[-1]["time_local"][:10]}
    kept, seen = [], set()
    for row in rows:
        key = (row["time_local"], row["lat"], row["lon"], row["call_type"])
        why = _refusal(row, key in seen, days)
        seen.add(key)
        if why:
            refused[why] += 1
        else:
            kept.append(row)
    return kept, refused


def _refusal(row: Row, repeated: bool, part_days: set[str]) -> str | None:
    west, south, east, north = BOX
    if not (west <= float(row["lon"]) <= east and south <= float(row["lat"]) <= north):
        return "outside"
    if repeated:
        return "repeat"
    return "part_day" if row["time_local"][:10] in part_days else None


def group_of(row: Row) -> str:
    """Traffic, fire or medical, by the type of the call; a type may come under any service."""
    if row["service"] == "Traffic" or row["call_type"] == "VEHICLE ACCIDENT":
        return "traffic"
    return "medical" if row["service"] == "EMS" else "fire"


def fit_hour_of_week(rows: list[Row]) -> list[dict[str, object]]:
    """Share of a week's calls in each of its 168 hours, by group; Monday is weekday 1.

    Divided by how often each weekday lies in the span, smoothed over three neighbouring hours.
    """
    counts = {group: np.zeros((7, 24)) for group in GROUPS}
    days: set[str] = set()
    for row in rows:
        at = datetime.fromisoformat(row["time_local"])
        days.add(row["time_local"][:10])
        for group in ("all", group_of(row)):
            counts[group][at.weekday(), at.hour] += 1
    on_file = np.bincount([datetime.fromisoformat(d).weekday() for d in days], minlength=7)
    return [
        {"group": group, "weekday": day + 1, "hour": hour, "share": f"{share[day, hour]:.6f}"}
        for group in GROUPS
        for share in [_smooth_share(counts[group] / on_file[:, None])]
        for day in range(7)
        for hour in range(24)
    ]


def _smooth_share(rate: NDArray[np.float64]) -> NDArray[np.float64]:
    flat = rate.ravel()
    near = range(-SMOOTHING_HOURS, SMOOTHING_HOURS + 1)
    smooth = np.mean([np.roll(flat, k) for k in near], axis=0)
    return (smooth / smooth.sum()).reshape(7, 24)


def fit_event_split(rows: list[Row]) -> list[dict[str, object]]:
    """How calls divide over traffic, fire_disaster and assistance.

    Fire alarms, investigations and the like are left out of fire_disaster: they reach the fire
    service by wire, not the police by telephone. Medical calls stand in for assistance.
    """
    counts = {"traffic": 0, "fire_disaster": 0, "assistance": 0}
    for row in rows:
        category = _category_of(row)
        if category:
            counts[category] += 1
    total = sum(counts.values())
    return [
        {"category": category, "calls": n, "share": f"{n / total:.4f}"}
        for category, n in counts.items()
    ]


def _category_of(row: Row) -> str | None:
    group = group_of(row)
    if group == "fire":
        return "fire_disaster" if row["call_type"] in FIRE_TYPES else None
    return {"traffic": "traffic", "medical": "assistance"}[group]
