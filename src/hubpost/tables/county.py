"""Reads a county: files to one checked, typed object, or a list of everything wrong."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hubpost.model.county import County
from hubpost.tables.assemble import assemble
from hubpost.tables.bundled import SETTINGS_FILE, list_bundled, resolve_county
from hubpost.tables.entries import Entries, entries_of_rows, read_toml
from hubpost.tables.findings import Findings
from hubpost.tables.headers import match_sheet
from hubpost.tables.problems import Problem, TableProblems
from hubpost.tables.sources import (
    Source,
    file_source,
    folder_sources,
    note_unreadable,
    workbook_sources,
)
from hubpost.tables.text_rows import Unreadable
from hubpost.tables.workbook import Workbook, open_workbook


@dataclass(frozen=True, slots=True, eq=False)
class CountyCheck:
    """What a check found: the county, None where it was refused; problems include warnings.

    problem_counts: the full number by kind, also of rows that are not listed one by one.
    rows: the number of rows read of each sheet, usable or not.
    """

    county: County | None
    problems: tuple[Problem, ...]
    problem_counts: Mapping[str, int]
    rows: Mapping[str, int]


def read_county(path: str | Path, calls: Path | None = None) -> County:
    """The county at a path (folder or workbook), or of a bundled name.

    calls: a file to read instead of the county's own calls, checked the same way.
    Raises TableProblems, which lists every problem with file, row and column.
    """
    check = check_county(path, calls)
    if check.county is None:
        raise TableProblems(check.problems, str(path))
    return check.county


def check_county(path: str | Path, calls: Path | None = None) -> CountyCheck:
    """The county at a path with its warnings, or what refuses it; calls as in read_county."""
    findings = Findings()
    instead = {} if calls is None else {"calls": file_source(calls, "calls")}
    county = _read(resolve_county(path), instead, findings)
    kept = None if findings.refusing else county
    return CountyCheck(kept, findings.problems, Counter(findings.counts), dict(findings.rows))


def _read(path: Path, instead: Mapping[str, Source], findings: Findings) -> County | None:
    if path.is_dir():
        return _read_folder(path, instead, findings)
    if path.is_file():
        return _read_workbook(path, instead, findings)
    findings.add(
        Problem(
            str(path), None, None, "a county folder, a workbook or a bundled county",
            "no such file or folder",
            f"Bundled counties: {', '.join(list_bundled()) or 'none'}.", kind="no_such_county",
        )
    )  # fmt: skip
    return None


def _read_folder(folder: Path, instead: Mapping[str, Source], findings: Findings) -> County | None:
    toml = folder / SETTINGS_FILE
    entries = None
    if toml.is_file():
        entries = read_toml(toml, findings)
    else:
        _note_missing_file(SETTINGS_FILE, "name and timezone of the county", findings)
    sources = {**folder_sources(folder, findings), **instead}
    files = [toml] if toml.is_file() else []
    return assemble(folder, folder, entries, sources, files, findings)


def _read_workbook(path: Path, instead: Mapping[str, Source], findings: Findings) -> County | None:
    try:
        workbook = open_workbook(path)
        entries = _workbook_entries(workbook, findings)
        sources = {**workbook_sources(workbook, findings), **instead}
    except Unreadable as error:
        note_unreadable(path, error, findings)
        return None
    return assemble(path, path.parent, entries, sources, [path], findings)


def _workbook_entries(workbook: Workbook, findings: Findings) -> Entries | None:
    tab = next((t for t in workbook.tabs if match_sheet(t) == "county"), None)
    if tab is None:
        findings.add(
            Problem(
                workbook.path.name, None, None, "a sheet county (区县) with name and timezone",
                "sheets " + ", ".join(workbook.tabs), "Add it; see hubpost template.",
                kind="missing_file",
            )
        )  # fmt: skip
        return None
    return entries_of_rows(workbook.rows(tab), workbook.path.name, tab)


def _note_missing_file(name: str, what: str, findings: Findings) -> None:
    findings.add(
        Problem(
            name, None, None, f"a file {name} with {what}", "no such file",
            "Add it; docs/county-format.md shows an example.", kind="missing_file",
        )
    )  # fmt: skip
