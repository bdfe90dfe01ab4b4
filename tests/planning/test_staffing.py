"""Staffing: the textbook queue, and marginal allocation against every allocation."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubpost.planning.staffing import (
    Service,
    StaffingParams,
    allocate_units,
    compare_staffing,
    rural_share,
)
from hubpost.simulation.erlang import erlang_c


def erlang_service(load):
    """P(wait) of M/M/c by station and hour, load in erlangs."""

    def predict(s, h, units):
        offered = float(load[s, h])
        return Service(erlang_c(offered, units) if units > offered else 1.0)

    return predict


def test_textbook_numbers_of_servers():
    """Loads .5, 2 and 5 erlangs with P(wait) <= 20 %: 2, 4 and 8 units (Erlang C tables)."""
    load = np.array([[0.5], [2.0], [5.0]])
    result = allocate_units(load, erlang_service(load), StaffingParams(most_wait=0.2))
    assert result.units.ravel().tolist() == [2, 4, 8]
    assert result.status == "met"
    assert (result.p_wait <= 0.2).all()


def test_officers_follow_from_unit_hours():
    """Two hours of 3 units, 2 people each, 30 h of duty a week: .4 officers."""
    load = np.full((1, 2), 1.0)
    result = allocate_units(
        load, erlang_service(load), StaffingParams(most_wait=1.0, least=3, duty_h=30.0)
    )
    assert result.officers.tolist() == [0.4]
    assert compare_staffing(result, np.array([1.0])).tolist() == pytest.approx([0.6])


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 1000), extra=st.integers(0, 5))
def test_within_a_headcount_no_allocation_leaves_fewer_calls_waiting(seed, extra):
    """Every allocation of the same unit-hours tried, loads under one erlang."""
    rng = np.random.default_rng(seed)
    load = rng.uniform(0.05, 0.95, (2, 2))
    predict = erlang_service(load)
    params = StaffingParams(
        most_wait=0.0, least=1, most=4, officers_per_unit=1.0, duty_h=1.0, headcount=4 + extra
    )
    result = allocate_units(load, predict, params)

    def waiting(units):
        return sum(
            load[s, h] * predict(s, h, units[2 * s + h]).p_wait for s in (0, 1) for h in (0, 1)
        )

    best = min(
        waiting(u) for u in product(range(1, 5), repeat=4) if sum(u) <= 4 + extra
    )  # fmt: skip
    assert result.units.sum() <= 4 + extra
    assert waiting(result.units.ravel().tolist()) == pytest.approx(best)
    assert result.status == "short"
    assert result.reason


def test_p90_target_is_met_too():
    """Waiting is fine with one unit, but the tenth call comes too late until the third."""
    result = allocate_units(
        np.ones((1, 1)),
        lambda s, h, units: Service(0.0, 3000.0 / units),
        StaffingParams(most_p90_s=1000.0),
    )
    assert result.units.tolist() == [[3]]


def test_headcount_below_the_least_is_refused():
    """With the officers that it would take."""
    with pytest.raises(ValueError, match=r"take 2\.0 officers"):
        allocate_units(
            np.ones((1, 30)), lambda s, h, u: Service(0.0), StaffingParams(headcount=1.0)
        )


def test_rural_share():
    """40 of 96 is the reform's 41.7 %."""
    assert rural_share(40, 96) == pytest.approx(0.417, abs=5e-4)
    with pytest.raises(ValueError, match="rural"):
        rural_share(5, 4)


def test_units_are_not_wasted_where_driving_alone_is_too_long():
    """Nobody waits too long, but the road takes 50 minutes: one unit stays, and that is said."""
    result = allocate_units(
        np.ones((1, 1)),
        lambda s, h, units: Service(0.0, 3000.0 + 1.0 / units, floor_p90_s=3000.0),
        StaffingParams(most_p90_s=1000.0),
    )
    assert result.units.tolist() == [[1]]
    assert result.status == "short"
    assert "driving alone" in result.reason


def test_each_pool_may_have_a_least_of_its_own():
    """Two stations share one pool and keep two units though one would do."""
    result = allocate_units(
        np.ones((2, 3)), lambda s, h, units: Service(0.0, 60.0), least=np.array([2, 1])
    )
    assert result.units.tolist() == [[2, 2, 2], [1, 1, 1]]


def test_ctrl_c_keeps_the_units_given_until_then():
    """An interrupt at every later question: stopped, with answers that are those of its units."""
    load = np.array([[2.0, 1.0], [0.5, 3.0]])
    whole = allocate_units(load, erlang_service(load))
    for asked in range(4, 80):
        left = [asked]

        def predict(s, h, units, left=left):
            if left[0] == 0:
                raise KeyboardInterrupt
            left[0] -= 1
            return erlang_service(load)(s, h, units)

        result = allocate_units(load, predict)
        if result.status == "met":
            break
        assert result.status == "stopped"
        assert "stopped before" in result.reason
        assert (result.units <= whole.units).all()
        answers = [[erlang_service(load)(s, h, int(result.units[s, h])) for h in (0, 1)]
                   for s in (0, 1)]  # fmt: skip
        assert result.p_wait.tolist() == [[a.p_wait for a in row] for row in answers]
    assert result.units.tolist() == whole.units.tolist()
