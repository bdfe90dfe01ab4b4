"""Before and after: paired, repeatable, with an interval, and honest about too much work."""

import numpy as np
import pytest

from hubpost.dispatch.rule import HUB_GROUP, OWN_STATION
from hubpost.model.county import Labels
from hubpost.model.station import HubGroup
from hubpost.simulation.compare import compare
from hubpost.simulation.compare_json import comparison_to_json, describe_comparison
from hubpost.simulation.draw import NO_CASEWORK
from hubpost.simulation.inputs import SimulationParams, make_simulation_inputs
from hubpost.simulation.outcomes import grouped_quantile
from hubpost.simulation.paired import paired_figure, replications_needed
from hubpost.simulation.policy import Policy, check_plan_fits, get_policy
from tests.simulation.toys import LineTimes, line_county

GROUPS = (HubGroup("A", ("B",)),)


def inputs(per_day=12, labels=None, scene_min=60):
    """60 days of calls, spread over the day, each an hour of work: A has two thirds of them."""
    calls = [
        {
            "at": 1440 * day + k * 1440 // per_day,
            "area_id": "amb"[k % 3],
            "arrived_at": 1440 * day + k * 1440 // per_day + 5,
            "cleared_at": 1440 * day + k * 1440 // per_day + 5 + scene_min,
        }
        for day in range(60)
        for k in range(per_day)
    ]
    county = line_county(calls, labels=labels or Labels(synthetic=frozenset({"calls"})))
    return make_simulation_inputs(county, LineTimes())


PARAMS = SimulationParams(years=0.5, replications=6, casework=NO_CASEWORK)
OWN, GROUP = Policy(OWN_STATION), Policy(HUB_GROUP, GROUPS)


def test_a_group_answers_sooner_and_the_interval_says_so():
    result = compare(inputs(), OWN, GROUP, PARAMS)
    figure = result.scopes["county"]["line"]["mean_s"]
    assert figure.high < 0
    assert figure.after - figure.before == pytest.approx(figure.difference)
    crossed = result.scopes["county"]["line"]["crossed"]
    assert (crossed.before, crossed.after > 0) == (0, True)
    assert result.warnings == ()


def test_a_policy_against_itself_shows_no_difference_at_all():
    """Common random numbers: the same calls, so not a small difference but none."""
    result = compare(inputs(), OWN, OWN, PARAMS)
    for figures in result.scopes["stations"].values():
        assert figures["mean_s"].difference == 0
        assert figures["p90_s"].low == figures["p90_s"].high == 0


def test_same_seed_same_answer_and_another_seed_another():
    def mean(seed):
        params = SimulationParams(years=0.2, replications=2, seed=seed)
        return compare(inputs(), OWN, GROUP, params).scopes["county"]["line"]["mean_s"].after

    assert mean(1) == mean(1)
    assert mean(1) != mean(2)


def test_scopes_add_up_to_the_county():
    result = compare(inputs(), OWN, GROUP, PARAMS)
    total = result.scopes["county"]["line"]["calls"].before
    for scope in ("groups", "stations", "areas", "priorities"):
        parts = [f["calls"].before for f in result.scopes[scope].values()]
        assert sum(parts) == pytest.approx(total)


def test_utilisation_is_the_work_that_arrives():
    """Nothing is lost, so busy hours are calls times an hour and the drive, in either policy."""
    result = compare(inputs(), OWN, GROUP, PARAMS)
    calls_s = result.scopes["county"]["line"]["calls"].before / (182 * 86400)
    busy = sum(f["busy"].before for f in result.load.values())
    assert busy == pytest.approx(calls_s * (3600 + 132 + 120), rel=0.06)


def test_more_work_than_hours_is_said_and_not_averaged_away():
    result = compare(inputs(per_day=40), OWN, OWN, PARAMS)
    assert "no steady state at A" in result.warnings[0]
    assert comparison_to_json(result)["status"] == "no_steady_state"
    assert "Warning" in describe_comparison(result)


def test_the_words_stand_in_json_and_in_lines():
    result = compare(inputs(), OWN, GROUP, SimulationParams(years=0.1, replications=2))
    assert comparison_to_json(result)["labels"] == ["simulated", "synthetic"]
    assert "simulated, synthetic" in describe_comparison(result)


def test_it_stops_as_soon_as_it_is_precise_enough():
    loose = SimulationParams(years=0.2, replications=40, precision_s=1e6)
    assert compare(inputs(), OWN, GROUP, loose).replications == 5
    tight = SimulationParams(years=0.2, replications=8, precision_s=1e-6)
    result = compare(inputs(), OWN, GROUP, tight)
    assert result.replications == 8
    assert result.replications_needed > 8


def test_paired_interval_by_hand():
    """Differences 1, 2, 3: mean 2, s 1, t(2) = 4.3027: half width 2.4842."""
    figure = paired_figure(np.array([1.0, 1, 1]), np.array([2.0, 3, 4]))
    assert figure.difference == 2
    assert figure.high - figure.difference == pytest.approx(2.48414, abs=1e-4)
    assert paired_figure(np.array([np.nan]), np.array([1.0])).low is None


def test_replications_needed_is_the_smallest_number_that_does():
    pilot = np.array([10.0, 12, 14, 16, 18])
    n = replications_needed(pilot, 1.0)
    s = pilot.std(ddof=1)
    from scipy.special import stdtrit

    assert stdtrit(n - 1, 0.975) * s / np.sqrt(n) <= 1.0
    assert stdtrit(n - 2, 0.975) * s / np.sqrt(n - 1) > 1.0


def test_grouped_quantiles_are_numpys():
    rng = np.random.default_rng(5)
    values, key = rng.random(200), rng.integers(0, 7, 200)
    key[key == 3] = 4
    for q in (0.0, 0.5, 0.9, 1.0):
        found = grouped_quantile(values, key, 7, q)
        of_key = [values[key == k] for k in range(7)]
        expected = [np.quantile(v, q) if len(v) else np.nan for v in of_key]
        np.testing.assert_allclose(found, expected)


def test_bad_input_is_explained():
    for wrong in ({"years": 0}, {"replications": 0}, {"target_s": -1}, {"demand": 0}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            compare(inputs(), OWN, GROUP, SimulationParams(**wrong))
    with pytest.raises(ValueError, match="needs hub groups"):
        get_policy("group")
    with pytest.raises(ValueError, match="expected one of"):
        get_policy("fastest")


def test_a_plan_of_another_county_is_refused_by_name():
    from types import SimpleNamespace

    plan = SimpleNamespace(stations=[SimpleNamespace(id="A"), SimpleNamespace(id="X")])
    with pytest.raises(ValueError, match=r"1 unknown \(X\) and 1 left out \(B\)"):
        check_plan_fits(plan, ["A", "B"])
