"""Fitted demand gives back what made it, and drawing from it is Poisson and repeatable."""

from datetime import date, timedelta

import numpy as np
import pytest

from hubpost.dispatch.rule import OWN_STATION
from hubpost.simulation.demand import fit_demand
from hubpost.simulation.draw import bootstrap_days, draw_calls, luck_of
from hubpost.simulation.replay import NoCalls
from tests.simulation.toys import call_table, line_county, stream

HOME = np.array([0, 0, 1])


def county_with(counts_by_day, hour=10, area="a"):
    """So many calls on each day from 2024-01-01, all in one hour and area."""
    calls = [
        {"at": 1440 * day + 60 * hour + k % 60, "area_id": area, "category": "traffic"}
        for day, count in enumerate(counts_by_day)
        for k in range(count)
    ]
    return line_county(calls)


def test_weekday_and_month_factors_of_an_even_pattern_are_found_exactly():
    """Twice as many on Sundays, three times as many in February, exactly: so are the factors."""
    days = [date(2024, 1, 1) + timedelta(d) for d in range(60)]
    counts = [2 * (2 if d.weekday() == 6 else 1) * (3 if d.month == 2 else 1) for d in days]
    demand = fit_demand(county_with(counts))
    assert demand.weekday[6] / demand.weekday[0] == pytest.approx(2, rel=1e-9)
    assert demand.month[1] / demand.month[0] == pytest.approx(3, rel=1e-9)
    assert demand.dispersion == pytest.approx(0, abs=1e-12)
    rates = demand.rate_per_hour(date(2024, 1, 1), 60)
    np.testing.assert_allclose(rates.sum(axis=1), counts, rtol=1e-9)


def test_hours_and_areas_follow_the_calls_and_leave_nobody_at_nothing():
    demand = fit_demand(county_with([20] * 30))
    assert demand.hour.sum(axis=1) == pytest.approx([1, 1])
    assert demand.hour[0].argmax() == 10
    assert demand.area_share.sum() == pytest.approx(1)
    assert demand.area_share[0] > 0.98
    assert (demand.area_share > 0).all()


def test_calls_nobody_went_to_are_left_out_where_dispatch_is_recorded():
    calls = [{"at": 60 * k, "area_id": "a", "dispatched_at": 60 * k + 1} for k in range(5)]
    calls += [{"at": 60 * k + 30, "area_id": "a"} for k in range(3)]
    demand = fit_demand(line_county(calls))
    assert (demand.fitted_calls, demand.left_out["no_unit_went"]) == (5, 3)


def test_drawn_numbers_are_poisson_about_the_fit():
    """Mean and variance of 400 days of 20 calls: both within five standard errors of 20."""
    demand = fit_demand(county_with([20] * 60))
    drawn = draw_calls(demand, HOME, date(2024, 1, 1), 400, luck_of(1, 0), OWN_STATION)
    per_day = np.bincount((drawn.received_s // 86400).astype(int), minlength=400)
    expected = demand.rate_per_hour(date(2024, 1, 1), 400).sum(axis=1)
    assert abs((per_day - expected).sum()) < 5 * np.sqrt(expected.sum())
    pearson = ((per_day - expected) ** 2 / expected).sum()
    assert abs(pearson - 400) < 5 * np.sqrt(2 * 400)


def test_same_seed_same_calls_other_replication_other_calls():
    demand = fit_demand(county_with([20] * 30))
    draws = [
        draw_calls(demand, HOME, date(2024, 1, 1), 30, luck_of(7, k), OWN_STATION)
        for k in (0, 0, 1)
    ]
    assert all(np.array_equal(a, b) for a, b in zip(draws[0], draws[1], strict=True))
    assert not np.array_equal(draws[0].received_s[:50], draws[2].received_s[:50])


def test_scaled_demand_is_so_much_more_and_nonsense_is_refused():
    demand = fit_demand(county_with([20] * 30))
    assert demand.scaled(1.5).per_day == pytest.approx(1.5 * demand.per_day)
    with pytest.raises(ValueError, match="above 0"):
        demand.scaled(0)


def test_bootstrapped_days_are_whole_real_days():
    """Two calls on day 0, one on day 1: each drawn day has one of the two patterns."""
    calls = stream([60, 120, 1440 + 300], [0, 1, 2], [0, 0, 1])
    drawn = bootstrap_days(calls, 50, np.random.default_rng(1))
    for day in range(50):
        of_day = drawn.received_s[drawn.received_s // 86400 == day] - day * 86400
        assert of_day.tolist() in ([3600.0, 7200.0], [18000.0])
    assert (np.diff(drawn.decide_s) >= 0).all()


def test_no_calls_no_demand_in_words():
    with pytest.raises(NoCalls, match="expected calls"):
        fit_demand(line_county([]))
    assert len(call_table([])) == 0
