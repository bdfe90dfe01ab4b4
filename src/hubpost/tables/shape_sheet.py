"""Rows of text to a RawSheet: headers matched, cells stripped, what is missing reported."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hubpost.tables.findings import Findings, show
from hubpost.tables.headers import closest, match_headers, normal
from hubpost.tables.problem_kinds import Kind
from hubpost.tables.problems import Problem, Severity
from hubpost.tables.raw_sheet import RawSheet
from hubpost.tables.schema import Column, Sheet, indicator_columns
from hubpost.tables.text_rows import Row, TextRows

_MOST_GUESSED = 300


def shape_sheet(
    sheet: Sheet,
    text: TextRows,
    file: str,
    tab: str | None,
    findings: Findings,
    shapes: NDArray[Any] | None = None,
) -> RawSheet | None:
    """The sheet under the names of the format; None where it has no header or no rows.

    Missing, doubled and unknown columns, and rows longer than the header, become findings.
    """
    if not text.rows:
        findings.add(
            _whole(file, tab, "empty_file", "a header line and rows", "an empty file", sheet)
        )
        return None
    columns = _columns(sheet)
    headers = [" ".join((cell or "").split()) for cell in _trimmed(text.rows[0])]
    matched = match_headers([cell or "" for cell in _trimmed(text.rows[0])], columns)
    names = _names(headers, matched)
    raw = RawSheet(
        sheet.name, file, tab,
        _frame(names, text.rows[1:]),
        np.array(text.numbers[1:], dtype=np.int64),
        dict(zip(names, headers, strict=True)),
        frozenset(name for name in matched if name),
        text.numbers[0], shapes,
        tuple(c.name for c in columns if c.kind == "indicator" and c.name in matched),
    )  # fmt: skip
    findings.rows[sheet.name] = len(raw.rows)
    _report_columns(raw, sheet, columns, matched, findings)
    _report_long_rows(raw, text.rows[1:], findings)
    if not len(raw.rows):
        _report_header_only(raw, sheet, findings)
        return None
    return raw


def _columns(sheet: Sheet) -> tuple[Column, ...]:
    return sheet.columns + (indicator_columns() if sheet.name == "indicators" else ())


def _trimmed(row: Row) -> Row:
    """The header without the nameless columns to the right of the last name."""
    used = [at for at, cell in enumerate(row) if cell and not cell.isspace()]
    return row[: used[-1] + 1] if used else row[:0]


def _names(headers: list[str], matched: list[str | None]) -> list[str]:
    """A unique name for every column: the format's, else the header's own, numbered if taken."""
    taken: Counter[str] = Counter(name for name in matched if name)
    names, seen = [], set()
    for at, (header, match) in enumerate(zip(headers, matched, strict=True)):
        name = match or header or f"column_{at + 1}"
        if name in seen or (not match and name in taken):
            name = f"{name}_{at + 1}"
        while name in seen:
            name += "_"
        seen.add(name)
        names.append(name)
    return names


def _frame(names: list[str], rows: list[Row]) -> pl.DataFrame:
    width = len(names)
    padded = [r if len(r) == width else [*r[:width], *[None] * (width - len(r))] for r in rows]
    cells = list(zip(*padded, strict=True)) if padded else [()] * width
    frame = pl.DataFrame(
        [pl.Series(name, c, dtype=pl.String) for name, c in zip(names, cells, strict=True)]
    )
    return frame.with_columns(pl.all().str.strip_chars().replace("", None))


def _report_columns(
    raw: RawSheet,
    sheet: Sheet,
    columns: Iterable[Column],
    matched: list[str | None],
    findings: Findings,
) -> None:
    _report_missing(raw, sheet, findings)
    for name, times in Counter(m for m in matched if m).items():
        if times > 1:
            findings.add_column(
                raw, name, "column_twice", "each column once", f"{name} {times} times",
                "Keep one of them, or rename the others.",
            )  # fmt: skip
    _report_unknown(raw, sheet, columns, matched, findings)


def _report_missing(raw: RawSheet, sheet: Sheet, findings: Findings) -> None:
    unnamed = [h for name, h in raw.headers.items() if name not in raw.known]
    for column in sheet.columns:
        if column.required and column.name not in raw.known:
            near = closest(column.name, map(normal, unnamed))
            hint = f" Is it the column {near}?" if near else ""
            findings.add_column(
                raw, column.name, "missing_column",
                f"a column {column.name} ({column.zh[0]})",
                "columns " + (show(", ".join(raw.headers.values()), 200) or "without names"),
                f"Add the column, or give it this name.{hint}",
            )  # fmt: skip


def _report_unknown(
    raw: RawSheet,
    sheet: Sheet,
    columns: Iterable[Column],
    matched: list[str | None],
    findings: Findings,
) -> None:
    free = {c.name for c in columns} - set(matched)
    extra = [n for n in raw.headers if n not in raw.known and raw.headers[n]]
    unlike = []
    for at, name in enumerate(extra):
        # Past a few hundred it is no sheet of ours, and to guess at each takes seconds.
        near = closest(normal(name), free) if at < _MOST_GUESSED else None
        if sheet.name == "indicators" and _looks_like_code(name):
            findings.add_column(
                raw, name, "unknown_indicator", "one of the 29 indicator codes", name,
                "It is kept but not used; see docs/county-format.md for the codes.", warning=True,
            )  # fmt: skip
        elif near:
            findings.add_column(
                raw, name, "unknown_column", "a column of the format", name,
                f"It is kept but not used; if {near} is meant, rename it.", warning=True,
            )  # fmt: skip
        else:
            unlike.append(show(raw.headers[name]))
    _report_unlike(raw, unlike, findings)


def _report_unlike(raw: RawSheet, unlike: list[str], findings: Findings) -> None:
    if unlike:
        findings.add(
            Problem(
                raw.file, raw.header_row, ", ".join(unlike), "columns of the format",
                "columns that are not of it", "They are kept but not used.",
                Severity.WARNING, "unknown_column", raw.tab,
            )
        )  # fmt: skip


def _looks_like_code(name: str) -> bool:
    return name[:1].isalpha() and name[:1].isascii() and name[1:].isdigit()


def _report_long_rows(raw: RawSheet, rows: list[Row], findings: Findings) -> None:
    width = len(raw.headers)
    long = [any(cell and not cell.isspace() for cell in row[width:]) for row in rows]
    findings.add_cells(
        raw, "", np.array(long, dtype=bool), "long_row",
        f"{width} cells, as in the header",
        "Put a text that has commas in double quotes, or give the column a name.",
        found=lambda at: f"{len(rows[at])} cells",
    )  # fmt: skip


def _report_header_only(raw: RawSheet, sheet: Sheet, findings: Findings) -> None:
    """An unused tab of a workbook is no mistake; a file with a header and nothing else is."""
    if raw.tab is None or sheet.required:
        findings.add(
            _whole(raw.file, raw.tab, "no_rows", "rows below the header", "only a header", sheet)
        )


def _whole(
    file: str, tab: str | None, kind: Kind, expected: str, found: str, sheet: Sheet
) -> Problem:
    fix = "Fill it in." if sheet.required else "Fill it in, or remove the file."
    return Problem(file, None, None, expected, found, fix, kind=kind, sheet=tab)
