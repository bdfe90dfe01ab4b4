"""Effects: point estimates against statsmodels, coverage and placebos by simulation."""

from datetime import date

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.optimize import minimize
from scipy.stats import binom

from hubpost.evaluation.count_regression import fit_counts, fit_poisson
from hubpost.evaluation.interrupted_series import (
    SeriesParams,
    SeriesTooShort,
    newey_west,
    step_design,
    step_effect,
)
from hubpost.evaluation.monthly import MonthlySeries
from hubpost.evaluation.placebo import placebo_dates
from hubpost.evaluation.power import PowerInputs, months_until_shown, power_after
from hubpost.evaluation.staggered import (
    NEVER,
    expected_without,
    placebo_stations,
    staggered_effect,
)
from hubpost.evaluation.synthetic_control import simplex_weights, synthetic_control
from tests.evaluation.made_series import made_panel, made_series


def assert_share(hits, of, low, high):
    """The share lies in [low, high] up to chance (one in a thousand at either end)."""
    assert binom.ppf(0.001, of, low) <= hits <= binom.ppf(0.999, of, high)


def test_poisson_fit_equals_statsmodels():
    series = made_series(np.random.default_rng(1))
    design = step_design(60, 36, 2)
    theirs = sm.GLM(
        series.counts, design, family=sm.families.Poisson(), offset=np.log(series.days)
    ).fit()
    ours = fit_poisson(series.counts, design, np.log(series.days))
    np.testing.assert_allclose(ours, theirs.params, atol=1e-7)


def test_without_autocorrelation_limits_are_those_of_statsmodels_quasi_poisson(monkeypatch):
    """With the one strength 0 allowed, covariance and dispersion are those of scale='X2'."""
    series = made_series(np.random.default_rng(2))
    design = step_design(60, 36, 2)
    theirs = sm.GLM(
        series.counts, design, family=sm.families.Poisson(), offset=np.log(series.days)
    ).fit(scale="X2")
    monkeypatch.setattr("hubpost.evaluation.count_regression._RHOS", np.zeros(1))
    ours = fit_counts(series.counts, design, np.log(series.days))
    np.testing.assert_allclose(ours.coef, theirs.params, atol=1e-6)
    np.testing.assert_allclose(np.sqrt(np.diag(ours.cov)), theirs.bse, rtol=1e-4)
    assert ours.dispersion == pytest.approx(theirs.scale, rel=1e-4)


def test_over_dispersion_is_that_of_a_negative_binomial():
    """NB counts of mean 40 and size 20 have variance over mean 3."""
    rng = np.random.default_rng(3)
    found = []
    for _ in range(60):
        counts = rng.negative_binomial(20, 20 / 60, 60).astype(float)
        series = MonthlySeries(date(2019, 1, 1), counts, np.full(60, 30.0))
        found.append(step_effect(series, 36).dispersion)
    assert np.mean(found) == pytest.approx(3, rel=0.1)


@pytest.mark.parametrize(
    ("base", "sd", "rho"), [(40, 0.0, 0.0), (40, 0.15, 0.3), (200, 0.15, 0.5), (6, 0.2, 0.3)]
)
def test_the_interval_of_a_series_covers_a_true_effect_in_93_to_97_percent(base, sd, rho):
    rng = np.random.default_rng(10)
    held = 0
    for _ in range(500):
        change = step_effect(made_series(rng, base=base, effect=-0.2, sd=sd, rho=rho), 36).change
        held += change.low <= -0.2 <= change.high
    assert_share(held, 500, 0.93, 0.97)


def test_a_reform_without_effect_is_found_in_about_5_percent():
    rng = np.random.default_rng(12)
    found = sum(step_effect(made_series(rng), 36).p < 0.05 for _ in range(600))
    assert_share(found, 600, 0.03, 0.07)


def test_placebo_dates_are_found_in_about_5_percent():
    rng = np.random.default_rng(13)
    share = [placebo_dates(made_series(rng, sd=0.1, rho=0.2), 36).share_found for _ in range(60)]
    assert 0.02 <= np.mean(share) <= 0.08


def test_placebo_dates_use_nothing_after_the_true_start():
    series = made_series(np.random.default_rng(14))
    changed = MonthlySeries(
        series.first, np.append(series.counts[:36], 9 * series.counts[36:]), series.days
    )
    assert placebo_dates(series, 36) == placebo_dates(changed, 36)
    assert placebo_dates(series, 36).dates[-1] == date(2021, 7, 1)


def test_newey_west_alone_would_cover_too_little():
    """Why it is only the second opinion: coverage under 93 % in 60 autocorrelated months."""
    rng = np.random.default_rng(15)
    held = 0
    for _ in range(300):
        figure = newey_west(made_series(rng, effect=-0.2, rho=0.5), 36, 2)
        held += figure.low <= -0.2 <= figure.high
    assert held / 300 < 0.92


def test_averted_is_expected_without_less_observed_and_its_limits_hold_it():
    effect = step_effect(made_series(np.random.default_rng(16), base=200, effect=-0.3), 36)
    observed = effect.change.counts["after"]
    assert effect.averted.value == pytest.approx(
        effect.counterfactual[36:].sum() - effect.fitted[36:].sum()
    )
    assert effect.averted.low < effect.averted.value < effect.averted.high
    assert effect.averted.value == pytest.approx(observed * (1 / 0.7 - 1), rel=0.4)


def test_a_season_is_not_taken_for_an_effect():
    """A start in the yearly trough, no effect: without season terms it would be found."""
    t = np.arange(48)
    counts = np.round(100 * np.exp(0.5 * np.cos(2 * np.pi * t / 12)))
    series = MonthlySeries(date(2020, 1, 1), counts, np.full(48, 30.0))
    assert abs(step_effect(series, 39).change.value) < 0.05
    assert abs(step_effect(series, 39, SeriesParams(season_pairs=0)).change.value) > 0.05


def test_a_change_of_slope_can_be_asked_for():
    t = np.arange(60)
    counts = np.round(300 * np.exp(-0.2 * np.maximum(t - 36, 0) / 12))
    series = MonthlySeries(date(2020, 1, 1), counts, np.full(60, 30.0))
    effect = step_effect(series, 36, SeriesParams(slope=True))
    assert abs(effect.change.value) < 0.02
    assert effect.averted.value is None


def test_a_short_series_is_refused_with_what_is_missing():
    series = made_series(np.random.default_rng(1), n=14)
    with pytest.raises(SeriesTooShort, match="came 8 and 6"):
        step_effect(series, 8)


def test_station_and_month_fit_equals_statsmodels_poisson_with_dummies():
    counts, days, joined = made_panel(np.random.default_rng(20), stations=6, months=10,
                                      joined=((5, 2),))  # fmt: skip
    untreated = ~((joined[:, None] >= 0) & (np.arange(10) >= joined[:, None]))
    s, t = np.nonzero(untreated)
    dummies = np.column_stack([np.eye(6)[s], np.eye(10)[t][:, 1:]])
    fit = sm.GLM(counts[untreated], dummies, family=sm.families.Poisson()).fit()
    ours = expected_without(counts, days, untreated)
    np.testing.assert_allclose(ours[untreated], fit.mu, rtol=1e-5)


def test_staggered_effect_covers_a_true_effect_and_nothing_else():
    rng = np.random.default_rng(21)
    held, found = 0, 0
    ids = tuple("abcdefghijklmnopqrstuvwxy")
    for _ in range(100):
        counts, days, joined = made_panel(rng, effect=-0.15)
        change = staggered_effect(counts, days, joined, ids).change
        held += change.low <= -0.15 <= change.high
        counts, days, joined = made_panel(rng)
        found += staggered_effect(counts, days, joined, ids).p < 0.05
    assert_share(held, 100, 0.93, 0.97)
    assert_share(found, 100, 0.03, 0.07)


def test_effects_that_grow_do_not_bias_it_as_they_do_two_way_fixed_effects():
    """Goodman-Bacon (2021): early joiners as controls give a wrong sign; imputation does not."""
    t, joined = np.arange(30), np.array([5] * 4 + [20] * 4 + [-1] * 4)
    since = np.maximum(t - joined[:, None], 0) * (joined[:, None] >= 0)
    counts = 100 * np.exp(-0.05 * since)
    effect = staggered_effect(counts, np.full((12, 30), 30.0), joined, tuple("abcdefghijkl"))
    treated = (joined[:, None] >= 0) & (t >= joined[:, None])
    truth = counts[treated].sum() / (100 * treated.sum()) - 1
    assert effect.change.value == pytest.approx(truth, abs=1e-6)
    assert effect.by_month[10] == pytest.approx(np.exp(-0.5) - 1, abs=1e-6)


def test_months_in_which_all_have_joined_are_left_out_and_named():
    counts, days, _ = made_panel(np.random.default_rng(22), stations=4, months=20, joined=())
    effect = staggered_effect(counts, days, np.array([5, 5, 12, 12]), ("a", "b", "c", "d"))
    assert effect.left_out == ("8 months",)
    assert np.isnan(effect.without[:, 12:]).all()


def test_placebo_stations_find_a_real_effect_rare_and_chance_common():
    rng = np.random.default_rng(23)
    real = placebo_stations(*made_panel(rng, effect=-0.4), rng, draws=99)
    assert real == pytest.approx(0.01)
    chance = [placebo_stations(*made_panel(rng), rng, draws=39) for _ in range(40)]
    assert_share(sum(p <= 0.05 for p in chance), 40, 0.03, 0.07)


@pytest.mark.parametrize("seed", range(4))
def test_mixing_weights_are_the_nearest_point_of_the_hull(seed):
    """Against SLSQP, and by the optimality conditions: no donor would improve the mix."""
    rng = np.random.default_rng(seed)
    donors, target = rng.normal(size=(8, 15)), rng.normal(size=15)
    w = simplex_weights(target, donors)
    assert w.min() >= 0
    assert w.sum() == pytest.approx(1)
    gradient = donors @ (w @ donors - target)
    assert gradient.min() >= gradient @ w - 1e-9
    loss = lambda v: ((v @ donors - target) ** 2).sum()  # noqa: E731
    other = minimize(loss, np.full(8, 1 / 8), bounds=[(0, 1)] * 8, method="SLSQP",
                     constraints={"type": "eq", "fun": lambda v: v.sum() - 1})  # fmt: skip
    assert loss(w) <= other.fun + 1e-7


def test_a_target_that_is_a_mix_is_mixed_exactly_and_its_drop_is_found():
    rng = np.random.default_rng(30)
    donors = rng.uniform(5, 10, (19, 36))
    target = 0.3 * donors[2] + 0.7 * donors[11]
    target[24:] *= 0.8
    found = synthetic_control(target, donors, 24)
    assert found.weights[[2, 11]] == pytest.approx([0.3, 0.7], abs=1e-6)
    assert found.change == pytest.approx(-0.2, abs=1e-6)
    assert found.p == pytest.approx(1 / 20)


def test_synthetic_control_finds_nothing_in_about_5_percent():
    """20 stations alike: the rank of any one is uniform, so p = 1/20 comes in 5 %."""
    rng = np.random.default_rng(31)
    found = 0
    for _ in range(120):
        rates = rng.normal(10, 1, (20, 30))
        found += synthetic_control(rates[0], rates[1:], 20).p <= 0.05
    assert_share(found, 120, 0.03, 0.07)


def test_planned_power_is_what_simulation_gives():
    inputs = PowerInputs(-0.2, 40, 36, dispersion=1.0, rho=0.0)
    months = months_until_shown(inputs)
    assert power_after(inputs, months) >= 0.8 > power_after(inputs, months - 1)
    rng = np.random.default_rng(40)
    shown = sum(
        step_effect(made_series(rng, 36 + months, 36, 40, -0.2, 0, 0), 36).p < 0.05
        for _ in range(300)
    )
    # Not knowing the autocorrelation costs some power; the plan takes it as known.
    assert_share(shown, 300, 0.72, 0.88)


def test_smaller_effects_and_rarer_events_take_longer_and_some_never_show():
    few = PowerInputs(-0.1, 40, 36)
    assert months_until_shown(PowerInputs(-0.3, 40, 36)) < months_until_shown(few, most=600)
    assert months_until_shown(PowerInputs(-0.05, 5, 24), most=60) is None
    with pytest.raises(ValueError, match="effect"):
        power_after(PowerInputs(0.0, 40, 36), 12)


def test_never_is_not_a_month():
    assert NEVER < 0
