"""Estimated driving times: hand-worked distances, heights and the founding county."""

import numpy as np
import pytest

from hubpost.model.place import Place
from hubpost.roads.estimate import EstimatedTimes, EstimateParams
from hubpost.roads.geodesy import great_circle_m, to_degrees, to_plane_m

ZHUOSHUI = Place(108.7702, 29.30309, 419)
SHUISHI = Place(108.69843, 29.24347, 1151)


def test_a_mountain_pair_of_qianjiang_takes_half_an_hour_or_more():
    """9.5 km apart with 732 m of climb: known locally as 30 to 45 minutes."""
    minutes = EstimatedTimes().matrix_s([ZHUOSHUI], [SHUISHI])[0, 0] / 60
    assert 30 <= minutes <= 45


def test_one_degree_of_latitude_with_round_parameters():
    """111.195 km at detour 1 and 10 m/s takes 11,119.5 s; 100 m of climb at 2 s/m adds 200 s."""
    times = EstimatedTimes(params=EstimateParams(detour=1, speed_mps=10, climb_s_per_m=2))
    seconds = times.matrix_s([Place(0, 0, 500)], [Place(0, 1, 600), Place(0, 1, 500)])
    assert seconds[0] == pytest.approx([11_319.5, 11_119.5], abs=1)


def test_unknown_height_adds_no_climb_when_nothing_is_known():
    """Blank is unknown, never zero: no 1,000 m climb appears out of a missing height."""
    times = EstimatedTimes()
    a, b = Place(108, 29, 1000), Place(108.1, 29)
    level = times.matrix_s([Place(108, 29, 1000)], [Place(108.1, 29, 1000)])
    assert times.matrix_s([a], [b]) == pytest.approx(level)


def test_unknown_height_is_lent_by_known_neighbours():
    """Midway between 400 m and 800 m the interpolated height is 600 m, so climb is 200 m."""
    known = [Place(108.0, 29.0, 400), Place(108.2, 29.0, 800)]
    params = EstimateParams(climb_s_per_m=1.0)
    lent = EstimatedTimes(known, params).matrix_s([known[0]], [Place(108.1, 29.0)])
    level = EstimatedTimes((), params).matrix_s([known[0]], [Place(108.1, 29.0)])
    assert (lent - level)[0, 0] == pytest.approx(200, abs=1)


def test_the_matrix_is_symmetric_finite_and_zero_at_home():
    places = [ZHUOSHUI, SHUISHI, Place(108.9, 29.5)]
    seconds = EstimatedTimes(places).matrix_s(places, places)
    assert np.isfinite(seconds).all()
    assert seconds == pytest.approx(seconds.T)
    assert seconds.diagonal() == pytest.approx(0)


def test_the_route_is_a_straight_line_and_says_so_by_its_two_points():
    route = EstimatedTimes().find_route(ZHUOSHUI, SHUISHI)
    assert route is not None
    assert route.line == ((108.7702, 29.30309), (108.69843, 29.24347))
    straight_m = great_circle_m(*route.line[0], *route.line[1])
    assert route.distance_m == pytest.approx(EstimateParams().detour * straight_m)


def test_empty_lists_give_an_empty_matrix():
    assert EstimatedTimes().matrix_s([], [SHUISHI]).shape == (0, 1)


def test_plane_and_back_is_the_identity():
    east, north = to_plane_m([108.7], [29.3], 29.0)
    lon, lat = to_degrees(east, north, 29.0)
    assert (lon[0], lat[0]) == pytest.approx((108.7, 29.3))
