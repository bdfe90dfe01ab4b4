"""The queueing model against theory, published cases, and a solver that knows no tricks."""

import json
from math import factorial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubpost.simulation.erlang import erlang_b, erlang_c, level_probabilities
from hubpost.simulation.hypercube import HypercubeParams, solve_hypercube
from hubpost.simulation.hypercube_approximation import (
    ApproximationParams,
    approximate_hypercube,
)
from hubpost.simulation.larson import larson_iterates
from hubpost.simulation.queue_system import NoSteadyState, NotConverged, parse_queue_system
from tests.simulation.queues import random_system

DATA = Path(__file__).parents[1] / "data"
LARSON = json.loads((DATA / "hypercube/larson_odoni_3server.json").read_text())
MMC = json.loads((DATA / "mmc/mmc_published.json").read_text())["cases"]


def test_larson_and_odoni_1981_three_units_all_published_digits():
    """Workloads and P'_Q as printed; the inter-response fraction is printed as 0.43529 while the
    printed inputs give 0.43533 (see `recomputed_full_precision` in the file): four digits agree.
    """
    answer = solve_hypercube(parse_queue_system(LARSON))
    published, exact = LARSON["published"], LARSON["recomputed_full_precision"]
    assert np.round(answer.workloads, 4).tolist() == published["workloads"]
    assert round(answer.loss_or_wait, 5) == published["P_queue_prime"]
    assert answer.inter_response == pytest.approx(published["interresponse_fraction"], abs=5e-5)
    assert answer.inter_response == pytest.approx(exact["interresponse_fraction"], abs=1e-12)
    states = [exact["states_bit0_unit1"][f"{b:03b}"] for b in range(8)]
    np.testing.assert_allclose(answer.states, states, atol=1e-12)
    # f11: an atom with a sixth of the calls and unit 1 first; the book prints about 8.7 %.
    assert answer.dispatch[1, 0] == pytest.approx(exact["f11"], abs=1e-12)


def test_larson_and_odoni_1981_without_a_line():
    answer = solve_hypercube(parse_queue_system({**LARSON["input"], "line": "zero"}))
    exact = LARSON["recomputed_full_precision"]
    np.testing.assert_allclose(answer.workloads, exact["zero_line_workloads"], atol=1e-11)
    assert answer.loss_or_wait == pytest.approx(exact["zero_line_loss_ErlangB"], abs=1e-11)


def test_larsons_own_approximation_reaches_the_published_third_iterate():
    found = larson_iterates(parse_queue_system(LARSON), 3)
    assert np.round(found[-1], 4).tolist() == pytest.approx(
        LARSON["published"]["approx_workloads_iter3"], abs=1.01e-4
    )
    np.testing.assert_allclose(
        found, LARSON["recomputed_full_precision"]["approx_workloads_iters"], atol=1e-9
    )


@pytest.mark.parametrize("case", MMC, ids=lambda c: f"M/M/{c['c']} {c['lam']}/{c['mu']}")
def test_published_mmc_cases(case):
    """Utilisation, empty system, waiting and numbers, to the digits that were printed."""
    load, c = case["lam"] / case["mu"], case["c"]
    wait = erlang_c(load, c)
    queue = wait * load / (c - load)
    found = {
        "util": load / c,
        "P0": level_probabilities(load, c, infinite=True)[0],
        "Lq": queue,
        "L": queue + load,
        "Wq": queue / case["lam"],
        "W": queue / case["lam"] + 1 / case["mu"],
        "C": wait,
    }
    for name in found.keys() & case.keys():
        digits = len(str(case[name]).partition(".")[2])
        assert found[name] == pytest.approx(case[name], abs=0.51 * 10**-digits), name


@pytest.mark.parametrize(("load", "servers"), [(0.5, 1), (3.0, 4), (8.0, 10)])
def test_erlang_b_is_the_textbook_fraction(load, servers):
    terms = [load**n / factorial(n) for n in range(servers + 1)]
    assert erlang_b(load, servers) == pytest.approx(terms[-1] / sum(terms), rel=1e-12)


@pytest.mark.parametrize("infinite", [False, True])
def test_with_one_mu_the_hypercube_is_erlang_whatever_the_preferences(infinite):
    system = random_system(5, 8, 20, 0.6, infinite=infinite, uneven=False)
    answer = solve_hypercube(system)
    load = system.total_rate
    expected = erlang_c(load, 8) if infinite else erlang_b(load, 8)
    assert answer.loss_or_wait == pytest.approx(expected, abs=1e-10)
    level = np.bincount([b.bit_count() for b in range(256)], answer.states)
    np.testing.assert_allclose(level, level_probabilities(load, 8, infinite), atol=1e-10)


@pytest.mark.parametrize("infinite", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_uneven_units_against_the_generator_matrix_solved_directly(seed, infinite):
    """All transitions written down one by one, with a line cut off far out, and solved."""
    system = random_system(seed, 4, 7, 0.6, infinite=infinite)
    answer = solve_hypercube(system)
    expected = _direct(system, places=300 if infinite else 0)
    np.testing.assert_allclose(answer.workloads, expected, atol=1e-9)
    # Every unit does what it is sent: workload times mu is the rate at which calls reach it.
    rate = answer.dispatch.sum(axis=0) * system.total_rate * (1 - system_loss(system, answer))
    np.testing.assert_allclose(rate, answer.workloads * system.mu, atol=1e-9)


def system_loss(system, answer):
    return 0.0 if system.infinite else answer.loss_or_wait


def _direct(system, places):
    """Workloads from the null space of the generator over 16 states and the places of the line."""
    n, full = system.units, 2**system.units - 1
    size = full + 1 + places
    q = np.zeros((size, size))
    for state in range(full + 1):
        for rate, prefs in zip(system.rate, system.prefs, strict=True):
            free = next((i for i in prefs if not state >> i & 1), None)
            target = state | 1 << free if free is not None else (full + 1 if places else state)
            q[state, target] += rate
        for i in range(n):
            if state >> i & 1:
                q[state, state ^ 1 << i] += system.mu[i]
    for k in range(places):
        here = full + 1 + k
        q[here, here - 1 if k else full] += system.mu.sum()
        if k + 1 < places:
            q[here, here + 1] += system.total_rate
    np.fill_diagonal(q, q.diagonal() - q.sum(axis=1))
    p = np.linalg.lstsq(np.vstack([q.T, np.ones(size)]), np.eye(size + 1)[-1], rcond=None)[0]
    busy = [[s >> i & 1 if s <= full else 1 for s in range(size)] for i in range(n)]
    return np.array(busy) @ p


def test_units_that_may_not_be_sent_are_not_and_their_calls_are_lost():
    """Class 1 knows unit 1 only: M/M/1/1 with half the calls, so a third of those is lost."""
    answer = solve_hypercube(
        parse_queue_system(
            {
                "N": 2,
                "mu": 1.0,
                "line": "zero",
                "classes": [{"rate": 0.5, "prefs": [1]}, {"rate": 0.5, "prefs": [2]}],
            }
        )
    )
    np.testing.assert_allclose(answer.loss_by_class, [1 / 3, 1 / 3], atol=1e-10)


def test_groups_and_travel_are_weighted_by_who_is_sent():
    """One unit a group, M/M/2 loss at load 1: shares solved by hand.

    States 00 01 10 11 are 2/5, 1/5, 1/5, 1/5: of the served calls 1 in 4 goes to the other unit.
    """
    body = {
        "N": 2,
        "mu": 1,
        "line": "zero",
        "groups": [[1], [2]],
        "classes": [
            {"rate": 0.5, "prefs": [1, 2], "travel": [2, 6]},
            {"rate": 0.5, "prefs": [2, 1], "travel": [6, 2]},
        ],
    }
    answer = solve_hypercube(parse_queue_system(body))
    assert answer.loss_or_wait == pytest.approx(0.2, abs=1e-10)
    assert answer.inter_group == pytest.approx(0.25, abs=1e-10)
    assert answer.inter_response == pytest.approx(0.25, abs=1e-10)
    assert answer.mean_travel == pytest.approx(3.0, abs=1e-9)


@pytest.mark.parametrize("seed", range(8))
def test_the_approximation_is_as_near_to_the_exact_answer_as_it_says(seed):
    """Within five of its own standard errors for every unit; benchmarks/queueing has the hundred
    systems.
    """
    system = random_system(seed, 12, 20, 0.45, infinite=seed % 2 == 0, uneven=seed % 4 > 1)
    exact = solve_hypercube(system)
    near = approximate_hypercube(system, ApproximationParams(precision=0.01, seed=seed))
    assert (np.abs(near.workloads - exact.workloads) < 5 * near.standard_error).all()
    assert (near.standard_error <= 0.0101 * near.workloads).all()
    assert near.mean_travel == pytest.approx(exact.mean_travel, rel=0.02)
    assert near.loss_or_wait == pytest.approx(exact.loss_or_wait, rel=0.1)
    np.testing.assert_allclose(near.dispatch, exact.dispatch, atol=2e-3)


def test_the_standard_error_of_the_approximation_is_neither_too_small_nor_too_large():
    """20 runs of one system under seeds of their own: their spread is what each says of itself."""
    system = random_system(3, 11, 15, 0.5)
    params = [ApproximationParams(precision=0.02, seed=s) for s in range(20)]
    runs = [approximate_hypercube(system, p) for p in params]
    apart = np.std([r.workloads for r in runs], axis=0, ddof=1)
    said = np.mean([r.standard_error for r in runs], axis=0)
    assert 0.75 < np.sqrt(np.mean((apart / said) ** 2)) < 1.33


def test_with_one_mu_the_approximation_loses_exactly_what_erlang_says():
    system = random_system(5, 20, 30, 0.7, uneven=False)
    near = approximate_hypercube(system, ApproximationParams(precision=0.02))
    assert near.workloads.sum() == pytest.approx(
        system.total_rate * (1 - erlang_b(system.total_rate, 20)), rel=1e-12
    )


def test_the_approximation_knows_units_that_may_not_be_sent_and_classes_without_calls():
    """Two M/M/1/1 queues side by side at load 1/2 (a third lost), and a class that never calls."""
    classes = [
        {"rate": 0.5, "prefs": [1]},
        {"rate": 0.5, "prefs": [2]},
        {"rate": 0, "prefs": [2, 1]},
    ]
    system = parse_queue_system({"N": 2, "mu": 1.0, "line": "zero", "classes": classes})
    near, exact = approximate_hypercube(system), solve_hypercube(system)
    np.testing.assert_allclose(near.loss_by_class, exact.loss_by_class, atol=0.01)
    np.testing.assert_allclose(near.workloads, [1 / 3, 1 / 3], rtol=0.02)


def test_same_seed_same_approximation():
    system = random_system(4, 30, 40, 0.5)
    params = ApproximationParams(precision=0.02, seed=7)
    first, second = (approximate_hypercube(system, params) for _ in range(2))
    np.testing.assert_array_equal(first.workloads, second.workloads)
    other = approximate_hypercube(system, ApproximationParams(precision=0.02, seed=8))
    assert (first.workloads != other.workloads).any()


def test_an_overloaded_line_has_no_steady_state_and_says_so():
    with pytest.raises(NoSteadyState, match="line grows without end"):
        parse_queue_system({**LARSON["input"], "mu": 0.5})
    with pytest.raises(NoSteadyState):
        erlang_c(3.0, 3)


def test_nothing_unconverged_is_given():
    with pytest.raises(NotConverged, match="after 2 sweeps"):
        solve_hypercube(random_system(1, 8, 10, 0.5), HypercubeParams(sweeps=2))
    with pytest.raises(NotConverged):
        approximate_hypercube(random_system(1, 8, 10, 0.5), ApproximationParams(most_calls=1e5))
    with pytest.raises(ValueError, match="precision between 0 and 1"):
        approximate_hypercube(random_system(1, 8, 10, 0.5), ApproximationParams(precision=0.0))


def test_too_many_units_for_the_memory_are_refused_with_the_way_out():
    with pytest.raises(ValueError, match="--method approximate"):
        solve_hypercube(random_system(1, 30, 30, 0.5))


def test_all_problems_of_a_file_are_listed_at_once():
    body = {
        "N": 2,
        "mu": [1, -1],
        "line": "long",
        "classes": [{"rate": -1, "prefs": [1, 1]}, {"rate": 1, "prefs": [3]}],
    }
    with pytest.raises(ValueError, match=r"mu: .*line: .*class 1: rate.*class 1: prefs.*class 2"):
        parse_queue_system(body)
    for bad in ({}, {"N": 0}, {"N": True, "mu": 1, "line": "zero", "classes": []}):
        with pytest.raises(ValueError, match="N: expected"):
            parse_queue_system(bad)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), units=st.integers(1, 6), load=st.floats(0.05, 0.9))
def test_what_must_hold_of_every_system(seed, units, load):
    """Probabilities sum to one, and in a line all work is done (Little)."""
    system = random_system(seed, units, 5, load, infinite=True)
    answer = solve_hypercube(system)
    assert answer.states.sum() == pytest.approx(1, abs=1e-12)
    assert (answer.states >= 0).all()
    assert answer.dispatch.sum() == pytest.approx(1, abs=1e-9)
    assert (answer.workloads * system.mu).sum() == pytest.approx(system.total_rate, rel=1e-8)
    assert answer.queue_length == pytest.approx(system.total_rate * answer.mean_wait)
