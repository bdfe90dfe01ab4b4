"""Rows of text out of a CSV file, compressed or not, or a table of a workbook."""

import csv
import gzip
import io
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hubpost.tables.decode import WrongEncoding, decode_text
from hubpost.tables.problem_kinds import Kind

Row = Sequence[str | None]


class Unreadable(ValueError):
    """A file that gives no rows: `expected`, `found`, `fix`, `kind` and `row` as in Problem."""

    def __init__(
        self, kind: Kind, expected: str, found: str, fix: str, row: int | None = None
    ) -> None:
        super().__init__(f"expected {expected}, found {found}. {fix}")
        self.kind, self.expected, self.found, self.fix = kind, expected, found, fix
        self.row = row


@dataclass(frozen=True, slots=True)
class TextRows:
    """rows[k] stands in row numbers[k] of the file, counted from 1; blank rows are left out."""

    rows: list[Row]
    numbers: list[int]


def read_csv_rows(path: Path) -> TextRows:
    """All rows of a .csv or .csv.gz file. Raises Unreadable."""
    return parse_csv(_decoded(_read_bytes(path)))


def parse_csv(text: str) -> TextRows:
    """All rows of comma-separated text (or semicolons or tabs, if its header has no comma).

    A double quote that is never closed would swallow the rows below it, so it is refused.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    rows: list[Row] = []
    numbers, number = [], 0
    try:
        for number, row in enumerate(reader, 1):
            # Most rows have a first cell; only the others are looked through.
            if row and (row[0].strip() or any(cell.strip() for cell in row)):
                rows.append(row)
                numbers.append(number)
    except csv.Error as error:
        raise Unreadable(
            "bad_csv",
            "comma-separated text with every double quote closed",
            f"{error} in the row that starts here",
            "Close the quote, or write two for one inside a text.",
            number + 1,
        ) from None
    return TextRows(rows, numbers)


def read_file(path: Path) -> bytes:
    """The bytes of a file. Raises Unreadable where the system will not give them."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(
            "unreadable", "a file that can be read", error.strerror or "an error", "Check it."
        ) from None


def _read_bytes(path: Path) -> bytes:
    data = read_file(path)
    if not path.name.endswith(".gz"):
        return data
    try:
        return gzip.decompress(data)
    except (EOFError, OSError, zlib.error) as error:
        raise Unreadable(
            "bad_gzip", "a whole gzip file", f"a damaged one ({error})", "Copy the file again."
        ) from None


def _decoded(data: bytes) -> str:
    try:
        return decode_text(data)
    except WrongEncoding as error:
        raise Unreadable(
            "wrong_encoding",
            "text in UTF-8 or GB18030",
            str(error),
            "Open the original table and save it as CSV UTF-8.",
        ) from None


def _delimiter(text: str) -> str:
    header = text.lstrip().partition("\n")[0]
    return next((d for d in ",;\t" if d in header), ",")
