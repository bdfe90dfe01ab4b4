"""Quantiles: the short bootstrap equals the long one, and covers what it should."""

import numpy as np
import pytest
from scipy.stats import bootstrap, lognorm

from hubpost.evaluation.figure import Figure
from hubpost.evaluation.quantiles import (
    bootstrap_quantile,
    difference_figure,
    ideal_ranks,
    quantile_figure,
    rank_of,
)


def test_the_beta_draws_have_the_law_of_a_resampled_quantile():
    """For 3 values the median of a resample is the middle one with probability 13/27."""
    values = np.array([1.0, 2.0, 3.0])
    rng = np.random.default_rng(1)
    resampled = np.sort(rng.choice(values, (200_000, 3)), axis=1)[:, 1]
    from hubpost.evaluation.quantiles import _resampled_ranks

    ours = values[_resampled_ranks(0.5, 3, rng.random(200_000))]
    for value, share in ((1, 7 / 27), (2, 13 / 27), (3, 7 / 27)):
        assert np.mean(ours == value) == pytest.approx(share, abs=0.005)
        assert np.mean(resampled == value) == pytest.approx(share, abs=0.005)


@pytest.mark.parametrize("q", [0.5, 0.9])
def test_limits_equal_those_of_scipys_bootstrap(q):
    values = np.random.default_rng(5).lognormal(2.5, 0.6, 200)

    def quantile(x, axis=-1):
        return np.take(np.sort(x, axis=axis), rank_of(q, 200), axis=axis)

    theirs = bootstrap(
        (values,), quantile, method="percentile", n_resamples=20_000, batch=2000,
        rng=np.random.default_rng(3),
    ).confidence_interval  # fmt: skip
    ours = bootstrap_quantile(values, q, np.random.default_rng(4), draws=20_000)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), rel=0.02)
    ideal = quantile_figure(np.sort(values), q)
    assert (ideal.low, ideal.high) == pytest.approx((ours.low, ours.high), rel=0.02)


@pytest.mark.parametrize(("q", "n"), [(0.5, 40), (0.9, 60), (0.9, 400)])
def test_limits_cover_the_true_quantile_in_93_to_97_percent(q, n):
    """Exactly, not by simulation: P(x_(a) <= true < x_(b)) is binomial."""
    from scipy.stats import binom

    low, high = ideal_ranks(q, n)
    # x_(low+1) <= ξ iff at least low+1 values are below ξ; ξ <= x_(high+1) iff at most high are.
    covered = binom.cdf(high, n, q) - binom.cdf(low, n, q)
    assert 0.93 <= covered <= 0.97


def test_same_seed_same_limits_and_blank_values_do_not_count():
    values = np.array([3.0, np.nan, 5, 8, 9, 11, 14, 20, 31])
    one, two = (bootstrap_quantile(values, 0.5, np.random.default_rng(9)) for _ in range(2))
    assert one == two
    assert one.counts["n"] == 8


def test_few_values_give_a_value_without_limits_and_none_give_nothing():
    few = quantile_figure(np.array([4.0, 6.0]), 0.5)
    assert (few.value, few.low, few.statement) == (4.0, None, "too_few")
    assert quantile_figure(np.array([]), 0.5).statement == "no_events"


def test_a_difference_of_medians_covers_the_truth():
    """600 pairs of seeded samples of 80; binomial tolerance of three standard errors."""
    rng = np.random.default_rng(11)
    true = lognorm(0.6, scale=12).median() - lognorm(0.6, scale=15).median()
    held = 0
    for _ in range(600):
        now, then = (np.sort(rng.lognormal(np.log(m), 0.6, 80)) for m in (12, 15))
        d = difference_figure(quantile_figure(now, 0.5), quantile_figure(then, 0.5))
        held += d.low <= true <= d.high
    assert 0.923 <= held / 600 <= 0.98


def test_no_difference_where_a_year_is_missing():
    none = Figure(None, statement="no_events")
    assert difference_figure(Figure(3.0, 2, 4), none).statement == "no_base_period"
