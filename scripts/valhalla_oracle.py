"""Ask Valhalla for routes with our class speeds: an independent oracle for the road network.

    uv run --no-project --python 3.12 --with "pyvalhalla>=3.9" \\
        scripts/valhalla_oracle.py FILE.osm.pbf SPEEDS.json PAIRS.csv OUT.csv

Needs the tile builder that pyvalhalla's wheels carry from 3.5 on, and those need Python 3.12;
so it runs beside the project, not in it, and its answers are kept as files.
SPEEDS.json: km/h by road class. PAIRS.csv: from_lon, from_lat, to_lon, to_lat. OUT.csv: the
pairs with seconds, metres (blank where Valhalla finds no way) and milliseconds of wall time.
"""

import csv
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import valhalla

WAYS = ("motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential")
LINKS = ("motorway", "trunk", "primary", "secondary", "tertiary")
# Valhalla's taste is switched off: it shall find the quickest way at the given speeds.
TASTE = {
    "maneuver_penalty": 0,
    "service_penalty": 0,
    "service_factor": 1,
    "gate_penalty": 0,
    "gate_cost": 20,
    "toll_booth_penalty": 0,
    "toll_booth_cost": 20,
    "country_crossing_penalty": 0,
    "country_crossing_cost": 20,
    "destination_only_penalty": 0,
    "private_access_penalty": 0,
    "use_tracks": 1,
    "use_living_streets": 1,
    "use_highways": 1,
    "use_tolls": 1,
    "use_ferry": 1,
}


def main() -> None:
    pbf, speeds, pairs, out = map(Path, sys.argv[1:5])
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        config = build_tiles(pbf, json.loads(speeds.read_text()), Path(folder))
        print(f"tiles {time.perf_counter() - started:.1f} s, version {valhalla.__version__}")
        actor = valhalla.Actor(str(config))
        with pairs.open() as source, out.open("w", newline="") as target:
            rows = csv.writer(target)
            names = ["from_lon", "from_lat", "to_lon", "to_lat"]
            rows.writerow([*names, "seconds", "metres", "wall_ms"])
            for row in csv.DictReader(source):
                ends = [float(row[name]) for name in names]
                rows.writerow([*ends, *ask(actor, ends)])


def build_tiles(pbf: Path, kmh: dict[str, float], folder: Path) -> Path:
    """Valhalla tiles of pbf in folder with class speeds kmh; the path of their config."""
    way = [round(kmh[name]) for name in (*WAYS, "service")]
    link = [round(kmh[f"{name}_link"]) for name in LINKS]
    service = {"driveway": 8, "alley": 10, "parking_aisle": 8, "drive-through": 5}
    speeds = {
        "way": way,
        "link_exiting": link,
        "link_turning": link,
        "roundabout": way,
        "service": service,
    }
    table = [{"rural": speeds, "suburban": speeds, "urban": speeds}]
    (folder / "speeds.json").write_text(json.dumps(table))
    (folder / "tiles").mkdir()
    config = valhalla.get_config(tile_extract="", tile_dir=str(folder / "tiles"))
    for unused in ("tile_extract", "traffic_extract", "admin", "timezone"):
        config["mjolnir"].pop(unused, None)
    config["mjolnir"]["default_speeds_config"] = str(folder / "speeds.json")
    path = folder / "config.json"
    path.write_text(json.dumps(config))
    builder = Path(valhalla.__file__).parent / "bin" / "valhalla_build_tiles"
    subprocess.run([builder, "-c", path, pbf], check=True, capture_output=True)
    return path


def ask(actor: valhalla.Actor, ends: list[float]) -> list[object]:
    """Seconds, metres and wall milliseconds of the quickest way."""
    started = time.perf_counter()
    request = {
        "locations": [{"lon": ends[0], "lat": ends[1]}, {"lon": ends[2], "lat": ends[3]}],
        "costing": "auto",
        "costing_options": {"auto": TASTE},
        "directions_type": "none",
    }
    try:
        answer = actor.route(request)
    except RuntimeError:
        return ["", "", ""]
    summary = (answer if isinstance(answer, dict) else json.loads(answer))["trip"]["summary"]
    wall_ms = (time.perf_counter() - started) * 1000
    return [summary["time"], round(summary["length"] * 1000), round(wall_ms, 2)]


if __name__ == "__main__":
    main()
