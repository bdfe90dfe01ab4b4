"""Plausibility checks: each fault planted is found, and clean data raise no alarm."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from hubpost.evaluation.finding import FINDINGS, Finding, barred_stations
from hubpost.evaluation.plausibility import check_calls
from hubpost.evaluation.plausible_clocks import clock_changes


def clean(n=3000, seed=1, days=731, zone="Asia/Shanghai"):
    """Two years of calls with nothing wrong: seconds kept, legs drawn, five stations."""
    rng = np.random.default_rng(seed)
    start = datetime(2023, 1, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    seconds = np.sort(rng.integers(0, days * 86_400, n))
    received = [start + timedelta(seconds=int(s)) for s in seconds]
    legs = {"dispatched_at": rng.exponential(90, n), "enroute_at": rng.exponential(240, n),
            "arrived_at": rng.lognormal(6.4, 0.5, n),
            "cleared_at": rng.lognormal(7, 0.6, n)}  # fmt: skip
    columns = {"received_at": received}
    at = received
    for name, leg in legs.items():
        at = [t + timedelta(seconds=int(1 + s)) for t, s in zip(at, leg, strict=True)]
        columns[name] = at
    return pl.DataFrame(columns).with_columns(
        id=pl.int_range(n).cast(pl.String),
        station_id=pl.Series(rng.choice(list("abcde"), n)),
        category=pl.Series(rng.choice(["criminal", "traffic", "dispute"], n, p=[0.1, 0.4, 0.5])),
        lon=pl.Series(rng.uniform(108, 109, n)), lat=pl.Series(rng.uniform(29, 30, n)),
    )  # fmt: skip


def codes(frame, zone="Asia/Shanghai"):
    return {(f.code, f.column, f.station_id): f for f in check_calls(frame, zone)}


@pytest.mark.parametrize("seed", range(6))
def test_clean_data_raise_no_alarm(seed):
    assert codes(clean(seed=seed)) == {}


def test_zero_negative_and_endless_responses_are_found_and_zeros_bar_their_station():
    row = pl.int_range(pl.len())
    minutes = pl.when(row < 40).then(0).when(row < 43).then(-3).when(row < 45).then(400)
    shifted = pl.when(row < 45).then(
        pl.col("received_at") + pl.duration(minutes=minutes.otherwise(0))
    ).otherwise("arrived_at")  # fmt: skip
    frame = clean().with_columns(arrived_at=shifted)
    frame = frame.with_columns(
        station_id=pl.when(row < 45).then(pl.lit("a")).otherwise("station_id")
    )
    found = codes(frame)
    assert found["zero_leg", "response_min", ""].hits == 40
    assert found["negative_leg", "response_min", ""].hits == 3
    assert found["overlong_leg", "response_min", ""].hits == 2
    assert found["zero_leg", "response_min", "a"].bars
    assert found["zero_leg", "response_min", ""].examples == ("0", "1", "2", "3", "4")


def test_99_percent_within_five_minutes_is_a_broken_clock_not_a_success():
    frame = clean().with_columns(
        arrived_at=pl.when(pl.col("station_id") == "b")
        .then(pl.col("received_at") + pl.duration(seconds=100 + pl.int_range(pl.len()) % 190))
        .otherwise("arrived_at")
    )
    found = codes(frame)
    assert found["too_good", "response_min", "b"].bars
    assert ("too_good", "response_min", "c") not in found
    assert "b" in barred_stations(tuple(found.values()))


def test_arrivals_faster_than_the_road_allows_are_found():
    frame = clean().with_columns(
        predicted_arrival_at=pl.col("received_at")
        + 3 * (pl.col("arrived_at") - pl.col("received_at"))
    )
    assert codes(frame)["faster_than_road", "response_min", ""].bars


def test_minutes_rounded_to_five_are_found_with_their_share():
    rounded = pl.when(pl.int_range(pl.len()) % 2 == 0).then(
        pl.col("arrived_at").dt.round("5m")).otherwise("arrived_at")  # fmt: skip
    found = codes(clean().with_columns(arrived_at=rounded))["heaping_5", "arrived_at", ""]
    assert found.hits / found.of == pytest.approx(0.6, abs=0.03)
    assert found.p < 1e-10
    assert "20 % by chance" in found.words("en")


def test_times_of_a_machines_round_are_told_from_rounding_by_hand():
    grid = pl.col("received_at").dt.truncate("5m") + pl.duration(minutes=2)
    found = codes(clean().with_columns(received_at=grid))
    assert found["clock_grid", "received_at", ""].detail == {"remainder": 2}


def test_midnight_as_unknown_is_found():
    zone = "Asia/Shanghai"
    midnight = pl.col("cleared_at").dt.convert_time_zone(zone).dt.truncate("1d")
    frame = clean().with_columns(
        cleared_at=pl.when(pl.int_range(pl.len()) % 50 == 0)
        .then(midnight.dt.convert_time_zone("UTC"))
        .otherwise("cleared_at")
    )
    found = codes(frame)["midnight", "cleared_at", ""]
    assert found.hits == 60
    assert found.detail["expected_hits"] < 1


def test_calls_closed_all_at_once_are_found():
    row = pl.int_range(pl.len())
    first = pl.col("station_id") == "a"
    frame = clean().with_columns(
        cleared_at=pl.when(first & (row < 300)).then(pl.col("cleared_at").max()).otherwise(
            "cleared_at"
        )
    )  # fmt: skip
    found = codes(frame)["copied_times", "cleared_at", "a"]
    assert found.bars
    assert found.hits == clean().head(300).filter(first).height


def test_one_exact_duration_that_is_common_is_copied():
    frame = clean().with_columns(
        arrived_at=pl.when(pl.int_range(pl.len()) % 8 == 0)
        .then(pl.col("received_at") + pl.duration(seconds=617))
        .otherwise("arrived_at")
    )
    assert codes(frame)["one_duration", "response_min", ""].detail["minutes"] == 10.28


def test_a_record_entered_twice_is_found():
    frame = clean()
    again = frame.head(7).with_columns(id=pl.lit("again"))
    assert codes(pl.concat([frame, again]))["duplicates", "category", ""].hits == 7


def test_missing_months_of_the_county_and_of_one_station_are_named():
    local = pl.col("received_at").dt.convert_time_zone("Asia/Shanghai")
    gone = (local.dt.year() == 2023) & (local.dt.month() == 8)
    lost = (local.dt.year() == 2024) & (local.dt.month() == 5) & (pl.col("station_id") == "c")
    found = codes(clean(n=6000).filter(~gone, ~lost))
    assert found["missing_months", "received_at", ""].detail["months"] == "2023-08"
    assert found["missing_months", "received_at", "c"].detail["months"] == "2024-05"


def test_a_station_founded_late_has_no_missing_months_before():
    local = pl.col("received_at").dt.convert_time_zone("Asia/Shanghai")
    frame = clean(n=6000).filter((pl.col("station_id") != "d") | (local.dt.year() == 2024))
    assert codes(frame) == {}


def test_months_covered_in_part_are_named():
    frame = clean(n=6000).filter(pl.col("received_at") > datetime(2023, 1, 16, tzinfo=UTC))
    assert codes(frame)["part_month", "received_at", ""].detail["months"] == "2023-01"


def test_a_kind_redefined_overnight_is_found_and_bars_its_counts():
    later = pl.col("received_at") > datetime(2024, 1, 1, tzinfo=UTC)
    moved = later & (pl.col("category") == "dispute") & (pl.int_range(pl.len()) % 2 == 0)
    frame = clean(n=6000).with_columns(
        category=pl.when(moved).then(pl.lit("criminal")).otherwise("category")
    )
    found = [f for f in check_calls(frame, "Asia/Shanghai") if f.code == "definition_change"]
    changed = next(f for f in found if f.detail["category"] == "criminal")
    assert changed.detail["month"] == "2024-01"
    assert changed.detail["before"] < 0.15 < 0.25 < changed.detail["after"]
    assert changed.bars


def test_a_milestone_no_longer_filled_in_is_found():
    later = pl.col("received_at") > datetime(2024, 2, 1, tzinfo=UTC)
    frame = clean(n=6000).with_columns(
        enroute_at=pl.when(later & (pl.int_range(pl.len()) % 3 > 0))
        .then(None)
        .otherwise("enroute_at")
    )
    assert codes(frame)["filling_change", "enroute_at", ""].detail["month"] == "2024-02"


def test_clock_changes_are_where_the_zone_says():
    day = datetime(2016, 1, 1).date(), datetime(2016, 12, 31).date()
    assert clock_changes(ZoneInfo("America/New_York"), *day) == [
        (datetime(2016, 3, 13, 2), timedelta(hours=1)),
        (datetime(2016, 11, 6, 1), timedelta(hours=-1)),
    ]
    assert clock_changes(ZoneInfo("Asia/Shanghai"), *day) == []


def test_times_in_a_skipped_hour_show_that_the_clock_is_not_the_countys():
    hour = [datetime(2024, 3, 31, 1, m) for m in (5, 20, 40)]
    frame = clean(zone="Europe/Lisbon").with_columns(
        received_local=pl.col("received_at").dt.convert_time_zone("Europe/Lisbon")
        .dt.replace_time_zone(None)
    )  # fmt: skip
    odd = frame.head(3).with_columns(pl.Series("received_local", hour).cast(pl.Datetime("us")))
    found = codes(pl.concat([frame, odd]), "Europe/Lisbon")
    assert found["skipped_hour_used", "received_at", ""].hits == 3
    assert found["skipped_hour_used", "received_at", ""].detail["day"] == "2024-03-31"


def test_every_finding_can_be_said_in_both_languages():
    fill = {"limit": 5.0, "minutes": 1.0, "remainder": 2, "expected_hits": 1.0, "day": "d",
            "months": "m", "month": "m", "category": "c", "before": 0.1, "after": 0.2,
            "name_zh": "z", "name_en": "e"}  # fmt: skip
    for code in FINDINGS:
        finding = Finding(code, 1, 2, column="arrived_at", detail=fill)
        assert finding.words("zh")
        assert finding.words("en")
        assert "{" not in finding.words("zh") + finding.words("en")
