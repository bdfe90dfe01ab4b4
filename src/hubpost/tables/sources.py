"""Where the sheets of a county are: files of a folder, or tabs of one workbook."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hubpost.tables.findings import Findings
from hubpost.tables.headers import match_file, match_sheet
from hubpost.tables.problems import Problem
from hubpost.tables.raw_sheet import RawSheet
from hubpost.tables.schema import Sheet, get_sheet
from hubpost.tables.shape_sheet import shape_sheet
from hubpost.tables.text_rows import TextRows, Unreadable, read_csv_rows
from hubpost.tables.workbook import Workbook, open_workbook

SUFFIXES = (".csv", ".csv.gz", ".xlsx", ".gpkg")


@dataclass(frozen=True, slots=True)
class Source:
    """One sheet's place: the file, and a reader that gives its RawSheet or None."""

    path: Path
    read: Callable[[Findings], RawSheet | None]


def folder_sources(folder: Path, findings: Findings) -> dict[str, Source]:
    """The source of each sheet in a folder; two files for one sheet are noted."""
    sources: dict[str, Source] = {}
    for name, path in _sheet_files(folder):
        if name in sources:
            findings.add(
                Problem(
                    path.name, None, None, f"one file for {name}",
                    f"{sources[name].path.name} as well", "Remove one of the two.",
                    kind="two_files",
                )
            )  # fmt: skip
            continue
        sources[name] = file_source(path, name)
    return sources


def file_source(path: Path, name: str) -> Source:
    """A file that holds the sheet of this name, whatever the file is called."""
    return sheet_source(path, get_sheet(name))


def sheet_source(path: Path, sheet: Sheet) -> Source:
    """A file that holds this sheet, which need not be one of a county's."""
    return Source(path, _file_reader(path, sheet))


def workbook_sources(workbook: Workbook, findings: Findings) -> dict[str, Source]:
    """The source of each sheet of a workbook; tabs of other names are passed over."""
    sources: dict[str, Source] = {}
    for tab in workbook.tabs:
        name = match_sheet(tab)
        if name in (None, "county"):
            continue
        if name in sources:
            findings.add(
                Problem(
                    workbook.path.name, None, None, f"one tab for {name}", "two",
                    "Remove or rename one.", kind="two_files", sheet=tab,
                )
            )  # fmt: skip
            continue
        sources[name] = Source(workbook.path, _tab_reader(workbook, tab, get_sheet(name)))
    return sources


def sha256_of(path: Path) -> str:
    """The checksum of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def note_unreadable(path: Path, error: Unreadable, findings: Findings) -> None:
    """Note a file that gives nothing."""
    findings.add(
        Problem(path.name, error.row, None, error.expected, error.found, error.fix, kind=error.kind)
    )


def _sheet_files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.iterdir()):
        suffix = next((s for s in SUFFIXES if path.name.lower().endswith(s)), None)
        if suffix and path.is_file() and not path.name.startswith(("~$", ".")):
            name = match_file(path.name[: -len(suffix)])
            if name:
                yield name, path


def _file_reader(path: Path, sheet: Sheet) -> Callable[[Findings], RawSheet | None]:
    def read(findings: Findings) -> RawSheet | None:
        try:
            return _read_file(path, sheet, findings)
        except Unreadable as error:
            note_unreadable(path, error, findings)
            return None

    return read


def _read_file(path: Path, sheet: Sheet, findings: Findings) -> RawSheet | None:
    lower = path.name.lower()
    if path.is_file() and path.stat().st_size == 0:
        return shape_sheet(sheet, TextRows([], []), path.name, None, findings)
    if lower.endswith(".gpkg"):
        # Loads pandas and PROJ, half a second that counties without a GeoPackage are spared.
        from hubpost.tables.geopackage import read_geopackage

        rows, shapes, layer = read_geopackage(path, sheet)
        return shape_sheet(sheet, rows, path.name, layer, findings, shapes)
    if lower.endswith(".xlsx"):
        workbook = open_workbook(path)
        tab = next((t for t in workbook.tabs if match_sheet(t) == sheet.name), workbook.tabs[0])
        return shape_sheet(sheet, workbook.rows(tab), path.name, None, findings)
    return shape_sheet(sheet, read_csv_rows(path), path.name, None, findings)


def _tab_reader(
    workbook: Workbook, tab: str, sheet: Sheet
) -> Callable[[Findings], RawSheet | None]:
    def read(findings: Findings) -> RawSheet | None:
        try:
            rows = workbook.rows(tab)
        except Unreadable as error:
            note_unreadable(workbook.path, error, findings)
            return None
        if not rows.rows and not sheet.required:
            return None
        return shape_sheet(sheet, rows, workbook.path.name, tab, findings)

    return read
