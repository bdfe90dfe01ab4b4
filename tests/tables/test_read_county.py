"""What a correct county reads as."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from hubpost.model.county import CALL_SCHEMA
from hubpost.model.station import Neighbour
from hubpost.tables import TableProblems, find_bundled, list_bundled, read_county
from tests.tables.small_county import (
    AREAS,
    CALLS,
    NEIGHBOURS,
    STATIONS,
    check_with,
    places,
    problems,
    warnings,
    write_county,
)


def test_small_county_reads_whole(tmp_path: Path) -> None:
    """Every sheet arrives typed, in file order, with nothing to complain of."""
    county = read_county(write_county(tmp_path / "small"))
    assert (county.id, county.name, county.timezone) == ("small", "小县", "Europe/Lisbon")
    assert [s.id for s in county.stations] == ["S1", "S2", "S3"]
    assert [a.station_id for a in county.areas] == ["S1", "S2", "S3"]
    assert county.neighbours[2] == Neighbour("S3", "X9", True, "Beyond", -8.5, 41.4)
    assert county.calls.height == 3
    assert county.hubs is None
    assert county.bases_per_hub == (1, 2)
    assert not warnings(check_with(tmp_path / "small", indicators_csv="station_id,year\nS1,2020"))


def test_blank_is_unknown_never_zero(tmp_path: Path) -> None:
    county = read_county(write_county(tmp_path))
    one, two, three = county.stations
    assert (one.officers, two.officers) == (7, None)
    assert (one.border, two.border, three.border) == (False, True, None)
    assert county.areas[1].population is None
    blank = county.calls.row(1, named=True)
    assert blank["arrived_at"] is None
    assert blank["units_needed"] is None


def test_calls_have_the_schema_in_order_and_utc(tmp_path: Path) -> None:
    """Lisbon is an hour ahead of UTC in July, level with it in January."""
    calls = read_county(write_county(tmp_path)).calls
    assert calls.columns[: len(CALL_SCHEMA)] == list(CALL_SCHEMA)
    assert calls["received_at"].dtype == pl.Datetime("us", "UTC")
    assert calls["received_at"].to_list() == [
        datetime(2014, 7, 3, 10, 2, tzinfo=UTC),
        datetime(2014, 7, 3, 11, 30, tzinfo=UTC),
        datetime(2014, 1, 3, 12, 30, 15, tzinfo=UTC),
    ]
    for name, kind in CALL_SCHEMA.items():
        assert calls.schema[name].base_type() is kind or calls.schema[name] == kind()


def test_call_known_by_area_takes_its_place_and_station(tmp_path: Path) -> None:
    row = read_county(write_county(tmp_path)).calls.row(1, named=True)
    assert (row["lon"], row["lat"], row["station_id"]) == (-8.52, 41.14, "S2")
    assert row["placed_by"] == "area"


def test_absent_sheets_are_empty_tables(tmp_path: Path) -> None:
    county = read_county(write_county(tmp_path, calls_csv=None, areas_csv=None))
    assert county.calls.height == 0
    assert county.calls.columns[: len(CALL_SCHEMA)] == list(CALL_SCHEMA)
    assert county.areas == ()
    assert county.officers is None


def test_extra_columns_are_kept(tmp_path: Path) -> None:
    calls = CALLS.replace("cleared_at\n", "cleared_at,weather\n").replace("12:00\n", "12:00,rain\n")
    check = check_with(tmp_path, calls_csv=calls, stations_csv=_with_column(STATIONS, "floor", "3"))
    assert check.county is not None
    assert check.county.calls["weather"].to_list() == ["rain", None, None]
    assert check.county.extras["stations"]["floor"].to_list() == ["3", "3", "3"]
    assert ("stations.csv", 1, "floor", "unknown_column") in places(warnings(check))


def test_mistyped_optional_column_is_pointed_out(tmp_path: Path) -> None:
    check = check_with(tmp_path, calls_csv=CALLS.replace("arrived_at", "arived_at"))
    [found] = [w for w in warnings(check) if w.file == "calls.csv"]
    assert (found.row, found.column) == (1, "arived_at")
    assert "arrived_at" in found.fix


def test_columns_in_any_order(tmp_path: Path) -> None:
    shuffled = "\n".join(
        ",".join(reversed(line.split(","))) for line in STATIONS.strip().splitlines()
    )
    straight = read_county(write_county(tmp_path / "a"))
    assert read_county(write_county(tmp_path / "a", stations_csv=shuffled)).stations == (
        straight.stations
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_headers_in_each_encoding(tmp_path: Path, encoding: str) -> None:
    """A file saved by a Chinese spreadsheet reads the same as one in UTF-8."""
    stations = "名称,编号,纬度,经度,边界,民警数,辅警数\n濯水派出所,S1,41.10,-8.60,是,7,\n"
    calls = (
        "编号,接警时间,经度,纬度,类别,等级,派警,到达,办结,演练\n"
        "C1,2014-07-03 11:02:00,-8.60,41.11,纠纷,一级,,2014/7/3 11:20,,否\n"
    )
    county = read_county(
        write_county(
            tmp_path,
            stations_csv=stations.encode(encoding),
            calls_csv=calls.encode(encoding),
            areas_csv=None,
            neighbours_csv=None,
        )
    )
    assert county.stations[0].name == "濯水派出所"
    assert (county.stations[0].border, county.stations[0].auxiliaries) == (True, None)
    call = county.calls.row(0, named=True)
    assert (call["category"], call["priority"], call["exercise"]) == ("dispute", 1, False)
    assert call["arrived_at"] == datetime(2014, 7, 3, 10, 20, tzinfo=UTC)


def test_files_named_in_chinese_and_compressed(tmp_path: Path) -> None:
    write_county(tmp_path, stations_csv=None, calls_csv=None)
    (tmp_path / "派出所.csv").write_text(STATIONS, "utf-8")
    (tmp_path / "calls.csv.gz").write_bytes(gzip.compress(CALLS.encode()))
    county = read_county(tmp_path)
    assert len(county.stations) == 3
    assert county.calls.height == 3


def test_blank_rows_do_not_count_but_keep_the_numbering(tmp_path: Path) -> None:
    """Row numbers are those a spreadsheet shows, blank rows and quoted line breaks included."""
    areas = 'id,name,station_id,lon,lat\nA1,"Up\nper",S1,-8.6,41.1\n\n,,,,\nA2,Low,S9,-8.5,41.1\n'
    check = check_with(tmp_path, areas_csv=areas, calls_csv=None)
    assert places(problems(check)) == [("areas.csv", 5, "station_id", "unknown_station")]


def test_gcj02_is_converted_on_import(tmp_path: Path) -> None:
    """Seats given in GCJ-02 come out in WGS-84 (a published pair; see test_datum)."""
    stations = "id,name,lon,lat\nS1,Square,116.38404722,39.91334546\n"
    county = read_county(
        write_county(
            tmp_path,
            county_toml='name="x"\ntimezone="Asia/Shanghai"\ndatum="gcj02"\n',
            stations_csv=stations,
            areas_csv=None,
            calls_csv=None,
            neighbours_csv=None,
        )
    )
    assert county.stations[0].lon == pytest.approx(116.377817, abs=1e-6)
    assert county.stations[0].lat == pytest.approx(39.911954, abs=1e-6)


def test_settings_and_labels(tmp_path: Path) -> None:
    toml = (
        'name = "x"\nname_en = "X"\ntimezone = "Europe/Lisbon"\nhubs = 1\nbases_per_hub = 2\n'
        'border_stations = 1\nsynthetic = ["calls"]\nestimated = ["areas.population"]\n'
        'stand_in = ["stations"]\n'
    )
    county = read_county(write_county(tmp_path, county_toml=toml))
    assert (county.hubs, county.bases_per_hub, county.border_stations) == (1, (2, 2), 1)
    assert county.labels.words_for("calls") == ("synthetic",)
    assert county.labels.words_for("areas") == ("estimated",)
    assert county.labels.words_for("stations") == ("stand-in",)
    assert county.labels.words_for("neighbours") == ()


def test_missing_neighbours_are_estimated_and_say_so(tmp_path: Path) -> None:
    county = read_county(write_county(tmp_path, neighbours_csv=None))
    assert {(n.station_id, n.other_id) for n in county.neighbours} == {
        ("S1", "S2"), ("S1", "S3"), ("S2", "S3"),
    }  # fmt: skip
    assert county.labels.words_for("neighbours") == ("estimated",)


def test_a_pair_written_both_ways_is_one_pair(tmp_path: Path) -> None:
    county = read_county(write_county(tmp_path, neighbours_csv=NEIGHBOURS + "S2,S1,,,,\n"))
    assert len(county.neighbours) == 3


def test_other_sheets(tmp_path: Path) -> None:
    """Indicators by code or Chinese name, officers of stations and headquarters, travel times."""
    county = read_county(
        write_county(
            tmp_path,
            indicators_csv="station_id,year,P1,刑事警情\nS1,2023,1200,\nS2,2023,,4\n",
            officers_csv="id,station_id,hq,skills,available_from\nO1,S1,,drone,2024-01-01\nO2,,是,,\n",
            travel_times_csv="from_id,to_id,seconds\nS1,S2,612.5\nS2,A1,inf\nS3,X9,30\n",
        )
    )
    assert county.indicators.to_dicts() == [
        {"station_id": "S1", "year": 2023, "P1": 1200.0, "I1": None},
        {"station_id": "S2", "year": 2023, "P1": None, "I1": 4.0},
    ]
    assert county.officers is not None
    assert county.officers["hq"].to_list() == [None, True]
    assert county.travel_times is not None
    assert county.travel_times["seconds"].to_list() == [612.5, float("inf"), 30.0]


def test_checksums_name_every_file_read(tmp_path: Path) -> None:
    """A file changed is a checksum changed, and no other."""
    county = read_county(write_county(tmp_path))
    assert set(county.checksums) == {
        "county.toml", "stations.csv", "areas.csv", "calls.csv", "neighbours.csv",
    }  # fmt: skip
    changed = read_county(write_county(tmp_path, areas_csv=AREAS.replace("Far", "Near")))
    differing = {n for n in county.checksums if county.checksums[n] != changed.checksums[n]}
    assert differing == {"areas.csv"}


def test_calls_of_another_file_take_the_place_of_the_countys_own(tmp_path: Path) -> None:
    """They are read in the county's time zone, checked against its stations, and named as they
    are called; a file that is not there is a problem like any other."""
    other = tmp_path / "june.csv"
    other.write_text("id,received_at,area_id\nX1,2014-07-03T11:02,A1\n", "utf-8")
    folder = write_county(tmp_path / "county")
    county = read_county(folder, calls=other)
    assert county.calls["id"].to_list() == ["X1"]
    assert county.calls["lon"].to_list() == [-8.61]
    assert "june.csv" in county.checksums
    assert "calls.csv" not in county.checksums
    other.write_text("id,received_at,area_id\nX1,2014-07-03T11:02,A7\n", "utf-8")
    for file, kind in ((other, "unknown_area"), (tmp_path / "july.csv", "unreadable")):
        with pytest.raises(TableProblems) as refused:
            read_county(folder, calls=file)
        assert [(p.file, p.kind) for p in refused.value.problems if p.severity == "problem"] == [
            (file.name, kind)
        ]


@pytest.mark.parametrize("name", ["andorra", "porto", "qianjiang"])
def test_bundled_counties_read_without_a_problem(name: str) -> None:
    assert name in list_bundled()
    assert find_bundled(name) is not None
    county = read_county(name)
    assert county.id == name
    assert county.calls.height > 1000


def test_no_such_county_names_the_bundled_ones() -> None:
    with pytest.raises(TableProblems, match="porto") as refused:
        read_county("no/such/county")
    assert [p.kind for p in refused.value.problems] == ["no_such_county"]


@pytest.mark.parametrize("name", ["..", ".", "", "../data/porto", "a\0b"])
def test_odd_names_are_refused_not_resolved(name: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_bundled(name) is None
    with pytest.raises(TableProblems):
        read_county(name)


def _with_column(table: str, header: str, cell: str) -> str:
    first, *rest = table.strip().splitlines()
    return "\n".join([f"{first},{header}", *(f"{line},{cell}" for line in rest)])
