"""Shares: against statsmodels, and against worked examples in print."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from hubpost.evaluation.shares import (
    clopper_pearson_interval,
    rate_change,
    share_difference,
    share_figure,
    wilson_interval,
)


def test_57_of_60_is_95_percent_but_really_86_3_to_98_3():
    low, high = wilson_interval(57, 60)
    assert (round(low * 100, 1), round(high * 100, 1)) == (86.3, 98.3)


def test_wilson_equals_the_example_of_newcombe_1998():
    """Newcombe (1998), Statistics in Medicine 17:857, table I: 81 of 263, method 3."""
    low, high = wilson_interval(81, 263)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)


def test_clopper_pearson_equals_the_example_of_newcombe_1998():
    """Newcombe (1998), table I: 81 of 263, method 5."""
    low, high = clopper_pearson_interval(81, 263)
    assert (round(low, 4), round(high, 4)) == (0.2527, 0.3676)


@given(st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_both_intervals_equal_statsmodels_and_hold_the_share(pair):
    hits, of = pair
    for ours, name in ((wilson_interval, "wilson"), (clopper_pearson_interval, "beta")):
        low, high = ours(hits, of)
        assert (low, high) == pytest.approx(proportion_confint(hits, of, method=name), abs=1e-9)
        assert 0 <= low <= hits / of <= high <= 1


def test_difference_equals_the_example_of_newcombe_1998():
    """Newcombe (1998b), Statistics in Medicine 17:873, table II: 56/70 − 48/80, method 10."""
    figure = share_difference((56, 70), (48, 80))
    assert (round(figure.value, 4), round(figure.low, 4), round(figure.high, 4)) == (
        0.2,
        0.0524,
        0.3339,
    )


def test_difference_equals_statsmodels():
    figure = share_difference((19, 34), (5, 22))
    assert (figure.low, figure.high) == pytest.approx(
        confint_proportions_2indep(19, 34, 5, 22, method="newcomb", compare="diff"), abs=1e-9
    )


def test_nothing_counted_is_no_share_and_never_zero():
    figure = share_figure(0, 0)
    assert figure.value is None
    assert figure.statement == "no_events"


def test_a_year_without_checks_gives_no_difference():
    assert share_difference((3, 4), (0, 0)).statement == "no_base_period"
    assert share_difference((0, 0), (3, 4)).statement == "no_events"


def test_disputes_found_11_more_and_resolved_10_more_lower_the_rate():
    """The source reports both as successes; together they say the rate fell 0.9 % (relative)."""
    assert rate_change(0.11, 0.10) == pytest.approx(-0.009009, abs=1e-6)


@pytest.mark.parametrize("pair", [(5, 4), (-1, 4), (0, 0)])
def test_an_impossible_share_is_refused(pair):
    with pytest.raises(ValueError, match="Expected"):
        wilson_interval(*pair)
