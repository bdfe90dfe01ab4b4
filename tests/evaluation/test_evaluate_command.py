"""`hubpost evaluate` end to end: exit codes, JSON on stdout, the bundled porto set."""

import argparse
import json
from pathlib import Path

import pytest

from hubpost.cli import evaluate

PUBLISHED = Path(__file__).parents[1] / "data" / "published"
YEAR = ["--from", "2014-01-01", "--to", "2014-12-31"]


def run(*argv):
    parser = argparse.ArgumentParser()
    evaluate.add_parser(parser.add_subparsers())
    args = parser.parse_args(["evaluate", *map(str, argv)])
    return args.run(args)


def test_porto_shows_its_zeros_its_heaping_and_its_labels(capsys):
    assert run("porto", *YEAR, "--json") == 0
    body = json.loads(capsys.readouterr().out)
    found = {(f["code"], f["column"]) for f in body["findings"] if not f["station_id"]}
    assert ("zero_leg", "response_min") in found
    assert ("heaping_5", "arrived_at") in found
    assert ("hour_shown_twice", "received_at") in found
    assert body["labels"] == ["estimated", "stand-in"]
    assert body["county"]["calls_criminal"]["now"]["value"] is None
    assert body["county"]["calls_all"]["change"]["statement"] == "no_base_period"
    assert "implausible" in body["county"]["response_p50"]["now"]["notes"]


def test_a_published_set_is_evaluated_through_its_importer(capsys):
    assert run(PUBLISHED / "portugal", "--import", "portugal", *YEAR, "--json") == 0
    body = json.loads(capsys.readouterr().out)
    zero = [f for f in body["findings"] if f["code"] == "zero_leg" and not f["station_id"]]
    assert zero[0]["hits"] == 83


def test_reports_go_to_the_folder_asked_for(tmp_path, capsys):
    code = run("andorra", "--from", "2024-01-01", "--to", "2024-12-31", "--out", tmp_path,
               "--formats", "html,json", "--reform", "2024-01-01")  # fmt: skip
    assert code == 0
    assert "合成" in (tmp_path / "account.zh.html").read_text("utf-8")
    assert json.loads((tmp_path / "evaluation.json").read_text("utf-8"))["effects"]
    assert "改革效果" in capsys.readouterr().out


def test_a_period_without_any_record_has_no_answer(capsys):
    assert run("porto", "--from", "1999-01-01", "--to", "1999-12-31") == 3


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["porto", "--from", "2014-02-01", "--to", "2014-01-01"], "on or after"),
        ([*YEAR], "one of the two"),
        (["porto", *YEAR, "--as-of", "2014-06-01"], "keeps no history"),
        (["porto", *YEAR, "--joined", "x.csv"], "--reform"),
        (["porto", *YEAR, "--formats", "html,odt"], "odt"),
    ],
)
def test_bad_input_is_refused_with_what_was_expected(argv, message):
    with pytest.raises(ValueError, match=message):
        run(*argv)


def test_dates_of_joining_are_read_and_faults_named_by_row(tmp_path):
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("station_id,joined_on\na,2024-01-01\n")
    bad.write_text("station_id,joined_on\na,soon\n")
    assert evaluate._joined(good)["a"].year == 2024
    with pytest.raises(ValueError, match=r"row 2, column joined_on.*'soon'"):
        evaluate._joined(bad)
