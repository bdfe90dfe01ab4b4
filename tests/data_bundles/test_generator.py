"""The modules behind the bundles, on cases small enough to work out by hand."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundles import lancaster, montgomery
from bundles.call_generator import COLUMNS, Drawn, serve
from bundles.cells import adjacent_pairs, whole_cells
from bundles.county_calls import generate_for_county
from bundles.fitted import read_fitted
from bundles.indicator_rows import overlap_share
from bundles.porto_calls import aware
from bundles.shares import apportion
from bundles.tables import csv_bytes

QIANJIANG = Path(__file__).resolve().parents[2] / "data" / "qianjiang"


def checksum(seed):
    rows = generate_for_county(QIANJIANG, seed, rate_factor=0.01)
    return hashlib.sha256(csv_bytes(COLUMNS, rows)).hexdigest(), len(rows)


def test_same_seed_same_file_other_seed_other_file():
    """The generator's output is a function of its seed and nothing else."""
    first, count = checksum(7)
    assert count > 300
    assert checksum(7)[0] == first
    assert checksum(8)[0] != first


def test_generated_hours_follow_the_fitted_profile(sheet):
    """Over 24 hours, calls of profile "all" differ from the fitted shares by chance only.

    Pearson's statistic, 23 degrees of freedom: below 63 but once in 100,000 runs; seed fixed.
    """
    fitted = read_fitted(QIANJIANG / "fitted").hour_of_week["all"].sum(0)
    kinds = ("dispute", "criminal", "public_order", "report", "enquiry", "invalid")
    hours = [
        int(c["received_at"][11:13]) for c in sheet("qianjiang", "calls") if c["category"] in kinds
    ]
    counts = np.bincount(hours, minlength=24)
    expected = fitted / fitted.sum() * len(hours)
    assert ((counts - expected) ** 2 / expected).sum() < 63


def test_fitted_tables_are_distributions():
    """Each profile sums to one; the split too; spreads are positive."""
    fitted = read_fitted(QIANJIANG / "fitted")
    for shares in fitted.hour_of_week.values():
        assert shares.sum() == pytest.approx(1, abs=1e-4)
        assert shares.min() > 0
    assert sum(fitted.event_split.values()) == pytest.approx(1, abs=1e-3)
    assert 0 < fitted.no_arrival < 1
    assert all(law.log_sd > 0 and 0 <= law.at_once < 1 for law in fitted.durations.values())


def drawn(received, legs, attended, reached):
    n = len(received)
    none = np.zeros(n, dtype=np.int64)
    return Drawn(
        received_s=np.array(received),
        area_idx=none,
        category_idx=none,
        priority=none,
        lon_lat=np.zeros((n, 2)),
        attended=np.array(attended),
        reached=np.array(reached),
        legs_s=np.array(legs),
    )


def test_a_call_waits_for_the_only_unit():
    """Worked by hand: second call waits; third is called off half way; fourth is by telephone."""
    calls = drawn(
        received=[0, 100, 5000, 5010],
        legs=[[10, 20, 300, 600], [10, 20, 300, 600], [10, 0, 200, 600], [30, 0, 0, 0]],
        attended=[True, True, True, False],
        reached=[True, True, False, False],
    )
    assert serve(calls, ["s"], {"s": 1}).tolist() == [
        [10, 30, 330, 930],
        [930, 950, 1250, 1850],
        [5010, 5010, -1, 5110],
        [-1, -1, -1, 5040],
    ]


def test_with_two_units_nobody_waits():
    """The same first two calls, served at once by two units."""
    calls = drawn([0, 100], [[10, 20, 300, 600]] * 2, [True] * 2, [True] * 2)
    assert serve(calls, ["s"], {"s": 2})[:, 0].tolist() == [10, 110]


@given(st.integers(0, 5000), st.lists(st.floats(0.01, 100), min_size=1, max_size=40))
def test_apportion_adds_up_and_stays_within_one_of_the_exact_share(total, weights):
    """Largest remainders: whole parts, right sum, quota kept."""
    parts = apportion(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - total * weight / sum(weights)) < 1 + 1e-6


def test_apportion_refuses_what_cannot_be_given():
    with pytest.raises(ValueError, match="cannot give"):
        apportion(2, [1, 1, 1], least=1)


def test_seats_on_a_chessboard_touch_along_edges_only():
    """Nine seats: twelve edges; corners, which share a point, are no neighbours."""
    seats = [(1000.0 * x, 1000.0 * y) for x in range(3) for y in range(3)]
    pairs = adjacent_pairs(whole_cells(seats), seats, reach_m=5000, least_edge_m=10)
    assert len(pairs) == 12
    assert all(abs(i - j) in (1, 3) for i, j in pairs)


def test_seats_beyond_reach_do_not_touch():
    """Two seats 12 km apart share an edge in the whole diagram, none within 5 km of them."""
    seats = [(0.0, 0.0), (12_000.0, 0.0), (0.0, 3_000.0)]
    pairs = adjacent_pairs(whole_cells(seats), seats, reach_m=5000, least_edge_m=100)
    assert pairs == [(0, 2)]


def test_overlap_is_counted_against_the_latest_open_call():
    """Calls at 0-10, 5-6, 8-9, 20-30: the second and third come while the first is open."""
    assert overlap_share([0, 5, 8, 20], [10, 6, 9, 30]) == 0.5


def montgomery_row(time, lat="40.2", kind="FALL VICTIM", service="EMS"):
    return {
        "time_local": time,
        "lat": lat,
        "lon": "-75.3",
        "call_type": kind,
        "service": service,
    }


def test_dirty_montgomery_rows_are_refused_by_reason():
    """Part days at both ends, a repeat and a point in the far south go; the rest stays."""
    rows = [
        montgomery_row("2016-01-01T23:00:00"),
        montgomery_row("2016-01-02T10:00:00"),
        montgomery_row("2016-01-02T10:00:00", service="Fire"),
        montgomery_row("2016-01-02T11:00:00", lat="30.3"),
        montgomery_row("2016-01-03T01:00:00"),
    ]
    kept, refused = montgomery.clean_calls(rows)
    assert kept == [rows[1]]
    assert refused == {"outside": 1, "repeat": 1, "part_day": 2}


def unit_row(**times):
    blank = dict.fromkeys(("dispatch", "enroute", "arrive", "clear", "to_hospital"), "")
    return {"incident_num": "1", **blank, **times}


def test_lancaster_time_lines_are_unwrapped_at_midnight():
    """23:58 to 00:03 is five minutes; an order reversed by a minute is refused, not 1,439."""
    incidents = [{"incident_num": "1", "call_type": "29B1"}]
    units = [
        unit_row(dispatch="23:58:00", enroute="00:03:00", arrive="00:10:00", clear="00:40:00"),
        unit_row(dispatch="12:00:00", enroute="12:05:00", arrive="12:20:00", clear="12:50:00"),
        unit_row(dispatch="12:01:00", enroute="12:00:00"),
    ]
    legs = [leg for u in units for leg in lancaster._legs(u)]
    assert legs[:2] == [("turnout", 300), ("on_scene", 1800)]
    assert lancaster.fit_no_arrival(incidents, units) == 0
    late = [leg for quantity, leg in legs if quantity == "turnout"]
    fit = lancaster._fit("turnout", "all", late)
    assert (fit["count"], fit["refused"], fit["median_min"]) == (2, 1, "5.00")


def test_lisbon_wall_times_get_the_right_instant():
    """Winter is UTC, summer one ahead; the doubled hour is read as the one near its end."""
    assert aware("2014-02-01T12:00:00", None) == datetime(2014, 2, 1, 12, tzinfo=UTC)
    assert aware("2014-07-01T12:00:00", None) == datetime(2014, 7, 1, 11, tzinfo=UTC)
    end = aware("2014-10-26T02:30:00", None)
    assert aware("2014-10-26T01:56:00", end) == datetime(2014, 10, 26, 1, 56, tzinfo=UTC)
    assert aware("", None) is None
    with pytest.raises(ValueError, match="skipped"):
        aware("2014-03-30T01:30:00", None)
