"""Predicted against actual, and drift alarms with the rate of false alarms they state."""

from datetime import date

import numpy as np
import pytest
from scipy.stats import binom

from hubpost.evaluation.calibration import (
    calibrate,
    rank_in_replications,
    transform,
    transform_by_scope,
)
from hubpost.evaluation.drift import (
    limit_for,
    run_length,
    standardised_counts,
    standardised_pit,
    two_sided_run_length,
    watch,
)
from hubpost.evaluation.kpis import compute_kpis
from hubpost.evaluation.period import period_of
from hubpost.evaluation.prediction import predicted_and_actual, prediction_of
from hubpost.evaluation.records import Records
from hubpost.simulation.outcomes import Outcome
from tests.evaluation.made_records import call
from tests.evaluation.made_records import calls as made_calls


def test_a_right_prediction_gives_flat_ranks_even_with_ties_and_few_draws():
    rng = np.random.default_rng(1)
    predicted = rng.integers(5, 12, 50).astype(float)
    found = []
    for _ in range(4000):
        both = rng.permutation(np.append(predicted[:19], rng.integers(5, 12)).astype(float))
        found.append(transform(both[:1], both[1:], rng)[0])
    assert np.histogram(found, bins=4, range=(0, 1))[0] / 4000 == pytest.approx(0.25, abs=0.03)


def test_a_right_prediction_is_called_wrong_in_about_5_percent():
    rng = np.random.default_rng(2)
    wrong = sum(calibrate(rng.random(200)).verdict != "as_predicted" for _ in range(400))
    assert binom.ppf(0.001, 400, 0.03) <= wrong <= binom.ppf(0.999, 400, 0.07)


@pytest.mark.parametrize(
    ("factor", "spread", "verdict"),
    [(1.0, 1.0, "as_predicted"), (1.5, 1.0, "slower"), (0.7, 1.0, "faster"),
     (1.0, 2.0, "other_spread")],
)  # fmt: skip
def test_slower_faster_and_wider_realities_are_told_apart(factor, spread, verdict):
    rng = np.random.default_rng(3)
    predicted = rng.lognormal(2.5, 0.5, 4000)
    actual = factor * rng.lognormal(2.5, 0.5 * spread, 600)
    assert calibrate(transform(actual, predicted, rng)).verdict == verdict


def test_reliability_counts_what_fell_below_each_predicted_quantile():
    rng = np.random.default_rng(4)
    found = calibrate(np.linspace(0.005, 0.995, 100))
    assert found.reliability[0.9].value == pytest.approx(0.9)
    assert found.reliability[0.9].counts == {"hits": 90, "of": 100}
    assert calibrate(rng.random(20)).verdict == "no_data"


def test_each_scope_is_held_against_its_own_prediction_and_blanks_stay_blank():
    rng = np.random.default_rng(5)
    pit = transform_by_scope(
        np.array([5.0, 50.0, np.nan]), np.array([0, 1, 1]),
        [np.arange(10.0), np.arange(100.0)], rng,
    )  # fmt: skip
    assert pit[:2] == pytest.approx([0.5, 0.5], abs=0.12)
    assert np.isnan(pit[2])


def test_an_aggregate_outside_all_replications_is_noted():
    replications = np.random.default_rng(6).normal(10, 1, 200)
    assert rank_in_replications(10.2, replications).notes == ()
    assert rank_in_replications(14.0, replications).notes == ("outside_prediction",)
    assert rank_in_replications(None, replications).statement == "no_data"


@pytest.mark.parametrize(("h", "one", "two"), [(4, 335.4, 168), (5, 930.9, 465)])
def test_run_lengths_are_the_published_ones(h, one, two):
    """Lucas (1976) and Montgomery, Introduction to Statistical Quality Control, table 9.4."""
    assert run_length(h, 0.5) == pytest.approx(one, rel=0.001)
    assert two_sided_run_length(h, 0.5) == pytest.approx(two, rel=0.002)


def test_a_shift_of_one_standard_error_is_found_in_the_published_time():
    """Montgomery, table 9.4: 8.38 periods at h = 4, 10.4 at h = 5."""
    assert two_sided_run_length(4, 0.5, shift=1.0) == pytest.approx(8.38, abs=0.01)
    assert two_sided_run_length(5, 0.5, shift=1.0) == pytest.approx(10.4, abs=0.05)


def test_false_alarms_come_as_often_as_stated():
    z = np.random.default_rng(7).normal(size=60_000)
    alarms = len(watch(z, 120).alarms)
    assert 60_000 / alarms == pytest.approx(120, rel=0.12)
    assert two_sided_run_length(limit_for(60), 0.5) == pytest.approx(60, rel=1e-3)


def test_a_drift_raises_an_alarm_and_missing_periods_do_not():
    z = np.concatenate([np.zeros(20), np.full(20, np.nan), np.full(15, 1.5)])
    alarms = watch(z).alarms
    assert alarms
    assert 40 < alarms[0] < 50


def test_standardised_counts_and_ranks_have_mean_0_and_spread_1():
    rng = np.random.default_rng(8)
    z = standardised_counts(rng.poisson(6, 40_000).astype(float), np.full(40_000, 6.0))
    assert z.mean() == pytest.approx(0, abs=0.02)
    assert z.std() == pytest.approx(1, abs=0.02)
    p = standardised_pit(rng.random((20_000, 12)).mean(axis=1), np.full(20_000, 12.0))
    assert p.std() == pytest.approx(1, abs=0.02)
    assert np.isnan(standardised_counts(np.array([1.0]), np.array([0.4]))).all()


def test_a_simulated_county_held_against_its_own_simulation_is_as_predicted():
    """Replications make the prediction; one more replication, read as records, is the actual."""
    station_ids = ("a", "b")
    rng = np.random.default_rng(9)

    def outcome():
        station = rng.integers(0, 2, 600)
        response = rng.lognormal(6 + 0.5 * station, 0.5)
        response[::50] = np.nan
        blank = np.zeros(600)
        return Outcome(response, blank, (station == 1) * 1.0, station, station, station,
                       blank, blank, blank, 0)  # fmt: skip

    prediction = prediction_of("plan-1", [outcome() for _ in range(30)], station_ids)
    assert set(prediction.response_min) == {"a", "b"}
    assert np.median(prediction.response_min["b"]) > np.median(prediction.response_min["a"])
    actual = outcome()
    calls = made_calls(*(
        call(station_ids[s], day=i % 28, response=None if np.isnan(r) else r / 60)
        for i, (s, r) in enumerate(zip(actual.station, actual.response_s, strict=True))
    ))  # fmt: skip
    records = Records({"calls": calls}, "UTC", {"calls": ("simulated",)})
    month = period_of(date(2024, 3, 1), date(2024, 3, 28))
    found = predicted_and_actual(
        records, month, prediction, compute_kpis(records, month), np.random.default_rng(1)
    )
    assert found.calibration.verdict == "as_predicted"
    assert found.calibration.n == 588
    assert found.by_station["a"].n + found.by_station["b"].n == 588
    assert found.figures["response_p50"].notes == ()
    assert found.drift.alarms == ()
