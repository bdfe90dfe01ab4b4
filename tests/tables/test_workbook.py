"""One workbook, or sheets of a folder as XLSX, read as the CSV folder does; the template too."""

import zipfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import polars as pl
import pytest

from hubpost.tables import TableProblems, read_county
from hubpost.tables.schema import SHEETS
from hubpost.tables.template import tab_name, write_template
from hubpost.tables.workbook_extent import find_too_far
from hubpost.tables.xlsx import new_workbook, write_table
from tests.tables.small_county import check_with, places, problems, write_county


def _workbook(path: Path, **tabs: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in tabs.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


SETTINGS = [["键", "值"], ["名称", "黔江区"], ["时区", "Asia/Shanghai"], ["合成", "警情, areas"]]
STATIONS = [
    ["编号", "名称", "经度", "纬度", "边界", "民警数"],
    [500114101, "濯水所", 108.77, 29.30, "是", 7],
    [500114102, "石会所", 108.70, 29.45, None, None],
]
CALLS = [
    ["编号", "接警时间", "经度", "纬度", "到达", "类别"],
    ["C1", datetime(2024, 1, 2, 8, 0), 108.7, 29.4, datetime(2024, 1, 2, 8, 25, 30), "求助"],
    ["C2", "2024-01-02T09:00", 108.7, 29.4, None, None],
]


def test_workbook_in_chinese(tmp_path: Path) -> None:
    """Numbers as ids, spreadsheet dates and text dates, labels as a list in a cell."""
    county = read_county(
        _workbook(tmp_path / "黔江.xlsx", 区县=SETTINGS, 派出所=STATIONS, 警情=CALLS)
    )
    assert (county.id, county.name) == ("黔江", "黔江区")
    assert [s.id for s in county.stations] == ["500114101", "500114102"]
    assert (county.stations[0].border, county.stations[1].officers) == (True, None)
    assert county.calls["arrived_at"].to_list() == [
        datetime(2024, 1, 2, 0, 25, 30, tzinfo=UTC), None,
    ]  # fmt: skip
    assert county.labels.synthetic == {"calls", "areas"}
    assert set(county.checksums) == {"黔江.xlsx"}


def test_problems_in_a_workbook_name_sheet_row_and_header(tmp_path: Path) -> None:
    """Row numbers count the blank rows a person sees; the column is the header as written."""
    stations = [[None], *STATIONS, [None], [7, "无所", 108.7, 95.2, "也许", 3]]
    with pytest.raises(TableProblems) as refused:
        read_county(_workbook(tmp_path / "c.xlsx", 区县=SETTINGS, 派出所=stations, 警情=CALLS))
    found = [p for p in refused.value.problems if p.severity == "problem"]
    assert [(p.file, p.sheet, p.row, p.column, p.kind) for p in found] == [
        ("c.xlsx", "派出所", 6, "纬度", "out_of_range"),
        ("c.xlsx", "派出所", 6, "边界", "not_yes_no"),
    ]
    assert "c.xlsx sheet 派出所 row 6, column 纬度:" in str(refused.value)


def test_sheet_of_a_folder_as_xlsx(tmp_path: Path) -> None:
    write_county(tmp_path, stations_csv=None)
    rows = [["id", "name", "lon", "lat"], ["S1", "One", -8.6, 41.1], ["S2", "Two", -8.5, 41.15],
            ["S3", "Three", -8.55, 41.25]]  # fmt: skip
    _workbook(tmp_path / "stations.xlsx", anything=rows)
    assert [s.lat for s in read_county(tmp_path).stations] == [41.1, 41.15, 41.25]


def test_workbook_without_settings_or_stations(tmp_path: Path) -> None:
    with pytest.raises(TableProblems) as refused:
        read_county(_workbook(tmp_path / "c.xlsx", Sheet1=[["a"]]))
    found = [p for p in refused.value.problems if p.severity == "problem"]
    assert [p.kind for p in found] == ["missing_file", "missing_file"]


@pytest.mark.parametrize("keep", [0, 3, 2000])
def test_truncated_workbook(tmp_path: Path, keep: int) -> None:
    path = _workbook(tmp_path / "c.xlsx", 区县=SETTINGS, 派出所=STATIONS)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(TableProblems) as refused:
        read_county(path)
    assert [(p.file, p.kind) for p in refused.value.problems] == [("c.xlsx", "bad_workbook")]


def test_truncated_xlsx_in_a_folder(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "areas.xlsx", areas=STATIONS)
    check = check_with(tmp_path, areas_csv=None, areas_xlsx=None)
    path.write_bytes(path.read_bytes()[:1500])
    check = check_with(tmp_path, areas_csv=None)
    assert places(problems(check)) == [("areas.xlsx", None, None, "bad_workbook")]


def test_template_filled_in_reads_back(tmp_path: Path) -> None:
    """A person fills the empty workbook in; the county is what they wrote, and nothing more."""
    path = tmp_path / "county.xlsx"
    write_template(path)
    book = openpyxl.load_workbook(path)
    settings = book["区县 county"]
    for row in settings.iter_rows(min_row=2):
        key = row[0].value.split("\n")[1]
        row[1].value = {"name": "黔江区", "timezone": "Asia/Shanghai", "hubs": 1}.get(key)
    _fill(book, "stations", id="S1", name="濯水所", lon=108.77, lat=29.3, border="否", officers=7)
    _fill(book, "stations", id="S2", name="石会所", lon=108.7, lat=29.45)
    _fill(book, "areas", id="A1", name="甲村", station_id="S1", lon=108.75, lat=29.31, grids=6)
    _fill(book, "calls", id="007", received_at=datetime(2024, 7, 3, 11, 2), area_id="A1",
          category="火灾灾害", priority="二级", exercise="否")  # fmt: skip
    _fill(book, "indicators", station_id="S1", year=2023, P1=5000, I6=12.5)
    _fill(book, "neighbours", station_id="S1", other_id="S2")
    book.save(path)
    county = read_county(path)
    assert (county.name, county.hubs, county.stations[0].border) == ("黔江区", 1, False)
    assert county.areas[0].grids == 6
    call = county.calls.row(0, named=True)
    assert (call["id"], call["category"], call["priority"]) == ("007", "fire_disaster", 2)
    assert call["received_at"] == datetime(2024, 7, 3, 3, 2, tzinfo=UTC)
    assert county.indicators.select("P1", "I6", "C1").row(0) == (5000.0, 12.5, None)
    assert len(county.neighbours) == 1
    assert county.officers is None


def test_template_has_every_column_of_the_format(tmp_path: Path) -> None:
    write_template(tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    for sheet in SHEETS:
        tab = book[tab_name(sheet)]
        written = [cell.value.split("\n") for cell in tab[1]]
        assert [english for _, english in written][: len(sheet.columns)] == [
            column.name for column in sheet.columns
        ]
    assert len(book["指标 indicators"][1]) == 2 + 29
    assert book["警情 calls"].data_validations.count >= 4


def test_template_overwrites_nothing(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    path.write_text("mine")
    with pytest.raises(FileExistsError):
        write_template(path)
    assert path.read_text() == "mine"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK(1)", "{=1}"])
def test_text_is_written_as_text_never_as_a_formula(text: str) -> None:
    """What a caller said is shown, not run: no cell is a formula, a link or a number."""
    cell = _written(pl.DataFrame({"note": [text]}))["tab"]["A2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_values_of_a_table_are_written_as_what_they_are() -> None:
    frame = pl.DataFrame(
        {
            "n": [1, None],
            "x": [0.5, float("inf")],
            "yes": [True, False],
            "at": [datetime(2024, 7, 3, 3, 2, tzinfo=UTC), None],
        }
    )
    tab = _written(frame, ZoneInfo("Asia/Shanghai"))["tab"]
    assert [c.value for c in tab[1]] == ["n", "x", "yes", "at"]
    assert [c.value for c in tab[2]] == [1, 0.5, True, datetime(2024, 7, 3, 11, 2)]
    assert [c.value for c in tab[3]] == [None, "inf", False, None]


def test_same_table_same_bytes() -> None:
    at = datetime(2024, 1, 1, tzinfo=UTC)
    first, second = BytesIO(), BytesIO()
    for target in (first, second):
        with new_workbook(target, at) as workbook:
            write_table(workbook, "tab", pl.DataFrame({"a": [1]}))
    assert first.getvalue() == second.getvalue()


def _fill(book: openpyxl.Workbook, sheet: str, /, **cells: object) -> None:
    tab = next(book[tab_name(s)] for s in SHEETS if s.name == sheet)
    headers = [cell.value.split("\n")[1] for cell in tab[1]]
    row = next(r for r in range(2, 10) if tab.cell(r, 1).value is None)
    for column, value in cells.items():
        tab.cell(row, headers.index(column) + 1, value)


def _written(frame: pl.DataFrame, zone: ZoneInfo | None = None) -> openpyxl.Workbook:
    target = BytesIO()
    with new_workbook(target) as workbook:
        write_table(workbook, "tab", frame, zone=zone or UTC)
    target.seek(0)
    return openpyxl.load_workbook(target)


@pytest.mark.parametrize(
    ("places", "taken"),
    [
        (["ZZ1", "A99999"], True), (["Z1", "A100001"], True),
        (["AAA1"], False), (["xfd1"], False), (["A2000000"], False), (["AA1", "A100000"], False),
        (["A9999999999"], False),
    ],
    ids=str,
)  # fmt: skip
def test_a_cell_far_out_is_refused_before_room_is_made_for_all_between(places, taken):
    """5 kB with one cell at ZZZZZ1 held the whole process for minutes."""
    cells = "".join(f'<row><c r="{p}"><v>1</v></c></row>' for p in places)
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("xl/notes.xml", '<c r="ZZZZZ1"/>')
        archive.writestr("xl/any.xml", f"<worksheet><sheetData>{cells}</sheetData></worksheet>")
    assert (find_too_far(packed.getvalue()) is None) is taken
