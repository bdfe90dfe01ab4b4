"""Fit the parameters of estimated travel times on the real mountain roads of Andorra.

    .venv/bin/python scripts/fit_estimate.py ANDORRA.osm.pbf TILE.hgt.zip SETTLEMENTS.csv

Takes every ordered pair of settlements 1 to 25 km apart, with the time and length of the
quickest way over the roads, and fits seconds = a · distance + b · height difference by least
absolute deviations. Prints the parameters and the error on pairs left out (five folds of
whole settlements).
"""

import csv
import sys
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from hubpost.model.place import Place
from hubpost.roads.elevation import heights_m, read_tile, slope_speeds
from hubpost.roads.geodesy import great_circle_m
from hubpost.roads.network import RoadNetwork
from hubpost.roads.store import build_network, load_network

KINDS = ("town", "village", "hamlet", "isolated_dwelling")


def main() -> None:
    pbf, tile, settlements = map(Path, sys.argv[1:4])
    terrain = [read_tile(tile)]
    with tempfile.TemporaryDirectory() as folder:
        build_network(pbf, Path(folder), slope=lambda graph: slope_speeds(graph, terrain))
        network = load_network(Path(folder), snap_limit_m=500)
    with settlements.open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r["place"] in KINDS]
    places = [Place(float(r["lon"]), float(r["lat"])) for r in rows]
    distance_m, climb_m, seconds, length_m, group = list_pairs(network, places, terrain)
    detour = float(np.median(length_m / distance_m))
    a, b = least_absolute(np.column_stack([distance_m, climb_m]), seconds)
    print(f"pairs {len(seconds)}, settlements {len(places)}")
    print(f"detour {detour:.3f} speed_kmh {detour / a * 3.6:.1f} climb_s_per_m {b:.3f}")
    report_error(distance_m, climb_m, seconds, group)


def list_pairs(
    network: RoadNetwork, places: list[Place], terrain: list
) -> tuple[NDArray[np.float64], ...]:
    """Great-circle metres, height difference, seconds, road metres and the origin of each pair."""
    heights = heights_m(terrain, [p.lon for p in places], [p.lat for p in places])
    seconds = network.matrix_s(places, places)
    rows = []
    for i, a in enumerate(places):
        for j, b in enumerate(places):
            distance = float(great_circle_m(a.lon, a.lat, b.lon, b.lat))
            climb = abs(heights[i] - heights[j])
            if 1000 <= distance <= 25_000 and np.isfinite(seconds[i, j] + climb):
                route = network.find_route(a, b)
                rows.append((distance, climb, seconds[i, j], route.distance_m, i))
    return tuple(np.array(rows).T)


def least_absolute(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Coefficients, none negative, of the smallest sum of absolute errors, relative to y."""
    n, k = x.shape
    cost = np.concatenate([np.zeros(k), 1 / y, 1 / y])
    equal = np.hstack([x, np.eye(n), -np.eye(n)])
    return linprog(cost, A_eq=equal, b_eq=y, bounds=(0, None)).x[:k]


def report_error(distance_m, climb_m, seconds, group) -> None:
    """Median absolute and mean relative error on settlements the fit has not seen."""
    x = np.column_stack([distance_m, climb_m])
    predicted, flat = np.empty_like(seconds), np.empty_like(seconds)
    for fold in range(5):
        out = group % 5 == fold
        predicted[out] = x[out] @ least_absolute(x[~out], seconds[~out])
        flat[out] = x[out, :1] @ least_absolute(x[~out, :1], seconds[~out])
    for name, guess in (("distance and climb", predicted), ("distance only", flat)):
        relative = np.abs(guess - seconds) / seconds
        bias = np.median(guess / seconds) - 1
        print(
            f"{name}: median relative error {np.median(relative):.1%}, 90th percentile "
            f"{np.percentile(relative, 90):.1%}, median bias {bias:+.1%}, median error "
            f"{np.median(np.abs(guess - seconds)) / 60:.1f} min"
        )


if __name__ == "__main__":
    main()
