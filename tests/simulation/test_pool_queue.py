"""Pools of stations as queues: against Erlang, on paper, and how they must move."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubpost.simulation.erlang import erlang_c
from hubpost.simulation.pool_queue import Pool, floor_p90_s, serve_pool, spread_units


def pool(stations=2, drive_s=0.0, help_s=0.0, on_scene_s=3600.0, turnout_s=0.0):
    """One area each; drive_s to one's own, help_s to another's."""
    travel = np.full((stations, stations), help_s)
    np.fill_diagonal(travel, drive_s)
    return Pool(travel, np.eye(stations), turnout_s, on_scene_s)


def test_one_each_first_then_to_the_highest_load_per_unit():
    """Loads 3, 1, 1: units 4 and 5 go to the first (3 > 1, 1.5 > 1), the sixth too (1 = 1 = 1)."""
    load = np.array([3.0, 1.0, 1.0])
    assert spread_units(load, 2).tolist() == [1, 1, 0]
    assert spread_units(load, 3).tolist() == [1, 1, 1]
    assert spread_units(load, 5).tolist() == [3, 1, 1]
    assert spread_units(load, 6).tolist() == [4, 1, 1]


def test_units_of_two_stations_wait_as_erlang_says():
    """Equal services: the hypercube's P(wait) is Erlang C whatever the preferences."""
    for units in ([1, 1], [2, 1], [3, 2]):
        found = serve_pool(pool(), np.array([0.7, 0.4]), np.array(units))
        assert found.p_wait == pytest.approx(erlang_c(1.1, sum(units)), abs=1e-8)


def test_two_units_on_paper():
    """Each station brings .5 calls an hour, services of an hour: load 1 on two units.

    p0 = 1/3, one busy 1/3 in all, both or more 1/3 (M/M/2). By symmetry a call finds its own unit
    free with p0 + half of the one-busy states = 1/2, only the other with 1/6, none with 1/3; then
    either comes with equal chance.
    """
    found = serve_pool(pool(), np.array([0.5, 0.5]), np.array([1, 1]))
    assert found.p_wait == pytest.approx(1 / 3)
    assert found.dispatch == pytest.approx(np.array([[2 / 3, 1 / 3], [1 / 3, 2 / 3]]))


def test_waiting_alone_gives_the_quantile_of_the_queue():
    """M/M/1, load .5, no drive: P(W > t) = .5 e^(-.5 t/h), so nine of ten are reached in
    ln(5) / .5 h.
    """
    found = serve_pool(pool(1), np.array([0.5]), np.array([1]))
    assert found.p_wait == pytest.approx(0.5)
    assert found.p90_s[0] == pytest.approx(3600 * np.log(5) / 0.5, abs=0.05)


def test_driving_alone_gives_the_quantile_of_the_areas():
    """Hardly a call: 85 of 100 lie 10 minutes off, the others 30; the tenth call decides."""
    far = Pool(np.array([[600.0, 1800.0]]), np.array([[0.85, 0.15]]), 120.0, 60.0)
    found = serve_pool(far, np.array([1e-9]), np.array([1]))
    assert found.p90_s[0] == pytest.approx(1920.0, abs=0.05)
    assert floor_p90_s(far)[0] == pytest.approx(1920.0, abs=0.05)
    near = Pool(far.travel_s, np.array([[0.95, 0.05]]), 120.0, 60.0)
    assert serve_pool(near, np.array([1e-9]), np.array([1])).p90_s[0] == pytest.approx(720, abs=0.1)


def test_the_sending_station_counts():
    """Only the neighbour has a unit, 20 minutes off: response is turnout and its drive."""
    found = serve_pool(pool(drive_s=300.0, help_s=1200.0), np.array([1e-9, 0.0]), np.array([0, 1]))
    assert found.p90_s[0] == pytest.approx(1200.0, abs=0.05)
    assert np.isnan(found.p90_s[1])
    assert found.dispatch[0].tolist() == pytest.approx([0.0, 1.0])


def test_overload_and_unreachable_areas_have_no_quantile():
    """More calls than services: everyone waits. A fifth of the calls beyond any road: no p90."""
    busy = serve_pool(pool(1), np.array([1.5]), np.array([1]))
    assert busy.p_wait == 1.0
    assert busy.p90_s[0] == np.inf
    cut = Pool(np.array([[60.0, np.inf]]), np.array([[0.8, 0.2]]), 0.0, 600.0)
    assert serve_pool(cut, np.array([0.1]), np.array([1])).p90_s[0] == np.inf
    assert floor_p90_s(cut)[0] == np.inf


def test_a_silent_pool_waits_for_nothing():
    """No calls: no waiting, no response time."""
    found = serve_pool(pool(), np.zeros(2), np.array([1, 1]))
    assert found.p_wait == 0.0
    assert np.isnan(found.p90_s).all()


@settings(max_examples=20, deadline=None)
@given(
    rate=st.lists(st.floats(0.02, 0.6), min_size=2, max_size=3),
    drive=st.floats(0, 1800),
    units=st.integers(3, 6),
)
def test_one_more_unit_never_makes_more_calls_wait(rate, drive, units):
    """And every call goes somewhere: dispatch rows sum to 1."""
    k = len(rate)
    area = pool(k, drive, 2 * drive)
    before, after = (
        serve_pool(area, np.array(rate), spread_units(np.array(rate), n))
        for n in (units, units + 1)
    )
    assert after.p_wait <= before.p_wait + 1e-9
    assert before.dispatch.sum(axis=1) == pytest.approx(np.ones(k), abs=1e-6)


def test_quantile_and_dispatch_agree_with_a_simulation():
    """Two stations, three units, exponential services, 60,000 calls one by one: P(wait), shares
    sent and the 90 % quantile of wait + drive lie within what chance allows.
    """
    rng = np.random.default_rng(5)
    area = Pool(
        np.array([[300.0, 900.0, 1500.0], [1500.0, 1200.0, 200.0]]),
        np.array([[0.7, 0.3, 0.0], [0.0, 0.0, 1.0]]),
        0.0,
        3600.0,
    )
    rate, units = np.array([1.1, 0.6]), np.array([2, 1])
    found = serve_pool(area, rate, units)
    sent, waited, response = _simulated(area, rate, units, 60_000, rng)
    assert waited.mean() == pytest.approx(found.p_wait, abs=0.02)
    for k in (0, 1):
        mine = sent[:, 0] == k
        share = np.bincount(sent[mine, 1], minlength=2) / mine.sum()
        assert share == pytest.approx(found.dispatch[k], abs=0.02)
        reached = (response[mine] <= found.p90_s[k]).mean()
        assert reached == pytest.approx(0.9, abs=0.015)


def _simulated(area, rate, units, calls, rng):
    """Calls in order: (class, station that sends), whether it waited, response in seconds."""
    home = np.repeat([0, 1], units)
    mu_s = area.mu_per_h[home] / 3600
    free_at = np.zeros(len(home))
    at = np.cumsum(rng.exponential(3600 / rate.sum(), calls))
    of = rng.choice(2, calls, p=rate / rate.sum())
    sent, waited, response = np.zeros((calls, 2), int), np.zeros(calls, bool), np.zeros(calls)
    for n in range(calls):
        k = of[n]
        idle = np.flatnonzero(free_at <= at[n])
        # Own units first; when all are busy, whoever is free soonest, first come first served.
        unit = min(idle, key=lambda i: (home[i] != k, i)) if len(idle) else int(free_at.argmin())
        start = max(at[n], free_at[unit])
        free_at[unit] = start + rng.exponential(1 / mu_s[unit])
        drive = area.travel_s[home[unit], rng.choice(3, p=area.weight[k])]
        sent[n], waited[n], response[n] = (k, home[unit]), not len(idle), start - at[n] + drive
    return sent, waited, response
