"""Road files that cannot be used are refused in words; prepared folders open again."""

import json

import numpy as np
import pytest

from hubpost.roads.errors import RoadFileError
from hubpost.roads.store import build_network, load_network, read_report
from tests.roads.osm_files import road, write_pbf

NODES = {1: (0.0, 0.0), 2: (0.01, 0.0), 3: (0.02, 0.0)}


def refused(path, tmp_path, words):
    with pytest.raises(RoadFileError, match=words):
        build_network(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_file_without_car_roads_is_refused(tmp_path):
    pbf = write_pbf(tmp_path / "f.osm.pbf", NODES, [road(1, [1, 2], highway="footway")])
    refused(pbf, tmp_path, "expected roads open to cars, found 1 ways and none")


def test_a_file_of_closed_roads_is_refused(tmp_path):
    pbf = write_pbf(tmp_path / "f.osm.pbf", NODES, [road(1, [1, 2], access="private")])
    refused(pbf, tmp_path, "expected roads open to cars")


def test_a_truncated_file_is_refused(tmp_path):
    pbf = write_pbf(tmp_path / "f.osm.pbf", NODES, [road(1, [1, 2])])
    pbf.write_bytes(pbf.read_bytes()[:-20])
    refused(pbf, tmp_path, "truncated or of another kind")


@pytest.mark.parametrize("content", [b"", b"no map at all\n" * 50, b"\x00" * 1000])
def test_a_file_of_another_kind_is_refused(tmp_path, content):
    path = tmp_path / "f.osm.pbf"
    path.write_bytes(content)
    refused(path, tmp_path, "expected a complete OpenStreetMap file|expected roads open to cars")


def test_an_absent_file_is_refused(tmp_path):
    refused(tmp_path / "none.osm.pbf", tmp_path, "found no such file")


def test_a_map_without_ways_is_refused(tmp_path):
    pbf = write_pbf(tmp_path / "f.osm.pbf", NODES, [])
    refused(pbf, tmp_path, "found 0 ways")


def test_a_way_whose_nodes_are_missing_is_cut_there(tmp_path):
    """Extracts cut ways at their edge: the known run of nodes stays a road."""
    pbf = write_pbf(tmp_path / "f.osm.pbf", NODES, [road(1, [1, 2, 99, 98])])
    assert build_network(pbf, tmp_path / "out").edges == 2


def test_the_report_counts_what_was_built(tmp_path):
    """Two-way 1-2, one-way 2-3: three arcs; the one-way end is outside the strong part."""
    ways = [road(1, [1, 2]), road(2, [2, 3], oneway="yes")]
    report = build_network(write_pbf(tmp_path / "f.osm.pbf", NODES, ways), tmp_path / "out")
    assert (report.vertices, report.edges) == (3, 3)
    assert report.strong_share == pytest.approx(0.5, abs=1e-3)
    assert report.length_km == pytest.approx(2.224, abs=1e-3)
    assert read_report(tmp_path / "out") == report


def test_a_rule_via_a_way_is_reported_as_not_honoured(tmp_path):
    from osmium import SimpleWriter
    from osmium.osm.mutable import Node, Relation, Way

    path = tmp_path / "via.osm.pbf"
    with SimpleWriter(str(path)) as out:
        for key, place in NODES.items():
            out.add_node(Node(id=key, location=place))
        out.add_way(Way(id=1, nodes=[1, 2], tags={"highway": "primary"}))
        out.add_way(Way(id=2, nodes=[2, 3], tags={"highway": "primary"}))
        members = [("w", 1, "from"), ("w", 2, "via"), ("w", 1, "to")]
        tags = {"type": "restriction", "restriction": "no_u_turn"}
        out.add_relation(Relation(id=1, members=members, tags=tags))
    report = build_network(path, tmp_path / "out")
    assert report.unread_rules == {"via a way": 1}
    assert report.turn_rules == 0


def test_a_reopened_network_answers_the_same(tmp_path):
    pbf = write_pbf(tmp_path / "f.osm.pbf", NODES, [road(1, [1, 2, 3], name="公路")])
    build_network(pbf, tmp_path / "out")
    once, again = load_network(tmp_path / "out"), load_network(tmp_path / "out")
    assert np.array_equal(once.graph.travel_s, again.graph.travel_s)
    assert once.graph.names[int(once.graph.name_idx[0])] == "公路"


def test_a_folder_without_a_network_is_refused(tmp_path):
    with pytest.raises(RoadFileError, match="hubpost roads build"):
        load_network(tmp_path)
    (tmp_path / "network.json").write_text(json.dumps({"format": 0}))
    with pytest.raises(RoadFileError, match="found 0"):
        load_network(tmp_path)


def test_delays_at_signals_count_once_when_passed_and_half_when_ended_at(tmp_path):
    """5 s in the middle of a way; a second way makes it a junction: half on each side."""
    ways = [road(1, [1, 2, 3])]
    tags = {2: {"highway": "traffic_signals"}}
    whole = write_pbf(tmp_path / "a.osm.pbf", NODES, ways, node_tags=tags)
    halves = write_pbf(
        tmp_path / "b.osm.pbf", NODES | {4: (0.01, 0.01)}, [*ways, road(2, [2, 4])], node_tags=tags
    )
    build_network(whole, tmp_path / "a")
    build_network(halves, tmp_path / "b")
    leg_s = 1111.95 / (25 / 3.6)
    assert load_network(tmp_path / "a").graph.travel_s == pytest.approx(
        [2 * leg_s + 5] * 2, rel=1e-3
    )
    assert load_network(tmp_path / "b").graph.travel_s == pytest.approx([leg_s + 2.5] * 6, rel=1e-3)
