"""Officers and posts for secondments, each in a file of its own beside the county."""

from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl

from hubpost.model.county import County
from hubpost.tables.cells import counts, note_duplicates, note_unknown_ids, require_filled
from hubpost.tables.findings import Findings
from hubpost.tables.other_sheets import read_officers
from hubpost.tables.problems import TableProblems
from hubpost.tables.raw_sheet import RawSheet
from hubpost.tables.schema import OFFICERS, POSTS, Sheet
from hubpost.tables.sources import sheet_source

Reader = Callable[[RawSheet, Mapping[str, str], Findings], pl.DataFrame]


def read_officers_file(path: Path, county: County) -> pl.DataFrame:
    """As the county's own sheet officers. Raises TableProblems listing everything wrong."""
    return _read(path, county, OFFICERS, read_officers)


def read_posts_file(path: Path, county: County) -> pl.DataFrame:
    """station_id, seats, skills, ranks. Raises TableProblems listing everything wrong."""
    return _read(path, county, POSTS, _read_posts)


def _read(path: Path, county: County, sheet: Sheet, reader: Reader) -> pl.DataFrame:
    findings = Findings()
    raw = sheet_source(path, sheet).read(findings)
    frame = reader(raw, {s.id: s.name for s in county.stations}, findings) if raw else None
    if frame is None or findings.refusing:
        raise TableProblems(findings.problems, str(path))
    return frame


def _read_posts(raw: RawSheet, stations: Mapping[str, str], findings: Findings) -> pl.DataFrame:
    for column in ("station_id", "seats"):
        require_filled(raw, column, findings)
    note_unknown_ids(raw, "station_id", findings, stations, "stations", "unknown_station")
    note_duplicates(raw, findings, "station_id")
    texts = {c: raw.text(c) for c in ("station_id", "skills", "ranks")}
    return pl.DataFrame({**texts, "seats": counts(raw, "seats", findings)})
