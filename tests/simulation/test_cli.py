"""The commands: JSON alone on stdout, exit codes, and errors without a traceback."""

import json
from pathlib import Path

import pytest

from hubpost.cli.main import main

CASES = Path(__file__).parents[1] / "data"
LARSON = CASES / "hypercube/larson_odoni_3server.json"


def test_queue_prints_one_json_object_with_the_contract_keys(capsys):
    assert main(["queue", str(LARSON), "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert body.keys() >= {"workloads", "loss_or_wait", "states", "residual", "status", "seconds"}
    assert body["states"]["111"] == pytest.approx(0.23684, abs=5e-6)
    assert sum(body["states"].values()) == pytest.approx(1)


def test_queue_says_approximate_where_it_is(capsys):
    assert main(["queue", str(LARSON), "--method", "approximate", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["status"] == "approximate"


def test_an_overloaded_queue_exits_3_and_bad_files_exit_2(tmp_path, capsys):
    body = json.loads(LARSON.read_text())["input"]
    file = tmp_path / "q.json"
    file.write_text(json.dumps({**body, "mu": 0.4}))
    assert main(["queue", str(file), "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["status"] == "no_steady_state"
    for text in ("{", "[1]", "{}", json.dumps({**body, "classes": []})):
        file.write_text(text)
        assert main(["queue", str(file), "--json"]) == 2
        out = capsys.readouterr()
        assert (out.out, "Traceback" in out.err) == ("", False)
        assert "expected" in out.err
    assert main(["queue", str(tmp_path / "none.json")]) == 2


def test_replay_of_porto_shows_both_sides_and_the_stand_in_caveat(capsys):
    """The must-hold of the skeleton: real calls on real roads, nearest rule, with the caveat."""
    assert main(["replay", "porto", "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert body["policy"] == "nearest"
    assert {"simulated", "stand-in"} <= set(body["labels"])
    assert "stand-ins" in body["caveats"][0]
    assert body["used"] + body["refused"]["count"] == body["calls_in_list"] == 1092
    assert body["used"] > 1000
    recorded = body["response"]["recorded"]
    assert recorded["median_s"] == pytest.approx(480, abs=60)
    assert 60 < body["response"]["predicted"]["median_s"] < 3600
    assert 0 < body["response"]["rank_correlation"] < 0.5


def test_policies_that_need_groups_ask_for_a_plan(capsys):
    assert main(["replay", "qianjiang", "--policy", "group"]) == 2
    assert "--plan" in capsys.readouterr().err


def test_simulate_prints_labels_and_an_interval(capsys):
    args = ["--years", "0.1", "--replications", "2", "--json"]
    assert main(["simulate", "qianjiang", "--policy", "nearest", *args]) == 0
    body = json.loads(capsys.readouterr().out)
    assert body["labels"] == ["simulated", "synthetic", "estimated"]
    figure = body["scopes"]["county"]["qianjiang"]["mean_s"]
    assert figure["low"] <= figure["difference"] <= figure["high"]


def test_a_call_list_of_ones_own_is_checked_like_the_countys(tmp_path, capsys):
    calls = tmp_path / "mine.csv"
    head = "id,received_at,lon,lat,arrived_at"
    calls.write_text(f"{head}\nx,2024-01-01T10:00,108.7,29.4,2024-01-01T10:20\n", "utf-8")
    assert main(["replay", "qianjiang", "--calls", str(calls), "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert (body["calls_in_list"], body["used"]) == (1, 1)
    calls.write_text(f"{head}\nx,2024-01-01T10:00,108.7,29.4,2024-01-01T09:20\n", "utf-8")
    assert main(["replay", "qianjiang", "--calls", str(calls)]) == 2
    assert "arrived_at" in capsys.readouterr().err


SHORT = ("--years", "0.1", "--replications", "2")


def test_a_county_that_is_hopelessly_overloaded_is_not_simulated_and_exits_3(capsys):
    args = ["simulate", "qianjiang", *SHORT, "--demand", "1000", "--json"]
    assert main(args) == 3
    out = capsys.readouterr()
    assert json.loads(out.out)["status"] == "no_steady_state"
    assert "times the hours" in out.err


def test_rosters_secondments_and_real_days_change_what_is_simulated(tmp_path, capsys):
    """A lent unit lowers the mean; real days draw other calls; both are among the assumptions."""
    roster = tmp_path / "roster.csv"
    roster.write_text("station_id,duty,from,to\n500114006,meal,12:00,12:30\n", "utf-8")
    bodies = []
    for more in ([], ["--roster", str(roster), "--seconded", "500114006=1"], ["--bootstrap-days"]):
        assert main(["simulate", "qianjiang", *SHORT, *more, "--json"]) == 0
        bodies.append(json.loads(capsys.readouterr().out))
    units = [b["assumptions"]["units"] for b in bodies]
    assert units == [units[0], units[0] + 1, units[0]]
    assert bodies[1]["under"] == {
        "roster": "roster.csv", "seconded": {"500114006": 1}, "closures": None
    }  # fmt: skip
    busy = [b["scopes"]["stations"]["500114006"]["waited"]["before"] for b in bodies]
    assert busy[1] < busy[0]
    assert [b["assumptions"]["bootstrap_days"] for b in bodies] == [False, False, True]
    means = [b["scopes"]["county"]["qianjiang"]["mean_s"]["before"] for b in bodies]
    assert len(set(means)) == 3


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (["--seconded", "ZZ=1"], "station_id: expected one of this county, found ZZ"),
        (["--closures", "none.geojson"], "expected a county with roads"),
        (["--bootstrap-days", "--demand", "1.2"], "real days cannot be drawn times a factor"),
        (["--plan", "a.json", "--plan", "b.json"], "several are compared with --sweep"),
        (["--roster", "none.csv"], "expected a readable CSV file"),
    ],
)
def test_what_cannot_be_simulated_exits_2_and_says_why(more, expected, capsys):
    assert main(["simulate", "qianjiang", *SHORT, *more]) == 2
    assert expected in capsys.readouterr().err
