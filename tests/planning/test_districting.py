"""Districting: published objectives, brute force, contiguity."""

import csv
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from hubpost.planning.district_probe import probe_centres
from hubpost.planning.district_program import make_program, relax
from hubpost.planning.district_solver import solve_districting
from hubpost.planning.districting import (
    DistrictProblem,
    adjacent_by_distance,
    broken_supports,
    list_supports,
)
from hubpost.planning.p_median import PMedianParams, prune

DATA = Path(__file__).parents[1] / "data" / "police_districting_0510"
ROWS = {
    (int(r["centres"]), r["constraints"]): float(r["objective"])
    for r in csv.DictReader((DATA / "published_optima.csv").open())
}


@pytest.fixture(scope="module")
def matrices():
    return np.loadtxt(DATA / "workload_0510.csv.gz"), np.loadtxt(DATA / "airdistances_0510.csv.gz")


@pytest.mark.parametrize("row", [(3, "C0"), (3, "C1"), (3, "C3"), (24, "C0")])
def test_published_objective_is_reproduced(matrices, row):
    """Vlćek et al. (2024), Gurobi, gap 0; all 40 rows run in benchmarks/planning.py."""
    cost, distance = matrices
    eligible = np.arange(len(cost)) < 255
    problem = DistrictProblem(
        cost, eligible, distance, adjacent_by_distance(distance), row[0], row[1]
    )
    result = solve_districting(problem)
    assert result.status == "optimal"
    assert result.objective == pytest.approx(ROWS[row], rel=1e-6)
    assert broken_supports(problem, result.assigned) == 0


def small_problem(seed, shape, centres):
    """Seven areas of a hexagonal patch with random costs, cheaper nearby."""
    rng = np.random.default_rng(seed)
    place = np.array([[0, 0], [1, 0], [2, 0], [0.5, 0.866], [1.5, 0.866], [1, 1.732], [2, 1.732]])
    distance = np.linalg.norm(place[:, None] - place[None], axis=2).round(6)
    cost = (distance + 0.1) * rng.integers(1, 9, 7)[None, :] + rng.random((7, 7))
    return DistrictProblem(
        cost, rng.random(7) < 2, distance, adjacent_by_distance(distance), centres, shape
    )


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 1000),
    shape=st.sampled_from(["C0", "C1", "C2", "C3"]),
    centres=st.integers(1, 2),
)
def test_equals_brute_force(seed, shape, centres):
    """Every assignment tried whose centres serve themselves."""
    problem = small_problem(seed, shape, centres)
    best = np.inf
    for pair in product(range(7), repeat=centres):
        if len(set(pair)) < centres or list(pair) != sorted(pair):
            continue
        for pick in product(pair, repeat=7):
            assigned = np.array(pick)
            if any(assigned[c] != c for c in pair):
                continue
            value = problem.cost[assigned, np.arange(7)].sum()
            if value < best and broken_supports(problem, assigned) == 0:
                best = value
    result = solve_districting(problem)
    if np.isinf(best):
        assert result.status == "infeasible"
    else:
        assert result.status == "optimal"
        assert result.objective == pytest.approx(best)


@pytest.mark.parametrize("shape", ["C2", "C3"])
@pytest.mark.parametrize("centres", [4, 7])
def test_striking_loses_nothing_on_a_part_of_the_published_grid(matrices, shape, centres):
    """90 areas as one integer program with every column and condition, against the solver."""
    cost, distance = (m[:90, :90] for m in matrices)
    problem = DistrictProblem(
        cost, np.arange(90) % 2 == 0, distance, adjacent_by_distance(distance), centres, shape
    )
    result = solve_districting(problem)
    assert result.status == "optimal"
    assert result.objective == pytest.approx(whole_program(problem), rel=1e-9)


def test_no_districting_below_the_goal_opens_a_struck_centre_or_lacks_an_opened_one(matrices):
    """Each claim of the probing is put to the whole integer program.

    A price from one goal, kept for a higher one, once struck the best centres.
    """
    cost, distance = (m[:45, :45] for m in matrices)
    problem = DistrictProblem(
        cost, np.ones(45, dtype=bool), distance, adjacent_by_distance(distance), 4, "C2"
    )
    wide = 10 * float(cost.max(axis=0).sum())
    pruned = prune(cost, 4, PMedianParams(integral=False), upper=wide)
    program = make_program(problem, cost, np.arange(45), pruned)
    relaxed = relax(program, wide, np.inf)
    goal = whole_program(problem) * 1.002
    probed = probe_centres(program, relaxed, goal, np.inf)
    dear = relaxed.bound + probed.priced[:45] >= goal
    struck = np.flatnonzero(dear & (relaxed.bound + relaxed.priced[:45] < goal))
    opened = np.flatnonzero(relaxed.bound + probed.closing >= goal)
    assert len(struck)
    assert len(opened)
    assert all(whole_program(problem, {int(k): 1.0}) >= goal * (1 - 1e-9) for k in struck[:6])
    assert all(whole_program(problem, {int(k): 0.0}) >= goal * (1 - 1e-9) for k in opened[:6])


def whole_program(problem, fixed=None):
    """The objective by scipy's milp on the model as it is written, nothing struck.

    fixed: centre -> 1 where it must be opened, 0 where it must not.
    """
    n = len(problem.cost)
    rows = np.flatnonzero(problem.eligible)
    column = np.full((n, n), -1)
    column[rows] = np.arange(len(rows) * n).reshape(len(rows), n)
    width = len(rows) * n
    own = column[rows, rows]
    centre, area = (a.ravel() for a in np.meshgrid(rows, np.arange(n), indexing="ij"))
    shape_rows = aggregated_rows(list_supports(problem, centre, area), column, width)
    one = coo_array((np.ones(width), (area, np.arange(width))), shape=(n, width))
    every = np.arange(width)
    place = (np.concatenate([every, every]), np.concatenate([every, np.repeat(own, n)]))
    value = np.concatenate([np.ones(width), -np.ones(width)])
    linked = coo_array((value, place), shape=(width, width))
    count = coo_array((np.ones(len(own)), (np.zeros(len(own)), own)), shape=(1, width))
    least, most = np.zeros(width), np.ones(width)
    for centre_id, value in (fixed or {}).items():
        least[column[centre_id, centre_id]] = most[column[centre_id, centre_id]] = value
    found = milp(
        problem.cost[rows].ravel(),
        constraints=[
            LinearConstraint(one.tocsr(), 1, 1),
            LinearConstraint(linked.tocsr(), -np.inf, 0),
            LinearConstraint(count.tocsr(), problem.centres, problem.centres),
            LinearConstraint(shape_rows, -np.inf, 0),
        ],
        integrality=np.ones(width),
        bounds=Bounds(least, most),
        options={"mip_rel_gap": 0.0},
    )
    assert found.status == 0
    return found.fun


def aggregated_rows(supports, column, width):
    """need · x[i, j] - sum of x[i, v] <= 0, the conditions as the paper writes them."""
    row, other = supports.of.nonzero()
    company, own = column[supports.centre[row], other], column[supports.centre, supports.area]
    place = (
        np.concatenate([row, np.arange(len(own))]),
        np.concatenate([company, own]),
    )
    value = np.concatenate([-np.ones(len(row)), supports.need.astype(float)])
    return coo_array((value, place), shape=(len(own), width)).tocsr()


def test_condition_by_hand():
    """A row of areas 0-1-2: centre 0 may have 2 only with 1."""
    distance = np.abs(np.subtract.outer(np.arange(3.0), np.arange(3.0)))
    problem = DistrictProblem(
        np.ones((3, 3)), np.ones(3, dtype=bool), distance, adjacent_by_distance(distance), 2, "C1"
    )
    assert broken_supports(problem, np.array([0, 1, 0])) == 1
    assert broken_supports(problem, np.array([0, 0, 2])) == 0


def test_questions_without_sense_are_refused():
    """Unknown shape, too many centres."""
    square = np.ones((2, 2))
    touching = np.zeros((2, 2), dtype=bool)
    with pytest.raises(ValueError, match="shape"):
        DistrictProblem(square, np.ones(2, dtype=bool), square, touching, 1, "C9")
    with pytest.raises(ValueError, match="centres"):
        DistrictProblem(square, np.zeros(2, dtype=bool), square, touching, 1)
