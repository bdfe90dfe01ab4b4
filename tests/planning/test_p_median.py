"""The p-median: published optima, brute force, and refusals."""

import csv
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubpost.planning.location_files import read_pmed
from hubpost.planning.p_median import PMedianParams, solve_p_median

PMED = Path(__file__).parents[1] / "data" / "pmed"
OPTIMA = {
    r["file"]: int(r["optimum"]) for r in csv.DictReader((PMED / "published_optima.csv").open())
}


@pytest.mark.parametrize("name", OPTIMA)
def test_published_optimum_is_proven(name):
    """OR-Library (Beasley): the optimum as published, with a bound that meets it."""
    cost, p = read_pmed(PMED / name)
    result = solve_p_median(cost, p)
    assert result.status == "optimal"
    assert result.objective == OPTIMA[name]
    assert result.bound == result.objective
    assert len(result.chosen) == p
    assert cost[result.assigned, np.arange(len(cost))].sum() == result.objective


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    sites=st.integers(2, 8),
    clients=st.integers(1, 12),
    whole=st.booleans(),
    share=st.floats(0, 1),
)
def test_equals_brute_force(seed, sites, clients, whole, share):
    """Every choice of p sites tried; costs whole or not, sites and clients different things."""
    rng = np.random.default_rng(seed)
    cost = rng.integers(0, 30, (sites, clients)) * (1.0 if whole else 0.37)
    p = 1 + int(share * (sites - 1))
    best = min(cost[list(c)].min(axis=0).sum() for c in combinations(range(sites), p))
    result = solve_p_median(cost, p, PMedianParams(shakes=2))
    assert result.status == "optimal"
    assert result.objective == pytest.approx(best)


@pytest.mark.parametrize("p", [0, 4])
def test_number_of_sites_out_of_range_is_refused(p):
    """With the range."""
    with pytest.raises(ValueError, match=r"1\.\.3"):
        solve_p_median(np.ones((3, 3)), p)


def test_client_out_of_reach_is_refused():
    """An infinite cost is named as such."""
    with pytest.raises(ValueError, match="out of reach"):
        solve_p_median(np.array([[1.0, np.inf], [1.0, 1.0]]), 1)


def test_edge_given_twice_takes_the_last(tmp_path):
    """As in OR-Library: 1-2 costs 9, not 4."""
    path = tmp_path / "twice.txt"
    path.write_text("2 2 1\n1 2 4\n2 1 9\n")
    cost, p = read_pmed(path)
    assert p == 1
    assert cost.tolist() == [[0, 9], [9, 0]]


@pytest.mark.parametrize("text", ["", "3 2 1\n1 2 4\n", "1 2\n", "2 1 1\n1 x 4\n"])
def test_file_cut_off_is_refused(tmp_path, text):
    """With the file's name."""
    path = tmp_path / "bad.txt"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"bad\.txt"):
        read_pmed(path)


def test_ctrl_c_keeps_the_best_found():
    """Interrupted before the proof: feasible, the bound below, sites that cost what is said."""
    cost, p = np.random.default_rng(3).random((60, 60)), 9

    def interrupt(best, bound):
        raise KeyboardInterrupt

    result, proven = solve_p_median(cost, p, progress=interrupt), solve_p_median(cost, p)
    assert result.status == "feasible"
    assert result.bound < proven.objective <= result.objective
    assert result.objective == pytest.approx(cost[result.chosen].min(axis=0).sum())
