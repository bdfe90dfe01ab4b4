"""Whatever the files hold, the answer is a county or a list of problems, never another error."""

import gzip
import shutil
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubpost.model.county import County
from hubpost.tables import TableProblems, read_county
from tests.tables.small_county import AREAS, CALLS, NEIGHBOURS, STATIONS, TOML, write_county

SHEETS = {
    "county.toml": TOML,
    "stations.csv": STATIONS,
    "areas.csv": AREAS,
    "calls.csv": CALLS,
    "neighbours.csv": NEIGHBOURS,
    "indicators.csv": "station_id,year,P1\nS1,2023,4\n",
    "officers.csv": "id,station_id,hq,available_from\nO1,S1,,2024-01-01\n",
    "travel_times.csv": "from_id,to_id,seconds\nS1,S2,60\n",
}
CELLS = st.one_of(
    st.sampled_from(
        [
            "", " ", "nan", "inf", "-inf", "1e999", "-0", "1e308", "9" * 30, "-1", "0.5", "１２",
            "S1", "A1", "是", "maybe", "0001-01-01T00:00", "9999-12-31T23:59:59+00:00",
            "2014-10-26T01:30", "2014-03-30T01:30", "2024-01-01T24:00", "1900-01-01 00:00:60",
            "2024-01-01T00:00:00.123456789Z", "=1+1", "\x00", "\u2028", "lon", "91", "181", '"',
        ]
    ),
    st.text(max_size=8),
    st.floats().map(str),
    st.datetimes().map(lambda t: t.isoformat()),
)  # fmt: skip


def _read(path: Path) -> None:
    """Reads; nothing but TableProblems may come instead of a county that holds its promises."""
    try:
        county = read_county(path)
    except TableProblems:
        return
    assert isinstance(county, County)
    assert county.stations
    assert all(-180 <= s.lon <= 180 and -90 <= s.lat <= 90 for s in county.stations)
    assert county.calls["id"].null_count() == 0


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(name=st.sampled_from(list(SHEETS)), data=st.data())
def test_any_cell_edited(tmp_path: Path, name: str, data: st.DataObject) -> None:
    """A few cells of one file replaced by anything, headers included."""
    folder = _fresh(tmp_path)
    lines = [line.split(",") for line in SHEETS[name].splitlines()]
    for _ in range(data.draw(st.integers(1, 3))):
        line = data.draw(st.sampled_from(lines))
        line[data.draw(st.integers(0, len(line) - 1))] = data.draw(CELLS)
    text = "\n".join(",".join(line) for line in lines)
    (folder / name).write_bytes(text.encode("utf-8", "surrogatepass"))
    _read(folder)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(name=st.sampled_from(list(SHEETS)), content=st.binary(max_size=200))
def test_any_bytes(tmp_path: Path, name: str, content: bytes) -> None:
    folder = _fresh(tmp_path)
    (folder / name).write_bytes(content)
    _read(folder)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    kind=st.sampled_from(["xlsx", "gpkg", "csv.gz"]),
    cut=st.integers(0, 6000),
    flips=st.lists(st.tuples(st.integers(0, 6000), st.integers(0, 255)), max_size=6),
)
def test_any_damage_to_a_packed_file(
    tmp_path: Path, kind: str, cut: int, flips: list[tuple[int, int]]
) -> None:
    """A workbook or compressed table with bytes changed and its end cut off."""
    data = bytearray(_workbook() if kind == "xlsx" else gzip.compress(AREAS.encode()))
    for at, value in flips:
        data[at % len(data)] = value
    folder = _fresh(tmp_path)
    (folder / "areas.csv").unlink()
    (folder / f"areas.{kind}").write_bytes(bytes(data[: len(data) - cut % len(data)]))
    _read(folder)


@pytest.mark.parametrize("text", ["", "[", "a=1", "name=1\ntimezone=2", "name=[]\nbox=3\nhubs='x'"])
def test_any_settings(tmp_path: Path, text: str) -> None:
    folder = _fresh(tmp_path)
    (folder / "county.toml").write_text(text)
    _read(folder)


def test_a_folder_where_a_file_should_be(tmp_path: Path) -> None:
    folder = _fresh(tmp_path)
    (folder / "areas.csv").unlink()
    (folder / "areas.csv").mkdir()
    _read(folder)


def _fresh(tmp_path: Path) -> Path:
    folder = tmp_path / "county"
    shutil.rmtree(folder, ignore_errors=True)
    write_county(folder)
    for name, text in SHEETS.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def _workbook() -> bytes:
    book, target = openpyxl.Workbook(), BytesIO()
    for line in AREAS.splitlines():
        book.active.append(line.split(","))
    book.save(target)
    return target.getvalue()
