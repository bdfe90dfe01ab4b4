"""Districting: published objectives, brute force, contiguity."""

import csv
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_array, vstack

from hubpost.planning.district_conditions import Alike, broken_rows, condition_rows
from hubpost.planning.district_program import make_program, relax, safe_prices
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
    result = solve_districting(problem, PMedianParams(time_limit_s=600))
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


@settings(max_examples=24, deadline=None)
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


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 100_000),
    shape=st.sampled_from(["C0", "C1", "C2", "C3"]),
    centres=st.integers(2, 4),
)
def test_equals_the_whole_program_on_random_grids(seed, shape, centres):
    """16 to 36 areas in a hexagonal grid, costs far from distances, some areas never centres."""
    rng = np.random.default_rng(seed)
    rows, wide = rng.integers(4, 7, 2)
    place = np.array([[x + 0.5 * (y % 2), y * 0.866] for y in range(rows) for x in range(wide)])
    distance = np.linalg.norm(place[:, None] - place[None], axis=2).round(6)
    cost = distance ** rng.choice([0.5, 1, 2]) * rng.integers(1, 30, len(place))[None]
    cost += rng.choice([0, 0.3, 3]) * rng.random(cost.shape)
    eligible = rng.random(len(place)) < rng.choice([0.6, 1.1])
    eligible[:centres] = True
    problem = DistrictProblem(
        cost, eligible, distance, adjacent_by_distance(distance), centres, shape
    )
    result = solve_districting(problem)
    assert result.status == "optimal"
    assert result.objective == pytest.approx(whole_program(problem), rel=1e-8)
    assert broken_supports(problem, result.assigned) == 0


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


def test_no_districting_below_the_goal_uses_what_the_prices_strike(matrices):
    """Centres and services priced above a goal, each forced into the whole integer program.

    A price kept for another goal than it was asked for once struck the best centres.
    """
    problem, program = small_program(matrices)
    goal = whole_program(problem) * 1.002
    relaxed = relax(program, goal, np.inf)
    rows, site, client = program.columns
    struck = np.flatnonzero(relaxed.bound + relaxed.priced >= goal)
    centres, services = struck[struck < 45], struck[struck >= 45] - 45
    assert len(centres)
    assert len(services)
    nearest = services[np.argsort(relaxed.priced[services + 45])][:4]
    forced = [(int(k), int(k)) for k in centres[:4]]
    forced += [(int(rows[site[k]]), int(client[k])) for k in nearest]
    assert all(whole_program(problem, {f: 1.0}) >= goal * (1 - 1e-9) for f in forced)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_prices_from_any_duals_hold(matrices, seed):
    """Random duals give a weak bound, but never one above the optimum, nor a price too high."""
    rng = np.random.default_rng(seed)
    problem, program = small_program(matrices)
    rows = program.base.with_rows(condition_rows(program.conditions, len(program.base.value)))
    scale = 10.0 ** rng.integers(-2, 4)
    bound, priced = safe_prices(*rows, scale * rng.normal(size=rows[1].shape[0]))
    assigned = solve_districting(problem).assigned
    centres, (of, site, client) = np.unique(assigned), program.columns
    used = np.concatenate(
        [np.isin(program.centres, centres), of[site] == assigned[client]]
    ).astype(bool)  # fmt: skip
    total = problem.cost[assigned, np.arange(45)].sum()
    assert bound + priced[used].sum() <= total * (1 + 1e-9)


def small_program(matrices):
    """45 areas of the published grid, 4 centres, shape C3, nothing struck."""
    cost, distance = (m[:45, :45] for m in matrices)
    problem = DistrictProblem(
        cost, np.ones(45, dtype=bool), distance, adjacent_by_distance(distance), 4, "C3"
    )
    wide = 10 * float(cost.max(axis=0).sum())
    pruned = prune(cost, 4, PMedianParams(integral=False), upper=wide)
    return problem, make_program(problem, cost, np.arange(45), pruned)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), need=st.integers(1, 3), m=st.integers(0, 6))
def test_rows_of_a_condition_are_its_convex_hull(seed, need, m):
    """One condition, random costs: the relaxation's answer is a whole one, and the best of all."""
    rng = np.random.default_rng(seed)
    there = rng.random(m) < 0.8
    company = np.where(there, 1 + np.cumsum(there) - 1, -1)[None, :]
    alike = Alike(need, np.zeros(1, np.int64), company)
    width = 1 + int(there.sum())
    value = rng.normal(size=width) - np.eye(width)[0] * 2
    rows = condition_rows([alike], width)
    while True:
        found = linprog(value, A_ub=rows.tocsc(), b_ub=np.zeros(rows.shape[0]), bounds=(0, 1))
        more = broken_rows([alike], found.x)
        if more.shape[0] == 0:
            break
        rows = vstack([rows, more], format="csr")
    whole = [np.array(x) for x in product((0, 1), repeat=width) if x[0] * need <= sum(x[1:])]
    assert found.fun == pytest.approx(min(value @ x for x in whole), abs=1e-6)


def test_ctrl_c_keeps_the_best_found(matrices):
    """The first districting told of, then an interrupt: feasible, a bound below, conditions met."""
    cost, distance = matrices
    problem = DistrictProblem(
        cost, np.arange(510) < 255, distance, adjacent_by_distance(distance), 3, "C3"
    )

    def interrupt(best, bound):
        if best is not None:
            raise KeyboardInterrupt

    patient = PMedianParams(time_limit_s=600)
    result = solve_districting(problem, patient, progress=interrupt)
    assert result.status == "feasible"
    assert result.bound < ROWS[3, "C3"] * (1 + 1e-9) <= result.objective * (1 + 2e-9)
    assert result.gap == pytest.approx(1 - result.bound / result.objective)
    assert broken_supports(problem, result.assigned) == 0


def whole_program(problem, fixed=None):
    """The objective by scipy's milp on the model as it is written, nothing struck.

    fixed: (centre, area) -> 1 where it must serve it, 0 where it must not. inf: impossible.
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
    for pair, value in (fixed or {}).items():
        least[column[pair]] = most[column[pair]] = value
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
    assert found.status == 0 or (found.status == 2 and fixed)
    return np.inf if found.status == 2 else found.fun


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
