"""Collects problems while a county is read, a few of each kind, all of them counted."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import polars as pl

from hubpost.tables.problem_kinds import Kind
from hubpost.tables.problems import Problem, Severity
from hubpost.tables.raw_sheet import RawSheet

#: Rows listed one by one for each kind of problem in one column; the rest are counted.
ROWS_SHOWN = 20

#: A text for every row, or a function of the position in the sheet.
Words = str | Callable[[int], str]


class Findings:
    """The problems found so far.

    A kind of problem in one column of one file is listed for its first ROWS_SHOWN rows; `more`
    on the last of them says how many follow. `counts` has the full number by kind, `rows` the
    number of rows read of each sheet.
    """

    def __init__(self) -> None:
        self._problems: list[Problem] = []
        self.counts: Counter[Kind] = Counter()
        self.rows: dict[str, int] = {}

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(self._problems)

    @property
    def refusing(self) -> bool:
        """Whether anything worse than a warning was found."""
        return any(p.severity is Severity.PROBLEM for p in self._problems)

    def add(self, problem: Problem) -> None:
        """Note one problem that stands for itself."""
        self._problems.append(problem)
        self.counts[problem.kind] += 1

    def add_column(
        self, sheet: RawSheet, column: str | None, kind: Kind, expected: str, found: str, fix: str,
        warning: bool = False,
    ) -> None:  # fmt: skip
        """Note one problem of a whole sheet, or of one of its columns (then of its header)."""
        header = sheet.headers.get(column, column) if column else None
        row = sheet.header_row if column in sheet.headers else None
        severity = Severity.WARNING if warning else Severity.PROBLEM
        self.add(Problem(sheet.file, row, header, expected, found, fix, severity, kind, sheet.tab))

    def add_cells(
        self,
        sheet: RawSheet,
        column: str,
        bad: pl.Series | np.ndarray,
        kind: Kind,
        expected: Words,
        fix: Words,
        *,
        found: Words | None = None,
        says: Words = "",
        warning: bool = False,
    ) -> int:
        """Note the cells of a column where `bad` (one boolean per row) holds; gives their number.

        found: the cell's own text unless given.
        """
        positions = np.flatnonzero(np.asarray(bad))
        if not len(positions):
            return 0
        cells = sheet.frame[column] if column in sheet.frame.columns else None
        severity = Severity.WARNING if warning else Severity.PROBLEM
        for at in positions[:ROWS_SHOWN].tolist():
            seen = _word(found, at) if found is not None else _cell(cells, at)
            self.add(
                Problem(
                    sheet.file, int(sheet.rows[at]), sheet.headers.get(column, column) or None,
                    _word(expected, at), seen, _word(fix, at), severity, kind, sheet.tab,
                    _word(says, at),
                )
            )  # fmt: skip
        self._count_rest(kind, len(positions) - ROWS_SHOWN)
        return len(positions)

    def _count_rest(self, kind: Kind, more: int) -> None:
        if more > 0:
            self._problems[-1] = replace(self._problems[-1], more=more)
            self.counts[kind] += more


def _word(words: Words, at: int) -> str:
    return words if isinstance(words, str) else words(at)


def _cell(cells: pl.Series | None, at: int) -> str:
    value = None if cells is None else cells[at]
    return "a blank cell" if value is None else show(str(value))


def show(text: str, limit: int = 60) -> str:
    """A cell's text, short and on one line, as an error message shows it."""
    line = "".join(c if c.isprintable() else "�" for c in text)
    return line if len(line) <= limit else line[: limit - 1] + "…"
