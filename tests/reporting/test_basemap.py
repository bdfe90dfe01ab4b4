"""The base map holds the file's roads, water and names, and nothing outside the bounds."""

import json
import math
import subprocess
from pathlib import Path

import pytest

from hubpost.model.place import Place
from hubpost.reporting.basemap import (
    NamedPlace,
    build_basemap,
    find_tippecanoe,
    read_bounds,
    read_tile,
)
from hubpost.roads.errors import RoadFileError
from tests.roads.osm_files import write_pbf

NODES = {
    **{1: (108.70, 29.30), 2: (108.71, 29.30), 3: (108.71, 29.31), 4: (108.70, 29.31)},
    **{5: (108.705, 29.305), 6: (108.80, 29.30), 7: (108.81, 29.30)},
}
WAYS = [
    (1, [1, 2], {"highway": "primary", "name": "国道319"}),
    (2, [2, 3], {"waterway": "river", "name": "阿蓬江"}),
    (3, [1, 5, 4, 1], {"natural": "water", "name": "小南海"}),
    (4, [6, 7], {"highway": "trunk_link"}),
    (5, [3, 4], {"building": "yes"}),
]
VILLAGE = {5: {"place": "village", "name": "濯水"}}


def tile_at(lon: float, lat: float, z: int) -> tuple[int, int, int]:
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return z, int((lon + 180) / 360 * 2**z), int(y * 2**z)


def features(path: Path, z: int, x: int, y: int) -> set[tuple[str, str, str | None]]:
    """(layer, class, name) in a tile, read by tippecanoe's own decoder, not by our code."""
    tile = read_tile(path, z, x, y)
    if tile is None:
        return set()
    raw = path.with_suffix(".mvt")
    raw.write_bytes(tile)
    decode = Path(find_tippecanoe()).with_name("tippecanoe-decode")
    done = subprocess.run([decode, raw, str(z), str(x), str(y)], capture_output=True, check=True)
    layers = json.loads(done.stdout)["features"]
    return {
        (layer["properties"]["layer"], f["properties"]["class"], f["properties"].get("name"))
        for layer in layers
        for f in layer["features"]
    }


@pytest.fixture
def pbf(tmp_path: Path) -> Path:
    return write_pbf(tmp_path / "f.osm.pbf", NODES, WAYS, node_tags=VILLAGE)


def test_a_tile_has_roads_water_and_names_and_no_buildings(pbf, tmp_path):
    out = tmp_path / "map.pmtiles"
    report = build_basemap(pbf, out)
    assert (report.roads, report.water, report.places, report.shapeless) == (2, 2, 1, 0)
    assert features(out, *tile_at(108.705, 29.305, 12)) == {
        ("roads", "primary", "国道319"),
        ("water", "river", "阿蓬江"),
        ("water", "lake", "小南海"),
        ("places", "village", "濯水"),
    }
    assert ("roads", "trunk", None) in features(out, *tile_at(108.805, 29.3, 12))


def test_names_may_come_from_the_countys_own_tables(pbf, tmp_path):
    out = tmp_path / "map.pmtiles"
    build_basemap(pbf, out, names=[NamedPlace("水市乡", "township", Place(108.705, 29.304))])
    assert ("places", "township", "水市乡") in features(out, *tile_at(108.705, 29.304, 10))


def test_bounds_cut_the_map(pbf, tmp_path):
    out = tmp_path / "map.pmtiles"
    build_basemap(pbf, out, bounds=(108.69, 29.29, 108.72, 29.32))
    assert read_tile(out, *tile_at(108.805, 29.3, 12)) is None
    assert read_bounds(out)[2] < 108.8


def test_a_file_without_roads_is_refused_and_an_older_map_stays(tmp_path):
    out = tmp_path / "map.pmtiles"
    out.write_bytes(b"older")
    pbf = write_pbf(tmp_path / "f.osm.pbf", NODES, WAYS[1:3])
    with pytest.raises(RoadFileError, match="found none"):
        build_basemap(pbf, out)
    assert out.read_bytes() == b"older"


def test_a_truncated_file_is_refused(pbf, tmp_path):
    pbf.write_bytes(pbf.read_bytes()[:-30])
    with pytest.raises(RoadFileError, match="reading failed"):
        build_basemap(pbf, tmp_path / "map.pmtiles")
