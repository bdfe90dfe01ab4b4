"""`hubpost check` and `hubpost template` as a user runs them."""

import json
from pathlib import Path

import pytest

from hubpost.cli.main import main
from tests.tables.small_county import AREAS, write_county

KEYS = {"file", "row", "column", "expected", "found", "fix", "severity"}


def test_check_of_a_good_county(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Counts, labels and warnings; exit 0."""
    assert main(["check", str(write_county(tmp_path, neighbours_csv=None)), "--json"]) == 0
    out = json.loads(capsys.readouterr().out)
    assert out["ok"] is True
    assert out["counts"] == {"stations": 3, "areas": 3, "calls": 3}
    assert out["labels"] == {"synthetic": [], "estimated": ["neighbours"], "stand_in": []}
    assert {p["severity"] for p in out["problems"]} == {"warning"}


def test_check_of_a_bad_county(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The list of problems with file, row, column, expected, found; exit 2."""
    folder = str(write_county(tmp_path, areas_csv=AREAS.replace("S2", "S9")))
    assert main(["check", folder, "--json"]) == 2
    out = json.loads(capsys.readouterr().out)
    assert out["ok"] is False
    [found] = [p for p in out["problems"] if p["severity"] == "problem"]
    assert set(found) >= KEYS
    assert (found["file"], found["row"], found["column"], found["found"]) == (
        "areas.csv", 3, "station_id", "S9",
    )  # fmt: skip
    assert main(["check", folder]) == 2
    assert "areas.csv row 3, column station_id" in capsys.readouterr().out


@pytest.mark.parametrize("what", ["nowhere", "folder", "binary.bin", "empty.xlsx"])
def test_check_of_what_is_no_county(
    tmp_path: Path, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A path that is not there, a folder without county.toml, a binary and an empty file."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "binary.bin").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "empty.xlsx").touch()
    assert main(["check", str(tmp_path / what), "--json"]) == 2
    out = json.loads(capsys.readouterr().out)
    assert out["ok"] is False
    assert out["problems"][0]["severity"] == "problem"


def test_check_shows_the_labels_of_a_bundled_county(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing synthetic without the word."""
    assert main(["check", "andorra"]) == 0
    shown = capsys.readouterr().out
    assert "synthetic: calls" in shown
    assert "estimated:" in shown


def test_template_then_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The empty workbook is refused for what is not filled in yet, and for nothing else."""
    path = str(tmp_path / "t.xlsx")
    assert main(["template", path]) == 0
    assert main(["template", path]) == 2
    assert main(["template", str(tmp_path / "t.csv")]) == 2
    capsys.readouterr()
    assert main(["check", path, "--json"]) == 2
    out = json.loads(capsys.readouterr().out)
    kinds = [p["kind"] for p in out["problems"] if p["severity"] == "problem"]
    assert kinds == ["missing_key", "missing_key", "no_rows"]
