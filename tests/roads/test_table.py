"""A county's own table of travel times."""

import numpy as np
import pytest

from hubpost.model.place import Place
from hubpost.roads.estimate import EstimatedTimes
from hubpost.roads.table import TableTimes

A, B, C = Place(108, 29, id="A"), Place(108.1, 29, id="B"), Place(108.2, 29, id="C")
SECONDS = {("A", "B"): 600.0, ("B", "A"): 660.0}


def test_listed_pairs_are_answered_in_their_direction():
    seconds = TableTimes(SECONDS).matrix_s([A, B], [A, B])
    assert seconds.tolist() == [[0, 600], [660, 0]]


def test_unlisted_pairs_are_inf_without_a_fallback():
    times = TableTimes(SECONDS)
    assert np.isinf(times.matrix_s([A], [C, Place(108, 29)])).all()
    assert times.find_route(A, C) is None
    assert not times.estimated


def test_unlisted_pairs_come_from_the_fallback_and_the_word_estimated_with_them():
    times = TableTimes(SECONDS, EstimatedTimes())
    seconds = times.matrix_s([A], [B, C])
    assert seconds[0, 0] == 600
    assert seconds[0, 1] == pytest.approx(EstimatedTimes().matrix_s([A], [C])[0, 0])
    assert times.estimated


def test_the_route_is_a_straight_line_with_the_tables_time():
    route = TableTimes(SECONDS).find_route(A, B)
    assert route.travel_s == 600
    assert route.line == ((108, 29), (108.1, 29))


def test_empty_lists_give_an_empty_matrix():
    assert TableTimes(SECONDS).matrix_s([], [A]).shape == (0, 1)
