"""Driving times for a build: over the county's roads where it has them, else estimated."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hubpost.model.place import Place
from hubpost.roads.estimate import EstimatedTimes
from hubpost.roads.network import RoadNetwork
from hubpost.roads.store import build_topology, read_road_graph
from hubpost.roads.travel_times import TravelTimes


def place_of(row: Mapping[str, object]) -> Place:
    """The point of a station or area row; a blank height stays unknown."""
    height = row.get("elevation_m")
    return Place(
        float(str(row["lon"])),
        float(str(row["lat"])),
        float(str(height)) if height else None,
        str(row["id"]),
    )


def road_times(pbf: Path) -> RoadNetwork:
    """Free-flow times over the roads of a PBF file."""
    graph, _, _ = read_road_graph(pbf)
    return RoadNetwork(graph, build_topology(graph))


def estimated_times(stations: Sequence[Mapping[str, object]]) -> EstimatedTimes:
    """Times without roads, heights as the product knows them: those of the stations."""
    return EstimatedTimes([place_of(s) for s in stations])


def nearest_station_ids(
    stations: Sequence[Mapping[str, object]], places: Sequence[Place], times: TravelTimes
) -> list[str]:
    """Id of the station quickest at each place; ties go to the earlier station.

    Raises ValueError naming places no station can reach.
    """
    seconds = times.matrix_s([place_of(s) for s in stations], places)
    lost = [str(p.id) for p, best in zip(places, seconds.min(0), strict=True) if np.isinf(best)]
    if lost:
        raise ValueError(f"no station reaches {', '.join(lost)}")
    return [str(stations[i]["id"]) for i in seconds.argmin(0)]


def travel_from_stations(
    stations: Sequence[Mapping[str, object]], times: TravelTimes
) -> Callable[[str, NDArray[np.float64]], NDArray[np.float64]]:
    """Seconds from a station, by id, to points (n, 2); estimated where `times` knows no way."""
    places = {str(s["id"]): place_of(s) for s in stations}
    fallback = estimated_times(stations)

    def travel_from(station_id: str, lon_lat: NDArray[np.float64]) -> NDArray[np.float64]:
        points = [Place(float(lon), float(lat)) for lon, lat in lon_lat]
        seconds = times.matrix_s([places[station_id]], points)[0]
        guess = fallback.matrix_s([places[station_id]], points)[0]
        return np.where(np.isinf(seconds), guess, seconds)

    return travel_from
