"""Rates and their ratios: against scipy, R's printed examples and each other."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, poisson
from statsmodels.stats.rates import confint_poisson, confint_poisson_2indep

from hubpost.evaluation.rates import (
    CountOver,
    count_interval,
    rate_figure,
    rate_ratio,
    rate_ratio_p,
    year_on_year,
)

COUNTS = st.integers(0, 400)


def test_rate_equals_the_example_of_r():
    """R, help(poisson.test): 137 events over 24.19893 give 4.753125 to 6.692709."""
    figure = rate_figure(CountOver(137, 24.19893))
    assert (figure.low, figure.high) == pytest.approx((4.753125, 6.692709), abs=1e-6)


def test_ratio_equals_the_example_of_r():
    """R, help(poisson.test): 11 of 800 against 21 of 3011: p 0.07967, 0.8584264 to 4.2772659."""
    now, then = CountOver(11, 800), CountOver(21, 3011)
    figure = rate_ratio(now, then)
    assert figure.value == pytest.approx(1.971488, abs=1e-6)
    assert (figure.low, figure.high) == pytest.approx((0.8584264, 4.2772659), abs=1e-6)
    assert rate_ratio_p(now, then) == pytest.approx(0.07967, abs=1e-5)


@given(st.integers(0, 5000))
def test_count_limits_equal_statsmodels(events):
    assert count_interval(events) == pytest.approx(
        confint_poisson(events, 1, method="exact-c"), rel=1e-9, abs=1e-9
    )


def test_mid_p_limits_lie_inside_the_exact_ones_and_near_the_score_limits():
    now, then = CountOver(60, 51477.5), CountOver(30, 54308.7)
    exact, mid = rate_ratio(now, then), rate_ratio(now, then, mid_p=True)
    assert exact.low < mid.low < mid.high < exact.high
    score = confint_poisson_2indep(60, 51477.5, 30, 54308.7, method="score", compare="ratio")
    assert (mid.low, mid.high) == pytest.approx(score, rel=0.03)


@settings(max_examples=60)
@given(COUNTS, COUNTS, st.floats(0.1, 10), st.floats(0.1, 10))
def test_swapping_the_periods_inverts_the_ratio_and_its_limits(a, b, t, u):
    forth, back = (
        rate_ratio(CountOver(a, t), CountOver(b, u)),
        rate_ratio(CountOver(b, u), CountOver(a, t)),
    )
    if a and b:
        assert forth.value == pytest.approx(1 / back.value)
        assert forth.low == pytest.approx(1 / back.high)
        assert forth.low <= forth.value <= forth.high
    elif a:
        assert forth.statement == "base_zero"
        assert forth.low == pytest.approx(1 / back.high)


@given(st.integers(0, 60), st.integers(0, 60), st.floats(0.2, 5))
def test_the_exact_interval_excludes_1_exactly_when_a_tail_is_under_2_5_percent(a, b, t):
    """Interval and test say the same: the limits are those of the binomial tails."""
    if not a + b:
        return
    figure = rate_ratio(CountOver(a, t), CountOver(b, 1.0))
    share = t / (t + 1)
    tails = binom.cdf(a, a + b, share), binom.sf(a - 1, a + b, share)
    excluded = (figure.high or np.inf) < 1 or figure.low > 1
    assert excluded == (min(tails) < 0.025)


def test_mid_p_covers_95_percent_on_average_where_exact_covers_more():
    """Exact sums over the joint law of the two counts, no simulation: λ = 12 and 10."""
    law, law2 = poisson.pmf(np.arange(45), 12), poisson.pmf(np.arange(45), 10)
    covered = {False: 0.0, True: 0.0}
    for mid in covered:
        for a in range(2, 32):
            for b in range(1, 28):
                f = rate_ratio(CountOver(a, 1), CountOver(b, 1), mid_p=mid)
                covered[mid] += law[a] * law2[b] * (f.low <= 1.2 <= f.high)
    assert covered[False] > 0.96
    assert covered[True] == pytest.approx(0.95, abs=0.012)


def test_minus_38_7_percent_of_31_calls_might_be_no_change_at_all():
    """The source's −38.7 % is 19 against 31 if the base is small: the interval holds 0."""
    figure = year_on_year(CountOver(19, 365), CountOver(31, 365))
    assert round(figure.value, 3) == -0.387
    assert figure.low < 0 < figure.high


def test_base_zero_gives_counts_and_a_lower_limit_but_no_percentage():
    figure = year_on_year(CountOver(4, 365), CountOver(0, 365))
    assert (figure.value, figure.high, figure.statement) == (None, None, "base_zero")
    assert figure.counts["now"] == 4


def test_two_empty_years_are_said_to_be_so():
    assert year_on_year(CountOver(0, 365), CountOver(0, 365)).statement == "both_zero"


def test_a_period_nobody_observed_is_not_a_fall_of_100_percent():
    figure = year_on_year(CountOver(0, 0), CountOver(50, 365))
    assert (figure.value, figure.statement) == (None, "empty_period")
    assert year_on_year(CountOver(5, 9), CountOver(0, 0)).statement == "no_base_period"


def test_unequal_periods_are_compared_by_daily_rates_and_it_is_said():
    figure = year_on_year(CountOver(50, 182.5), CountOver(100, 365))
    assert figure.value == pytest.approx(0)
    assert "unequal_exposure" in figure.notes


def test_a_leap_year_is_not_called_unequal():
    assert "unequal_exposure" not in year_on_year(CountOver(50, 366), CountOver(50, 365)).notes


def test_a_base_under_30_is_noted():
    assert "small_base" in year_on_year(CountOver(20, 1), CountOver(29, 1)).notes
    assert "small_base" not in year_on_year(CountOver(20, 1), CountOver(30, 1)).notes


def test_events_without_exposure_are_refused():
    with pytest.raises(ValueError, match="exposure"):
        CountOver(3, 0)
