"""`hubpost indicators`: sources, scalings, weights and reasons that add up, and refusals."""

import json

import fastexcel
import pytest

from hubpost.cli.main import main
from tests.tables.small_county import write_county

INDICATORS = "station_id,year,C1,W1\nS1,2013,10,4\nS1,2014,20,4\nS2,2014,5,\nS3,2014,0,8\n"


def run(capsys, *args):
    """(exit code, JSON of stdout or None, stderr)."""
    code = main(["indicators", *map(str, args)])
    out, err = capsys.readouterr()
    return code, json.loads(out) if out else None, err


def test_each_value_says_where_it_came_from(capsys, tmp_path):
    """C1 of S1 is read (mean of 10 and 20), its population computed, its counter work missing."""
    county = write_county(tmp_path / "c", indicators_csv=INDICATORS)
    code, body, _ = run(capsys, county, "--json")
    assert code == 0
    values = body["stations"][0]["values"]
    assert values["C1"] == {"value": 15.0, "source": "read"}
    assert values["P1"] == {"value": 120.0, "source": "computed"}
    assert values["W2"] == {"value": None, "source": "missing"}
    by_code = {row["code"]: row for row in body["indicators"]}
    assert len(by_code) == 29
    assert all(row["read"] + row["computed"] + row["missing"] == 3 for row in by_code.values())
    assert by_code["P1"]["computed_from"] == ["areas.population"]
    missing = {row["code"]: row["stations"] for row in body["missing"]}
    assert missing["W1"] == ["S2"]
    assert missing["P1"] == ["S2"]
    assert "C1" not in missing
    # Drive times are estimated here, the cases are not.
    assert "estimated" in by_code["G5"]["labels"]
    assert by_code["C1"]["labels"] == []


def test_both_scalings_and_the_reasons_of_the_score(capsys, tmp_path):
    """C1 is 15, 5, 0: ranks 1, .5, 0 and distances 1, 1/3, 0. Weighted alone it is the score."""
    county = write_county(tmp_path / "c", indicators_csv=INDICATORS)
    weights = tmp_path / "w.toml"
    weights.write_text('scaling = "min-max"\n[weights]\nC1 = 3\n')
    _, body, _ = run(capsys, county, "--weights", weights, "--json")
    one, two, three = body["stations"]
    assert [s["scaled"]["percentile"]["C1"] for s in (one, two, three)] == [1, 0.5, 0]
    assert [s["score"] for s in (one, two, three)] == pytest.approx([1, 1 / 3, 0])
    assert two["scores"] == pytest.approx({"percentile": 0.5, "min-max": 1 / 3})
    assert two["why"][0]["share"] == 1
    weight = {r["code"]: r["weights"] for r in body["indicators"]}
    assert weight["C1"] == {"declared": 1.0, "entropy": 1.0, "critic": 1.0}
    assert weight["W1"] == {"declared": None, "entropy": None, "critic": None}


def test_weights_sum_to_one_and_reasons_to_the_score(capsys, tmp_path):
    """With the shipped weights, for each of the three kinds and each station."""
    county = write_county(tmp_path / "c", indicators_csv=INDICATORS)
    _, body, _ = run(capsys, county, "--json")
    for kind in ("declared", "entropy", "critic"):
        assert sum(r["weights"][kind] or 0 for r in body["indicators"]) == pytest.approx(1)
    for station in body["stations"]:
        assert sum(r["adds"] for r in station["why"]) == pytest.approx(station["score"], abs=1e-8)
        hours = station["workload_h"]
        assert sum(v for k, v in hours.items() if k != "total") == pytest.approx(hours["total"])
    assert body["assumptions"]["per_indicator_h"]["C1"] == 40
    assert any("unknown at" in note for note in body["notes"])


def test_workbook_marks_what_is_missing(capsys, tmp_path):
    """Read back: 29 values and 29 sources a station, and the sheets of everything behind them."""
    county = write_county(tmp_path / "c", indicators_csv=INDICATORS)
    out = tmp_path / "o" / "i.xlsx"
    code, _, _ = run(capsys, county, "--out", out, "--json")
    assert code == 0
    book = fastexcel.read_excel(out)
    assert book.sheet_names == [
        "指标 indicators", "缺失 missing", "权重 weights", "百分位 percentile", "极差 min-max",
        "评分 scores", "评分理由 why", "工作量 workload", "依据 basis",
    ]  # fmt: skip
    values = book.load_sheet(0).to_polars()
    assert values.shape == (3, 2 + 2 * 29)
    source = values["C1 来源 source"].to_list()
    assert source == ["填报 read"] * 3
    assert values["W2 来源 source"].to_list() == ["缺失 missing"] * 3
    assert len(book.load_sheet(2).to_polars()) == 29
    facts = book.load_sheet(8).to_polars()["项目 fact"].to_list()
    assert any("assumed" in fact for fact in facts)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[weights]\nC1 = -1\nZ9 = 1\n", ("C1", "Z9")),
        ("[weights]\nC1 = 0\n", ("all weights are zero",)),
        ("[weights]\nD3 = 1\n", ("none of the weighted indicators",)),
        ("[weights]\nW1 = 1\n", ("station S2",)),
    ],
)
def test_weights_that_cannot_score_are_refused(capsys, tmp_path, text, said):
    """Negative or unknown, all zero, without any value, or leaving a station without a score."""
    county = write_county(tmp_path / "c", indicators_csv=INDICATORS)
    weights = tmp_path / "w.toml"
    weights.write_text(text)
    code, body, err = run(capsys, county, "--weights", weights, "--json")
    assert (code, body) == (2, None)
    assert all(word in err for word in said)


def test_a_broken_county_is_refused_with_every_problem(capsys, tmp_path):
    """A negative count, text for a number and an unknown station, each with its row."""
    broken = "station_id,year,C1\nS1,2014,-3\nS2,2014,many\nS9,2014,1\n"
    county = write_county(tmp_path / "c", indicators_csv=broken)
    code, _, err = run(capsys, county)
    assert code == 2
    for row in (2, 3, 4):
        assert f"indicators.csv row {row}" in err
