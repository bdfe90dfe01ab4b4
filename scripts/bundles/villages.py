"""Positions, populations and grids for villages of which only name and township are known."""

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator
from shapely import Point, Polygon

from bundles.shares import apportion

COMMUNITY_WEIGHT = 1.6
SEAT_WEIGHT = 1.5
SPREAD = 0.25


def place_in_cell(
    cell: Polygon, seat: tuple[float, float], count: int, reach_m: float, rng: Generator
) -> list[tuple[float, float]]:
    """`count` points inside cell, nearest to the seat first.

    The first lies 300 to 800 m from the seat; each further one is the best of 40 uniform draws,
    "best" being farthest from those already placed (Mitchell 1991), within reach_m of the seat.
    """
    inner = cell.buffer(-300).intersection(Point(seat).buffer(reach_m))
    angle, radius = rng.uniform(0, 2 * np.pi), rng.uniform(300, 800)
    placed = [(seat[0] + radius * np.cos(angle), seat[1] + radius * np.sin(angle))]
    while len(placed) < count:
        draws = [_draw_inside(inner, rng) for _ in range(40)]
        placed.append(max(draws, key=lambda p: min(np.hypot(*np.subtract(p, q)) for q in placed)))
    rest = sorted(placed[1:], key=lambda p: np.hypot(*np.subtract(p, seat)))
    return [placed[0], *rest]


def _draw_inside(shape: Polygon, rng: Generator) -> tuple[float, float]:
    west, south, east, north = shape.bounds
    while True:
        point = (rng.uniform(west, east), rng.uniform(south, north))
        if shape.contains(Point(point)):
            return point


def split_population(total: int, kinds: Sequence[str], rng: Generator) -> list[int]:
    """Split a township's people over its villages, the seat community first in kinds.

    A community weighs 1.6 villages, the seat community another 1.5 times that; each weight is
    multiplied by a lognormal of spread 0.25. Assumed, not measured.
    """
    weights = [COMMUNITY_WEIGHT if kind == "community" else 1.0 for kind in kinds]
    weights[0] *= SEAT_WEIGHT
    noise = rng.lognormal(0.0, SPREAD, len(weights))
    return apportion(total, [w * n for w, n in zip(weights, noise, strict=True)], least=1)
