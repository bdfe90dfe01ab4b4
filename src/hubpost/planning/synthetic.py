"""Synthetic counties for trials of size and speed; every figure of them is invented."""

import numpy as np
from scipy.spatial import Delaunay

from hubpost.planning.inputs import Bools, Floats, PlanInputs

KM_PER_STATION = 10.0
LONGEST_BORDER_KM = 28.0


def synthetic_inputs(seed: int, stations: int = 25, name: str = "") -> PlanInputs:
    """A county of so many stations, 9 hubs and 6 border stations in 25, labelled synthetic.

    Seats lie at random on a square of 100 km² a station, neighbours are those of the Delaunay
    triangulation under 28 km, driving takes 30 km/h on roads 1.5 times as long as the crow flies,
    workloads are lognormal, scores follow workload in half. Half the stations, those farthest
    out, adjoin another county. Same seed, same county.
    """
    rng = np.random.default_rng(seed)
    place_km = rng.uniform(0, np.sqrt(stations) * KM_PER_STATION, (stations, 2))
    apart_km = np.linalg.norm(place_km[:, None] - place_km[None], axis=2)
    workload_h = rng.lognormal(9.0, 0.5, stations)
    rank = np.argsort(np.argsort(workload_h)) / max(stations - 1, 1)
    ids = tuple(f"{name}{k + 1:03d}" for k in range(stations))
    return PlanInputs(
        station_ids=ids,
        names=ids,
        scores=np.round(0.5 * rank + 0.5 * rng.random(stations), 9),
        workload_h=workload_h,
        travel_s=_travel_s(apart_km, rng),
        adjacent=_adjacent(place_km, apart_km),
        outside=_farthest_half(place_km),
        border=(None,) * stations,
        border_stations=round(stations * 6 / 25),
        hubs=round(stations * 9 / 25),
        county_id=name.rstrip("-") or f"synthetic-{seed}",
        labels=("synthetic",),
    )


def _travel_s(apart_km: Floats, rng: np.random.Generator) -> Floats:
    detour = rng.uniform(1.35, 1.8, apart_km.shape)
    return np.asarray(apart_km * (detour + detour.T) / 2 / 30.0 * 3600.0)


def _adjacent(place_km: Floats, apart_km: Floats) -> Bools:
    adjacent = np.zeros(apart_km.shape, dtype=bool)
    for triangle in Delaunay(place_km).simplices:
        adjacent[np.ix_(triangle, triangle)] = True
    np.fill_diagonal(adjacent, False)
    return np.asarray(adjacent & (apart_km < LONGEST_BORDER_KM))


def _farthest_half(place_km: Floats) -> Bools:
    out_km = np.linalg.norm(place_km - place_km.mean(axis=0), axis=1)
    outside = np.zeros(len(place_km), dtype=bool)
    outside[np.argsort(-out_km, kind="stable")[: (len(place_km) + 1) // 2]] = True
    return outside
