"""Tables to XLSX, safely: no text of ours or of a user is ever taken for a formula or a link."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}
_WIDEST = 50


def new_workbook(target: Path | BinaryIO, created: datetime | None = None) -> xlsxwriter.Workbook:
    """An empty workbook that writes text as text; close it to write the file.

    created: stamped into the file; give it where the same content must give the same bytes.
    """
    workbook = xlsxwriter.Workbook(target, _OPTIONS)
    if created is not None:
        workbook.set_properties({"created": created.astimezone(UTC).replace(tzinfo=None)})
    return workbook


def write_cell(
    sheet: Worksheet, row: int, column: int, value: object, style: Format | None = None
) -> None:
    """Write one value, row and column counted from 0; None leaves the cell blank.

    Text that starts with = + - or @ stays text: a spreadsheet must not run what a caller or a
    file said. Infinite and undefined numbers are written as text.
    """
    match value:
        case None:
            sheet.write_blank(row, column, None, style)
        case bool():
            sheet.write_boolean(row, column, value, style)
        case int() | float() if abs(value) < 1e15:
            sheet.write_number(row, column, value, style)
        case datetime():
            sheet.write_datetime(row, column, value.replace(tzinfo=None), style)
        case _:
            sheet.write_string(row, column, str(value), style)


def write_table(
    workbook: xlsxwriter.Workbook,
    tab: str,
    frame: pl.DataFrame,
    headers: Mapping[str, str] | None = None,
    zone: tzinfo = UTC,
) -> Worksheet:
    """Write a frame to a new tab under a bold, frozen header row.

    headers: shown name of each column, its own name where absent. Times are written as the
    clock of `zone` showed them, since a spreadsheet knows no zones.
    """
    sheet = workbook.add_worksheet(tab)
    bold = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    clock = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    shown = [(headers or {}).get(name, name) for name in frame.columns]
    for at, (header, name) in enumerate(zip(shown, frame.columns, strict=True)):
        write_cell(sheet, 0, at, header, bold)
        _write_column(sheet, at, frame[name].to_list(), clock, zone)
        sheet.set_column(at, at, _width(header, frame[name]))
    sheet.freeze_panes(1, 0)
    return sheet


def _write_column(
    sheet: Worksheet, column: int, values: Sequence[Any], clock: Format, zone: tzinfo
) -> None:
    for row, value in enumerate(values, 1):
        if isinstance(value, datetime):
            local = value.astimezone(zone) if value.tzinfo else value
            write_cell(sheet, row, column, local, clock)
        else:
            write_cell(sheet, row, column, value)


def _width(header: str, column: pl.Series) -> int:
    """Characters wide enough for most cells; a Chinese character takes two."""
    sample = [header, *map(str, column.drop_nulls().head(50).to_list())]
    return min(_WIDEST, 2 + max(sum(1 + (ord(c) > 0x2E80) for c in text) for text in sample))
