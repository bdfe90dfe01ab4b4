"""Police stations and settlements of Andorra, from OpenStreetMap and GeoNames."""

import numpy as np

from bundles.drive import nearest_station_ids, place_of
from bundles.tables import Row
from bundles.terrain import TerrainTile
from hubpost.roads.network import RoadNetwork

#: The two of the eight points tagged police that are police; the README says why not the others.
POLICE = {
    "3928793751": {
        "name": "卡尼略警察所",
        "name_en": "Canillo police",
        "name_osm": "Policia",
        "officers": 12,
        "units": 2,
    },
    "1060402165": {
        "name": "莱塞斯卡尔德警察所",
        "name_en": "Escaldes police",
        "name_osm": "",
        "officers": 40,
        "units": 6,
    },
}
PLACES = ("town", "village", "hamlet")
#: GeoNames record of the same settlement, by OSM node; compared by hand, all within 0.6 km.
GEONAMES = {
    "58957648": "3041563",
    "58963219": "3039678",
    "64954404": "3039154",
    "64954433": "3041204",
    "64954437": "3039604",
    "64954447": "3040141",
    "64954483": "3041519",
    "64954486": "3039163",
    "64954538": "3038999",
    "64954563": "3040132",
    "64954584": "3040686",
    "64954589": "3040051",
}
#: People where neither source has a figure: a weight for the call generator, not a population.
ASSUMED = {"town": 3000, "village": 150, "hamlet": 30}
STATION_COLUMNS = [
    "id",
    "name",
    "name_en",
    "name_osm",
    "lon",
    "lat",
    "elevation_m",
    "officers",
    "units",
]
AREA_COLUMNS = [
    "id",
    "name",
    "kind",
    "station_id",
    "lon",
    "lat",
    "elevation_m",
    "population",
    "population_source",
    "people_assumed",
]


def station_rows(facilities: list[Row], terrain: TerrainTile) -> list[dict[str, object]]:
    """The two police points; officers and units are synthetic."""
    return [
        {
            "id": f"{row['osm_type']}-{row['osm_id']}",
            **POLICE[row["osm_id"]],
            **_point(row, terrain),
        }
        for row in facilities
        if row["osm_id"] in POLICE
    ]


def area_rows(
    settlements: list[Row],
    geonames: list[Row],
    stations: list[dict[str, object]],
    terrain: TerrainTile,
    roads: RoadNetwork,
) -> list[dict[str, object]]:
    """Towns, villages and hamlets that a car can reach, with the station quickest by road."""
    people = {g["geonames_id"]: g["population"] for g in geonames}
    rows = [_area(r, people, terrain) for r in settlements if r["place"] in PLACES]
    seconds = roads.matrix_s([place_of(s) for s in stations], [place_of(r) for r in rows])
    reached = [row for row, s in zip(rows, seconds.min(0), strict=True) if np.isfinite(s)]
    print("andorra: left out, no car road:", [r["name"] for r in rows if r not in reached])
    nearest = nearest_station_ids(stations, [place_of(r) for r in reached], roads)
    return [{**row, "station_id": s} for row, s in zip(reached, nearest, strict=True)]


def _area(row: Row, people: dict[str, str], terrain: TerrainTile) -> dict[str, object]:
    known, source = row["population"], "OSM"
    if not known and row["osm_node_id"] in GEONAMES:
        known, source = people[GEONAMES[row["osm_node_id"]]], "GeoNames"
    return {
        "id": f"node-{row['osm_node_id']}",
        "name": row["name"],
        "kind": row["place"],
        **_point(row, terrain),
        "population": known,
        "population_source": source if known else "",
        "people_assumed": known or ASSUMED[row["place"]],
    }


def _point(row: Row, terrain: TerrainTile) -> dict[str, object]:
    height = terrain.find_height_m(float(row["lon"]), float(row["lat"]))
    return {"lon": row["lon"], "lat": row["lat"], "elevation_m": height}
