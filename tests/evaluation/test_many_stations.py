"""Many stations or many figures at once: funnels, shrinkage, false discovery, small numbers."""

import numpy as np
import pytest
from scipy.stats import false_discovery_control, poisson

from hubpost.evaluation.false_discovery import adjust_p
from hubpost.evaluation.figure import Figure
from hubpost.evaluation.funnel import over_dispersion, positions, rate_funnel, share_funnel, widened
from hubpost.evaluation.shares import share_figure
from hubpost.evaluation.shrinkage import shrink_rates
from hubpost.evaluation.small_numbers import shared, suppress_cells, with_base_note


def test_adjusted_p_equals_scipy_and_the_example_of_benjamini_and_hochberg():
    """B&H (1995), section 3.2, 15 tests: four are found at 5 %, Bonferroni finds three."""
    p = np.array([0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459,
                  0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0])  # fmt: skip
    assert (adjust_p(p) <= 0.05).sum() == 4
    np.testing.assert_allclose(adjust_p(p), false_discovery_control(p))


def test_a_missing_p_is_not_counted_among_the_tests():
    np.testing.assert_allclose(adjust_p(np.array([0.01, np.nan, 0.04])), [0.02, np.nan, 0.04])


def test_funnel_limits_are_exact_poisson_and_hold_95_percent_of_alike_stations():
    rng = np.random.default_rng(2)
    exposure = rng.uniform(5, 80, 4000)
    events = rng.poisson(2.0 * exposure).astype(float)
    funnel = rate_funnel(events, exposure)
    inside = np.array(positions(events / exposure, funnel)) == "inside"
    assert inside.mean() == pytest.approx(0.95, abs=0.02)
    count = funnel.high_95[0] * exposure[0]
    law = poisson(funnel.target * exposure[0])
    assert law.cdf(np.floor(count) - 1) < 0.975 <= law.cdf(np.ceil(count))


def test_share_funnel_narrows_with_size_and_names_who_lies_out():
    of = np.array([10.0, 100.0, 1000.0])
    funnel = share_funnel(np.array([9.0, 80.0, 600.0]), of)
    width = funnel.high_95 - funnel.low_95
    assert width[0] > width[1] > width[2]
    assert positions(np.array([0.9, 0.8, 0.6]), funnel)[1] == "very high"


def test_where_all_have_100_percent_no_station_lies_out():
    of = np.array([10.0, 40.0, 200.0])
    assert positions(np.ones(3), share_funnel(of, of)) == ["inside"] * 3


def test_limits_widened_by_the_spread_leave_few_of_stations_that_differ_anyhow_outside():
    """Rates that truly differ by a third: plain limits call most of them out, widened few."""
    rng = np.random.default_rng(9)
    exposure = rng.uniform(20, 200, 300)
    events = rng.poisson(rng.gamma(9, 1 / 3, 300) * exposure).astype(float)
    funnel = rate_funnel(events, exposure)
    z = (events - funnel.target * exposure) / np.sqrt(funnel.target * exposure)
    rates = events / exposure
    plain = np.mean(np.array(positions(rates, funnel)) != "inside")
    wide = widened(funnel, over_dispersion(z))
    assert plain > 0.5
    assert np.mean(np.array(positions(rates, wide)) != "inside") < 0.15


def test_spread_beyond_chance_is_seen():
    rng = np.random.default_rng(3)
    assert over_dispersion(rng.normal(0, 1, 5000)) < 1.0
    assert over_dispersion(rng.normal(0, 2, 5000)) > 2.0


def test_shrinkage_pulls_small_stations_most_and_lowers_the_error():
    rng = np.random.default_rng(4)
    raw_error = shrunk_error = 0.0
    for _ in range(40):
        exposure = rng.uniform(0.5, 12, 25)
        true = rng.gamma(6, 0.5, 25)
        events = rng.poisson(true * exposure).astype(float)
        shrunk = shrink_rates(events, exposure)
        raw_error += np.sum((events / exposure - true) ** 2)
        shrunk_error += np.sum((shrunk.rate - true) ** 2)
    assert shrunk_error < 0.75 * raw_error
    assert np.all(np.diff(shrunk.weight[np.argsort(exposure)]) >= 0)


def test_shrinkage_recovers_the_gamma_it_was_made_from():
    rng = np.random.default_rng(5)
    exposure = np.full(4000, 10.0)
    events = rng.poisson(rng.gamma(4, 0.5, 4000) * 10).astype(float)
    shrunk = shrink_rates(events, exposure)
    assert shrunk.shape == pytest.approx(4, rel=0.1)
    assert shrunk.shape * shrunk.scale == pytest.approx(2, rel=0.03)


def test_posterior_limits_cover_the_true_rates():
    rng = np.random.default_rng(6)
    exposure = rng.uniform(2, 40, 2000)
    true = rng.gamma(6, 0.5, 2000)
    shrunk = shrink_rates(rng.poisson(true * exposure).astype(float), exposure)
    assert np.mean((shrunk.low <= true) & (true <= shrunk.high)) == pytest.approx(0.95, abs=0.015)


def test_stations_that_differ_by_less_than_chance_all_get_the_pooled_rate():
    shrunk = shrink_rates(np.full(10, 20.0), np.full(10, 4.0))
    assert shrunk.alike
    np.testing.assert_allclose(shrunk.rate, 5.0)


def test_a_cell_under_5_takes_the_next_smallest_with_it():
    """Else it could be had by subtracting from the total."""
    assert suppress_cells({"a": 3, "b": 40, "c": 12}) == {"a": None, "b": 40, "c": None}
    assert suppress_cells({"a": 3, "b": 4, "c": 12}) == {"a": None, "b": None, "c": 12}
    assert suppress_cells({"a": 0, "b": 9}) == {"a": 0, "b": 9}


def test_a_share_with_two_on_either_side_is_withheld_when_shared():
    assert shared(share_figure(58, 60)).statement == "suppressed"
    assert shared(share_figure(40, 60)).value is not None
    assert shared(Figure(-0.5, counts={"now": 2, "before": 4})).value is None


def test_a_base_under_30_is_noted_once():
    assert with_base_note(with_base_note(Figure(0.5), 12), 12).notes == ("small_base",)
    assert with_base_note(Figure(0.5), 30).notes == ()
