"""Heights from SRTM tiles, and slope on roads; a made-up plane, and Andorra's real tile."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from hubpost.roads.elevation import heights_m, read_tile, segment_grade, slope_speeds
from hubpost.roads.errors import RoadFileError
from tests.roads.osm_files import road

ANDORRA = Path(__file__).parents[2] / "data/andorra/N42E001.hgt.zip"
NODES = {1: (0.1, 0.5), 2: (0.12, 0.5), 3: (0.12, 0.52)}


def write_tile(path: Path, heights: np.ndarray) -> Path:
    path.write_bytes(heights.astype(">i2").tobytes())
    return path


@pytest.fixture
def ramp(tmp_path) -> Path:
    """Rises eastwards by one metre per column of 3 seconds, 92.7 m on the equator."""
    return write_tile(tmp_path / "N00E000.hgt", np.tile(np.arange(1201), (1201, 1)))


def test_heights_lie_between_the_posts(ramp):
    tile = read_tile(ramp)
    found = heights_m([tile], [0.0, 0.5 / 1200, 1.0, 0.25], [0.3, 0.3, 1.0, 0.0])
    assert found == pytest.approx([0, 0.5, 1200, 300])


def test_rows_run_from_north_to_south(tmp_path):
    rows = np.repeat(np.arange(1201)[:, None], 1201, axis=1)
    tile = read_tile(write_tile(tmp_path / "S01W002.hgt", rows))
    assert (tile.west, tile.south) == (-2, -1)
    assert heights_m([tile], [-1.5, -1.5], [-0.25, 0.0]) == pytest.approx([300, 0])


def test_outside_and_in_voids_nothing_is_known(tmp_path):
    heights = np.full((1201, 1201), 100)
    heights[600, 600] = -32768
    tile = read_tile(write_tile(tmp_path / "N00E000.hgt", heights))
    found = heights_m([tile], [0.5, 2.0, 0.2], [0.5, 0.5, 0.2])
    assert np.isnan(found).tolist() == [True, True, False]


def test_a_real_tile_gives_known_heights():
    """Andorra la Vella lies at about 1,023 m, Pas de la Casa at about 2,080 m."""
    tile = read_tile(ANDORRA)
    found = heights_m([tile], [1.5218, 1.7336], [42.5063, 42.5428])
    assert found == pytest.approx([1023, 2090], abs=50)


def test_a_steep_road_is_slower_both_ways_and_a_level_one_is_not(make_network, tmp_path):
    """Eleven metres in each 92.7 m going east: 11.9 %, so 73 % of the speed; north is level."""
    heights = np.tile(11 * np.arange(1201), (1201, 1))
    tile = read_tile(write_tile(tmp_path / "N00E000.hgt", heights))
    network = make_network(NODES, [road(1, [1, 2]), road(2, [2, 3])])
    sloped = slope_speeds(network.graph, [tile])
    ratio = sloped.travel_s / network.graph.travel_s
    steep = network.graph.way_id[network.graph.segment] == 1
    assert segment_grade(network.graph, [tile])[:2] == pytest.approx([0.1187, 0], abs=1e-3)
    assert ratio[steep] == pytest.approx([1 / (1 - 3 * 0.0887)] * 2, rel=1e-2)
    assert ratio[~steep] == pytest.approx([1, 1])


def test_a_tunnel_has_no_slope(make_network, tmp_path):
    """It lies far below the terrain, so the terrain's height is not its own."""
    tile = read_tile(write_tile(tmp_path / "N00E000.hgt", np.tile(11 * np.arange(1201), (1201, 1))))
    network = make_network(NODES, [road(1, [1, 2], tunnel="yes")])
    sloped = slope_speeds(network.graph, [tile])
    assert sloped.travel_s == pytest.approx(network.graph.travel_s)


@pytest.mark.parametrize("name", ["N00E000.hgt", "heights.hgt", "N00E000.hgt.zip"])
def test_what_is_no_tile_is_refused(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"12345678")
    with pytest.raises(RoadFileError, match="SRTM tile"):
        read_tile(path)


def test_an_empty_archive_is_refused(tmp_path):
    path = tmp_path / "N00E000.hgt.zip"
    with zipfile.ZipFile(path, "w"):
        pass
    with pytest.raises(RoadFileError, match="SRTM tile"):
        read_tile(path)
