"""Closed and slowed roads on a toy ladder, in force and out of force."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from hubpost.model.place import Place
from hubpost.roads.closures import Closure, apply_closures, place_closure, read_closures
from hubpost.roads.ends import open_conditions
from hubpost.roads.errors import RoadFileError
from hubpost.roads.situation import Situation, conditions_in
from hubpost.roads.snap import part_of_segment
from tests.roads.grids import grid
from tests.roads.osm_files import road

STEP_S = 1111.95 / (25 / 3.6)
NOON = datetime(2025, 7, 1, 12, tzinfo=UTC)

# A main road 1-2-3-4 and a way round 2-5-6-3 three times as long as 2-3.
LADDER = {i: (0.01 * i, 0.0) for i in range(1, 5)} | {5: (0.02, 0.01), 6: (0.03, 0.01)}
WAYS = [road(1, [1, 2, 3, 4]), road(2, [2, 5, 6, 3])]
WEST, EAST = Place(0.01, 0), Place(0.04, 0)


def put_in_force(network, *closures, moment=NOON):
    placed = [place_closure(network.index, c) for c in closures]
    base = open_conditions(network.graph)
    return network.apply_conditions(apply_closures(network.graph, base, placed, moment))


def test_a_closed_road_is_driven_round_and_opens_again(make_network):
    network = make_network(LADDER, WAYS)
    before = network.matrix_s([WEST], [EAST])[0, 0]
    changed = put_in_force(network, Closure("slide", shapely.Point(0.025, 0)))
    assert changed == 2
    assert network.matrix_s([WEST], [EAST])[0, 0] == pytest.approx(before + 2 * STEP_S, rel=1e-3)
    assert (0.02, 0.01) in network.find_route(WEST, EAST).line
    assert put_in_force(network) == 2
    assert network.matrix_s([WEST], [EAST])[0, 0] == before


def test_both_sides_of_a_landslide_stay_reachable_from_their_own_side(make_network):
    network = make_network(LADDER, WAYS[:1])
    put_in_force(network, Closure("slide", shapely.Point(0.025, 0)))
    near, far, behind = Place(0.023, 0), Place(0.027, 0), Place(0.022, 0)
    seconds = network.matrix_s([WEST, EAST], [near, far])
    assert seconds[0, 0] == pytest.approx(1.3 * STEP_S, rel=1e-3)
    assert seconds[1, 1] == pytest.approx(1.3 * STEP_S, rel=1e-3)
    assert np.isinf([seconds[0, 1], seconds[1, 0]]).all()
    assert np.isinf(network.matrix_s([near], [far])[0, 0])
    assert network.matrix_s([near], [behind])[0, 0] == pytest.approx(0.1 * STEP_S, rel=1e-3)


def test_a_line_closes_the_road_along_it_and_not_those_it_meets(make_network):
    """Drawn from node 2 to 3: through traffic at both ends stays possible."""
    network = make_network(LADDER, WAYS)
    drawn = shapely.LineString([(0.02, 0), (0.03, 0)])
    placed = place_closure(network.index, Closure("works", drawn))
    ids = network.graph.way_id[placed.segment]
    assert ids.tolist() == [1]
    assert (placed.from_share[0], placed.to_share[0]) == pytest.approx((0, 1), abs=1e-6)
    put_in_force(network, placed.closure)
    assert np.isfinite(network.matrix_s([WEST], [EAST])[0, 0])


def test_an_area_closes_all_road_inside(make_network):
    network = make_network(LADDER, WAYS)
    put_in_force(network, Closure("flood", shapely.box(0.022, -0.001, 0.028, 0.02)))
    assert np.isinf(network.matrix_s([WEST], [EAST])[0, 0])


def test_closures_hold_from_their_start_until_before_their_end(make_network):
    network = make_network(LADDER, WAYS)
    hour = timedelta(hours=1)
    slide = Closure("s", shapely.Point(0.025, 0), from_at=NOON, until_at=NOON + hour)
    free = network.matrix_s([WEST], [EAST])[0, 0]
    for moment, held in [(NOON - hour / 60, False), (NOON, True), (NOON + hour, False)]:
        put_in_force(network, slide, moment=moment)
        assert (network.matrix_s([WEST], [EAST])[0, 0] > free) == held


def test_half_speed_on_half_a_segment_takes_half_as_long_again(make_network):
    network = make_network(LADDER, WAYS[:1])
    half = Closure("works", shapely.LineString([(0.02, 0), (0.025, 0)]), speed_factor=0.5)
    put_in_force(network, half)
    assert network.matrix_s([WEST], [EAST])[0, 0] == pytest.approx(3.5 * STEP_S, rel=1e-3)


def test_reweighting_equals_building_anew(make_network):
    """Closures put on and off in any order leave the same times as a fresh network."""
    network = make_network(LADDER, WAYS)
    fresh = network.copy()
    slides = [Closure(str(i), shapely.Point(x, 0)) for i, x in enumerate((0.015, 0.025, 0.035))]
    for some in (slides, slides[:1], slides[1:], slides[1:2]):
        put_in_force(network, *some)
    put_in_force(fresh, slides[1])
    places = [Place(0.01 * i, 0) for i in range(1, 5)]
    assert np.array_equal(network.matrix_s(places, places), fresh.matrix_s(places, places))


@pytest.mark.parametrize("seed", range(5))
def test_closures_equal_dijkstra_without_those_roads(make_network, seed):
    """On random one-way grids with five roads shut: an independent algorithm on what is left.
    No time falls, and all are as before when the roads open."""
    network = grid(make_network, seed)
    graph = network.graph
    places = [Place(x, y) for x, y in zip(graph.vertex_lon, graph.vertex_lat, strict=True)]
    before = network.matrix_s(places, places)
    shut = np.random.default_rng(seed).choice(graph.segments, 5, replace=False)
    middles = [shapely.Point(part_of_segment(graph, int(s), 0.5, 0.6)[0]) for s in shut]
    put_in_force(network, *(Closure(str(i), p) for i, p in enumerate(middles)))
    during = network.matrix_s(places, places)
    left = ~np.isin(graph.segment, shut)
    links = (graph.travel_s[left], (graph.tail[left], graph.head[left]))
    expected = dijkstra(coo_array(links, shape=(graph.vertices,) * 2).tocsr())
    assert during == pytest.approx(expected, abs=0.02)
    assert (during >= before - 0.001).all()
    assert (during > before + 1).any()
    put_in_force(network)
    assert np.array_equal(network.matrix_s(places, places), before)


def test_a_closure_that_meets_no_road_is_refused(make_network):
    network = make_network(LADDER, WAYS)
    with pytest.raises(RoadFileError, match=r"closure x: expected a road within 15 m"):
        place_closure(network.index, Closure("x", shapely.Point(0.025, 0.005)))


def feature(geometry, **properties):
    return {"type": "Feature", "geometry": geometry, "properties": properties}


POINT = {"type": "Point", "coordinates": [0.025, 0.0]}


def test_closures_are_read_from_geojson():
    document = {
        "type": "FeatureCollection",
        "features": [
            feature(POINT, id="a", reason="landslide", by="duty officer"),
            feature(POINT, speed_factor=0.4, **{"from": "2025-07-01T12:00+08:00"}),
        ],
    }
    first, second = read_closures(document)
    assert (first.id, first.speed_factor, first.reason) == ("a", 0.0, "landslide")
    assert second.from_at == datetime.fromisoformat("2025-07-01T12:00+08:00")
    assert read_closures(POINT)[0].shape.equals(shapely.Point(0.025, 0))


def test_every_unusable_feature_is_listed():
    document = {
        "features": [
            feature({"type": "Point", "coordinates": [500000, 3200000]}),
            feature(POINT, speed_factor=-1),
            feature(POINT, **{"from": "2025-07-01T12:00"}),
            feature({"type": "Nothing"}),
            feature(POINT),
        ]
    }
    with pytest.raises(RoadFileError) as refused:
        read_closures(document, "e.geojson")
    text = str(refused.value)
    assert [f"e.geojson feature {i}" in text for i in range(1, 6)] == [True] * 4 + [False]
    with pytest.raises(RoadFileError, match="found none"):
        read_closures({"features": []})


def test_rain_and_darkness_slow_each_class_by_its_factor(make_network):
    """Residential: 0.85 in rain times 0.9 at night; a calibrated doubling comes on top."""
    network = make_network(LADDER, WAYS[:1])
    free = network.matrix_s([WEST], [EAST])[0, 0]
    wet_night = Situation(dark=True, weather="rain")
    network.apply_conditions(conditions_in(network.graph, wet_night))
    assert network.matrix_s([WEST], [EAST])[0, 0] == pytest.approx(free / 0.765, rel=1e-3)
    doubled = conditions_in(network.graph, Situation(), class_factor=np.full(17, 2.0))
    network.apply_conditions(doubled)
    assert network.matrix_s([WEST], [EAST])[0, 0] == pytest.approx(2 * free, rel=1e-3)
