"""plan.json keeps its contract and reads back as it was written."""

import json

import pytest

from hubpost.planning.grouping import make_plan
from hubpost.planning.params import GroupingParams
from hubpost.planning.plan_json import plan_from_json, plan_to_json, read_plan, write_plan
from tests.planning.toys import random_inputs

CONTRACT = {
    "status", "objective", "bound", "gap", "seconds", "seed", "version", "inputs", "terms",
    "stations", "groups", "alternatives",
}  # fmt: skip


@pytest.mark.parametrize("hubs", [None, 9])
def test_written_plan_reads_back(tmp_path, hubs):
    """Also an infeasible one, whose reason is kept."""
    plan = make_plan(random_inputs(5, 9, border=2), GroupingParams(hubs=hubs))
    write_plan(plan, tmp_path / "plan.json")
    again = read_plan(tmp_path / "plan.json")
    assert plan_to_json(again) == plan_to_json(plan)
    assert again.reason == plan.reason
    assert again.hub_groups == plan.hub_groups


def test_keys_are_those_of_the_contract():
    """DESIGN section 3, by name."""
    body = plan_to_json(make_plan(random_inputs(5, 9, border=2)))
    assert set(body) >= CONTRACT
    assert set(body["terms"]) == {"travel", "imbalance", "strength"}
    assert set(body["stations"][0]) == {
        "id", "name", "type", "hub_id", "score", "workload_h", "hub_probability",
    }  # fmt: skip
    assert set(body["groups"][0]) == {"hub", "bases", "workload", "max_travel_s"}
    json.dumps(body, allow_nan=False)


@pytest.mark.parametrize("text", ["{}", "[]", "not json", '{"status": "optimal"}'])
def test_other_files_are_refused(tmp_path, text):
    """With a sentence, not a traceback of another kind."""
    (tmp_path / "plan.json").write_text(text)
    with pytest.raises(ValueError, match=r"plan\.json"):
        read_plan(tmp_path / "plan.json")


def test_type_unknown_is_refused():
    """A type that is none of the three."""
    body = plan_to_json(make_plan(random_inputs(5, 9, border=2)))
    body["stations"][0]["type"] = "castle"
    with pytest.raises(ValueError, match="castle"):
        plan_from_json(body)
