"""Importers of published sets: what is odd about each is found, and nothing is made up."""

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from hubpost.evaluation.plausibility import check_calls
from hubpost.tables.importers import import_calls
from hubpost.tables.importers.lancaster import unwrapped
from hubpost.tables.importers.record_files import read_records

PUBLISHED = Path(__file__).parents[1] / "data" / "published"


def findings(name):
    found = import_calls(name, PUBLISHED / name)
    every = (*found.findings, *check_calls(found.calls, found.timezone))
    return found.calls, {(f.code, f.column): f for f in every if f.station_id == ""}


def test_portugal_shows_83_zeros_heaping_the_hour_shown_twice_and_duplicates():
    calls, found = findings("portugal")
    assert found["zero_leg", "response_min"].hits == 83
    assert found["overlong_leg", "response_min"].hits == 3
    heaped = found["heaping_5", "arrived_at"]
    assert heaped.hits / heaped.of > 0.45
    assert heaped.bars
    assert found["hour_shown_twice", "received_at"].hits == 4
    assert found["duplicates", "call_type"].hits == 2
    assert found["negative_leg", "on_scene_min"].hits >= 1
    assert calls["category"].unique().to_list() == ["fire_disaster"]


def test_lancaster_shows_time_lines_past_midnight_repeated_numbers_and_missing_places():
    calls, found = findings("lancaster")
    assert found["passes_midnight", "dispatched_at"].hits > 0
    assert found["repeated_id", "id"].hits == 7
    assert found["no_place", "lon"].hits == len(calls)
    assert found["no_unit", "dispatched_at"].hits > 0
    assert found["hour_shown_twice", "received_at"].detail["day"] == "2011-11-06"


def test_montgomery_shows_clock_rounds_the_skipped_hour_duplicates_and_points_outside():
    calls, found = findings("montgomery")
    assert found["outside_box", "lon"].hits == 39
    assert found["clock_grid", "received_at"].detail == {"remainder": 2}
    skipped = found["skipped_hour_empty", "received_at"]
    assert skipped.detail["day"] == "2016-03-13"
    assert found["duplicates", "call_type"].hits > 0
    assert calls.filter(pl.col("lon").is_null()).height == 39


def test_a_call_without_any_leg_is_blank_and_not_zero():
    calls, _ = findings("montgomery")
    assert "arrived_at" not in calls.columns


def test_a_time_line_past_midnight_is_unwrapped_and_a_step_back_stays_negative():
    units = pl.DataFrame({
        "incident_num": ["1", "2", "3", "3"],
        "dispatch": ["23:50:00", "10:00:00", "23:58:00", "00:01:00"],
        "enroute": ["23:55:00", "09:59:00", None, None],
        "arrive": ["00:10:00", "10:05:00", None, "00:09:00"],
        "clear": ["01:00:00", None, None, None],
    })  # fmt: skip
    lines = unwrapped(units)
    assert lines["arrive_s"].to_list() == [87_000, 36_300, None, 86_940]
    assert lines["enroute_s"].to_list() == [86_100, 35_940, None, None]
    assert lines["passes_midnight"].to_list() == [True, False, False, False]
    assert lines["start"].to_list() == [85_800, 36_000, 86_280, 86_460]


def test_local_times_become_utc_by_the_zone_of_the_set():
    calls, _ = findings("portugal")
    summer = calls.filter(pl.col("received_local").dt.month() == 8).row(0, named=True)
    shift = summer["received_local"] - summer["received_at"].replace(tzinfo=None)
    assert shift.total_seconds() == 3600


def test_an_unknown_set_and_a_missing_file_are_named(tmp_path):
    with pytest.raises(ValueError, match=r"portugal, lancaster, montgomery"):
        import_calls("nowhere", tmp_path)
    with pytest.raises(FileNotFoundError, match=r"unit_times|incidents"):
        import_calls("lancaster", tmp_path)


def test_records_are_read_with_local_times_flags_and_blanks(tmp_path):
    (tmp_path / "cases.csv").write_text(
        "station_id,filed_at,solved_at,kind,violent,minors\n"
        "a,2024-03-01T08:00,,criminal,是,no\n"
        "a,2024-03-02,2024-03-02T08:00:00Z,criminal,否,yes\n",
        "utf-8",
    )
    cases = read_records(tmp_path, "Asia/Shanghai")["cases"]
    assert cases["filed_at"].dt.replace_time_zone(None).to_list() == [
        datetime(2024, 3, 1), datetime(2024, 3, 1, 16)]  # fmt: skip
    assert cases["solved_at"].to_list()[0] is None
    assert cases["solved_at"].dt.hour().to_list()[1] == 8
    assert cases["violent"].to_list() == [True, False]


def test_records_that_cannot_be_read_are_named_by_file_row_and_column(tmp_path):
    (tmp_path / "ratings.csv").write_text("station_id,at,rating\na,soon,5\na,2024-01-01,five\n")
    with pytest.raises(ValueError, match=r"ratings\.csv row 2, column at.*'soon'") as error:
        read_records(tmp_path, "UTC")
    assert "row 3, column rating" in str(error.value)
