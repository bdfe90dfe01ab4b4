"""Build data/porto from the shared data folder: python scripts/build_porto.py SHARED.

Real: roads, calls, settlements. Stand-ins: stations. See data/porto/README.md.
"""

import sys
from pathlib import Path

from bundles.drive import road_times
from bundles.porto_calls import COLUMNS, call_rows
from bundles.porto_places import (
    AREA_COLUMNS,
    STATION_COLUMNS,
    area_rows,
    station_rows,
)
from bundles.tables import copy_file, read_rows, write_rows

TARGET = Path(__file__).resolve().parent.parent / "data" / "porto"


def main(shared: Path) -> None:
    """Write the bundle."""
    source = shared / "portugal_2014"
    copy_file(source / "porto-roads.osm.pbf", TARGET / "porto-roads.osm.pbf")
    times = road_times(TARGET / "porto-roads.osm.pbf")
    settlements = read_rows(source / "porto_settlements_geonames.csv")
    stations = station_rows(settlements)
    write_rows(TARGET / "stations.csv", STATION_COLUMNS, stations)
    write_rows(TARGET / "areas.csv", AREA_COLUMNS, area_rows(settlements, stations, times))
    calls = call_rows(read_rows(source / "incidents.csv.gz"), stations, times)
    write_rows(TARGET / "calls.csv.gz", COLUMNS, calls)
    blanked = sum(bool(c["note"]) for c in calls)
    print(f"porto: {len(stations)} stand-ins, {len(calls)} calls, {blanked} with a blanked time")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
