"""Stand-in stations and settlements around Porto, from GeoNames."""

from bundles.drive import nearest_station_ids, place_of
from bundles.tables import Row
from hubpost.roads.travel_times import TravelTimes

SEAT_CODES = ("PPLA", "PPLA2")
#: Seat of a municipality since 1998, still coded as a plain place in GeoNames.
SEAT_BY_NAME = ("Trofa",)
#: There are about three brigades to a municipality, so each stand-in gets three units.
UNITS = 3
STATION_COLUMNS = [
    "id",
    "name",
    "name_en",
    "lon",
    "lat",
    "elevation_m",
    "units",
    "stand_in",
    "concelho",
]
AREA_COLUMNS = ["id", "name", "station_id", "lon", "lat", "elevation_m", "population"]


def station_rows(settlements: list[Row]) -> list[dict[str, object]]:
    """The twelve municipal seats, said to be stand-ins in their very names."""
    return [
        {
            **_place(row),
            "id": f"seat-{row['geonames_id']}",
            "concelho": row["name"],
            "name": f"{row['name']}（替代点）",
            "name_en": f"{row['name']} (stand-in)",
            "units": UNITS,
            "stand_in": "yes",
        }
        for row in sorted(settlements, key=lambda r: r["name"])
        if row["feature_code"] in SEAT_CODES or row["name"] in SEAT_BY_NAME
    ]


def area_rows(
    settlements: list[Row], stations: list[dict[str, object]], times: TravelTimes
) -> list[dict[str, object]]:
    """All 93 settlements, each with the stand-in quickest at it by road."""
    rows = [
        {**_place(r), "id": r["geonames_id"], "name": r["name"], "population": r["population"]}
        for r in settlements
    ]
    nearest = nearest_station_ids(stations, [place_of(r) for r in rows], times)
    return [{**row, "station_id": s} for row, s in zip(rows, nearest, strict=True)]


def _place(row: Row) -> dict[str, object]:
    return {k: row[k] for k in ("lon", "lat", "elevation_m")}
