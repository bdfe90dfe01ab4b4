"""Indicators counted by hand, and what is read always stands before what is computed."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from hubpost.planning.indicator_codes import list_indicator_codes
from hubpost.planning.indicator_table import make_indicator_table
from hubpost.roads.estimate import EstimateParams, estimate_s
from hubpost.roads.geodesy import great_circle_m
from tests.planning.counties import NOON, call, small_county, straight_times


def table_of(county):
    return make_indicator_table(county, straight_times())


def test_there_are_29_indicators():
    """As many as the source names; 25 of them carry a score, the rest serve other ends."""
    codes = list_indicator_codes()
    assert len(codes) == 29
    assert {c.code for c in codes if not c.scores} == {"G4", "G6", "R1", "R2"}


def test_places_determine_population_density_and_counts():
    """a: 100 + 50 people on 10 km², two villages, three grids; a blank makes a sum unknown."""
    table = table_of(small_county())
    assert table.column("P1").tolist()[:2] == [150.0, 400.0]
    assert np.isnan(table.column("P1")[2])
    assert table.column("P4").tolist()[:2] == [15.0, 40.0]
    assert table.column("G2").tolist() == [2.0, 1.0, 1.0]
    assert table.column("G3")[0] == 3.0
    assert np.isnan(table.column("G3")[1])
    assert table.column("G6").tolist() == [0.0, 0.0, 2.0]
    assert table.column("R2").tolist() == [0.0, 1.0, 2.0]


def test_travel_times_determine_farthest_village_and_nearest_station():
    """a's farther village lies 0.02 degrees away; its nearest station 0.1 degrees."""
    table = table_of(small_county())
    minutes = [
        float(estimate_s(great_circle_m(0, 0, lon, 0), np.zeros(()), EstimateParams())) / 60
        for lon in (0.02, 0.1)
    ]
    assert table.column("G4")[0] == pytest.approx(minutes[0])
    assert table.column("G5") == pytest.approx([minutes[1]] * 3)


def test_calls_are_counted_per_year_by_category():
    """Two traffic calls and a dispute of a within half a year are four and two a year."""
    half_year = timedelta(days=365.25 / 2)
    calls = [
        call("1", "a", 0),
        call("2", None, 60, area_id="a2"),
        call("3", "a", half_year / timedelta(minutes=1), "dispute"),
        call("4", "a", 90, exercise=True),
        call("5", None, 90),
    ]
    table = table_of(small_county(calls))
    assert table.column("I3") == pytest.approx([4.0, 0.0, 0.0])
    assert table.column("I4") == pytest.approx([2.0, 0.0, 0.0])
    assert any("1 calls belong to no station" in note for note in table.notes)


def test_calls_older_than_three_years_do_not_count():
    """The call of four years before the last one is left out."""
    old = call("0", "a", 0, received_at=NOON - timedelta(days=4 * 366))
    table = table_of(small_county([old, call("1", "a", 0), call("2", "a", 60 * 24)]))
    assert table.column("I3")[0] == pytest.approx(2 / (1 / 365.25))


def test_overlap_counts_calls_that_arrive_while_another_is_open():
    """Calls at 0, 20, 40, 100 lasting 30: the second and third overlap; unknown ends never do."""
    calls = [call(str(m), "a", m) for m in (0, 20, 40, 100)]
    calls += [call("b1", "b", 0, cleared_at=None), call("b2", "b", 5)]
    table = table_of(small_county(calls))
    assert table.column("I6").tolist() == [50.0, 0.0, 0.0]


def test_median_arrival_leaves_blank_and_negative_legs_out():
    """10 and 20 minutes; a missing and a negative arrival are unknown, not zero."""
    at = NOON + timedelta(minutes=200)
    calls = [
        call("1", "a", 0),
        call("2", "a", 100, arrived_at=NOON + timedelta(minutes=120)),
        call("3", "a", 200, arrived_at=None),
        call("4", "a", 200, arrived_at=at - timedelta(minutes=50)),
    ]
    table = table_of(small_county(calls))
    assert table.column("I7")[0] == 15.0
    assert np.isnan(table.column("I7")[1])


def test_read_values_stand_before_computed_ones():
    """P1 of a is read as the mean of the last three years; b, left blank, is computed."""
    sheet = pl.DataFrame(
        {
            "station_id": ["a", "a", "a", "a", "b"],
            "year": [2020, 2022, 2023, 2024, 2024],
            "P1": [9999.0, 10.0, 20.0, 60.0, None],
        }
    )
    table = table_of(small_county(indicators=sheet))
    assert table.column("P1").tolist()[:2] == [30.0, 400.0]
    assert table.read[0, table.codes.index("P1")]
    assert table.computed[1, table.codes.index("P1")]


def test_missing_values_are_reported_by_code_and_station():
    """C1 is given by nothing here; P1 is unknown at c only."""
    missing = {row["code"]: row["stations"] for row in table_of(small_county()).missing()}
    assert missing["C1"] == ["a", "b", "c"]
    assert missing["P1"] == ["c"]
    assert "G2" not in missing
