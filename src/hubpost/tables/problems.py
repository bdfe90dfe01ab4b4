"""What is wrong with the files of a county, all of it at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from hubpost.tables.problem_kinds import Kind


class Severity(StrEnum):
    """A problem refuses the county; a warning lets it pass and says what was noticed."""

    PROBLEM = "problem"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong at one place.

    file: the file's name; sheet: the tab of a workbook or the layer of a GeoPackage, else None.
    row: as the spreadsheet shows it, the header being row 1; None where no one row is meant.
    column: the header as written in the file. kind: a short code that programs may rely on.
    says: the finding in words, where "expected …, found …" would read badly.
    more: how many further rows have the same problem and are not listed one by one.
    """

    file: str
    row: int | None
    column: str | None
    expected: str
    found: str
    fix: str
    severity: Severity = Severity.PROBLEM
    kind: Kind = "bad_value"
    sheet: str | None = None
    says: str = ""
    more: int = 0

    def __str__(self) -> str:
        finding = self.says or f"expected {self.expected}, found {self.found}"
        more = f" (and {self.more} more rows like this)" if self.more else ""
        return f"{_where(self)}: {finding}{more}. {self.fix}".rstrip()


class TableProblems(ValueError):
    """A county that cannot be read as it is; `problems` lists everything found, worst first."""

    def __init__(self, problems: Iterable[Problem], county: str = "") -> None:
        self.problems = tuple(sorted(problems, key=lambda p: p.severity is Severity.WARNING))
        self.county = county
        super().__init__(self._text())

    def _text(self) -> str:
        refusing = [p for p in self.problems if p.severity is Severity.PROBLEM]
        count = sum(1 + p.more for p in refusing)
        head = f"{count} problem{'' if count == 1 else 's'} in {self.county or 'the county'}"
        return "\n".join([head, *map(str, refusing)])


def _where(problem: Problem) -> str:
    sheet = f" sheet {problem.sheet}" if problem.sheet else ""
    row = f" row {problem.row}" if problem.row is not None else ""
    column = f"column {problem.column}" if problem.column else ""
    start = f"{problem.file}{sheet}{row}"
    return f"{start}, {column}" if column else start
