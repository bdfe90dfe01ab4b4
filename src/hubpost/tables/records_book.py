"""Records as XLSX: an empty template, an export, a filled-in book with all its problems."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hubpost.tables.records_columns import IMPORTABLE, RecordColumn, list_columns
from hubpost.tables.records_words import WORDS
from hubpost.tables.text_rows import Row, Unreadable
from hubpost.tables.workbook import open_workbook
from hubpost.tables.xlsx import new_workbook, write_cell

LIST_MARK = "；"
CHINA = ZoneInfo("Asia/Shanghai")
#: Rows with problems that are listed one by one; all are counted.
SHOWN = 50
_NOTE = "不要填写姓名、电话和证件号;本表不导入也不导出个人信息。"


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong in one cell; row as the spreadsheet shows it.

    code: what was expected, by name: value, time, date, number, count or a vocabulary.
    """

    row: int
    column: str
    expected: str
    found: str
    code: str

    def __str__(self) -> str:
        return f"row {self.row}, column {self.column}: expected {self.expected}, found {self.found}"


@dataclass(frozen=True, slots=True)
class RecordBook:
    """Rows read, as plain fields, each with its row number; problems as far as listed."""

    kind: str
    rows: tuple[dict[str, Any], ...]
    numbers: tuple[int, ...]
    problems: tuple[RowProblem, ...]
    problem_count: int


def write_record_template(kind: str) -> bytes:
    """An empty book of one kind. Raises ValueError for a kind that is not brought in by book."""
    if kind not in IMPORTABLE:
        raise ValueError(f"Expected one of {', '.join(IMPORTABLE)}, came {kind!r}.")
    return write_record_book(kind, ())


def write_record_book(
    kind: str, rows: Iterable[Mapping[str, Any]], zone: ZoneInfo = CHINA
) -> bytes:
    """Records of a kind in its own columns, readable again by `read_record_book`.

    rows: plain fields. No person's name, phone or address is in any column.
    """
    buffer, columns = BytesIO(), list_columns(kind)
    with new_workbook(buffer) as workbook:
        bold = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        needed = workbook.add_format({"bold": True, "text_wrap": True, "bg_color": "#FFE9A8"})
        text = workbook.add_format({"num_format": "@"})
        sheet = workbook.add_worksheet(kind)
        for at, column in enumerate(columns):
            star = "*" if column.required else ""
            style = needed if column.required else bold
            write_cell(sheet, 0, at, f"{column.zh}{star}\n{column.field}", style)
            sheet.set_column(at, at, 20, text)
            _add_list(sheet, at, column)
        sheet.write_comment(0, 0, _NOTE)
        sheet.freeze_panes(1, 0)
        for row_at, row in enumerate(rows, 1):
            for at, column in enumerate(columns):
                write_cell(sheet, row_at, at, _shown(column, row.get(column.field), zone))
    return buffer.getvalue()


def read_record_book(path: Path, kind: str, zone: ZoneInfo) -> RecordBook:
    """Read a filled-in book; every problem is counted, the first ones are listed.

    Raises Unreadable when the file is no workbook or lacks a required column.
    """
    workbook = open_workbook(path)
    tab = kind if kind in workbook.tabs else workbook.tabs[0]
    text = workbook.rows(tab)
    if not text.rows:
        raise Unreadable("empty_sheet", "a header row", "an empty sheet", "Use the template.")  # type: ignore[arg-type]
    places = _find_columns(kind, text.rows[0])
    problems: list[RowProblem] = []
    fields = [
        _read_column(column, text.rows[1:], at, text.numbers[1:], zone, problems)
        for column, at in places
    ]
    names = [column.field for column, _ in places]
    rows = tuple(
        {n: v for n, v in zip(names, values, strict=True) if v is not None}
        for values in zip(*fields, strict=True)
    )
    listed = tuple(sorted(problems, key=lambda p: p.row)[:SHOWN])
    return RecordBook(kind, rows, tuple(text.numbers[1:]), listed, len(problems))


def _find_columns(kind: str, header: Row) -> list[tuple[RecordColumn, int]]:
    columns = list_columns(kind)
    found: dict[str, int] = {}
    for at, cell in enumerate(header):
        words = {w.strip(" *") for w in (cell or "").splitlines()}
        for column in columns:
            if words & {column.field, column.zh}:
                found.setdefault(column.field, at)
    missing = [c.zh for c in columns if c.required and c.field not in found]
    if missing:
        raise Unreadable(
            "missing_column",
            f"columns {', '.join(missing)}",
            "a header without them",
            "Use the template.",
        )
    return [(c, found[c.field]) for c in columns if c.field in found]


def _read_column(
    column: RecordColumn,
    rows: Sequence[Row],
    at: int,
    numbers: Sequence[int],
    zone: ZoneInfo,
    problems: list[RowProblem],
) -> list[Any]:
    read = _reader(column.read, zone)
    values: list[Any] = []
    for number, row in zip(numbers, rows, strict=True):
        cell = (row[at] or "").strip()
        if not cell:
            values.append(None)
            if column.required:
                problems.append(RowProblem(number, column.zh, "a value", "a blank cell", "value"))
            continue
        try:
            values.append(read(cell))
        except (ValueError, KeyError):
            values.append(None)
            expected = _expected(column.read)
            problems.append(RowProblem(number, column.zh, expected, cell[:40], column.read))
    return values


def _reader(kind: str, zone: ZoneInfo) -> Callable[[str], Any]:
    if kind in WORDS:
        return _word_reader(WORDS[kind])
    readers: dict[str, Callable[[str], Any]] = {
        "text": str,
        "time": lambda cell: _time(cell, zone),
        "date": lambda cell: date.fromisoformat(cell[:10]).isoformat(),
        "number": float,
        "count": lambda cell: int(float(cell)),
        "list": lambda cell: [
            p.strip() for p in cell.replace(";", LIST_MARK).split(LIST_MARK) if p
        ],
    }
    return readers[kind]


def _word_reader(words: Mapping[str, str]) -> Callable[[str], str]:
    known = {**words, **{code: code for code in words.values()}}
    return lambda cell: known[cell]


def _time(cell: str, zone: ZoneInfo) -> str:
    """Local wall-clock text to an instant in ISO form."""
    at = datetime.fromisoformat(cell)
    return (at if at.tzinfo else at.replace(tzinfo=zone)).isoformat()


def _shown(column: RecordColumn, value: Any, zone: ZoneInfo) -> Any:
    if value in (None, ""):
        return None
    if column.read == "list":
        return LIST_MARK.join(map(str, value))
    if column.read == "time":
        at = datetime.fromisoformat(value) if isinstance(value, str) else value
        return at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    if column.read in WORDS:
        return next((zh for zh, code in WORDS[column.read].items() if code == value), value)
    return str(value) if column.read == "text" else value


def _add_list(sheet: Any, at: int, column: RecordColumn) -> None:
    if column.read in WORDS:
        limits = {"validate": "list", "source": list(WORDS[column.read])}
        sheet.data_validation(1, at, 20_000, at, limits)


def _expected(kind: str) -> str:
    return {
        "time": "a time such as 2026-03-01 08:30",
        "date": "a day such as 2026-03-01",
        "number": "a number",
        "count": "a whole number",
    }.get(kind) or f"one of {', '.join(WORDS.get(kind, {}))}"
