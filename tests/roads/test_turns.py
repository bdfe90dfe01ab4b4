"""Turn rules at a crossroads: ways 1 (west), 2 (east), 3 (north), 4 (south) meet at node 5."""

import numpy as np
import pytest

from hubpost.model.place import Place
from tests.roads.osm_files import road

NODES = {1: (-0.01, 0.0), 2: (0.01, 0.0), 3: (0.0, 0.01), 4: (0.0, -0.01), 5: (0.0, 0.0)}
CROSS = [road(1, [1, 5]), road(2, [5, 2]), road(3, [5, 3]), road(4, [5, 4])]
WEST, EAST, NORTH, SOUTH = (Place(*NODES[i]) for i in (1, 2, 3, 4))
ALL = [WEST, EAST, NORTH, SOUTH]


def open_turns(network) -> list[list[int]]:
    """1 where a leg is reached in two steps, straight over the crossing."""
    leg_s = 1111.95 / (25 / 3.6)
    seconds = network.matrix_s(ALL, ALL)
    return (np.abs(seconds - 2 * leg_s) < 2).astype(int).tolist()


def test_without_rules_every_turn_is_open(make_network):
    assert open_turns(make_network(NODES, CROSS)) == (1 - np.eye(4, dtype=int)).tolist()


def test_no_left_turn_closes_that_turn_only(make_network):
    """From the west, north is left; it is now reached by turning round at the east end."""
    network = make_network(NODES, CROSS, [("no_left_turn", 1, 5, 3)])
    assert open_turns(network) == [[0, 1, 0, 1], [1, 0, 1, 1], [1, 1, 0, 1], [1, 1, 1, 0]]
    assert network.matrix_s([WEST], [NORTH])[0, 0] == pytest.approx(
        4 * 1111.95 / (25 / 3.6), rel=1e-3
    )


def test_only_straight_on_closes_all_others_of_that_way(make_network):
    network = make_network(NODES, CROSS, [("only_straight_on", 1, 5, 2)])
    assert open_turns(network) == [[0, 1, 0, 0], [1, 0, 1, 1], [1, 1, 0, 1], [1, 1, 1, 0]]


def test_two_rules_of_one_way_add_up(make_network):
    network = make_network(NODES, CROSS, [("no_left_turn", 1, 5, 3), ("no_right_turn", 1, 5, 4)])
    assert open_turns(network)[0] == [0, 1, 0, 0]


def test_rules_on_two_ways_do_not_disturb_each_other(make_network):
    network = make_network(NODES, CROSS, [("no_left_turn", 1, 5, 3), ("no_left_turn", 3, 5, 2)])
    assert open_turns(network) == [[0, 1, 0, 1], [1, 0, 1, 1], [1, 0, 0, 1], [1, 1, 1, 0]]


def test_no_u_turn_at_the_crossing_sends_the_driver_to_a_leg_end(make_network):
    """Half-way along way 1, driving east on a one-way approach, and back west."""
    nodes = NODES | {6: (0.0, 0.02)}
    ways = [road(1, [1, 5]), road(3, [5, 3])]
    rule = [("no_u_turn", 1, 5, 1)]
    network = make_network(nodes, ways, rule)
    heads = network.graph.head[network.graph.way_id[network.graph.segment] == 1]
    assert network.graph.vertices == 4  # one copy of node 5
    assert len(set(heads.tolist())) == 2


def test_a_place_on_a_split_approach_is_still_reached(make_network):
    """The copies made for rules are ways into a segment too: the destination is part-way on it."""
    network = make_network(NODES, CROSS, [("no_left_turn", 1, 5, 3), ("no_left_turn", 4, 5, 1)])
    half_east = Place(0.005, 0.0)
    seconds = network.matrix_s([WEST, SOUTH], [half_east])[:, 0]
    assert seconds == pytest.approx([1.5 * 1111.95 / (25 / 3.6)] * 2, rel=1e-3)


def test_the_route_under_a_rule_is_drawn_as_driven(make_network):
    network = make_network(NODES, CROSS, [("no_left_turn", 1, 5, 3)])
    route = network.find_route(WEST, NORTH)
    assert route.line == ((-0.01, 0), (0, 0), (0.01, 0), (0, 0), (0, 0.01))
    assert route.distance_m == pytest.approx(4 * 1111.95, rel=1e-3)
