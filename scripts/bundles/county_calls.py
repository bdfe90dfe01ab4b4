"""The generator applied to a county folder: reads its files, takes its driving times."""

import tomllib
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from bundles.call_generator import CallArea, generate_calls
from bundles.drive import estimated_times, road_times, travel_from_stations
from bundles.fitted import read_fitted
from bundles.generator_params import fitted_folder, read_params
from bundles.tables import Row, read_rows


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
    described = tomllib.loads((county / "county.toml").read_text("utf-8"))
    roads = described.get("roads")
    times = road_times(county / roads) if roads else estimated_times(stations)
    return generate_calls(
        [_area(r) for r in read_rows(county / "areas.csv")],
        {s["id"]: int(s["units"]) for s in stations},
        ZoneInfo(described["timezone"]),
        fitted,
        params,
        travel_from_stations(stations, times),
    )


def _area(row: Row) -> CallArea:
    return CallArea(
        id=row["id"],
        station_id=row["station_id"],
        lon=float(row["lon"]),
        lat=float(row["lat"]),
        people=float(row.get("people_assumed") or row["population"]),
        community=row.get("kind") in ("community", "town"),
    )
