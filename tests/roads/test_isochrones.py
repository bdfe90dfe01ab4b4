"""Areas reached within minutes, on a straight road and around a closure."""

from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest
import shapely

from hubpost.model.place import Place
from hubpost.roads.closures import Closure, apply_closures, place_closure
from hubpost.roads.ends import open_conditions
from hubpost.roads.isochrones import list_reach, to_geojson, vertex_times_s
from tests.roads.osm_files import road

LINE = {i: (0.01 * i, 0.0) for i in range(12)}
WAYS = [road(1, list(range(12)))]
DEGREE_S = 111_195 / (25 / 3.6)


def covers(reach, lon: float, lat: float = 0.0) -> bool:
    return bool(reach.area.contains(shapely.Point(lon, lat)))


def test_the_area_ends_where_the_minutes_end(make_network):
    """25 km/h for 5 minutes is 2,083 m of road, 0.0187 degrees, then 200 m beside it."""
    network = make_network(LINE, WAYS)
    five, ten = list_reach(network, [Place(0.05, 0)], (5, 10))
    edge = 0.05 + 300 / DEGREE_S
    assert covers(five, edge - 0.001)
    assert not covers(five, edge + 0.0045)
    assert covers(ten, edge + 0.0045)
    assert covers(five, 0.05, 0.0012)
    assert not covers(five, 0.05, 0.005)
    assert five.area_km2 == pytest.approx(2 * (2.083 + 0.2) * 0.45, rel=0.2)


def test_longer_limits_contain_shorter_ones(make_network):
    network = make_network(LINE, WAYS)
    reaches = list_reach(network, [Place(0.05, 0)])
    for small, large in pairwise(reaches):
        assert large.area.buffer(1e-9).contains(small.area)


def test_a_group_reaches_what_any_of_its_stations_reaches(make_network):
    network = make_network(LINE, WAYS)
    both = list_reach(network, [Place(0, 0), Place(0.11, 0)], (5,))[0]
    assert covers(both, 0.01)
    assert covers(both, 0.10)
    assert not covers(both, 0.055)


def test_the_area_stops_at_a_landslide(make_network):
    network = make_network(LINE, WAYS)
    slide = place_closure(network.index, Closure("s", shapely.Point(0.065, 0)))
    moment = datetime(2025, 1, 1, tzinfo=UTC)
    base = open_conditions(network.graph)
    network.apply_conditions(apply_closures(network.graph, base, [slide], moment))
    thirty = list_reach(network, [Place(0.05, 0)], (30,))[0]
    assert covers(thirty, 0.064)
    assert not covers(thirty, 0.068)
    assert covers(thirty, 0.001)


def test_times_to_vertices_equal_the_matrix(make_network):
    network = make_network(LINE, WAYS)
    seconds = vertex_times_s(network, [Place(0.053, 0)], 1e6)
    graph = network.graph
    places = [Place(x, y) for x, y in zip(graph.vertex_lon, graph.vertex_lat, strict=True)]
    assert seconds == pytest.approx(network.matrix_s([Place(0.053, 0)], places)[0], abs=0.01)


def test_a_place_off_the_roads_reaches_nothing(make_network):
    reach = list_reach(make_network(LINE, WAYS), [Place(0.05, 0.05)], (5,))[0]
    assert reach.area.is_empty


def test_geojson_has_one_feature_per_place_and_limit(make_network):
    reaches = {"S1": list_reach(make_network(LINE, WAYS), [Place(0.05, 0)], (5, 10))}
    document = to_geojson(reaches)
    assert [f["properties"]["minutes"] for f in document["features"]] == [10, 5]
    first = document["features"][0]["geometry"]
    assert np.array(first["coordinates"][0]).shape[1] == 2
