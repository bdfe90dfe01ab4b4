"""A county as pools of stations and a queue in each, hour of the week by hour."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from hubpost.dispatch.rule import OWN_STATION
from hubpost.model.county import County
from hubpost.model.plan import Plan
from hubpost.planning.staffing import PredictService, Service
from hubpost.roads.travel_times import TravelTimes
from hubpost.simulation.arrays import Floats, Ints
from hubpost.simulation.demand import WEEKEND, Demand
from hubpost.simulation.draw import ENOUGH, CaseworkParams
from hubpost.simulation.durations import DEFAULTS
from hubpost.simulation.erlang import erlang_c
from hubpost.simulation.pool_queue import Pool, PoolService, floor_p90_s, serve_pool, spread_units

HOURS = 168
#: Beyond so many units in a pool the exact hypercube takes too long for 168 hours.
MOST_UNITS = 16
#: Told in words how far the pricing has come.
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, eq=False)
class StaffingGround:
    """pools: positions of the stations in each; queues in the same order; rate (stations, 168)."""

    pools: tuple[tuple[int, ...], ...]
    queues: tuple[Pool, ...]
    rate: Floats
    travel_s: Floats


def mean_on_scene_s(demand: Demand) -> tuple[float, tuple[str, ...]]:
    """Mean time on scene of the recorded calls, else the documented default."""
    known = demand.marks.on_scene_s[~np.isnan(demand.marks.on_scene_s)]
    if len(known) >= ENOUGH:
        return float(known.mean()), ()
    mean_s = DEFAULTS.on_scene_s * float(np.exp(DEFAULTS.on_scene_sigma**2 / 2))
    note = f"time on scene recorded for {len(known)} calls only: a mean of {mean_s / 60:.0f} min"
    return mean_s, (f"{note} from Lancaster County, Nebraska, is assumed",)


def mean_casework_s(demand: Demand, casework: CaseworkParams) -> float:
    """Follow-up of the first unit after a call, over all visits; others bound by it not counted."""
    share = [casework.share.get(name, 0.0) for name in demand.marks.category]
    length_s = casework.median_s * float(np.exp(casework.sigma**2 / 2))
    return float(np.mean(share)) * length_s / float(demand.marks.needed.mean())


def weekly_rates(demand: Demand) -> Floats:
    """(168,) calls in each hour of the mean week of the records, Monday 0 h first.

    The fitted rates averaged over the days of record of each weekday, so that the season is
    averaged out and the sum is that of the records. A weekday never seen has its own factor.
    """
    days = demand.rate_per_hour(demand.first_day, len(demand.daily))
    weekday = (demand.first_day.weekday() + np.arange(len(days))) % 7
    kind = np.isin(np.arange(7), WEEKEND).astype(int)
    unseen = demand.per_day * demand.weekday[:, None] * demand.hour[kind]
    rows = [
        days[weekday == d].mean(axis=0) if (weekday == d).any() else unseen[d] for d in range(7)
    ]
    return np.concatenate(rows)


def make_staffing_ground(
    county: County, travel: TravelTimes, plan: Plan | None, demand: Demand, scene_s: float
) -> StaffingGround:
    position = {s.id: k for k, s in enumerate(county.stations)}
    home = np.array([position[a.station_id] for a in county.areas])
    share = np.zeros((len(position), len(home)))
    share[home, np.arange(len(home))] = demand.area_share
    of_station = share.sum(axis=1)
    weight = np.divide(share, of_station[:, None], out=share, where=of_station[:, None] > 0)
    visits = float(demand.marks.needed.mean())
    drive_s = travel.matrix_s([s.place for s in county.stations], [a.place for a in county.areas])
    pools = _pools(plan, position)
    queues = tuple(
        Pool(drive_s[list(p)][:, _answered(weight, p)], weight[list(p)][:, _answered(weight, p)],
             OWN_STATION.turnout_s, scene_s)
        for p in pools
    )  # fmt: skip
    rate = of_station[:, None] * weekly_rates(demand)[None, :] * visits
    return StaffingGround(pools, queues, rate, np.where(weight > 0, drive_s, 0.0))


def _answered(weight: Floats, pool: tuple[int, ...]) -> Ints:
    return np.flatnonzero(weight[list(pool)].any(axis=0))


def _pools(plan: Plan | None, position: dict[str, int]) -> tuple[tuple[int, ...], ...]:
    if plan is None:
        return tuple((k,) for k in position.values())
    return tuple(tuple(position[i] for i in group.station_ids) for group in plan.hub_groups)


def pool_predictor(
    ground: StaffingGround, progress: Progress
) -> tuple[PredictService, Callable[[int, int, int], PoolService]]:
    """The predict function of allocate_units over pools, and the whole answer behind it."""
    floor = [np.nanmax(np.append(floor_p90_s(q), 0.0)) for q in ground.queues]
    priced = [0]

    @cache
    def serve(pool: int, hour: int, units: int) -> PoolService:
        priced[0] += 1
        if priced[0] % 500 == 0:
            progress(f"{priced[0]} pool-hours priced of at least {len(floor) * HOURS}")
        queue, members = ground.queues[pool], list(ground.pools[pool])
        load = mean_load(ground, pool)
        return serve_pool(queue, ground.rate[members, hour], spread_units(load, units))

    def predict(pool: int, hour: int, units: int) -> Service:
        found = serve(pool, hour, units)
        p90 = found.p90_s[~np.isnan(found.p90_s)]
        worst = float(p90.max()) if len(p90) else float("nan")
        return Service(found.p_wait, worst, float(floor[pool]))

    return predict, serve


def mean_load(ground: StaffingGround, pool: int) -> Floats:
    """(K,) erlangs of a pool's stations over the week: where further units go does not hop."""
    queue = ground.queues[pool]
    return np.asarray(ground.rate[list(ground.pools[pool])].mean(axis=1) / queue.mu_per_h)


def waits_today_of(county: County, ground: StaffingGround, pool: int) -> Floats | None:
    """(168,) P(wait) with the units of the stations sheet in every hour; None where unknown.

    With more than MOST_UNITS as M/M/c of the mean service: the same where services are equal.
    """
    members = list(ground.pools[pool])
    today = [county.stations[k].units for k in members]
    if any(u is None for u in today):
        return None
    units = np.array(today, dtype=np.int64)
    queue, rates = ground.queues[pool], ground.rate[members].T
    if units.sum() > MOST_UNITS:
        mu = float(np.average(queue.mu_per_h, weights=units))
        load, servers = rates.sum(axis=1) / mu, int(units.sum())
        return np.array([erlang_c(x, servers) if 0 < x < servers else float(x > 0) for x in load])
    return np.array([serve_pool(queue, rate, units).p_wait for rate in rates])
