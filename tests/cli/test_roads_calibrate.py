"""`hubpost roads calibrate`: from a county's records to what a command room puts in force."""

import csv
import json
import random
from datetime import datetime, timedelta
from math import exp

import pytest

from hubpost.actions.opening import calibration_file, find_calibration
from hubpost.cli.main import main
from hubpost.roads.calibration_file import read_calibration
from hubpost.roads.errors import RoadFileError
from tests.roads.osm_files import road, write_pbf

#: Primary roads (65 km/h) in a line: 25 villages one kilometre apart, the station at the first.
NODES = {i: (0.009 * i, 0.0) for i in range(1, 27)}
WAYS = [road(1, list(NODES), highway="primary")]
STEP_S = 0.009 * 111_195 / (65 / 3.6)
SLOWER = 1.4


@pytest.fixture
def county(tmp_path, monkeypatch):
    """A county whose recorded drives take 1.4 times the free-flow time, give or take 20 %."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "county"
    folder.mkdir()
    write_pbf(folder / "toy.osm.pbf", NODES, WAYS)
    (folder / "county.toml").write_text(
        'name = "Toy"\ntimezone = "UTC"\nroads = "toy.osm.pbf"\nsynthetic = ["calls"]\n', "utf-8"
    )
    (folder / "stations.csv").write_text("id,name,lon,lat\nZ,Z,0.009,0\n", "utf-8")
    (folder / "areas.csv").write_text("id,name,station_id,lon,lat\na,a,Z,0.225,0\n", "utf-8")
    rng = random.Random(3)
    free_s = [(1 + i % 24) * STEP_S for i in range(200)]
    slow_s = [SLOWER * s * exp(rng.gauss(0, 0.2)) for s in free_s]
    write_calls(folder, [(i, 1 + i % 24, s) for i, s in enumerate(slow_s)])
    return folder


def write_calls(folder, drives):
    start = datetime(2025, 1, 1)
    with (folder / "calls.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "received_at", "lon", "lat", "station_id", "enroute_at", "arrived_at"])
        for i, steps, seconds in drives:
            left = start + timedelta(hours=i)
            there = left + timedelta(seconds=round(seconds))
            called = left - timedelta(minutes=2)
            row = [f"c{i}", called, 0.009 * (steps + 1), 0, "Z", left, there]
            rows.writerow([c.isoformat() if isinstance(c, datetime) else c for c in row])


def calibrate(county, out, *more):
    code = main(["roads", "calibrate", str(county), "--out", str(out), "--json", *more])
    return code, json.loads(out.read_text("utf-8")) if out.exists() else None


def test_the_slowness_of_the_roads_is_found_and_put_in_force(county, tmp_path, capsys):
    code, found = calibrate(county, calibration_file(tmp_path))
    assert code == 0
    assert found == json.loads(capsys.readouterr().out)
    assert found["factors"]["main"] == pytest.approx(SLOWER, rel=0.06)
    before, after, constant = found["held_out"]
    assert after["mae_s"] < 0.75 * before["mae_s"] < constant["mae_s"]
    assert after["interval_coverage"] == pytest.approx(0.8, abs=0.08)
    kept = find_calibration(tmp_path)
    assert kept.from_departure
    assert kept.labels == ("synthetic",)
    low_s, high_s = kept.eta_range_s(100.0, 1000.0)
    assert (low_s, high_s) == (100 + 1000 * found["low_share"], 100 + 1000 * found["high_share"])


def test_doubtful_factors_are_written_but_not_used_until_somebody_says_why(county, tmp_path):
    """Times that have nothing to do with the roads: five or ten minutes, by hand."""
    write_calls(county, [(i, 1 + i % 24, 300 * (1 + i % 2)) for i in range(200)])
    out = calibration_file(tmp_path)
    _, found = calibrate(county, out)
    assert found["doubts"]
    assert find_calibration(tmp_path) is None
    calibrate(county, out, "--accept", "exercise only")
    assert find_calibration(tmp_path).accepted == "exercise only"


def test_a_county_without_roads_or_with_few_records_is_refused(county, tmp_path, capsys):
    write_calls(county, [(i, 1, 60.0) for i in range(20)])
    out = tmp_path / "c.json"
    assert main(["roads", "calibrate", str(county), "--out", str(out)]) == 2
    assert "at least 50" in capsys.readouterr().err
    (county / "county.toml").write_text('name = "Toy"\ntimezone = "UTC"\n', "utf-8")
    assert main(["roads", "calibrate", str(county), "--out", str(out)]) == 2
    assert "estimated times cannot be calibrated" in capsys.readouterr().err
    assert not out.exists()


def test_a_damaged_file_is_refused_and_never_silently_ignored(tmp_path):
    damaged = calibration_file(tmp_path)
    for text in ("{", "{}", '{"format": 1, "factors": {}}'):
        damaged.write_text(text, "utf-8")
        with pytest.raises(RoadFileError, match="Make it again"):
            read_calibration(damaged)
        with pytest.raises(RoadFileError):
            find_calibration(tmp_path)
