"""Every kind of mistake is found, at its file, row and column, and nothing else is blamed."""

import gzip
from pathlib import Path

import pytest

from hubpost.tables import TableProblems, read_county
from tests.tables.small_county import (
    AREAS,
    CALLS,
    NEIGHBOURS,
    STATIONS,
    TOML,
    check_with,
    places,
    problems,
    warnings,
    write_county,
)

STATION_ROW = "S4,Four,-8.55,41.12,,\n"


def _call(**cells: str) -> str:
    """The small county's calls and one more, in row 5."""
    row = {
        "id": "C4", "received_at": "2014-07-04T11:40", "lon": "-8.6", "lat": "41.1",
        "area_id": "", "category": "", "priority": "", "dispatched_at": "", "arrived_at": "",
        "cleared_at": "", **cells,
    }  # fmt: skip
    return CALLS + ",".join(row.values()) + "\n"


ONE_CELL = [
    # file, content, row, column, kind
    ("stations_csv", STATIONS + STATION_ROW.replace("S4", "S1"), 5, "id", "duplicate_id"),
    ("stations_csv", STATIONS + STATION_ROW.replace("S4", ""), 5, "id", "blank_cell"),
    ("stations_csv", STATIONS + "S4,Fo,ur,-8.55,41.12,no,4\n", 5, "name", "long_row"),
    ("stations_csv", STATIONS + STATION_ROW.replace("-8.55", "west"), 5, "lon", "not_a_number"),
    ("stations_csv", STATIONS + STATION_ROW.replace("-8.55", "nan"), 5, "lon", "not_a_number"),
    ("stations_csv", STATIONS + STATION_ROW.replace("-8.55", "-208"), 5, "lon", "out_of_range"),
    ("stations_csv", STATIONS + STATION_ROW.replace("41.12", "412"), 5, "lat", "out_of_range"),
    ("stations_csv", STATIONS + STATION_ROW.replace("41.12", ""), 5, "lat", "half_place"),
    ("stations_csv", STATIONS + STATION_ROW.replace("41.12", "42.9"), 5, "lon", "outside_county"),
    ("stations_csv", STATIONS + STATION_ROW.replace(",,", ",maybe,"), 5, "border", "not_yes_no"),
    ("stations_csv", STATIONS.replace("yes,", "yes,-2"), 3, "officers", "negative"),
    ("stations_csv", STATIONS.replace("yes,", "yes,2.5"), 3, "officers", "not_whole"),
    ("stations_csv", STATIONS.replace("yes,", "yes,many"), 3, "officers", "not_a_number"),
    ("areas_csv", AREAS.replace("S2", "S9"), 3, "station_id", "unknown_station"),
    ("areas_csv", AREAS.replace("A3", "A1"), 4, "id", "duplicate_id"),
    ("areas_csv", AREAS.replace(",80", ",-80"), 4, "population", "negative"),
    ("neighbours_csv", NEIGHBOURS + "S7,S1,,,,\n", 5, "station_id", "unknown_station"),
    ("neighbours_csv", NEIGHBOURS + "S1,S7,,,,\n", 5, "other_id", "unknown_station"),
    ("neighbours_csv", NEIGHBOURS + "S1,S1,,,,\n", 5, "other_id", "self_neighbour"),
    ("neighbours_csv", NEIGHBOURS + "S1,S3,yes,,,\n", 5, "outside", "station_outside"),
    ("calls_csv", _call(id="C1"), 5, "id", "duplicate_id"),
    ("calls_csv", _call(received_at=""), 5, "received_at", "blank_cell"),
    ("calls_csv", _call(received_at="yesterday"), 5, "received_at", "not_a_time"),
    ("calls_csv", _call(received_at="2014-07-04"), 5, "received_at", "not_a_time"),
    ("calls_csv", _call(received_at="2014-02-30T11:00"), 5, "received_at", "not_a_time"),
    ("calls_csv", _call(received_at="2014-03-30T01:30"), 5, "received_at", "skipped_time"),
    ("calls_csv", _call(lon="", lat=""), 5, "lon", "no_place"),
    ("calls_csv", _call(lon="12.5", lat="41.9"), 5, "lon", "outside_county"),
    ("calls_csv", _call(lon="41.1", lat="-8.6"), 5, "lon", "swapped_lon_lat"),
    ("calls_csv", _call(lon="0", lat="0"), 5, "lon", "outside_county"),
    ("calls_csv", _call(area_id="A9"), 5, "area_id", "unknown_area"),
    ("calls_csv", _call(category="fishing"), 5, "category", "unknown_category"),
    ("calls_csv", _call(priority="7"), 5, "priority", "unknown_priority"),
    ("calls_csv", _call(arrived_at="2014-07-04T11:02"), 5, "arrived_at", "time_backwards"),
    (
        "calls_csv",
        _call(arrived_at="2014-07-04T12:00", cleared_at="2014-07-04T11:50"),
        5, "cleared_at", "time_backwards",
    ),
    ("indicators_csv", "station_id,year,I1\nS1,2023,-4\n", 2, "I1", "negative"),
    ("indicators_csv", "station_id,year,P5\nS1,2023,140\n", 2, "P5", "out_of_range"),
    ("indicators_csv", "station_id,year\nS1,2023\nS1,2023\n", 3, "station_id", "duplicate_id"),
    ("indicators_csv", "station_id,year\nS1,23\n", 2, "year", "out_of_range"),
    ("officers_csv", "id,station_id,hq\nO1,,no\n", 2, "station_id", "no_post"),
    (
        "officers_csv",
        "id,hq,available_from,available_to\nO1,yes,2024-02-01,2024-01-01\n",
        2, "available_to", "time_backwards",
    ),
    ("officers_csv", "id,hq,available_from\nO1,yes,soon\n", 2, "available_from", "not_a_date"),
    ("travel_times_csv", "from_id,to_id,seconds\nS1,S2,-1\n", 2, "seconds", "negative"),
    ("travel_times_csv", "from_id,to_id,seconds\nS1,S9,60\n", 2, "to_id", "unknown_place"),
    ("travel_times_csv", "from_id,to_id,seconds\nS1,S2,\n", 2, "seconds", "blank_cell"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "content", "row", "column", "kind"),
    ONE_CELL,
    ids=[f"{file}-{kind}-{at}" for at, (file, *_, kind) in enumerate(ONE_CELL)],
)
def test_one_wrong_cell_is_one_problem(
    tmp_path: Path, file: str, content: str, row: int, column: str, kind: str
) -> None:
    """A county right but for one cell gives exactly that cell as its one problem."""
    check = check_with(tmp_path, **{file: content})
    name = file.replace("_csv", ".csv")
    expected = [(name, row, None if kind == "long_row" else column, kind)]
    found = [p for p in places(problems(check)) if not _follows(p, kind)]
    assert found == expected
    assert check.county is None


def _follows(found: tuple[str, int | None, str | None, str], kind: str) -> bool:
    """One mistake that shows at two cells: half a place is also a blank cell of a column that
    must be filled, and cells shifted by a comma are wrong in their new columns too."""
    _, _, column, also = found
    half = kind == "half_place" and also == "blank_cell"
    shifted = kind == "long_row" and also != "long_row"
    return (half or shifted) and column is not None


@pytest.mark.parametrize(
    ("file", "column"),
    [
        ("stations_csv", "lon"),
        ("stations_csv", "name"),
        ("areas_csv", "station_id"),
        ("calls_csv", "received_at"),
        ("neighbours_csv", "other_id"),
    ],
)
def test_missing_column(tmp_path: Path, file: str, column: str) -> None:
    content = {
        "stations_csv": STATIONS, "areas_csv": AREAS, "calls_csv": CALLS,
        "neighbours_csv": NEIGHBOURS,
    }[file].replace(column, "renamed", 1)  # fmt: skip
    check = check_with(tmp_path, **{file: content})
    name = file.replace("_csv", ".csv")
    assert (name, None, column, "missing_column") in places(problems(check))
    assert {p.file for p in problems(check)} <= {name}


def test_calls_without_any_place_column(tmp_path: Path) -> None:
    check = check_with(tmp_path, calls_csv="id,received_at\nC1,2014-07-03T11:02\n")
    assert places(problems(check)) == [("calls.csv", None, "lon", "missing_column")]
    assert "area_id" in problems(check)[0].expected


def test_column_named_twice(tmp_path: Path) -> None:
    check = check_with(tmp_path, stations_csv=STATIONS.replace("officers", "名称"))
    assert ("stations.csv", 1, "name", "column_twice") in places(problems(check))


def test_all_problems_of_all_files_at_once(tmp_path: Path) -> None:
    """Five mistakes in four files come back as five problems, in one go."""
    with pytest.raises(TableProblems) as refused:
        read_county(
            write_county(
                tmp_path,
                county_toml=TOML + "hubs = 0\n",
                stations_csv=STATIONS.replace("yes", "perhaps"),
                areas_csv=AREAS.replace("S2", "S9").replace("120", "-120"),
                calls_csv=_call(arrived_at="2014-07-04T11:02"),
            )
        )
    found = [p for p in refused.value.problems if p.severity == "problem"]
    assert sorted(places(found)) == [
        ("areas.csv", 2, "population", "negative"),
        ("areas.csv", 3, "station_id", "unknown_station"),
        ("calls.csv", 5, "arrived_at", "time_backwards"),
        ("county.toml", 3, "hubs", "bad_value"),
        ("stations.csv", 3, "border", "not_yes_no"),
    ]
    assert str(refused.value).startswith("5 problems")
    assert len(str(refused.value).splitlines()) == 6


def test_message_says_what_came_what_was_expected_and_what_to_do(tmp_path: Path) -> None:
    check = check_with(tmp_path, calls_csv=_call(arrived_at="2014-07-04T11:02"))
    assert str(problems(check)[0]) == (
        "calls.csv row 5, column arrived_at: 2014-07-04T11:02 is before received_at "
        "2014-07-04T11:40. Correct one of them, or leave arrived_at blank if it is unknown."
    )
    check = check_with(tmp_path, areas_csv=AREAS.replace("S2", "Two"), calls_csv=CALLS)
    assert str(problems(check)[0]) == (
        "areas.csv row 3, column station_id: expected the id of a row of stations, found Two. "
        "That is a name; write its id, S2."
    )


def test_backwards_is_measured_against_the_latest_known_time(tmp_path: Path) -> None:
    """Arrival after receipt but before dispatch is named against dispatch."""
    late = _call(dispatched_at="2014-07-04T11:50", arrived_at="2014-07-04T11:45")
    [found] = problems(check_with(tmp_path, calls_csv=late))
    assert "dispatched_at 2014-07-04T11:50" in found.expected


def test_many_alike_are_listed_20_times_and_counted(tmp_path: Path) -> None:
    rows = "".join(f"B{i},Village,S9,-8.6,41.1,5\n" for i in range(332))
    check = check_with(tmp_path, areas_csv=AREAS + rows, calls_csv=None)
    found = problems(check)
    assert [p.row for p in found] == list(range(5, 25))
    assert found[-1].more == 312
    assert "and 312 more rows" in str(found[-1])
    assert check.problem_counts["unknown_station"] == 332
    assert check.rows["areas"] == 335


def test_offset_in_the_time_is_believed(tmp_path: Path) -> None:
    """12:30+02:00 is 10:30 UTC, before the local (UTC+1) 11:40 it stands beside."""
    check = check_with(tmp_path, calls_csv=_call(arrived_at="2014-07-04T12:30+02:00"))
    assert places(problems(check)) == [("calls.csv", 5, "arrived_at", "time_backwards")]
    assert not problems(check_with(tmp_path, calls_csv=_call(arrived_at="2014-07-04T12:50+02:00")))


def test_hour_shown_twice_is_a_warning_and_read_in_order(tmp_path: Path) -> None:
    """Clocks went back at 2:00 on 2014-10-26: 1:50 then 1:20 is half an hour, not backwards."""
    calls = _call(received_at="2014-10-26T01:50", arrived_at="2014-10-26T01:20")
    check = check_with(tmp_path, calls_csv=calls)
    assert not problems(check)
    assert check.county is not None
    call = check.county.calls.row(3, named=True)
    assert (call["arrived_at"] - call["received_at"]).total_seconds() == 30 * 60
    assert [p.column for p in warnings(check) if p.kind == "ambiguous_time"] == [
        "received_at", "arrived_at",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("toml", "row", "column", "kind"),
    [
        (None, None, None, "missing_file"),
        ('name = "x\n', 1, None, "bad_toml"),
        ('name = "x"\ntimezone = Lisbon\n', 2, None, "bad_toml"),
        ('name = "x"\n', None, "timezone", "missing_key"),
        ('timezone = "Europe/Lisbon"\n', None, "name", "missing_key"),
        ('name = "x"\ntimezone = "Mars/Base"\n', 2, "timezone", "unknown_timezone"),
        (TOML + 'datum = "bd09"\n', 3, "datum", "unknown_datum"),
        (TOML + 'roads = "none.osm.pbf"\n', 3, "roads", "missing_file"),
        (TOML + 'synthetic = ["cals"]\n', 3, "synthetic", "unknown_label"),
        (TOML + "bases_per_hub = [2, 1]\n", 3, "bases_per_hub", "bad_value"),
        (TOML + "hubs = 3\nborder_stations = 1\n", 3, "hubs", "bad_value"),
        (TOML + "box = [1, 2]\n", 3, "box", "bad_value"),
        (b"\xff\xfen\x00", None, None, "wrong_encoding"),
    ],
)
def test_county_toml(
    tmp_path: Path, toml: str | bytes | None, row: int | None, column: str | None, kind: str
) -> None:
    check = check_with(tmp_path, county_toml=toml)
    assert places(problems(check)) == [("county.toml", row, column, kind)]


def test_box_in_county_toml_overrules_the_drawn_one(tmp_path: Path) -> None:
    far = _call(lon="-8.6", lat="42.5")
    assert problems(check_with(tmp_path, calls_csv=far))
    boxed = TOML + "box = [-9, 40.5, -8, 43]\n"
    assert not problems(check_with(tmp_path, calls_csv=far, county_toml=boxed))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "empty_file"),
        (b"\n\n", "empty_file"),
        (b"id,name,station_id,lon,lat\n", "no_rows"),
        (b"\x00\x01\x02\x03", "wrong_encoding"),
        ("id,name\n1,汉字".encode("utf-16"), "wrong_encoding"),
        ("id,name\nA1,S\u00e3o Jo\u00e3o\n".encode("latin-1"), "wrong_encoding"),
        (
            "id,name\nA1,濯水镇水".encode().decode("gb18030", "replace").encode(),
            "wrong_encoding",
        ),
        ("id,name\nA1,濯水镇".encode().decode("latin-1").encode("utf-8"), "wrong_encoding"),
    ],
)
def test_files_that_are_no_table(tmp_path: Path, content: bytes, kind: str) -> None:
    """Empty, header only, binary, or garbled by a wrong encoding: the file is named."""
    found = problems(check_with(tmp_path, areas_csv=content, calls_csv=None))
    assert places(found) == [("areas.csv", None, None, kind)]


def test_quote_never_closed_does_not_swallow_the_rest(tmp_path: Path) -> None:
    check = check_with(tmp_path, areas_csv=AREAS.replace("Lower", '"Lower'), calls_csv=None)
    assert places(problems(check)) == [("areas.csv", 3, None, "bad_csv")]


def test_truncated_gzip(tmp_path: Path) -> None:
    whole = gzip.compress(CALLS.encode() * 50)
    check = check_with(tmp_path, calls_csv=None, calls_csv_gz=whole[: len(whole) // 2])
    assert places(problems(check)) == [("calls.csv.gz", None, None, "bad_gzip")]


def test_missing_stations_and_two_files_for_one_sheet(tmp_path: Path) -> None:
    check = check_with(tmp_path, stations_csv=None)
    assert ("stations.csv", None, None, "missing_file") in places(problems(check))
    (tmp_path / "警情.csv").write_text(CALLS, "utf-8")
    check = check_with(tmp_path)
    assert places(problems(check)) == [("警情.csv", None, None, "two_files")]


def test_warnings_refuse_nothing(tmp_path: Path) -> None:
    """Repeated and exercise calls, zero responses, a station without areas, an unknown code."""
    calls = (
        "id,received_at,lon,lat,arrived_at,exercise\n"
        "C1,2014-07-03T11:02,-8.6,41.1,2014-07-03T11:02,no\n"
        "C2,2014-07-03T11:02,-8.6,41.1,2014-07-03T11:05,yes\n"
    )
    check = check_with(
        tmp_path,
        calls_csv=calls,
        areas_csv=AREAS.replace("S3", "S2"),
        indicators_csv="station_id,year,Z9\nS1,2023,4\n",
    )
    assert check.county is not None
    assert set(places(warnings(check))) == {
        ("calls.csv", 3, "id", "repeated_call"),
        ("calls.csv", None, "arrived_at", "zero_response"),
        ("calls.csv", None, "exercise", "exercise_calls"),
        ("indicators.csv", 1, "Z9", "unknown_indicator"),
        ("stations.csv", 4, "id", "station_without_areas"),
    }
    assert check.county.calls.height == 2
