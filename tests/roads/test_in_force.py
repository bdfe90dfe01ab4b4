"""What is in force at a moment: by the clock, per board, per thread; stretches and daylight."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import shapely

from hubpost.model.place import Place
from hubpost.model.road_rule import (
    Light,
    RoadClosure,
    RoadConditions,
    RoadShape,
    ShapeKind,
    Weather,
)
from hubpost.roads.daylight import is_dark, next_light_change_s, sun_elevation_deg
from hubpost.roads.errors import RoadFileError, SnapError
from hubpost.roads.in_force import RoadsInForce, shapes_of
from hubpost.roads.stretch import find_stretch
from tests.roads.osm_files import road
from tests.roads.test_closures import EAST, LADDER, NOON, STEP_S, WAYS, WEST

DRY = RoadConditions()
SLIDE = RoadClosure("slide", (RoadShape(ShapeKind.POINT, ((0.025, 0.0),)),), NOON, "landslide")


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def test_a_closure_begins_and_ends_by_the_clock_alone(make_network):
    roads = RoadsInForce(make_network(LADDER, WAYS))
    closure = replace(SLIDE, from_at=at(10), until_at=at(20))
    seconds = [
        roads.at([closure], DRY, at(m)).matrix_s([WEST], [EAST])[0, 0] / STEP_S
        for m in (9.9, 10, 19.9, 20)
    ]
    assert seconds == pytest.approx([3, 5, 5, 3], rel=1e-3)
    changes = [roads.next_change([closure], DRY, at(m)) for m in (0, 10, 20)]
    assert changes == [at(10), at(20), None]


def test_what_was_reckoned_with_is_told(make_network):
    roads = RoadsInForce(make_network(LADDER, WAYS))
    off_road = replace(SLIDE, id="far", shapes=(RoadShape(ShapeKind.POINT, ((1.0, 1.0),)),))
    later = replace(SLIDE, id="later", from_at=at(60))
    seen = roads.at([SLIDE, off_road, later], RoadConditions(Weather.SNOW), NOON).seen
    assert (seen.closure_ids, seen.ignored_ids, seen.weather) == (("slide",), ("far",), "snow")


def test_an_id_that_comes_again_with_another_shape_closes_the_other_road(make_network):
    roads = RoadsInForce(make_network(LADDER, WAYS))
    detour = replace(SLIDE, shapes=(RoadShape(ShapeKind.POINT, ((0.025, 0.01),)),))
    steps = [
        roads.at([c], DRY, NOON).matrix_s([WEST], [EAST])[0, 0] / STEP_S for c in (SLIDE, detour)
    ]
    assert steps == pytest.approx([5, 3], rel=1e-3)


def test_weather_and_light_slow_the_roads_and_a_closure_in_them_still_closes(make_network):
    roads = RoadsInForce(make_network(LADDER, WAYS))
    dry = roads.matrix_s([WEST], [EAST])[0, 0]
    wet = roads.at([], RoadConditions(Weather.RAIN), NOON).matrix_s([WEST], [EAST])[0, 0]
    night = RoadConditions(Weather.RAIN, Light.NIGHT)
    both = roads.at([SLIDE], night, NOON).matrix_s([WEST], [EAST])[0, 0]
    assert wet == pytest.approx(dry / 0.85, rel=1e-3)
    assert both == pytest.approx(dry * 5 / 3 / 0.85 / 0.9, rel=1e-3)
    assert roads.matrix_s([WEST], [EAST])[0, 0] == dry


def test_threads_that_see_different_boards_never_get_each_others_times(make_network):
    """One thread's board has the closure, the other's does not: no answer may be mixed."""
    roads = RoadsInForce(make_network(LADDER, WAYS))
    wrong: list[float] = []

    def ask(closures, expected):
        for _ in range(150):
            found = roads.at(closures, DRY, NOON).matrix_s([WEST], [EAST])[0, 0] / STEP_S
            if found != pytest.approx(expected, rel=1e-3):
                wrong.append(found)

    jobs = [threading.Thread(target=ask, args=a) for a in (([], 3), ([SLIDE], 5)) * 2]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    assert wrong == []


def test_two_clicks_give_the_road_between_them_and_close_just_that(make_network):
    network = make_network(LADDER, WAYS)
    stretch = find_stretch(network, [Place(0.022, 0.0004), Place(0.028, -0.0003)], 100)
    assert shapely.LineString(stretch.shape.points).equals_exact(
        shapely.LineString([(0.022, 0), (0.028, 0)]), 1e-6
    )
    assert stretch.length_m == pytest.approx(0.006 * 111_195, rel=1e-3)
    closed = replace(SLIDE, shapes=(stretch.shape,))
    roads = RoadsInForce(network)
    inside = roads.at([closed], DRY, NOON).matrix_s([WEST], [Place(0.021, 0), Place(0.025, 0)])
    assert np.isfinite(inside[0, 0])
    assert np.isinf(inside[0, 1])


def test_a_stretch_over_several_roads_runs_through_every_click(make_network):
    network = make_network(LADDER, WAYS)
    round_way = find_stretch(network, [Place(0.015, 0), Place(0.025, 0.01), Place(0.035, 0)], 100)
    corners = [(0.02, 0), (0.02, 0.01), (0.03, 0.01), (0.03, 0)]
    assert [p for p in round_way.shape.points if p in corners] == corners
    assert round_way.length_m == pytest.approx(0.04 * 111_195, rel=2e-3)


def test_a_one_way_road_is_closed_whichever_way_it_is_drawn(make_network):
    network = make_network(LADDER, [road(1, [1, 2, 3, 4], oneway="yes"), WAYS[1]])
    ends = [Place(0.022, 0), Place(0.035, 0)]
    there, back = find_stretch(network, ends, 100), find_stretch(network, ends[::-1], 100)
    assert there.shape.points == back.shape.points[::-1]


def test_clicks_off_the_road_or_with_no_road_between_are_refused(make_network):
    network = make_network(LADDER | {8: (0.01, 0.001), 9: (0.04, 0.001)}, [*WAYS, road(3, [8, 9])])
    with pytest.raises(SnapError, match="Zoom in"):
        find_stretch(network, [Place(0.025, 0.005)], 100)
    with pytest.raises(SnapError, match="points in between"):
        find_stretch(network, [Place(0.025, 0), Place(0.025, 0.001)], 50)


def test_shapes_keep_every_part_and_refuse_holes():
    mixed = shapely.from_wkt("GEOMETRYCOLLECTION(POINT(1 2), MULTILINESTRING((0 0,1 1),(2 2,3 3)))")
    assert [s.kind.value for s in shapes_of(mixed)] == ["point", "line", "line"]
    holed = shapely.box(0, 0, 3, 3).difference(shapely.box(1, 1, 2, 2))
    with pytest.raises(RoadFileError, match="without holes"):
        shapes_of(holed)


@pytest.mark.parametrize(
    ("lon", "lat", "utc"),
    [
        (-0.1276, 51.5072, datetime(2024, 6, 20, 20, 21, tzinfo=UTC)),
        (116.4074, 39.9042, datetime(2024, 12, 21, 8, 53, tzinfo=UTC)),
        (151.2093, -33.8688, datetime(2024, 12, 21, 9, 5, tzinfo=UTC)),
    ],
)
def test_the_sun_sets_when_almanacs_say(lon, lat, utc):
    """London 21:21 BST, Beijing 16:53, Sydney 20:05: upper limb with refraction, -0.833 degrees."""
    assert sun_elevation_deg(lon, lat, utc) == pytest.approx(-0.833, abs=0.25)


def test_it_gets_dark_after_sunset_and_the_change_is_foretold():
    dusk = datetime(2024, 12, 21, 9, 23, tzinfo=UTC)  # Beijing: end of civil twilight 17:23
    before = dusk - timedelta(minutes=10)
    assert not is_dark(116.4074, 39.9042, before)
    assert is_dark(116.4074, 39.9042, dusk + timedelta(minutes=3))
    assert next_light_change_s(116.4074, 39.9042, before) == pytest.approx(600, abs=180)
