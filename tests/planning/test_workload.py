"""Officer-hours a year, by hand."""

from datetime import timedelta

import polars as pl
import pytest

from hubpost.planning.indicator_table import make_indicator_table
from hubpost.planning.params import BadPlanInput
from hubpost.planning.workload import (
    WorkloadAssumptions,
    make_workload_table,
    read_assumptions,
    read_default_assumptions,
)
from tests.planning.counties import call, small_county, straight_times

ASSUMED = WorkloadAssumptions(2.0, 1.0, {"dispute": 3.0, "other": 0.5}, {"C1": 10.0})


def workload_of(calls, **columns):
    sheet = pl.DataFrame({"station_id": ["a", "b", "c"], "year": [2024] * 3, **columns})
    county = small_county(calls, sheet)
    return make_workload_table(county, make_indicator_table(county, straight_times()), ASSUMED)


def test_calls_and_cases_add_up():
    """In one year: a dispute of half an hour by two officers (1 h) with 3 h after it; a traffic
    call of two units without times, 2 × 2 × 1 h and .5 h; three cases of 10 h.
    """
    year = timedelta(days=365.25) / timedelta(minutes=1)
    calls = [
        call("1", "a", 0, "dispute"),
        call("2", "a", year, cleared_at=None, units_needed=2),
    ]
    table = workload_of(calls, C1=[3.0, 0.0, None])
    assert table.components == ("calls", "C1")
    assert table.hours[0] == pytest.approx([1.0 + 3.0 + 4.0 + 0.5, 30.0])
    assert table.total_h[1:] == pytest.approx([0.0, 0.0])
    assert table.notes == ("C1 unknown at 1 stations: counted as 0 h",)


def test_shipped_assumptions_are_readable():
    """Every figure of them positive."""
    shipped = read_default_assumptions()
    assert shipped.officers_per_unit == 2.0
    assert min(shipped.per_indicator_h.values()) > 0


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("[calls]\nofficers_per_unit = -2\ndefault_on_call_h = 1", "officers_per_unit must be"),
        ("[calls]\ndefault_on_call_h = 1", "officers_per_unit must be"),
        (
            "[calls]\nofficers_per_unit = 2\ndefault_on_call_h = 1\n[hours_each]\nZ9 = 1",
            "Z9 is no indicator code",
        ),
    ],
)
def test_assumptions_without_sense_are_refused(tmp_path, text, word):
    """With file, key and what was expected."""
    path = tmp_path / "workload.toml"
    path.write_text(text)
    with pytest.raises(BadPlanInput, match=word):
        read_assumptions(path)
