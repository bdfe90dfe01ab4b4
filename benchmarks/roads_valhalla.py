"""Routes against Valhalla with like speeds: times, lengths, and how long each takes.

    [PYTHON312=/path/to/python3.12] .venv/bin/python benchmarks/roads_valhalla.py

Valhalla's tile builder comes in wheels for Python 3.12 and later, so it runs beside the
project through uv (`--python 3.12`, nothing downloaded but the wheel). Where that cannot be had
the kept answers of tests/data/roads are compared instead, and the table says so.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from hubpost.model.place import Place
from hubpost.roads.profile import CLASS_CODE, SpeedProfile
from hubpost.roads.store import build_network, load_network

ROOT = Path(__file__).parents[1]
FILES = {"andorra": "andorra-2025-01.osm.pbf", "porto": "porto-roads.osm.pbf"}
LIKE_VALHALLA = SpeedProfile(maxspeed_share=1.0)  # it drives at the limit
ORACLE = ("run", "--no-project", "--no-python-downloads", "--python")
PYTHON = os.environ.get("PYTHON312", "3.12")


def main() -> None:
    print(
        "| county | routes | Valhalla is | median absolute difference in time | without tracks "
        "| signed | length | ms per route: hubpost | Valhalla |\n" + "| --- " * 9 + "|"
    )
    for county, pbf in FILES.items():
        with tempfile.TemporaryDirectory() as folder:
            print(compare(county, ROOT / "data" / county / pbf, Path(folder)), flush=True)


def compare(county: str, pbf: Path, folder: Path) -> str:
    """One row of the table."""
    answers, source = ask_valhalla(county, pbf, folder)
    build_network(pbf, folder / "network", LIKE_VALHALLA)
    network = load_network(folder / "network")
    ends = [
        (
            Place(float(r["from_lon"]), float(r["from_lat"])),
            Place(float(r["to_lon"]), float(r["to_lat"])),
        )
        for r in answers
    ]
    started = time.perf_counter()
    routes = [network.find_route(a, b) for a, b in ends]
    ours_ms = (time.perf_counter() - started) / len(routes) * 1000
    time_off = np.array([r.travel_s for r in routes]) / column(answers, "seconds") - 1
    length_off = np.array([r.distance_m for r in routes]) / column(answers, "metres") - 1
    paved = np.array([not uses_track(network, a, b) for a, b in ends])
    theirs = f"{np.median(column(answers, 'wall_ms')):.1f}" if "wall_ms" in answers[0] else "–"
    cells = [
        county,
        str(len(routes)),
        source,
        f"{np.median(np.abs(time_off)):.1%}",
        f"{np.median(np.abs(time_off[paved])):.1%} ({paved.mean():.0%} of routes)",
        f"{np.median(time_off):+.1%}",
        f"{np.median(np.abs(length_off)):.1%}",
        f"{ours_ms:.1f}",
        theirs,
    ]
    return f"| {' | '.join(cells)} |"


def ask_valhalla(county: str, pbf: Path, folder: Path) -> tuple[list[dict[str, str]], str]:
    """Its answers, fresh where it can be run, else those kept with the tests."""
    kept = ROOT / f"tests/data/roads/valhalla-{county}.csv"
    speeds, out = folder / "speeds.json", folder / "answers.csv"
    speeds.write_text(json.dumps(dict(LIKE_VALHALLA.class_kmh)))
    script = ROOT / "scripts/valhalla_oracle.py"
    command = [
        ROOT / ".tools/bin/uv",
        *ORACLE,
        PYTHON,
        "--with",
        "pyvalhalla>=3.9",
        script,
        pbf,
        speeds,
    ]
    command += [kept, out]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"Valhalla absent, kept answers used: {done.stderr[-200:]}", file=sys.stderr)
        return read(kept), "3.9.1, kept answers"
    return read(out), "in this run"


def read(path: Path) -> list[dict[str, str]]:
    with path.open() as file:
        return list(csv.DictReader(file))


def column(rows: list[dict[str, str]], name: str) -> np.ndarray:
    return np.array([float(r[name]) for r in rows])


def uses_track(network, origin: Place, destination: Place) -> bool:
    """Whether a track is on the way."""
    graph, path = network.graph, network.find_path(origin, destination)
    return bool((graph.class_code[graph.segment[path.arc]] == CLASS_CODE["track"]).any())


if __name__ == "__main__":
    main()
