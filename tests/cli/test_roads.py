"""`hubpost roads` from the command line to its files, good input and bad."""

import csv
import json

import pytest

from hubpost.cli.main import main
from tests.roads.osm_files import road, write_pbf

NODES = {i: (0.01 * i, 0.0) for i in range(1, 5)} | {5: (0.02, 0.01), 6: (0.03, 0.01)}
WAYS = [road(1, [1, 2, 3, 4]), road(2, [2, 5, 6, 3])]


@pytest.fixture
def folder(tmp_path, capsys):
    pbf = write_pbf(tmp_path / "toy.osm.pbf", NODES, WAYS)
    assert main(["roads", "build", str(pbf), "--out", str(tmp_path / "net"), "--json"]) == 0
    capsys.readouterr()
    (tmp_path / "a.csv").write_text("id,lon,lat\nW,0.01,0\n", "utf-8")
    (tmp_path / "b.csv").write_text("lat,name,lon,id\n0,东,0.04,E\n0.5,远,0.5,F\n", "utf-8")
    return tmp_path


def matrix(folder, *more):
    names = [str(folder / n) for n in ("net", "a.csv", "b.csv", "m.csv")]
    command = ["roads", "matrix", names[0], "--from", names[1], "--to", names[2], "--out", names[3]]
    code = main([*command, "--json", *more])
    with (folder / "m.csv").open(encoding="utf-8") as file:
        return code, {r["to_id"]: float(r["seconds"]) for r in csv.DictReader(file)}


def test_build_prints_the_contracts_keys_and_nothing_else(tmp_path, capsys):
    pbf = write_pbf(tmp_path / "toy.osm.pbf", NODES, WAYS)
    assert main(["roads", "build", str(pbf), "--out", str(tmp_path / "net"), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["vertices"], report["edges"], report["strong_share"]) == (4, 8, 1.0)
    assert report["seconds"] > 0


def test_matrix_writes_seconds_and_inf_and_names_who_is_too_far(folder, capsys):
    code, seconds = matrix(folder)
    said = json.loads(capsys.readouterr().out)
    assert code == 0
    assert seconds["E"] == pytest.approx(3 * 1111.95 / (25 / 3.6), rel=1e-3)
    assert seconds["F"] == float("inf")
    assert said["unreachable"] == 1
    assert [(r["list"], r["id"]) for r in said["refused"]] == [("to", "F")]


def test_closed_edges_are_driven_round_while_in_force(folder):
    _, free = matrix(folder)
    line = {"type": "LineString", "coordinates": [[0.02, 0], [0.03, 0]]}
    closed = {"type": "Feature", "geometry": line, "properties": {"until": "2025-01-01T00:00Z"}}
    edges = folder / "edges.geojson"
    edges.write_text(json.dumps({"type": "FeatureCollection", "features": [closed]}), "utf-8")
    _, during = matrix(folder, "--closed", str(edges), "--at", "2024-12-31T12:00+08:00")
    _, after = matrix(folder, "--closed", str(edges), "--at", "2025-01-01T00:00+00:00")
    assert during["E"] == pytest.approx(5 / 3 * free["E"], rel=1e-3)
    assert after == free


def test_reach_writes_areas(folder, capsys):
    out = folder / "r.geojson"
    command = ["roads", "reach", str(folder / "net"), "--from", str(folder / "a.csv")]
    assert main([*command, "--minutes", "2", "5", "--out", str(out), "--json"]) == 0
    small, large = json.loads(capsys.readouterr().out)["areas"]
    assert large["area_km2"] > small["area_km2"] > 0
    assert len(json.loads(out.read_text("utf-8"))["features"]) == 2


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "id,lon\nW,0.01\n", "row 1: expected columns id, lon, lat, found id, lon"),
        ("a.csv", "id,lon,lat\n", "expected at least one row"),
        ("a.csv", "id,lon,lat\nW,1,2\nW,1,2\n,1,2\nV,x,95\n", "row 3, column id"),
        ("a.csv", "", "found nothing"),
        ("edges.geojson", "{", "expected GeoJSON"),
        ("edges.geojson", '{"type":"Point","coordinates":[5,5]}', "expected a road within"),
    ],
)
def test_bad_input_is_refused_in_words(folder, capsys, name, text, said):
    (folder / name).write_text(text, "utf-8")
    names = [str(folder / n) for n in ("net", "a.csv", "b.csv", "m.csv")]
    command = ["roads", "matrix", names[0], "--from", names[1], "--to", names[2], "--out", names[3]]
    closed = ["--closed", str(folder / name)] if name.startswith("edges") else []
    assert main([*command, *closed]) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert "Traceback" not in printed.err
    assert not (folder / "m.csv").exists()


def test_every_bad_row_is_listed(folder, capsys):
    (folder / "a.csv").write_text("id,lon,lat\nW,1,2\nW,1,2\n,1,2\nV,x,5\nU,5,95\n", "utf-8")
    names = [str(folder / n) for n in ("net", "a.csv", "b.csv", "m.csv")]
    main(["roads", "matrix", names[0], "--from", names[1], "--to", names[2], "--out", names[3]])
    told = capsys.readouterr().err
    expected = ["row 3, column id", "row 4, column id", "row 5, column lon", "row 6, column lat"]
    assert [words for words in expected if words not in told] == []


def test_a_truncated_map_leaves_the_folder_as_it_was(folder, capsys):
    broken = folder / "broken.osm.pbf"
    broken.write_bytes((folder / "toy.osm.pbf").read_bytes()[:-25])
    assert main(["roads", "build", str(broken), "--out", str(folder / "net")]) == 2
    assert "truncated" in capsys.readouterr().err
    assert matrix(folder)[0] == 0
