"""Whether there are units enough: below that, waiting has no steady state."""

from dataclasses import replace

import numpy as np

from hubpost.simulation.arrays import CallStream, Floats
from hubpost.simulation.ground import Ground
from hubpost.simulation.policy import Policy
from hubpost.simulation.queue_system import NoSteadyState

#: Looks at waiting calls in one run beyond which it is not begun (some ten seconds).
MOST_LOOKS = 1e9


def overload_warnings(
    ground: Ground, calls: CallStream, days: float, *policies: Policy
) -> tuple[str, ...]:
    """One sentence for each pool of units that has more work than hours, under each policy."""
    return tuple(
        f"{policy.name}: no steady state at {pool}: its calls bring {load:.2f} times the hours its "
        "units have, so waiting grows with the length of the run and its figures mean little."
        for policy in policies
        for pool, load in offered_loads(ground, calls, days, policy).items()
        if load >= 1
    )


def check_playable(ground: Ground, calls: CallStream, days: float, *policies: Policy) -> None:
    """Raises NoSteadyState where the line would grow so long that playing it tells nothing.

    Every unit that is free looks through the line, so the time of a run grows with its square.
    """
    n = len(calls.received_s)
    for policy in policies:
        pool, load = max(
            offered_loads(ground, calls, days, policy).items(), key=lambda item: item[1]
        )
        all_units = _county_load(ground, calls, days, policy)
        left = n * max(0.0, 1 - 1 / all_units) if all_units else 0.0
        if left * (n - left) > MOST_LOOKS:
            raise NoSteadyState(
                f"{policy.name}: no steady state: the calls bring {all_units:.1f} times the hours "
                f"all units have ({load:.1f} times at {pool}); some {left:.0f} of {n} would still "
                "wait at the end. Not simulated: give less demand, or more units."
            )


def _county_load(ground: Ground, calls: CallStream, days: float, policy: Policy) -> float:
    everybody = replace(policy, rule=replace(policy.rule, penalty_s=(0.0, 0.0, 0.0, 0.0)))
    return max(offered_loads(ground, calls, days, everybody).values(), default=0.0)


def offered_loads(
    ground: Ground, calls: CallStream, days: float, policy: Policy
) -> dict[str, float]:
    """Work over capacity of each pool of units that share their calls (1 and more: overloaded).

    The drive is counted from the home station, so mutual help can only do worse or better by
    the difference in driving.
    """
    stations = len(ground.stations)
    drive = ground.travel_s[0][calls.dest, calls.station]
    visits = np.arange(calls.on_scene_s.shape[1]) < calls.needed[:, None]
    scene = np.where(visits, calls.on_scene_s, 0.0).sum(axis=1)
    work = scene + calls.needed * (policy.rule.turnout_s + np.where(np.isfinite(drive), drive, 0))
    by_station = np.bincount(calls.station, work + calls.casework_s, stations)
    units = np.bincount(ground.station_of_unit, minlength=stations).astype(float)
    return _pooled(
        ground, np.asarray(by_station, dtype=np.float64), np.asarray(units * days * 86400.0), policy
    )


def _pooled(ground: Ground, work: Floats, capacity: Floats, policy: Policy) -> dict[str, float]:
    _own, group, neighbour, far = np.isfinite(policy.rule.penalty_s)
    hub_of = {m: g.hub_id for g in policy.groups for m in g.station_ids} if group else {}
    shared = neighbour or far
    pools = ["the county" if shared else hub_of.get(s.id, s.id) for s in ground.stations]
    load = {}
    for pool in dict.fromkeys(pools):
        inside = np.array([p == pool for p in pools])
        hours, work_here = capacity[inside].sum(), work[inside].sum()
        load[pool] = float(work_here / hours) if hours else (np.inf if work_here else 0.0)
    return load
