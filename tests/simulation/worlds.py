"""Random small counties with everything in them: groups, meals, casework, several units."""

from dataclasses import replace

import numpy as np

from hubpost.dispatch.rule import RULES
from hubpost.model.place import Place
from hubpost.model.station import HubGroup, Neighbour, Station
from hubpost.simulation.arrays import MEAL, OFF_DUTY, ON_DUTY, CallStream
from hubpost.simulation.ground import Ground, list_units
from hubpost.simulation.policy import Policy
from hubpost.simulation.roster import make_roster


def random_ground(rng, stations=5, places=12, most_units=3) -> Ground:
    """Stations and places strewn over a square hour of driving; some places cut off from some."""
    points = rng.random((stations + places, 2))
    units = rng.integers(0, most_units + 1, stations)
    units[0] = max(1, units[0])
    homes = tuple(
        Station(f"s{i}", f"s{i}", *map(float, points[i]), units=int(units[i]))
        for i in range(stations)
    )
    crews = tuple(
        replace(u, turnout_s=float(rng.integers(0, 300)) if rng.random() < 0.5 else None)
        for u in list_units(homes)
    )
    spots = tuple(Place(*map(float, p), None, f"p{i}") for i, p in enumerate(points[stations:]))
    drive = 3600 * np.hypot(*(points[stations:, None] - points[None]).transpose(2, 0, 1))
    drive[rng.random(drive.shape) < 0.05] = np.inf
    pairs = {tuple(sorted(p)) for p in rng.integers(0, stations, (stations, 2)).tolist()}
    near = tuple(Neighbour(f"s{a}", f"s{b}") for a, b in pairs if a != b)
    return Ground(
        homes,
        crews,
        near,
        spots,
        drive[None],
        np.where(np.isinf(drive[:, :stations]), 3600.0, drive[:, :stations])[None],
        np.arange(stations, stations + places, dtype=np.int32),
    )


def random_policy(rng, ground: Ground) -> Policy:
    """One of the named rules, its gravity limit moved, over random groups."""
    rule = replace(
        RULES[sorted(RULES)[rng.integers(len(RULES))]], conditional_priority=int(rng.integers(0, 4))
    )
    left = [s.id for s in ground.stations]
    rng.shuffle(left)
    groups = []
    while left and rng.random() < 0.8:
        size = int(rng.integers(1, 4))
        groups.append(HubGroup(left[0], tuple(left[1:size])))
        left = left[size:]
    return Policy(rule, tuple(groups))


def random_roster(rng, ground: Ground, hours: int):
    """Meals and nights off at random, each ended again."""
    changes = []
    for u, station in enumerate(ground.station_of_unit):
        t = rng.exponential(4 * 3600.0)
        while t < hours * 3600:
            changes.append((t, u, int(rng.choice([MEAL, OFF_DUTY])), int(station)))
            t += rng.exponential(3600.0)
            changes.append((t, u, ON_DUTY, int(station)))
            t += rng.exponential(6 * 3600.0)
    return make_roster(changes)


def random_calls(rng, ground: Ground, n: int, mean_gap_s=600.0) -> CallStream:
    """Calls of every priority, for one to three units, a quarter with casework that may bind."""
    received = np.cumsum(rng.exponential(mean_gap_s, n))
    decide = received + rng.exponential(60.0, n)
    order = np.argsort(decide)
    dest = rng.integers(0, len(ground.places), n)
    return CallStream(
        received[order],
        decide[order],
        dest.astype(np.int32),
        (dest % len(ground.stations)).astype(np.int32),
        rng.integers(1, 5, n).astype(np.int32),
        rng.choice([1, 1, 1, 2, 3], n).astype(np.int32),
        rng.exponential(1200.0, (n, 3)),
        rng.uniform(0.5, 2.0, n),
        np.ones(n),
        np.where(rng.random(n) < 0.25, rng.exponential(1800.0, n), 0.0),
        rng.random(n) < 0.1,
        rng.integers(0, 9, n).astype(np.int32),
    )
