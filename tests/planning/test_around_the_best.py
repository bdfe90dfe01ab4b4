"""Alternatives, trade-off and hub probability: complete, undominated, reproducible."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubpost.planning.alternatives import AlternativeParams, list_plans_below, with_alternatives
from hubpost.planning.grouping import make_plan
from hubpost.planning.inputs import make_inputs
from hubpost.planning.params import GroupingParams
from hubpost.planning.robustness import (
    DrawParams,
    draw_weights,
    hub_probability,
    with_hub_probability,
)
from hubpost.planning.scores import Weights
from hubpost.planning.trade_off import find_trade_off
from tests.planning.counties import small_county, straight_times
from tests.planning.toys import brute_force, every_plan, random_inputs

PARAMS = GroupingParams()


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(4, 6), border=st.integers(0, 1))
def test_plans_below_a_limit_are_all_of_them(seed, n, border):
    """Their values are exactly those of brute force below the limit, each plan once."""
    inputs = random_inputs(seed, n, border)
    best = brute_force(inputs)
    if best is None:
        return
    limit = best + 0.5
    expected = sorted(t + i - s for t, i, s in every_plan(inputs) if t + i - s < limit - 1e-6)
    found = [v for v, _ in list_plans_below(inputs, PARAMS, limit, 500) if v < limit - 1e-6]
    assert found == pytest.approx(expected, abs=1e-9)


def test_alternatives_differ_and_are_within_the_margin():
    """None repeats the best, all lie within 30 %, cheapest first, and say what changes."""
    inputs = random_inputs(9, 9, border=2)
    plan = make_plan(inputs)
    found = with_alternatives(inputs, PARAMS, plan, AlternativeParams(within=0.3, most=50))
    assert found.alternatives
    costs = [a["objective"] for a in found.alternatives]
    assert costs == sorted(costs)
    assert max(costs) <= plan.objective + 0.3 * abs(plan.objective) + 1e-8
    assert all(a["changed"] for a in found.alternatives)
    assert found.extras["alternatives_complete"]


def test_short_list_says_that_it_is_not_complete():
    """One kept of many."""
    inputs = random_inputs(9, 9, border=2)
    found = with_alternatives(
        inputs, PARAMS, make_plan(inputs), AlternativeParams(within=0.5, most=1)
    )
    assert len(found.alternatives) == 1
    assert not found.extras["alternatives_complete"]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(4, 6), border=st.integers(0, 2))
def test_trade_off_is_the_whole_undominated_set(seed, n, border):
    """The terms found are those that brute force leaves when every dominated plan is struck."""
    inputs = random_inputs(seed, n, border)
    plans = np.array([(t, i, -s) for t, i, s in every_plan(inputs)]).reshape(-1, 3).round(9)
    undominated = {
        tuple(p)
        for p in plans
        if not any((q <= p).all() and (q < p).any() for q in plans)
    }  # fmt: skip
    found = find_trade_off(inputs)
    terms = [(p.terms.travel, p.terms.imbalance, -p.terms.strength) for p in found.plans]
    assert found.complete
    assert len(terms) == len(undominated)
    assert np.array(sorted(terms)).reshape(-1, 3) == pytest.approx(
        np.array(sorted(undominated)).reshape(-1, 3), abs=1e-7
    )


def scored_inputs():
    """Three stations in a row, a strong by P1 and b by P2; one hub with two bases or none."""
    sheet = pl.DataFrame(
        {"station_id": [*"abc"], "year": [2024] * 3, "P1": [1.0, 9.0, 5.0], "P2": [9.0, 8.0, 1.0]}
    )  # fmt: skip
    county = small_county(indicators=sheet, hubs=1, bases_per_hub=(2, 2))
    return make_inputs(county, straight_times(), Weights({"P1": 1.0, "P2": 1.0}))


def test_hub_probability_is_the_share_of_draws_under_which_a_station_can_lead():
    """Only b touches both others, so b is hub whenever it is the strongest: ranks P1 (0, 1, .5),
    P2 (1, .5, 0), so b (w1 + w2/2) beats a (w2) when w2 < 2/3; w1 uniform: two thirds.
    """
    inputs = scored_inputs()
    found = hub_probability(inputs, PARAMS, DrawParams(draws=600, seed=1))
    assert found.share.tolist() == [0.0, 1.0, 0.0]
    assert found.infeasible / 600 == pytest.approx(1 / 3, abs=0.06)
    plan = with_hub_probability(make_plan(inputs), found)
    assert [s.hub_probability for s in plan.stations] == [0.0, 1.0, 0.0]
    assert plan.extras["weight_draws_infeasible"] == found.infeasible


def test_draws_have_the_declared_mean_and_repeat():
    """Dirichlet mean; equal weights with the default concentration are uniform (var 1/18)."""
    declared = np.array([1 / 3, 1 / 3, 1 / 3])
    drawn = draw_weights(declared, DrawParams(draws=20_000, seed=3))
    assert drawn.sum(axis=1) == pytest.approx(np.ones(20_000))
    assert drawn.mean(axis=0) == pytest.approx(declared, abs=0.01)
    assert drawn.var(axis=0) == pytest.approx([1 / 18] * 3, abs=0.003)
    assert (drawn == draw_weights(declared, DrawParams(draws=20_000, seed=3))).all()
