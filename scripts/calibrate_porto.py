"""The error table of calibration on the porto calls, as docs/roads.md shows it.

    .venv/bin/python scripts/calibrate_porto.py

The recorded time runs from the alert to the first intervention, so it contains turnout; and
the stations are municipal seats as stand-ins. Read the table with that in mind.
"""

import csv
import gzip
import json
import tempfile
from datetime import datetime
from pathlib import Path

import numpy as np

from hubpost.model.place import Place
from hubpost.roads.calibration import CalibrationParams, calibrate
from hubpost.roads.store import build_network, load_network
from hubpost.roads.trips import trips_between

PORTO = Path(__file__).parents[1] / "data/porto"


def main() -> None:
    with (PORTO / "stations.csv").open(encoding="utf-8") as file:
        seats = {r["id"]: Place(float(r["lon"]), float(r["lat"])) for r in csv.DictReader(file)}
    with gzip.open(PORTO / "calls.csv.gz", "rt", encoding="utf-8") as file:
        calls = [r for r in csv.DictReader(file) if r["station_id"] in seats]
    with tempfile.TemporaryDirectory() as folder:
        build_network(PORTO / "porto-roads.osm.pbf", Path(folder))
        network = load_network(Path(folder))
    places = [Place(float(r["lon"]), float(r["lat"])) for r in calls]
    quickest = network.matrix_s(list(seats.values()), places).argmin(axis=0)
    origins = [list(seats.values())[i] for i in quickest]
    trips = trips_between(network, origins, places, np.array([_seconds(r) for r in calls]))
    report = calibrate(trips, CalibrationParams(with_start=True))
    print(json.dumps(report.to_json(), indent=1))


def _seconds(row: dict[str, str]) -> float:
    if not row["arrived_at"]:
        return float("nan")
    taken = datetime.fromisoformat(row["arrived_at"]) - datetime.fromisoformat(row["received_at"])
    return taken.total_seconds()


if __name__ == "__main__":
    main()
