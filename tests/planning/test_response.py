"""Groups by predicted response, and what an edit breaks and costs."""

from dataclasses import replace

import pytest

from hubpost.model.station import HubGroup
from hubpost.planning.edit import check_groups
from hubpost.planning.grouping import make_plan
from hubpost.planning.params import BadPlanInput, GroupingParams
from hubpost.planning.response import ResponseParams, plan_by_response
from tests.planning.toys import random_inputs, toy_inputs

PARAMS = GroupingParams()


def most_named(wanted):
    """A prediction that likes plans in which certain stations are hubs."""
    return lambda groups: 100.0 - 10.0 * sum(g.hub_id in wanted for g in groups if g.base_ids)


def test_prediction_decides_among_all_plans():
    """Every plan tried: the best by prediction is found, and the proxy's distance is told."""
    inputs = random_inputs(9, 9, border=2)
    proxy = make_plan(inputs)
    others = set(inputs.station_ids) - {g.hub for g in proxy.groups}
    plan = plan_by_response(inputs, PARAMS, most_named(others), ResponseParams(most=5000))
    facts = plan.extras["response"]
    assert plan.status == "optimal"
    assert facts["every_plan_tried"]
    assert facts["proxy_predicted_s"] == 100.0
    assert facts["predicted_s"] == most_named(others)(plan.hub_groups) < 100.0
    assert facts["proxy_over_best"] > 0


def test_few_plans_tried_claim_no_optimum():
    """Three of many: feasible, no gap, and the reason says so."""
    inputs = random_inputs(9, 9, border=2)
    plan = plan_by_response(inputs, PARAMS, lambda groups: 1.0, ResponseParams(most=3))
    assert plan.status == "feasible"
    assert plan.gap is None
    assert "3 best plans" in plan.reason


LINE = {"AB": 900.0, "BC": 60.0, "CD": 1800.0}


def line_county(**given):
    return toy_inputs("ABCD", LINE, [0.2, 0.8, 0.9, 0.1], [100, 200, 300, 200], **given)


def test_legal_edit_is_priced_against_the_optimum():
    """The optimum itself costs nothing more and breaks nothing."""
    county = line_county(hubs=2)
    best = make_plan(county)
    groups = [HubGroup("B", ("A",)), HubGroup("C", ("D",))]
    check = check_groups(county, PARAMS, groups, best)
    assert check.breaches == ()
    assert check.over_best == pytest.approx(0.0)


def test_every_breach_is_named():
    """A weak hub, a base that does not adjoin, a station left out."""
    check = check_groups(line_county(hubs=2), PARAMS, [HubGroup("A", ("B", "C"))])
    assert {b.rule for b in check.breaches} == {"strength", "adjacency", "reach", "cover",
                                                "border", "hubs"}  # fmt: skip


def test_size_and_flag_are_checked():
    """Three bases, one of them flagged border."""
    county = replace(line_county(), border=(None, None, None, True))
    rules = {
        b.rule for b in check_groups(county, PARAMS, [HubGroup("C", ("A", "B", "D"))]).breaches
    }
    assert {"size", "border"} <= rules


@pytest.mark.parametrize(
    "groups", [[], [HubGroup("Z")], [HubGroup("A", ("B",)), HubGroup("C", ("B",))]]
)
def test_groups_without_sense_are_refused(groups):
    """None, an unknown station, a station in two groups."""
    with pytest.raises(BadPlanInput):
        check_groups(line_county(), PARAMS, groups)
