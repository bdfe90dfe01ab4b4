"""Driving times where there are no roads on file: distance, detour and climb."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hubpost.model.place import Place
from hubpost.roads.geodesy import great_circle_m
from hubpost.roads.travel_times import Route


@dataclass(frozen=True, slots=True)
class EstimateParams:
    """What turns distance and climb into seconds.

    detour: road length over great-circle distance. speed_mps: mean speed along that road.
    climb_s_per_m: further seconds for each metre of height between the two ends, up or down,
    because a road that must gain height winds. neighbours: how many known heights are
    averaged (inverse square distance) where a place's own is unknown.
    detour and climb_s_per_m are fitted on 4,860 pairs of Andorran settlements over real roads
    (scripts/fit_estimate.py, table in docs/roads.md). The fitted speed, 47.5 km/h, is free flow
    on Andorra's trunk roads; township roads here are class III or IV, designed for 20 to
    40 km/h in mountains (JTG B01-2014), so the speed is 35 km/h and not fitted.
    """

    detour: float = 1.8
    speed_mps: float = 35 / 3.6
    climb_s_per_m: float = 0.2
    neighbours: int = 4


class EstimatedTimes:
    """Travel times without roads; every figure built on them must say *estimated*.

    known: places whose height is known; they lend it to places without one. With none known,
    such places count as level with the other end.
    """

    estimated = True

    def __init__(self, known: Sequence[Place] = (), params: EstimateParams | None = None) -> None:
        self.params = params or EstimateParams()
        self._known = _coordinates([p for p in known if p.elevation_m is not None])

    def matrix_s(
        self, origins: Sequence[Place], destinations: Sequence[Place]
    ) -> NDArray[np.float64]:
        """Seconds (origins, destinations), always finite."""
        a, b = self._with_heights(origins), self._with_heights(destinations)
        distance_m = great_circle_m(a[:, None, 0], a[:, None, 1], b[None, :, 0], b[None, :, 1])
        climb_m = np.nan_to_num(np.abs(a[:, None, 2] - b[None, :, 2]), nan=0.0)
        return estimate_s(distance_m, climb_m, self.params)

    def find_route(self, origin: Place, destination: Place) -> Route | None:
        """A straight line on the map; distance_m includes the detour."""
        line = ((origin.lon, origin.lat), (destination.lon, destination.lat))
        straight_m = great_circle_m(*line[0], *line[1])
        travel_s = self.matrix_s([origin], [destination])[0, 0]
        return Route(float(travel_s), float(straight_m * self.params.detour), line)

    def _with_heights(self, places: Sequence[Place]) -> NDArray[np.float64]:
        points = _coordinates(places)
        missing = np.isnan(points[:, 2])
        if missing.any() and len(self._known):
            points[missing, 2] = interpolate_height_m(
                points[missing, :2], self._known, self.params.neighbours
            )
        return points


def estimate_s(
    distance_m: NDArray[np.float64], climb_m: NDArray[np.float64], params: EstimateParams
) -> NDArray[np.float64]:
    """Seconds for great-circle distance_m and height difference climb_m (same shapes)."""
    return distance_m * (params.detour / params.speed_mps) + climb_m * params.climb_s_per_m


def interpolate_height_m(
    lon_lat: NDArray[np.float64], known: NDArray[np.float64], neighbours: int
) -> NDArray[np.float64]:
    """Heights at lon_lat (n, 2) from known (m, 3) lon, lat, height: inverse square distance."""
    distance_m = great_circle_m(
        lon_lat[:, None, 0], lon_lat[:, None, 1], known[None, :, 0], known[None, :, 1]
    )
    order = np.argsort(distance_m, axis=1, kind="stable")[:, :neighbours]
    weight = 1.0 / np.maximum(np.take_along_axis(distance_m, order, axis=1), 1.0) ** 2
    heights = known[order, 2]
    return np.asarray((weight * heights).sum(axis=1) / weight.sum(axis=1))


def _coordinates(places: Sequence[Place]) -> NDArray[np.float64]:
    rows = [(p.lon, p.lat, np.nan if p.elevation_m is None else p.elevation_m) for p in places]
    return np.array(rows, dtype=np.float64).reshape(-1, 3)
