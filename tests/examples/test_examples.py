"""The examples run as they stand and say what their first lines promise."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(name: str, *args: str) -> str:
    done = subprocess.run(
        [sys.executable, ROOT / "examples" / name, *args],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    return done.stdout


def test_the_founding_case_waits_before_the_reform_and_gets_the_neighbour_after_it():
    before, after = run("founding_case.py").splitlines()
    assert before.startswith("own: nobody")
    assert after.startswith("group: S1; because own_busy, nearest_in_group")


def test_the_county_is_planned_with_nine_hubs_ten_bases_and_six_border_stations():
    first, *groups, border = run("plan_a_county.py").splitlines()
    assert "optimal" in first
    assert "synthetic" in first
    assert len(groups) == 9
    assert sum(1 + line.count("、") for line in groups) == 10
    assert border.count("、") + 1 == 6
