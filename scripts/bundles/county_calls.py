"""The generator applied to a county folder: reads its files, takes its driving times."""

import tomllib
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from bundles.call_generator import CallArea, TravelFrom, generate_calls
from bundles.fitted import read_fitted
from bundles.generator_params import fitted_folder, read_params
from bundles.tables import Row, read_rows
from hubpost.model.place import Place
from hubpost.roads.estimate import EstimatedTimes


def generate_for_county(
    county: Path, seed: int | None = None, rate_factor: float = 1.0
) -> list[dict[str, object]]:
    """Rows of calls.csv for the county; rate_factor thins them for a quick look."""
    fitted = read_fitted(fitted_folder(county / "generator.toml"))
    params = read_params(county / "generator.toml", fitted.event_split)
    params = replace(
        params,
        seed=params.seed if seed is None else seed,
        rate_per_1000=params.rate_per_1000 * rate_factor,
    )
    stations = read_rows(county / "stations.csv")
    zone = ZoneInfo(tomllib.loads((county / "county.toml").read_text("utf-8"))["timezone"])
    return generate_calls(
        [_area(r) for r in read_rows(county / "areas.csv")],
        {s["id"]: int(s["units"]) for s in stations},
        zone,
        fitted,
        params,
        estimated_travel(stations),
    )


def estimated_travel(stations: list[Row]) -> TravelFrom:
    """Estimated driving seconds, heights as the product knows them: those of the stations."""
    places = {s["id"]: place_of(s) for s in stations}
    times = EstimatedTimes(list(places.values()))

    def travel_from(station_id: str, lon_lat: NDArray[np.float64]) -> NDArray[np.float64]:
        points = [Place(float(lon), float(lat)) for lon, lat in lon_lat]
        return times.matrix_s([places[station_id]], points)[0]

    return travel_from


def place_of(row: Row) -> Place:
    """The point of a station or area row; a blank height stays unknown."""
    height = row.get("elevation_m")
    return Place(float(row["lon"]), float(row["lat"]), float(height) if height else None, row["id"])


def _area(row: Row) -> CallArea:
    return CallArea(
        id=row["id"],
        station_id=row["station_id"],
        lon=float(row["lon"]),
        lat=float(row["lat"]),
        people=float(row.get("people_assumed") or row["population"]),
        community=row.get("kind") in ("community", "town"),
    )
