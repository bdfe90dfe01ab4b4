"""Landmarks and kilometre posts 地标 公里桩 from CSV: what callers name that is no village."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hubpost.tables.datum import gcj02_to_wgs84
from hubpost.tables.headers import match_headers
from hubpost.tables.problem_kinds import Kind
from hubpost.tables.problems import Problem, TableProblems
from hubpost.tables.schema import Column
from hubpost.tables.text_rows import Unreadable, read_csv_rows

_LON = Column("lon", ("经度",), "degrees", True)
_LAT = Column("lat", ("纬度",), "degrees", True)
LANDMARK_COLUMNS = (
    Column("id", ("编号", "地标编号"), "text", True),
    Column("name", ("名称", "地标", "地标名称"), "text", True),
    Column("kind", ("类别", "种类"), "text"),
    _LON,
    _LAT,
    Column("area_id", ("所属村社", "村社编号"), "text"),
)
POST_COLUMNS = (
    Column("road", ("道路", "路线", "路线编号"), "text", True),
    Column("km", ("公里", "公里桩", "桩号"), "km", True),
    _LON,
    _LAT,
)
_ROAD = re.compile(r"[GSXY]\d{2,5}")
_KM = re.compile(r"[Kk]?\s*(\d{1,4}(?:\.\d+)?)(?:\s*\+\s*(\d{1,3}))?")
#: Problems listed one by one; the rest are counted.
_LISTED = 100


@dataclass(frozen=True, slots=True)
class LandmarkRow:
    """A landmark as the file has it; kind in its own words, "" where none is given."""

    id: str
    name: str
    kind: str
    lon: float
    lat: float
    area_id: str | None = None


@dataclass(frozen=True, slots=True)
class PostRow:
    """A kilometre post as the file has it."""

    road: str
    km: float
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class LandmarkRows:
    """What a file holds: landmarks or posts, by its headers; WGS-84."""

    landmarks: tuple[LandmarkRow, ...] = ()
    posts: tuple[PostRow, ...] = ()


def read_landmarks_file(path: Path, datum: str = "wgs84") -> LandmarkRows:
    """The landmarks, or the posts, of a CSV file with English or Chinese headers.

    datum: `wgs84`, or `gcj02` to be converted. Raises TableProblems listing every row and column
    that is not as expected, Unreadable for a file that gives no rows.
    """
    text = read_csv_rows(path)
    if not text.rows:
        raise Unreadable("bad_value", "a header and rows", "an empty file", "Fill it in.")
    sheet = _Sheet(path.name, [c or "" for c in text.rows[0]], text.rows[1:], text.numbers[1:])
    posts = "road" in match_headers(sheet.headers, POST_COLUMNS)
    columns = POST_COLUMNS if posts else LANDMARK_COLUMNS
    sheet.match(columns)
    rows = [] if sheet.problems else [sheet.read(k, posts) for k in range(len(sheet.rows))]
    sheet.find_twice(rows, posts)
    if sheet.problems:
        raise TableProblems(sheet.problems[:_LISTED], path.name)
    placed = [_in_wgs84(row, datum) for row in rows if row is not None]
    return LandmarkRows(
        tuple(r for r in placed if isinstance(r, LandmarkRow)),
        tuple(r for r in placed if isinstance(r, PostRow)),
    )


class _Sheet:
    """The rows of one file while they are read, and what was found wrong with them."""

    def __init__(
        self,
        file: str,
        headers: list[str],
        rows: Sequence[Sequence[str | None]],
        numbers: Sequence[int],
    ) -> None:
        self.file, self.headers, self.rows, self.numbers = file, headers, rows, numbers
        self.problems: list[Problem] = []
        self._at: dict[str, int] = {}

    def match(self, columns: Sequence[Column]) -> None:
        """Find the columns; a required one that is missing is a problem."""
        found = match_headers(self.headers, columns)
        self._at = {name: i for i, name in enumerate(found) if name is not None}
        for column in columns:
            if column.required and column.name not in self._at:
                self._add(
                    None, column.name, "missing_column",
                    f"a column {column.name} ({column.zh[0]})",
                    "columns " + ", ".join(self.headers), "Add it.",
                )  # fmt: skip

    def read(self, k: int, posts: bool) -> LandmarkRow | PostRow | None:
        """One row; None when something in it is wrong, which is then noted."""
        before = len(self.problems)
        lon = self._number(k, "lon", -180, 180)
        lat = self._number(k, "lat", -90, 90)
        if posts:
            road = self._road(k)
            km = self._km(k)
            good = len(self.problems) == before
            return PostRow(road, km, lon, lat) if good else None
        row_id, name = self._required(k, "id"), self._required(k, "name")
        kind, area_id = self._text(k, "kind"), self._text(k, "area_id") or None
        good = len(self.problems) == before
        return LandmarkRow(row_id, name, kind, lon, lat, area_id) if good else None

    def find_twice(self, rows: Sequence[LandmarkRow | PostRow | None], posts: bool) -> None:
        """Note rows whose key stands in an earlier one."""

        def key(row: LandmarkRow | PostRow) -> object:
            return (row.road, row.km) if isinstance(row, PostRow) else row.id

        seen: dict[object, int] = {}
        for k, row in enumerate(rows):
            if row is None:
                continue
            first = seen.setdefault(key(row), self.numbers[k])
            if first != self.numbers[k]:
                self._add(
                    k, "km" if posts else "id", "duplicate_id", "each key once",
                    f"that of row {first} again", "Remove one of the two.",
                )  # fmt: skip

    def _road(self, k: int) -> str:
        road = self._required(k, "road").upper()
        if road and not _ROAD.fullmatch(road):
            self._add(
                k, "road", "bad_value", "a road number such as G319, S202, X185 or Y012",
                repr(road), "Write the letter and the number.",
            )  # fmt: skip
        return road

    def _km(self, k: int) -> float:
        text = self._required(k, "km")
        found = _KM.fullmatch(text)
        if found is None:
            if text:
                self._add(
                    k, "km", "not_a_number", "kilometres such as 12, 12.3 or K12+300",
                    repr(text), "Correct it.",
                )  # fmt: skip
            return 0.0
        return float(found[1]) + float(found[2] or 0) / 1000

    def _number(self, k: int, column: str, least: float, most: float) -> float:
        text = self._required(k, column)
        try:
            value = float(text)
        except ValueError:
            if text:
                self._add(k, column, "not_a_number", "degrees", repr(text), "Correct it.")
            return 0.0
        if not least <= value <= most:
            expected = f"degrees from {least:g} to {most:g}"
            self._add(k, column, "out_of_range", expected, text, "Correct it.")
        return value

    def _required(self, k: int, column: str) -> str:
        text = self._text(k, column)
        if not text:
            self._add(k, column, "blank_cell", "a value", "a blank", "Fill it in.")
        return text

    def _text(self, k: int, column: str) -> str:
        at, row = self._at.get(column), self.rows[k]
        return (row[at] or "").strip() if at is not None and at < len(row) else ""

    def _add(
        self, k: int | None, column: str, kind: Kind, expected: str, found: str, fix: str
    ) -> None:
        at = self._at.get(column)
        self.problems.append(
            Problem(
                self.file,
                None if k is None else self.numbers[k],
                column if at is None else self.headers[at],
                expected,
                found,
                fix,
                kind=kind,
            )
        )


def _in_wgs84(row: LandmarkRow | PostRow, datum: str) -> LandmarkRow | PostRow:
    if datum == "wgs84":
        return row
    lon, lat = (float(x) for x in gcj02_to_wgs84(row.lon, row.lat))
    if isinstance(row, PostRow):
        return PostRow(row.road, row.km, lon, lat)
    return LandmarkRow(row.id, row.name, row.kind, lon, lat, row.area_id)
