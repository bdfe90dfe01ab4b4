"""Which ways a car may use and how fast, tag by tag."""

import pytest

from hubpost.roads.osm import Restriction, read_restriction
from hubpost.roads.profile import (
    SpeedProfile,
    ferry_s,
    find_usage,
    node_delay_s,
    parse_maxspeed,
)

PROFILE = SpeedProfile()


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"highway": "primary"}, (65, 65)),
        ({"highway": "motorway"}, (90, 0)),
        ({"highway": "motorway", "oneway": "no"}, (90, 90)),
        ({"highway": "primary", "oneway": "yes"}, (65, 0)),
        ({"highway": "primary", "oneway": "-1"}, (0, 65)),
        ({"highway": "primary", "junction": "roundabout"}, (65, 0)),
        ({"highway": "primary", "maxspeed": "50"}, (40, 40)),
        ({"highway": "primary", "maxspeed": "50", "maxspeed:backward": "30"}, (40, 24)),
        ({"highway": "secondary", "surface": "gravel"}, (40, 40)),
        ({"highway": "track", "tracktype": "grade5"}, (10, 10)),
        ({"highway": "residential", "access": "private", "motor_vehicle": "yes"}, (25, 25)),
        ({"highway": "residential", "access": "no", "emergency": "yes"}, (25, 25)),
        ({"highway": "path", "motor_vehicle": "yes"}, (15, 15)),
        ({"highway": "unclassified;tertiary"}, (35, 35)),
        ({"route": "ferry"}, (10, 10)),
    ],
)
def test_speeds_and_directions(tags, expected):
    usage = find_usage(tags, PROFILE)
    assert (usage.forward_kmh, usage.backward_kmh) == expected


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "footway"},
        {"highway": "construction"},
        {"highway": "ferry"},
        {"highway": "service", "access": "private"},
        {"highway": "service", "service": "busway"},
        {"highway": "track", "motor_vehicle": "agricultural"},
        {"highway": "track", "smoothness": "impassable"},
        {"highway": "residential", "vehicle": "no"},
        {"highway": "pedestrian", "area": "yes"},
        {"highway": "primary", "oneway": "reversible"},
        {"railway": "rail"},
    ],
)
def test_ways_that_are_no_car_roads(tags):
    assert find_usage(tags, PROFILE) is None


def test_private_roads_open_when_the_profile_says_so():
    tags = {"highway": "service", "access": "private"}
    assert find_usage(tags, SpeedProfile(private_roads=True)) is not None


def test_a_tunnel_is_marked_and_a_culvert_is_not():
    assert find_usage({"highway": "primary", "tunnel": "yes"}, PROFILE).tunnel
    assert not find_usage({"highway": "primary", "tunnel": "culvert"}, PROFILE).tunnel


@pytest.mark.parametrize(
    ("text", "kmh"),
    [("50", 50), ("30 mph", 48.28032), ("CN:urban", 50), ("walk", 7), ("60;40", 60), ("0", None)],
)
def test_maxspeed_values(text, kmh):
    assert parse_maxspeed(text) == (None if kmh is None else pytest.approx(kmh))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("00:30", 1800),
        ("1:05:10", 3910),
        ("12", 720),
        ("PT20M", None),
        ("soon", None),
        (None, None),
    ],
)
def test_ferry_durations(text, seconds):
    assert ferry_s(text) == seconds


def test_delays_at_nodes():
    assert node_delay_s({"highway": "traffic_signals"}, PROFILE) == PROFILE.signal_s
    assert node_delay_s({"barrier": "lift_gate"}, PROFILE) == PROFILE.barrier_s
    assert node_delay_s({"barrier": "cattle_grid"}, PROFILE) == 0
    assert node_delay_s({"barrier": "jersey_barrier"}, PROFILE) is None


MEMBERS = [("from", "w", 1), ("via", "n", 2), ("to", "w", 3)]


@pytest.mark.parametrize(
    ("tags", "members", "expected"),
    [
        ({"restriction": "no_left_turn"}, MEMBERS, Restriction(False, (1,), 2, (3,))),
        ({"restriction": "only_right_turn"}, MEMBERS, Restriction(True, (1,), 2, (3,))),
        ({"restriction:motorcar": "no_u_turn"}, MEMBERS, Restriction(False, (1,), 2, (3,))),
        ({"restriction:hgv": "no_u_turn"}, MEMBERS, "conditional or for other vehicles"),
        ({"restriction": "no_u_turn", "except": "bus;motorcar"}, MEMBERS, "cars excepted"),
        ({"restriction": "no_u_turn"}, MEMBERS[:2], "incomplete"),
        ({"restriction": "no_u_turn"}, [*MEMBERS[::2], ("via", "w", 9)], "via a way"),
    ],
)
def test_turn_rules_are_read_or_the_reason_is_given(tags, members, expected):
    assert read_restriction(tags, members) == expected
