"""Travel times on toy roads worked by hand: residential 25 km/h, 0.01° of the equator 1,112 m."""

import threading

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from hubpost.model.place import Place
from hubpost.roads.errors import SnapError
from tests.roads.grids import grid
from tests.roads.osm_files import road

STEP_M = 1111.95  # 0.01 degrees on the equator
STEP_S = STEP_M / (25 / 3.6)

LINE = {i: (0.01 * i, 0.0) for i in range(1, 6)}
ISLANDS = {1: (0.0, 0.0), 2: (0.01, 0.0), 3: (0.0, 0.03), 4: (0.01, 0.03)}


def at(lon: float, lat: float = 0.0) -> Place:
    return Place(lon, lat)


def test_time_along_a_straight_road_is_length_over_speed(make_network):
    network = make_network(LINE, [road(1, [1, 2, 3])])
    assert network.matrix_s([at(0.01)], [at(0.03)])[0, 0] == pytest.approx(2 * STEP_S, rel=1e-3)


def test_both_ends_inside_one_segment_are_measured_between_them(make_network):
    """From a quarter to three quarters of one segment is half of it, in both directions."""
    network = make_network(LINE, [road(1, [1, 2])])
    there = network.matrix_s([at(0.0125)], [at(0.0175)])[0, 0]
    back = network.matrix_s([at(0.0175)], [at(0.0125)])[0, 0]
    assert (there, back) == pytest.approx((STEP_S / 2, STEP_S / 2), rel=1e-3)


def test_two_islands_without_a_road_between_them_are_inf(make_network):
    network = make_network(ISLANDS, [road(1, [1, 2]), road(2, [3, 4])])
    seconds = network.matrix_s([at(0), at(0, 0.03)], [at(0.01), at(0.01, 0.03)])
    assert np.isfinite(seconds).tolist() == [[True, False], [False, True]]
    assert network.find_route(at(0), at(0.01, 0.03)) is None
    assert network.nearest_k([at(0), at(0, 0.03)], at(0.01), 5) == [(0, seconds[0, 0])]


def test_a_ferry_joins_the_islands_unless_it_takes_no_cars(make_network):
    """Half an hour stated crossing, 300 s of boarding not counted when the time is stated."""
    ways = [road(1, [1, 2]), road(2, [3, 4])]
    open_ = (3, [2, 4], {"route": "ferry", "duration": "00:30"})
    shut = (3, [2, 4], {"route": "ferry", "motor_vehicle": "no"})
    crossing = make_network(ISLANDS, [*ways, open_]).matrix_s([at(0.01)], [at(0.01, 0.03)])
    assert crossing[0, 0] == pytest.approx(1800, abs=1)
    assert np.isinf(make_network(ISLANDS, [*ways, shut]).matrix_s([at(0)], [at(0, 0.03)]))[0, 0]


def test_nobody_starts_on_the_water(make_network):
    """A place beside the ferry line snaps to the shore, or is refused when that is too far."""
    ferry = (3, [2, 4], {"route": "ferry"})
    network = make_network(ISLANDS, [road(1, [1, 2]), road(2, [3, 4]), ferry])
    snaps = network.snap([at(0.01, 0.015)])
    assert snaps.distance_m[0] == pytest.approx(1.5 * STEP_M, rel=1e-2)
    assert snaps.refused[0]


def test_a_one_way_trap_can_be_entered_but_not_left(make_network):
    network = make_network(LINE, [road(1, [1, 2, 3]), road(2, [3, 4, 5], oneway="yes")])
    seconds = network.matrix_s([at(0.01), at(0.05)], [at(0.01), at(0.05)])
    assert seconds[0, 1] == pytest.approx(4 * STEP_S, rel=1e-3)
    assert np.isinf(seconds[1, 0])


def test_one_way_against_the_drawing_counts_backwards(make_network):
    network = make_network(LINE, [road(1, [1, 2], oneway="-1")])
    seconds = network.matrix_s([at(0.012), at(0.018)], [at(0.012), at(0.018)])
    assert np.isinf(seconds[0, 1])
    assert np.isfinite(seconds[1, 0])


def test_a_roundabout_is_driven_one_way(make_network):
    """On a four-corner ring a quarter against the direction costs three quarters."""
    ring = {1: (0.0, 0.0), 2: (0.01, 0.0), 3: (0.01, 0.01), 4: (0.0, 0.01)}
    network = make_network(ring, [road(1, [1, 2, 3, 4, 1], junction="roundabout")])
    with_it = network.matrix_s([at(0)], [at(0.01)])[0, 0]
    against = network.matrix_s([at(0.01)], [at(0)])[0, 0]
    assert (with_it, against) == pytest.approx((STEP_S, 3 * STEP_S), rel=1e-2)


@pytest.mark.parametrize(
    ("tags", "passable"),
    [
        ({"barrier": "bollard"}, False),
        ({"barrier": "block"}, False),
        ({"barrier": "gate"}, True),
        ({"barrier": "gate", "access": "private"}, False),
        ({"barrier": "bollard", "emergency": "yes"}, True),
        ({"barrier": "toll_booth"}, True),
    ],
)
def test_barriers_stop_or_delay(make_network, tags, passable):
    network = make_network(LINE, [road(1, [1, 2, 3])], node_tags={2: tags})
    seconds = network.matrix_s([at(0.01)], [at(0.03)])[0, 0]
    assert np.isfinite(seconds) == passable
    if passable:
        assert seconds == pytest.approx(2 * STEP_S + 20, rel=1e-2)


def test_a_place_beyond_the_limit_is_refused_with_its_distance(make_network):
    network = make_network(LINE, [road(1, [1, 2])])
    far = Place(0.015, 0.02, id="V7")
    assert np.isinf(network.matrix_s([far, at(0.01)], [at(0.02)])[:, 0]).tolist() == [True, False]
    assert network.find_route(at(0.01), far) is None
    with pytest.raises(SnapError, match=r"V7 .*222\d m.*raise the limit"):
        network.require_roads([at(0.01), far])


def test_the_route_follows_the_road_and_its_length_is_the_lines(make_network):
    """Around a corner: the line passes the corner, and both ends lie part-way on a segment."""
    corner = {1: (0.0, 0.0), 2: (0.01, 0.0), 3: (0.01, 0.01), 4: (0.02, 0.01)}
    network = make_network(corner, [road(1, [1, 2, 3]), road(2, [3, 4])])
    route = network.find_route(at(0.005), at(0.01, 0.005))
    assert route.line == ((0.005, 0), (0.01, 0), (0.01, pytest.approx(0.005)))
    assert route.distance_m == pytest.approx(STEP_M, rel=1e-3)
    assert route.travel_s == pytest.approx(STEP_S, rel=1e-3)
    back = network.find_route(at(0.01, 0.005), at(0.005))
    assert back.line[0] == route.line[-1]


def test_a_pocket_beside_a_network_strands_nobody(make_network):
    """A 50 m fenced car park next to 4 km of road: its neighbour still gets help."""
    nodes = LINE | {8: (0.02, 0.0001), 9: (0.0204, 0.0001)}
    network = make_network(nodes, [road(1, [1, 2, 3, 4, 5]), road(2, [8, 9])])
    assert np.isfinite(network.matrix_s([at(0.05)], [at(0.0202, 0.0001)]))[0, 0]


def test_no_places_give_an_empty_matrix(make_network):
    network = make_network(LINE, [road(1, [1, 2])])
    assert network.matrix_s([], [at(0.01)]).shape == (0, 1)
    assert network.matrix_s([at(0.01)], []).shape == (1, 0)


@pytest.mark.parametrize("seed", range(4))
def test_times_equal_dijkstra_on_random_one_way_grids(make_network, seed):
    """Between all vertices, inf included: an independent algorithm on the same arcs."""
    network = grid(make_network, seed)
    graph = network.graph
    weights = np.rint(graph.travel_s * 1000) / 1000
    links = coo_array((weights, (graph.tail, graph.head)), shape=(graph.vertices,) * 2).tocsr()
    expected = dijkstra(links)
    raw = network._metric.distances_many_to_many(*[np.arange(graph.vertices, dtype=np.uint32)] * 2)
    ours = np.where(raw >= 2_147_483_647, np.inf, raw / 1000)
    assert np.isinf(expected).any()
    assert ours == pytest.approx(expected)


def test_a_place_at_a_junction_may_take_any_of_its_roads(make_network):
    """Node 2 snaps to one of three roads, two of them one-way: all of them are at hand, and
    nothing has to be driven round."""
    nodes = LINE | {6: (0.02, 0.01)}
    ways = [
        road(1, [1, 2], oneway="yes"),
        road(2, [2, 3], oneway="yes"),
        road(3, [2, 6]),
        road(4, [3, 6, 1]),
    ]
    network = make_network(nodes, ways)
    corner, places = at(0.02), [at(0.01), at(0.03), at(0.02, 0.01)]
    leaving = network.matrix_s([corner], places)[0]
    entering = network.matrix_s(places, [corner])[:, 0]
    assert leaving[1:] == pytest.approx([STEP_S, STEP_S], rel=1e-3)
    assert entering[[0, 2]] == pytest.approx([STEP_S, STEP_S], rel=1e-3)
    assert leaving[0] > 2 * STEP_S
    assert network.find_route(corner, places[1]).line == ((0.02, 0), (0.03, 0))
    still = network.find_route(corner, corner)
    assert (still.travel_s, still.distance_m, len(still.line)) == (0, 0, 2)


@pytest.mark.parametrize("seed", range(4))
def test_route_and_matrix_agree_and_obey_the_triangle(make_network, seed):
    """Random places, in chunks of any size: find_route gives the matrix's time, and no detour
    over a third place is quicker than the direct way."""
    network = grid(make_network, seed)
    rng = np.random.default_rng(seed)
    places = [Place(float(x), float(y)) for x, y in rng.uniform(0, 0.06, (12, 2))]
    seconds = network.matrix_s(places, places)
    for i in range(12):
        assert seconds[i] == pytest.approx(network.matrix_s(places[i : i + 1], places)[0])
        for j in range(12):
            route = network.find_route(places[i], places[j])
            assert seconds[i, j] == pytest.approx(np.inf if route is None else route.travel_s)
    detour = (seconds[:, :, None] + seconds[None, :, :]).min(axis=1)
    assert (seconds <= detour + 0.01).all()


def test_many_threads_may_ask_at_once(make_network):
    """The library's metric crashes the process when shared; the network's lock prevents it."""
    network = grid(make_network, 1)
    places = [Place(0.01 * (i % 7), 0.01 * (i // 7)) for i in range(49)]
    expected = network.matrix_s(places, places)
    found: list[bool] = []

    def ask() -> None:
        for _ in range(20):
            found.append(np.array_equal(network.matrix_s(places, places), expected))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 120
    assert all(found)
