"""Synthetic calls for a county: where and when they come in, and how a station alone serves them.

Calls are a Poisson process over people, month, weekday and hour. Each is served first come, first
served by the units of its own station, as before a reform: a call waits while all are out.
"""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from bundles.fitted import Fitted
from bundles.generator_params import CategoryParams, GeneratorParams
from bundles.lancaster import AT_ONCE_S, LONGEST_S

METRES_A_DEGREE = 111_195.0
COLUMNS = [
    "id",
    "received_at",
    "lon",
    "lat",
    "area_id",
    "station_id",
    "category",
    "priority",
    "dispatched_at",
    "enroute_at",
    "arrived_at",
    "cleared_at",
]

#: Seconds from a station to points (n, 2) lon, lat.
TravelFrom = Callable[[str, NDArray[np.float64]], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class CallArea:
    """A village as the generator sees it; people may be an assumed weight."""

    id: str
    station_id: str
    lon: float
    lat: float
    people: float
    community: bool


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """Calls before service, in order of time; all arrays share one length.

    received_s: seconds since 1970 UTC. legs_s: processing, turnout, travel, on scene.
    """

    received_s: NDArray[np.int64]
    area_idx: NDArray[np.int64]
    category_idx: NDArray[np.int64]
    priority: NDArray[np.int64]
    lon_lat: NDArray[np.float64]
    attended: NDArray[np.bool_]
    reached: NDArray[np.bool_]
    legs_s: NDArray[np.int64]


def generate_calls(
    areas: Sequence[CallArea],
    units: dict[str, int],
    zone: ZoneInfo,
    fitted: Fitted,
    params: GeneratorParams,
    travel_from: TravelFrom,
) -> list[dict[str, object]]:
    """Rows of calls.csv, in order of time; the same arguments give the same rows.

    units: number of units of each station. Times come out in `zone`, with its offset.
    """
    rng = np.random.default_rng(params.seed)
    drawn = draw_calls(areas, zone, fitted, params, travel_from, rng)
    times = serve(drawn, [a.station_id for a in areas], units)
    return [_row(i, drawn, times, areas, params, zone) for i in range(len(times))]


def draw_calls(
    areas: Sequence[CallArea],
    zone: ZoneInfo,
    fitted: Fitted,
    params: GeneratorParams,
    travel_from: TravelFrom,
    rng: Generator,
) -> Drawn:
    """Draw place, time, kind and legs of all calls."""
    rate = _yearly_rates(areas, params, rng)
    total = int(rng.poisson(rate.sum() * (params.last_year - params.first_year + 1)))
    shares = np.array([c.share for c in params.categories])
    kinds = rng.choice(len(shares), total, p=shares / shares.sum())
    received = _draw_times(kinds, zone, fitted, params, rng)
    order = np.argsort(received, kind="stable")
    kinds, received = kinds[order], received[order]
    area_idx = rng.choice(len(areas), total, p=rate / rate.sum())
    lon_lat = _scatter(areas, area_idx, params.jitter_m, rng)
    attended, reached = _draw_attendance(kinds, fitted, params, rng)
    return Drawn(
        received_s=received,
        area_idx=area_idx,
        category_idx=kinds,
        priority=_draw_priorities(kinds, params, rng),
        lon_lat=lon_lat,
        attended=attended,
        reached=reached,
        legs_s=_draw_legs(kinds, areas, area_idx, lon_lat, fitted, params, travel_from, rng),
    )


def _yearly_rates(
    areas: Sequence[CallArea], params: GeneratorParams, rng: Generator
) -> NDArray[np.float64]:
    """Calls a year of each area. The county as a whole has rate_per_1000."""
    people = np.array([a.people for a in areas])
    pull = np.array([params.community_factor if a.community else 1.0 for a in areas])
    weight = people * pull * rng.lognormal(0.0, params.area_spread, len(areas))
    return weight / weight.sum() * people.sum() / 1000 * params.rate_per_1000


def _draw_times(
    kinds: NDArray[np.int64],
    zone: ZoneInfo,
    fitted: Fitted,
    params: GeneratorParams,
    rng: Generator,
) -> NDArray[np.int64]:
    """Seconds since 1970 UTC, by hour of the week and month of the category's profile."""
    start = datetime(params.first_year, 1, 1, tzinfo=zone)
    stop = datetime(params.last_year + 1, 1, 1, tzinfo=zone)
    first_s, hours = int(start.timestamp()), int((stop - start) / timedelta(hours=1))
    local = [datetime.fromtimestamp(first_s + 3600 * h, zone) for h in range(hours)]
    weekday = np.array([t.weekday() for t in local])
    hour = np.array([t.hour for t in local])
    month = np.array(params.month_factor)[[t.month - 1 for t in local]]
    received = np.zeros(len(kinds), dtype=np.int64)
    for k, category in enumerate(params.categories):
        weight = fitted.hour_of_week[category.profile][weekday, hour] * month
        mine = np.flatnonzero(kinds == k)
        hour_idx = rng.choice(hours, len(mine), p=weight / weight.sum())
        received[mine] = first_s + 3600 * hour_idx + rng.integers(0, 3600, len(mine))
    return received


def _scatter(
    areas: Sequence[CallArea], area_idx: NDArray[np.int64], jitter_m: float, rng: Generator
) -> NDArray[np.float64]:
    centre = np.array([(a.lon, a.lat) for a in areas])[area_idx]
    metres = rng.normal(0.0, jitter_m, centre.shape)
    shrink = np.cos(np.radians(centre[:, 1]))
    degrees = metres / METRES_A_DEGREE / np.column_stack([shrink, np.ones(len(centre))])
    return np.round(centre + degrees, 5)


def _draw_attendance(
    kinds: NDArray[np.int64], fitted: Fitted, params: GeneratorParams, rng: Generator
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    share = np.array([c.attended for c in params.categories])[kinds]
    attended = rng.random(len(kinds)) < share
    return attended, attended & (rng.random(len(kinds)) >= fitted.no_arrival)


def _draw_priorities(
    kinds: NDArray[np.int64], params: GeneratorParams, rng: Generator
) -> NDArray[np.int64]:
    edges = np.cumsum([c.priority for c in params.categories], axis=1)[kinds]
    return 1 + (rng.random(len(kinds))[:, None] >= edges[:, :-1]).sum(axis=1)


def _draw_legs(
    kinds: NDArray[np.int64],
    areas: Sequence[CallArea],
    area_idx: NDArray[np.int64],
    lon_lat: NDArray[np.float64],
    fitted: Fitted,
    params: GeneratorParams,
    travel_from: TravelFrom,
    rng: Generator,
) -> NDArray[np.int64]:
    """Whole seconds (calls, 4): processing, turnout, travel, on scene."""
    count = len(kinds)
    processing = params.processing_median_s * rng.lognormal(0, params.processing_log_sd, count)
    turnout, scene = np.zeros(count), np.zeros(count)
    for k, category in enumerate(params.categories):
        mine = np.flatnonzero(kinds == k)
        turnout[mine] = _sample(fitted, "turnout", category.busy, len(mine), rng)
        busy = _sample(fitted, "on_scene", category.busy, len(mine), rng)
        scene[mine] = busy * category.busy_factor
    station = np.array([a.station_id for a in areas])[area_idx]
    travel = rng.lognormal(0, params.travel_log_sd, count)
    for station_id in sorted(set(station)):
        mine = np.flatnonzero(station == station_id)
        travel[mine] *= travel_from(station_id, lon_lat[mine])
    return np.rint(np.column_stack([processing, turnout, travel, scene])).astype(np.int64)


def _sample(
    fitted: Fitted, quantity: str, group: str, count: int, rng: Generator
) -> NDArray[np.float64]:
    """Seconds, cut at the longest leg the law was fitted to: its tail beyond that is unknown."""
    law = fitted.durations[quantity, group]
    late = np.minimum(rng.lognormal(law.log_mean, law.log_sd, count), LONGEST_S[quantity])
    at_once = rng.uniform(0, AT_ONCE_S, count)
    return np.where(rng.random(count) < law.at_once, at_once, late)


def serve(drawn: Drawn, station_of_area: Sequence[str], units: dict[str, int]) -> NDArray[np.int64]:
    """Seconds since 1970 UTC (calls, 4): dispatched, en route, arrived, cleared; -1 where none.

    A call that is not attended is cleared when its processing ends. One not reached is called
    off on the way. A unit is free again when its call is cleared.
    """
    free_at = {station: [0] * max(1, n) for station, n in units.items()}
    times = np.full((len(drawn.received_s), 4), -1, dtype=np.int64)
    for i, received in enumerate(drawn.received_s):
        processing, turnout, travel, scene = drawn.legs_s[i]
        ready = received + processing
        if not drawn.attended[i]:
            times[i, 3] = ready
            continue
        free = free_at[station_of_area[drawn.area_idx[i]]]
        dispatched = max(ready, heapq.heappop(free))
        enroute = dispatched + turnout
        arrived = enroute + travel
        cleared = arrived + scene if drawn.reached[i] else enroute + travel // 2
        heapq.heappush(free, cleared)
        times[i] = (dispatched, enroute, arrived if drawn.reached[i] else -1, cleared)
    return times


def _row(
    i: int,
    drawn: Drawn,
    times: NDArray[np.int64],
    areas: Sequence[CallArea],
    params: GeneratorParams,
    zone: ZoneInfo,
) -> dict[str, object]:
    area = areas[drawn.area_idx[i]]
    category: CategoryParams = params.categories[drawn.category_idx[i]]
    milestones = (drawn.received_s[i], *times[i])
    names = ("received_at", "dispatched_at", "enroute_at", "arrived_at", "cleared_at")
    return {
        "id": f"S{i + 1:06d}",
        "lon": f"{drawn.lon_lat[i, 0]:.5f}",
        "lat": f"{drawn.lon_lat[i, 1]:.5f}",
        "area_id": area.id,
        "station_id": area.station_id,
        "category": category.name,
        "priority": int(drawn.priority[i]),
        **{n: _iso(t, zone) for n, t in zip(names, milestones, strict=True)},
    }


def _iso(seconds: int, zone: ZoneInfo) -> str:
    if seconds < 0:
        return ""
    return datetime.fromtimestamp(int(seconds), UTC).astimezone(zone).isoformat()
