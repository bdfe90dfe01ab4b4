"""Build data/andorra from the shared data folder: python scripts/build_andorra.py SHARED.

Real: roads, terrain, settlements, two police points. Synthetic: staff, calls. See
data/andorra/README.md.
"""

import sys
from pathlib import Path

from bundles.andorra_places import AREA_COLUMNS, STATION_COLUMNS, area_rows, station_rows
from bundles.call_generator import COLUMNS
from bundles.county_calls import generate_for_county
from bundles.drive import road_times
from bundles.tables import copy_file, read_rows, write_rows
from bundles.terrain import TerrainTile

TARGET = Path(__file__).resolve().parent.parent / "data" / "andorra"
ROADS = "andorra-2025-01.osm.pbf"
TERRAIN = "N42E001.hgt.zip"


def main(shared: Path) -> None:
    """Write the bundle."""
    source = shared / "andorra"
    for name in (ROADS, TERRAIN):
        copy_file(source / name, TARGET / name)
    terrain, roads = TerrainTile(TARGET / TERRAIN), road_times(TARGET / ROADS)
    stations = station_rows(read_rows(source / "facilities.csv"), terrain)
    settlements = read_rows(source / "settlements_osm.csv")
    geonames = read_rows(source / "settlements_geonames.csv")
    areas = area_rows(settlements, geonames, stations, terrain, roads)
    write_rows(TARGET / "stations.csv", STATION_COLUMNS, stations)
    write_rows(TARGET / "areas.csv", AREA_COLUMNS, areas)
    calls = generate_for_county(TARGET)
    write_rows(TARGET / "calls.csv.gz", COLUMNS, calls)
    print(f"andorra: {len(stations)} stations, {len(areas)} areas, {len(calls)} synthetic calls")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
