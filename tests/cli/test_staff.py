"""`hubpost staff`: arithmetic of officers, what is unknown stays unknown, and exit codes."""

import json

import fastexcel
import numpy as np
import pytest

from hubpost.actions import staffing_ground
from hubpost.cli.main import main
from tests.tables.small_county import STATIONS, write_county

PLAN = {
    "status": "feasible", "objective": 1.0, "bound": None, "gap": None, "seconds": 0.0, "seed": 0,
    "version": "t", "inputs": {}, "params": {}, "terms": {}, "alternatives": [],
    "stations": [
        {"id": "S1", "name": "One", "type": "hub", "hub_id": "S1", "score": 1, "workload_h": 1},
        {"id": "S2", "name": "Two", "type": "base", "hub_id": "S1", "score": 0, "workload_h": 1},
        {"id": "S3", "name": "Three", "type": "border", "hub_id": None, "score": 0,
         "workload_h": 1},
    ],
    "groups": [{"hub": "S1", "bases": ["S2"], "workload": 2, "max_travel_s": 60}],
}  # fmt: skip


def run(capsys, *args):
    """(exit code, JSON of stdout or None, stderr)."""
    code = main(["staff", *map(str, args)])
    out, err = capsys.readouterr()
    return code, json.loads(out) if out else None, err


def test_one_unit_round_the_clock_takes_eleven_officers(capsys, tmp_path):
    """168 hours x 2 people / 30 hours of duty = 11.2; S2's officers are blank, so unknown."""
    county = write_county(tmp_path / "c")
    code, body, _ = run(capsys, county, "--json")
    assert code == 0
    assert body["status"] == "met"
    one, two, three = body["stations"]
    assert one["by_cover"] == two["by_cover"] == three["by_cover"] == pytest.approx(11.2)
    assert (one["today"], two["today"]) == (7, None)
    assert one["over"] == pytest.approx(7 - 11.2)
    assert two["over"] is None
    assert body["understaffed"] == ["S1", "S3"]
    assert "estimated" in body["labels"]
    assert "estimated" in body["labels_of"]["by_cover"]
    assert body["rural_share"]["before"] is None
    assert "unknown" in body["rural_share"]["reason"]


def test_share_of_the_police_before_and_after(capsys, tmp_path):
    """12 + 4 + 4 rural of 20 + 30; five sent down make 25 of 50."""
    county = write_county(
        tmp_path / "c", stations_csv=STATIONS.replace("yes,", "yes,4").replace(",,5", ",,9")
    )
    _, body, _ = run(capsys, county, "--headquarters", 30, "--seconded", 5, "--json")
    assert body["rural_share"]["rural"] == 20
    assert body["rural_share"]["before"] == pytest.approx(0.4)
    assert body["rural_share"]["after"] == pytest.approx(0.5)


def test_officers_sheet_gives_headquarters_and_who_is_to_be_seconded(capsys, tmp_path):
    """Three of headquarters, one of them with a cycle."""
    officers = "id,station_id,hq,cycle\nH1,,yes,large\nH2,,yes,\nH3,,yes,\nP1,S1,no,\n"
    county = write_county(
        tmp_path / "c", officers_csv=officers, stations_csv=STATIONS.replace("yes,", "yes,0")
    )
    _, body, _ = run(capsys, county, "--json")
    share = body["rural_share"]
    assert (share["rural"], share["headquarters"], share["seconded"]) == (12, 3, 1)
    assert share["after"] == pytest.approx(13 / 15)


def test_a_group_may_close_its_stations_in_turns(capsys, tmp_path):
    """With the plan S1 and S2 are one pool; allowed 0 at a station, one unit serves both."""
    county = write_county(tmp_path / "c")
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps(PLAN))
    args = (county, "--plan", plan, "--most-wait", 0.5, "--json")
    _, both, _ = run(capsys, *args)
    _, one, _ = run(capsys, *args, "--least-per-station", 0)
    assert [s["pool"] for s in both["stations"]] == ["S1", "S1", "S3"]
    assert [s["units_mean"] for s in both["stations"]] == [1, 1, 1]
    assert sorted(s["units_mean"] for s in one["stations"][:2]) == [0, 1]
    assert one["stations"][2]["units_mean"] == 1


def test_too_few_officers_end_in_three_and_the_result_is_written(capsys, tmp_path):
    """A demand of thousands of calls on 40 officers: short, labelled, why, and written."""
    county = write_county(tmp_path / "c")
    out = tmp_path / "out"
    code, body, err = run(
        capsys, county, "--demand", 20000, "--headcount", 40, "--out", out, "--json"
    )
    assert code == 3
    assert body["status"] == "short"
    assert "headcount is used up" in body["reason"]
    assert "short" in err
    assert json.loads((out / "staffing.json").read_text("utf-8")) == body
    assert sum(s["by_cover"] for s in body["stations"]) <= 40


def test_ctrl_c_writes_the_best_found_with_its_word(capsys, tmp_path, monkeypatch):
    """Stopped after 600 answers, 504 of them the first of each hour: 3, labelled, and written."""
    left, serve = [600], staffing_ground.serve_pool

    def answer(*args):
        left[0] -= 1
        if left[0] == 0:
            raise KeyboardInterrupt
        return serve(*args)

    monkeypatch.setattr(staffing_ground, "serve_pool", answer)
    out = tmp_path / "out"
    code, body, err = run(
        capsys, write_county(tmp_path / "c"), "--demand", 20000, "--out", out, "--json"
    )
    assert code == 3
    assert body["status"] == "stopped"
    assert "stopped before more units were tried" in body["reason"]
    assert "stopped" in err
    assert json.loads((out / "staffing.json").read_text("utf-8")) == body
    basis = fastexcel.read_excel(out / "staffing.xlsx").load_sheet(2).to_polars()
    assert "已停止 stopped" in basis.get_column(basis.columns[1]).to_list()


def test_a_road_too_long_for_the_target_is_the_reason(capsys, tmp_path):
    """Nobody reaches nine of ten within half a minute, and no unit is added for it."""
    code, body, _ = run(capsys, write_county(tmp_path / "c"), "--most-p90", 0.5, "--json")
    assert code == 3
    assert "driving alone" in body["reason"]
    assert all(s["units_most"] == 1 for s in body["stations"])
    # All calls are of a Thursday and a Friday; in the hours of the other days nobody calls.
    assert all(s["hours_met"] == 5 * 24 for s in body["stations"])


def test_workbook_holds_the_figures_with_their_words(capsys, tmp_path):
    """Read back: three stations, 168 hours each, the sum of unit-hours that by_cover comes from."""
    county = write_county(tmp_path / "c")
    _, body, _ = run(capsys, county, "--out", tmp_path / "o", "--json")
    book = fastexcel.read_excel(tmp_path / "o" / "staffing.xlsx")
    assert book.sheet_names == ["派出所 stations", "逐时车组 hours", "依据 basis"]
    hours = book.load_sheet(1).to_polars()
    assert hours.shape == (3, 170)
    assert "estimated" in hours.columns[1]
    total = np.array([hours.row(k)[2:] for k in range(3)]).sum(axis=1)
    assert total * 2 / 30 == pytest.approx([s["by_cover"] for s in body["stations"]])
    stations = book.load_sheet(0).to_polars()
    assert all("需要" in c or "needed" not in c for c in stations.columns)
    assert all("estimated" in word for word in stations["标注 labels"])
    facts = book.load_sheet(2).to_polars()
    assert any("assumed" in f for f in facts["项目 fact"])


def test_everything_wrong_with_the_question_is_said_at_once(capsys, tmp_path):
    """A share of 2, nobody, more seconded than there are, a plan of another county."""
    county = write_county(tmp_path / "c")
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({**PLAN, "stations": PLAN["stations"][:1]}))
    code, body, err = run(
        capsys, county, "--most-wait", 2, "--headcount", 0, "--headquarters", 3, "--seconded", 4,
        "--plan", plan,
    )  # fmt: skip
    assert (code, body) == (2, None)
    for said in ("most wait", "headcount", "seconded", "2 left out"):
        assert said in err


def test_casework_keeps_units_longer(capsys, tmp_path):
    """Of the two calls that a unit went to one is criminal (.6 are followed up), one unknown: on
    average .3 of 2 h x e^(.245) follows, and more calls wait for it.
    """
    county = write_county(tmp_path / "c")
    _, off, _ = run(capsys, county, "--json")
    _, on, _ = run(capsys, county, "--casework", "--json")
    assert off["assumptions"]["casework_mean_s"] == 0
    assert on["assumptions"]["casework_mean_s"] == pytest.approx(0.3 * 7200 * np.exp(0.245))
    assert on["stations"][0]["wait_share"] > off["stations"][0]["wait_share"]


def test_many_units_of_today_are_priced_too(capsys, tmp_path):
    """Thirty units at S1 and none elsewhere: nobody waits at S1; a blank number stays unknown."""
    stations = STATIONS.replace("officers\n", "officers,units\n").replace("7\n", "7,30\n")
    stations = stations.replace("yes,\n", "yes,,\n").replace("5\n", "5,0\n")
    county = write_county(tmp_path / "c", stations_csv=stations)
    _, body, _ = run(capsys, county, "--json")
    today = [s["wait_share_today"] for s in body["stations"]]
    assert today == pytest.approx([0.0, None, 1.0], abs=1e-9)


def test_a_headcount_below_the_least_is_refused_with_what_it_would_take(capsys, tmp_path):
    """Three stations round the clock take 33.6 officers."""
    code, _, err = run(capsys, write_county(tmp_path / "c"), "--headcount", 20)
    assert code == 2
    assert "33.6" in err


def test_officers_of_a_roster_count_in(capsys, tmp_path):
    """Two tours of three months of six at S1 are one officer on average; S2's need is unknown."""
    county = write_county(tmp_path / "c")
    roster = {
        "start": "2027-01-01", "months": 6, "labels": ["synthetic"],
        "tours": [
            {"officer_id": i, "post_id": p, "start": s, "end": s + 3, "handed_over": s + 3}
            for i, p, s in (("H1", "S1", 0), ("H2", "S1", 3), ("H3", "S2", 0))
        ],
    }  # fmt: skip
    file = tmp_path / "roster.json"
    file.write_text(json.dumps(roster))
    _, body, _ = run(capsys, county, "--roster", file, "--json")
    one, two, three = body["stations"]
    assert [s["seconded"] for s in (one, two, three)] == [1.0, 0.5, 0.0]
    assert one["over_with_seconded"] == pytest.approx(one["over"] + 1)
    assert two["over_with_seconded"] is None
    assert body["labels_of"]["seconded"] == ["synthetic"]
    file.write_text(json.dumps({**roster, "months": 0}))
    code, _, err = run(capsys, county, "--roster", file)
    assert code == 2
    assert "months" in err
