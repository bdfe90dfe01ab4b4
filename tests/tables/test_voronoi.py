"""Estimated adjacency against cases drawn on paper and against invariants."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubpost.tables.voronoi import voronoi_neighbours

DEGREE = 0.1


def _pairs(*pairs: str) -> set[frozenset[str]]:
    return {frozenset(pair) for pair in pairs}


def test_three_by_three_grid_adjoins_by_sides_only() -> None:
    """Cells of a square grid meet diagonally in a point, which is no border. (At the equator,
    where the plane is square.)"""
    names = "abcdefghi"
    points = [(n, (i % 3) * DEGREE, (i // 3) * DEGREE - DEGREE) for i, n in enumerate(names)]
    assert voronoi_neighbours(points) == _pairs(
        "ab", "bc", "de", "ef", "gh", "hi", "ad", "dg", "be", "eh", "cf", "fi"
    )


def test_hexagon_around_a_seat() -> None:
    angles = np.radians(np.arange(0, 360, 60))
    ring = [(str(i), DEGREE * np.cos(a), DEGREE * np.sin(a)) for i, a in enumerate(angles)]
    found = voronoi_neighbours([("c", 0.0, 0.0), *ring])
    assert {p for p in found if "c" in p} == _pairs("c0", "c1", "c2", "c3", "c4", "c5")
    assert len(found) == 12


def test_seats_at_the_rim_do_not_meet_far_away() -> None:
    """In a shallow arc the ends' cells meet far below it; cut off, only next ones adjoin."""
    points = [(str(i), i * DEGREE, 0.01 * (i - 2) ** 2) for i in range(5)]
    assert voronoi_neighbours(points) == _pairs("01", "12", "23", "34")


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ([], set()),
        ([("a", 1, 1)], set()),
        ([("a", 1, 1), ("b", 2, 2)], _pairs("ab")),
        ([("a", 1, 1), ("b", 1, 1)], _pairs("ab")),
        ([("a", 0, 0), ("b", 2, 0), ("c", 1, 0)], _pairs("ac", "bc")),
        ([("a", 0, 0), ("b", 0, 0), ("c", 1, 0)], _pairs("ab", "ac", "bc")),
    ],
)
def test_few_or_odd_seats(points: list[tuple[str, float, float]], expected: set) -> None:
    assert voronoi_neighbours(points) == expected


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=2, max_size=25))
def test_invariants(cells: list[tuple[int, int]]) -> None:
    """For any seats: everyone has a neighbour, no one is its own, the order does not matter."""
    points = [(str(i), 108 + x / 50, 29 + y / 50) for i, (x, y) in enumerate(cells)]
    found = voronoi_neighbours(points)
    assert all(len(pair) == 2 for pair in found)
    assert set().union(*found) == {key for key, *_ in points}
    assert voronoi_neighbours(points[::-1]) == found


@given(st.integers(0, 2**32 - 1))
def test_close_pairs_with_no_seat_between_adjoin(seed: int) -> None:
    """A Gabriel pair (empty circle over the pair) shorter than the typical spacing shares a
    border right at its midpoint, so it must be found."""
    xy = np.random.default_rng(seed).uniform(0, 0.5, (20, 2)) - 0.25
    found = voronoi_neighbours([(str(i), x, y) for i, (x, y) in enumerate(xy)])
    gap = np.linalg.norm(xy[:, None] - xy[None], axis=2)
    typical = np.median(np.where(gap > 0, gap, np.inf).min(axis=1))
    for i, j in combinations(range(20), 2):
        middle = (xy[i] + xy[j]) / 2
        others = np.delete(xy, (i, j), axis=0)
        clear = np.linalg.norm(others - middle, axis=1).min() > 0.8 * gap[i, j]
        if clear and gap[i, j] <= typical:
            assert frozenset((str(i), str(j))) in found
