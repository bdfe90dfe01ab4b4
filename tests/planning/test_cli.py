"""The commands `plan` and `solve`: one JSON object on stdout, the exit codes of the contract."""

import json
from pathlib import Path

import numpy as np
import pytest

from hubpost.cli.main import main
from hubpost.planning.plan_json import read_plan

DATA = Path(__file__).parents[1] / "data"


def run(capsys, *args):
    """(exit code, JSON of stdout or None, stderr)."""
    code = main([str(a) for a in args])
    out, err = capsys.readouterr()
    return code, json.loads(out) if out else None, err


def test_plan_of_qianjiang_is_proven_with_nine_ten_six(capsys, tmp_path):
    """The reform's arithmetic on the bundled county; its words stand beside the figures."""
    code, plan, err = run(capsys, "plan", "qianjiang", "--out", tmp_path, "--draws", 20, "--json")
    assert code == 0
    assert plan["status"] == "optimal"
    assert plan["bound"] == plan["objective"]
    types = [s["type"] for s in plan["stations"]]
    assert [types.count(t) for t in ("hub", "base", "border")] == [9, 10, 6]
    assert {"synthetic", "estimated"} <= set(plan["labels"])
    assert all(0 <= s["hub_probability"] <= 1 for s in plan["stations"])
    assert all(a["objective"] <= plan["objective"] * 1.02 + 1e-9 for a in plan["alternatives"])
    assert "synthetic" in err
    assert read_plan(tmp_path / "plan.json").status == "optimal"


def test_plan_is_the_same_twice(capsys, tmp_path):
    """Same seed, same answer, but for the seconds."""
    plans = []
    for _ in range(2):
        args = ("plan", "qianjiang", "--out", tmp_path, "--draws", 5, "--seed", 3, "--json")
        plans.append(run(capsys, *args)[1] | {"seconds": 0})
    assert plans[0] == plans[1]


def test_plan_by_response_tells_how_far_the_proxy_is(capsys, tmp_path):
    """Three plans tried by simulation: no optimum claimed, the proxy never better than the best."""
    args = ("plan", "qianjiang", "--out", tmp_path, "--objective", "response")
    code, plan, _ = run(capsys, *args, "--plans-tried", 3, "--draws", 0, "--json")
    facts = plan["extras"]["response"]
    assert code == 3
    assert plan["status"] == "feasible"
    assert 0 < facts["predicted_s"] <= facts["proxy_predicted_s"]
    assert not facts["every_plan_tried"]
    assert facts["label"] == "simulated"


def test_hubs_that_cannot_be_end_in_three_with_the_reason(capsys, tmp_path):
    """Twelve hubs of one or two bases need 24 of 19 stations."""
    code, plan, err = run(capsys, "plan", "qianjiang", "--out", tmp_path, "--hubs", 12, "--json")
    assert code == 3
    assert plan["status"] == "infeasible"
    assert "must be in groups" in plan["reason"]
    assert plan["extras"]["relaxations"]
    assert plan["reason"] in err


def test_bad_weights_end_in_two_naming_all(capsys, tmp_path):
    """Two wrong entries, both told; nothing on stdout, no plan written."""
    weights = tmp_path / "w.toml"
    weights.write_text("[weights]\nP1 = -1\nZZ = 2\n")
    out = tmp_path / "out"
    code, body, err = run(capsys, "plan", "qianjiang", "--out", out, "--weights", weights, "--json")
    assert code == 2
    assert body is None
    assert "P1" in err
    assert "ZZ" in err
    assert not out.exists()


def test_synthetic_province_in_one_command(capsys, tmp_path):
    """Three synthetic counties, one plan.json each, the word beside the figures."""
    code, body, _ = run(
        capsys, "plan", "synthetic:3x12", "--out", tmp_path, "--workers", 1, "--json"
    )
    assert len(body["counties"]) == 3
    assert body["labels"] == ["synthetic"]
    assert code == (0 if body["optimal"] == 3 else 3)
    assert len(list(tmp_path.glob("*/plan.json"))) == 3


def test_solve_p_median(capsys):
    """OR-Library pmed2: 4093 with ten sites, numbered from 1."""
    code, body, _ = run(capsys, "solve", "p-median", DATA / "pmed" / "pmed2.txt", "--json")
    assert code == 0
    assert body["objective"] == body["bound"] == 4093
    assert len(body["chosen"]) == 10
    assert min(body["chosen"]) >= 1
    assert {"gap", "status", "seconds"} <= set(body)


def test_solve_max_cover_and_districting_from_json(capsys, tmp_path):
    """Four places in a row: the two inner ones reach all; a district of each half."""
    distance = np.abs(np.subtract.outer(np.arange(4.0), np.arange(4.0)))
    np.savetxt(tmp_path / "d.csv", distance, delimiter=",")
    cover = tmp_path / "cover.json"
    cover.write_text(json.dumps({"distance": "d.csv", "radius": 1, "weight": [1, 2, 3, 4], "p": 2}))
    code, body, _ = run(capsys, "solve", "max-cover", cover, "--json")
    assert (code, body["objective"]) == (0, 10.0)
    district = tmp_path / "district.json"
    district.write_text(json.dumps({"cost": distance.tolist(), "distance": "d.csv", "shape": "C1"}))
    code, body, _ = run(capsys, "solve", "districting", district, "--p", 2, "--json")
    assert (code, body["objective"]) == (0, 2.0)
    assert len(set(body["assigned"])) == 2


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("a.txt", "not a file of numbers", "expected `n m p`"),
        ("a.json", "[1]", "expected a JSON object"),
        ("a.json", '{"p": 1}', "lacks 'cost'"),
        ("a.json", '{"cost": [[1, 2], [2, 1]]}', "--p N"),
        ("a.json", '{"cost": [["x"]], "p": 1}', "rows of numbers"),
    ],
)
def test_bad_instances_end_in_two(capsys, tmp_path, name, text, word):
    """With what was expected."""
    path = tmp_path / name
    path.write_text(text)
    code, body, err = run(capsys, "solve", "p-median", path, "--json")
    assert code == 2
    assert body is None
    assert word in err
