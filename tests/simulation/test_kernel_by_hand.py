"""The event loop against cases solved on paper: two stations on a road, a minute a kilometre."""

from math import inf

import numpy as np
import pytest

from hubpost.model.station import HubGroup
from hubpost.simulation.arrays import BACK, CASEWORK, MEAL, OFF_DUTY, ON_DUTY
from hubpost.simulation.ground import make_ground, world_of
from hubpost.simulation.policy import Policy
from hubpost.simulation.roster import EMPTY_ROSTER, make_roster
from hubpost.simulation.run import run as run_calls
from tests.simulation.toys import LineTimes, line_county, plain_rule, stream

OWN = Policy(plain_rule(0, inf, inf, inf))
GROUP = Policy(plain_rule(0, 0, inf, inf), (HubGroup("A", ("B",)),))
A, M, B = 0, 1, 2  # areas at km 1, 4 and 9


def run(calls, policy, *, units=(1, 1), roster=EMPTY_ROSTER, travel=None, log=False, end_min=1e6):
    county = line_county(units=units)
    places = [a.place for a in county.areas]
    ground = make_ground(county, travel or LineTimes(), places)
    return run_calls(world_of(ground, policy, roster, 0.0, end_min * 60), calls, log)


def minutes(seconds):
    return np.round(np.asarray(seconds) / 60, 6).tolist()


def test_three_calls_own_station_only_the_second_waits_for_the_first():
    """c1 at m: 0 -> 4, on scene until 14. c2 at a: waits, then from km 4 to km 1: 14 -> 17.

    c3 at b, other station: 2 -> 3.
    """
    out = run(stream([0, 1, 2], [M, A, B], [0, 0, 1]), OWN)
    assert minutes(out.arrived_s) == [4, 17, 3]
    assert minutes(out.dispatched_s) == [0, 14, 2]
    assert out.first_unit.tolist() == [0, 0, 1]


def test_three_calls_as_a_group_the_neighbour_goes_and_the_third_waits():
    """c2 at a: B drives 9 km: 1 -> 10. c3 at b: A is first free, at 14 on km 4: 5 km -> 19."""
    out = run(stream([0, 1, 2], [M, A, B], [0, 0, 1]), GROUP)
    assert minutes(out.arrived_s) == [4, 10, 19]
    assert out.first_unit.tolist() == [0, 1, 0]


def test_a_unit_on_its_way_back_drives_from_where_it_is():
    """Clear of m (km 4) at 14; at 16 halfway, at km 2: seven minutes to b, not nine from home.

    To a, which lies on its way, 2 minutes and not 1: the way back is known by its ends only.
    """
    alone = Policy(plain_rule(0, 0, inf, inf), (HubGroup("A", ("B",)),))
    out = run(stream([0, 16], [M, B], [0, 1]), alone, units=(1, 0))
    assert minutes(out.arrived_s) == [4, 23]
    assert minutes(run(stream([0, 16], [M, A], [0, 0]), OWN).arrived_s) == [4, 18]


def test_graver_calls_go_before_those_that_wait_longer():
    """Three wait for A; the life call of minute 3 goes first, then by waiting time."""
    calls = stream([0, 1, 2, 3], [A] * 4, [0] * 4, priority=[2, 3, 3, 1])
    out = run(calls, OWN)
    assert minutes(out.dispatched_s) == [0, 21, 31, 11]


def test_a_call_for_two_units_takes_both_and_counts_the_first_arrival():
    """m from A in 4 minutes, from B in 6."""
    out = run(stream([0], [M], [0], needed=2), GROUP)
    assert minutes(out.sent_arrived_s) == [4, 6]
    assert minutes(out.arrived_s) == [4]
    assert minutes(out.cleared_s) == [16]


def test_a_call_for_two_units_gets_one_at_once_and_the_other_when_it_is_free():
    """Only A may go at minute 0; B is out until 11, one kilometre further from m than home."""
    out = run(stream([0, 0.5], [B, M], [1, 0], needed=[1, 2]), GROUP)
    assert out.sent_unit.tolist() == [1, 0, 1]
    assert minutes(out.sent_assigned_s) == [0, 0.5, 11]
    assert minutes(out.sent_arrived_s) == [1, 4.5, 16]


def test_turnout_counts_from_the_station_only():
    """Two minutes to turn out; at 18, halfway back from m, none: mean of 3 and 1 minutes to a."""
    policy = Policy(plain_rule(0, inf, inf, inf, turnout_s=120.0))
    out = run(stream([0, 18], [M, A], [0, 0]), policy)
    assert minutes(out.arrived_s) == [6, 20]


def test_casework_ties_up_the_unit_until_it_is_done():
    """Clear at 11, back at 12, casework to 42; the next call is answered then."""
    calls = stream([0, 12], [A, A], [0, 0], casework_min=[30, 0])
    out = run(calls, OWN)
    assert minutes(out.dispatched_s) == [0, 42]
    assert minutes(out.casework_s) == [31, 0]


def test_a_case_that_binds_the_station_takes_the_other_unit_too():
    """Two units at A: without binding the second goes at once, with it both are at the case."""
    calls = stream([0, 20], [A, A], [0, 0], casework_min=[30, 0])
    assert minutes(run(calls, OWN, units=(2, 1)).dispatched_s) == [0, 20]
    bound = stream([0, 20], [A, A], [0, 0], casework_min=[30, 0], binds=[True, False])
    assert minutes(run(bound, OWN, units=(2, 1)).dispatched_s) == [0, 42]


def test_a_meal_lets_only_life_and_death_through():
    """A eats from 0 to 30: the life call goes at 5, the other at the end of the meal."""
    roster = make_roster([(0.0, 0, MEAL, 0), (1800.0, 0, ON_DUTY, 0)])
    grave = run(stream([5], [A], [0], priority=1), OWN, roster=roster)
    assert minutes(grave.dispatched_s) == [5]
    other = run(stream([5], [A], [0], priority=2), OWN, roster=roster)
    assert minutes(other.dispatched_s) == [30]


def test_off_duty_units_are_not_sent_and_calls_wait_for_the_shift():
    roster = make_roster([(0.0, 0, OFF_DUTY, 0), (3600.0, 0, ON_DUTY, 0)])
    out = run(stream([5], [A], [0]), OWN, roster=roster)
    assert minutes(out.dispatched_s) == [60]


def test_a_patrol_leaves_from_its_place_without_turnout():
    """A waits at m (origin 2 + M): three kilometres to a, no two minutes of turnout."""
    policy = Policy(plain_rule(0, inf, inf, inf, turnout_s=120.0))
    roster = make_roster([(0.0, 0, ON_DUTY, 2 + M)])
    assert minutes(run(stream([5], [A], [0]), policy, roster=roster).arrived_s) == [8]


def test_a_closure_switches_the_driving_times_and_opens_again():
    """Closed from 10 to 20: the call of minute 12 can be reached by nobody until 20."""

    class Closed(LineTimes):
        def matrix_s(self, origins, destinations):
            return np.full((len(origins), len(destinations)), inf)

    roster = make_roster(switches=[(600.0, 1), (1200.0, 0)])
    out = run(
        stream([0, 12], [A, A], [0, 0], 1.0), OWN, roster=roster, travel=[LineTimes(), Closed()]
    )
    assert minutes(out.arrived_s) == [1, 21]


def test_time_without_a_ready_unit_is_counted_and_cut_at_the_end():
    """A is out 0..11 and back at 12: 12 minutes empty; with the count ended at 10, 10."""
    calls = stream([0, 100], [A, A], [0, 0])
    assert minutes(run(calls, OWN, end_min=50).empty_s) == [12, 0]
    assert minutes(run(calls, OWN, end_min=10).empty_s) == [10, 0]


def test_nobody_ever_goes_where_no_road_leads_and_that_is_said():
    class Cut(LineTimes):
        def matrix_s(self, origins, destinations):
            return np.full((len(origins), len(destinations)), inf)

    out = run(stream([0], [A], [0]), GROUP, travel=Cut())
    assert np.isnan(out.arrived_s).all()
    assert (out.waiting_at_end, out.first_unit.tolist()) == (1, [-1])


def test_the_log_of_activities_tells_what_is_no_call():
    calls = stream([0, 60], [A, A], [0, 0], casework_min=[30, 0])
    out = run(calls, OWN, log=True)
    assert out.activity.tolist() == [[660, 0, CASEWORK, 1], [2520, 0, BACK + ON_DUTY, 1]]


def test_a_roster_refuses_negative_times():
    with pytest.raises(ValueError, match="from 0 on"):
        make_roster([(-1.0, 0, MEAL, 0)])
