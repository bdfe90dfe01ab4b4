"""Maximal and backup covering: brute force and a case on paper."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hubpost.planning.covering import solve_backup_covering, solve_max_covering


def test_case_on_paper():
    """Sites cover {0, 1}, {1, 2}, {3} of weights 5, 1, 4, 3: the first two cover 10."""
    covers = np.array([[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 0, 1]], dtype=bool)
    weight = np.array([5.0, 1.0, 4.0, 3.0])
    result = solve_max_covering(covers, weight, 2)
    assert result.status == "optimal"
    assert result.objective == 10.0
    assert result.chosen.tolist() == [0, 1]
    assert result.assigned.tolist() == [0, 0, 1, -1]


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    sites=st.integers(1, 7),
    share=st.floats(0, 1),
    backup=st.sampled_from([0.0, 0.3, 0.7, 1.0]),
)
@example(seed=7, sites=7, share=0.25, backup=1.0)  # half a first and half a second cover paid
def test_equals_brute_force(seed, sites, share, backup):
    """Every choice of p sites tried, once- and twice-covered weight counted from its definition."""
    rng = np.random.default_rng(seed)
    covers = rng.random((sites, 9)) < 0.35
    weight = rng.integers(0, 9, 9).astype(float)
    p = 1 + int(share * (sites - 1))
    best = 0.0
    for chosen in combinations(range(sites), p):
        times = covers[list(chosen)].sum(axis=0)
        value = (1 - backup) * weight[times >= 1].sum() + backup * weight[times >= 2].sum()
        best = max(best, value)
    if backup == 0.0:
        result = solve_max_covering(covers, weight, p)
    else:
        result = solve_backup_covering(covers, weight, p, backup=backup)
    assert result.status == "optimal"
    assert result.objective == pytest.approx(best)
    assert len(set(result.chosen.tolist())) == p


def test_bad_questions_are_refused():
    """p, weights and shapes."""
    covers = np.ones((2, 3), dtype=bool)
    with pytest.raises(ValueError, match=r"1\.\.2"):
        solve_max_covering(covers, np.ones(3), 3)
    with pytest.raises(ValueError, match="weight"):
        solve_max_covering(covers, -np.ones(3), 1)
    with pytest.raises(ValueError, match="expected covers"):
        solve_max_covering(covers, np.ones(2), 1)
