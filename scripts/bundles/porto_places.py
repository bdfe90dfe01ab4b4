"""Stand-in stations and settlements around Porto, from GeoNames."""

from bundles.nearest import nearest_station_id
from bundles.tables import Row

SEAT_CODES = ("PPLA", "PPLA2")
#: Seat of a municipality since 1998, still coded as a plain place in GeoNames.
SEAT_BY_NAME = ("Trofa",)
#: There are about three brigades to a municipality, so each stand-in gets three units.
UNITS = 3
STATION_COLUMNS = ["id", "name", "name_en", "lon", "lat", "elevation_m", "units", "stand_in"]
AREA_COLUMNS = ["id", "name", "station_id", "lon", "lat", "elevation_m", "population"]


def station_rows(settlements: list[Row]) -> list[dict[str, object]]:
    """The twelve municipal seats, said to be stand-ins in their very names."""
    return [
        {
            **_place(row),
            "id": f"seat-{row['geonames_id']}",
            "name": f"{row['name']}（替代点）",
            "name_en": f"{row['name']} (stand-in)",
            "units": UNITS,
            "stand_in": "yes",
        }
        for row in sorted(settlements, key=lambda r: r["name"])
        if row["feature_code"] in SEAT_CODES or row["name"] in SEAT_BY_NAME
    ]


def area_rows(settlements: list[Row], stations: list[dict[str, object]]) -> list[dict[str, object]]:
    """All 93 settlements with the nearest stand-in."""
    return [
        {
            **_place(row),
            "id": row["geonames_id"],
            "name": row["name"],
            "population": row["population"],
            "station_id": nearest_station_id(float(row["lon"]), float(row["lat"]), stations),
        }
        for row in settlements
    ]


def _place(row: Row) -> dict[str, object]:
    return {k: row[k] for k in ("lon", "lat", "elevation_m")}
