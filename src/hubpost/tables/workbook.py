"""XLSX files as rows of text."""

from dataclasses import dataclass
from pathlib import Path

import fastexcel

from hubpost.tables.text_rows import TextRows, Unreadable, read_file
from hubpost.tables.workbook_extent import find_too_far


@dataclass(frozen=True, slots=True, eq=False)
class Workbook:
    """An open workbook and the names of its tabs."""

    path: Path
    tabs: tuple[str, ...]
    reader: fastexcel.ExcelReader

    def rows(self, tab: str) -> TextRows:
        """The rows of a tab as text, blank ones left out. Raises Unreadable.

        Dates come as 2024-07-03 11:02:00; a cell that holds an error of the spreadsheet
        (#N/A) is blank.
        """
        try:
            sheet = self.reader.load_sheet(tab, header_row=None, skip_rows=0, dtypes="string")
            cells = sheet.to_polars().rows()
        except BaseException as error:
            raise _unreadable(error) from None
        numbered = [
            (number, row)
            for number, row in enumerate(cells, 1)
            if any(cell and not cell.isspace() for cell in row)
        ]
        return TextRows([row for _, row in numbered], [number for number, _ in numbered])


def open_workbook(path: Path) -> Workbook:
    """The workbook at a path. Raises Unreadable."""
    data = read_file(path)
    if not data.startswith(b"PK"):
        raise _damaged("a file of another kind")
    if far := find_too_far(data):
        raise _damaged(far)
    try:
        reader = fastexcel.read_excel(data)
        tabs = tuple(reader.sheet_names)
    except BaseException as error:
        raise _unreadable(error) from None
    if not tabs:
        raise _damaged("a workbook without sheets")
    return Workbook(path, tabs, reader)


def _unreadable(error: BaseException) -> Unreadable:
    """The reader's parser is compiled and may panic, which is no Exception; still, a person's
    Ctrl-C must pass."""
    if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError):
        raise error
    first = (str(error).splitlines() or [""])[0][:120]
    return _damaged(f"a damaged one ({first or type(error).__name__})")


def _damaged(found: str) -> Unreadable:
    fix = "Open it in a spreadsheet and save it as XLSX."
    return Unreadable("bad_workbook", "an XLSX workbook", found, fix)
