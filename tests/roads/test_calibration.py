"""Calibration on generated trips whose truth is known (synthetic throughout)."""

import numpy as np
import pytest

from hubpost.model.place import Place
from hubpost.roads.calibration import CalibrationParams, calibrate, fit
from hubpost.roads.profile import CLASS_CODE
from hubpost.roads.situation import Situation, conditions_in
from hubpost.roads.trips import GROUPS, Trips, check_trips, group_seconds, trips_between
from tests.roads.osm_files import road

TRUE = np.array([1.1, 1.5, 1.9, 1.6])


def synthetic(count=800, spread=0.25, start_s=0.0, seed=0, groups=4) -> Trips:
    """Trips of 1 to 30 minutes of free flow, mixed roads, log-normal errors."""
    rng = np.random.default_rng(seed)
    mix = rng.dirichlet(np.ones(groups), count)
    group_s = np.zeros((count, len(GROUPS)))
    group_s[:, :groups] = mix * rng.uniform(60, 1800, count)[:, None]
    truth = (start_s + group_s @ TRUE) * np.exp(rng.normal(0, spread, count))
    return Trips(group_s, truth, np.full(count, 500.0))


def rows(report):
    return {row.predictor: row for row in report.rows}


def test_true_factors_are_found_again():
    report = calibrate(synthetic())
    assert report.calibration.factor == pytest.approx(TRUE, rel=0.1)
    assert report.calibration.start_s == 0
    assert report.doubts == ()


def test_gross_errors_move_the_factors_little():
    """Every twentieth record is five times too long, as when the arrival button is forgotten."""
    trips = synthetic()
    trips.observed_s[::20] *= 5
    assert calibrate(trips).calibration.factor == pytest.approx(TRUE, rel=0.12)


def test_turnout_is_told_from_driving():
    report = calibrate(synthetic(start_s=240), CalibrationParams(with_start=True))
    assert report.calibration.start_s == pytest.approx(240, rel=0.2)
    assert report.calibration.factor == pytest.approx(TRUE, rel=0.15)


def test_error_falls_and_the_interval_covers_four_in_five_held_out_trips():
    found = rows(calibrate(synthetic(count=2000)))
    before, after = found["profile as it is"], found["calibrated"]
    assert after.mae_s < 0.7 * before.mae_s
    assert before.bias_s < -200  # free flow promises too much
    assert abs(after.bias_s) < 60
    assert after.interval_coverage == pytest.approx(0.8, abs=0.03)
    assert after.interval_width_s < found["the median trip"].interval_width_s


def test_roads_no_trip_used_follow_the_others():
    """Shrinkage: without a record on minor roads their factor is the common one, not wild."""
    factor = calibrate(synthetic(groups=3)).calibration.factor
    assert factor[3] == pytest.approx(np.exp(np.log(factor[:3]).mean()), rel=0.15)


def test_few_noisy_trips_stay_near_the_profile():
    """60 trips with errors of a factor e: strong shrinkage beats believing the noise."""
    few = synthetic(count=60, spread=1.0)
    params = CalibrationParams(shrinkages=(100.0,))
    factor = calibrate(few, params).calibration.factor
    assert np.ptp(np.log(factor)) < 0.15


def test_rounding_by_hand_is_noticed_and_not_imagined():
    trips = synthetic(count=1500)
    minutes = np.maximum(60, np.rint(trips.observed_s / 60) * 60)
    honest = check_trips(Trips(trips.group_s, minutes, trips.straight_m))
    assert not honest.heaped
    assert honest.heaped_share == pytest.approx(0.2, abs=0.05)
    by_hand = minutes.copy()
    by_hand[::2] = np.maximum(300, np.rint(by_hand[::2] / 300) * 300)
    check = check_trips(Trips(trips.group_s, by_hand, trips.straight_m))
    assert check.heaped
    assert check.heaped_share == pytest.approx(0.6, abs=0.05)
    five = by_hand % 300 == 0
    assert check.rounding_s[five].min() > 3 * check.rounding_s[~five].max()


def test_heaped_records_weigh_less():
    """Short trips rounded up to 5 minutes pull the plain fit up; the weights hold it down."""
    long = synthetic(count=1000, spread=0.15)
    trips = Trips(long.group_s / 4, long.observed_s / 4, long.straight_m)
    rounded = np.maximum(60, np.rint(trips.observed_s / 60) * 60)
    rounded[::2] = np.maximum(300, np.ceil(trips.observed_s[::2] / 300) * 300)
    heaped = Trips(trips.group_s, rounded, trips.straight_m)
    rounding_s = check_trips(heaped).rounding_s

    def excess(assumed_s):
        fitted = fit(heaped, assumed_s, 1.0, CalibrationParams(), np.random.default_rng(0))
        return np.median(fitted.predict_s(trips.group_s) / (trips.group_s @ TRUE)) - 1

    assert 0 < excess(rounding_s) < 0.9 * excess(np.zeros(1000))
    doubts = calibrate(heaped).doubts
    assert any("rounded by hand" in doubt for doubt in doubts)


def test_what_cannot_be_true_is_refused_and_counted():
    group_s = np.full((6, 4), 100.0)
    group_s[0] = np.nan
    observed = np.array([500, np.nan, 0, 10, 20_000, 500.0])
    check = check_trips(Trips(group_s, observed, np.full(6, 1000.0)))
    assert check.kept.tolist() == [False] * 5 + [True]
    assert check.refused == dict.fromkeys(check.refused, 1)


def test_too_few_trips_are_refused():
    with pytest.raises(ValueError, match="at least 50 usable trips"):
        calibrate(synthetic(count=30))


def test_factors_no_road_can_have_are_doubted():
    """Times unrelated to the roads, as with stand-ins for stations."""
    trips = synthetic(count=600)
    shuffled = np.random.default_rng(5).permutation(trips.observed_s) / 6
    report = calibrate(Trips(trips.group_s, shuffled, trips.straight_m))
    assert any("hardly started" in doubt for doubt in report.doubts)
    assert any("explain little" in doubt for doubt in report.doubts)


def test_the_same_seed_gives_the_same_answer():
    assert calibrate(synthetic()).to_json() == calibrate(synthetic()).to_json()


def test_trips_are_cut_by_kind_of_road_and_factors_go_back_on_it(make_network):
    """Two legs, primary and residential: each counts in its group; applying the factors to the
    network gives the predicted time."""
    nodes = {1: (0.0, 0.0), 2: (0.01, 0.0), 3: (0.02, 0.0)}
    network = make_network(nodes, [road(1, [1, 2], highway="primary"), road(2, [2, 3])])
    a, b = Place(0, 0), Place(0.02, 0)
    legs = [0, 1111.95 / (65 / 3.6), 1111.95 / (25 / 3.6), 0]
    assert group_seconds(network, a, b) == pytest.approx(legs, rel=1e-3)
    trips = trips_between(network, [a], [Place(0, 5)], np.array([100.0]))
    assert np.isnan(trips.group_s).all()
    calibration = calibrate(synthetic()).calibration
    slowed = conditions_in(network.graph, Situation(), class_factor=calibration.class_factor())
    network.apply_conditions(slowed)
    predicted = calibration.predict_s(np.array([legs]))[0]
    assert network.matrix_s([a], [b])[0, 0] == pytest.approx(predicted, rel=1e-3)
    assert calibration.class_factor()[CLASS_CODE["primary"]] == calibration.factor[1]
