"""Text cells to typed columns; whatever does not fit becomes a finding and a null."""

import re
import unicodedata
from collections.abc import Mapping
from typing import TypeVar

import polars as pl

from hubpost.tables.findings import Findings, Words
from hubpost.tables.headers import closest
from hubpost.tables.problem_kinds import Kind
from hubpost.tables.raw_sheet import RawSheet
from hubpost.tables.words import CATEGORIES, CYCLES, PRIORITIES, YES_NO

V = TypeVar("V", str, int, bool)

_LARGEST = 10**15
_BLANK = "Correct it, or leave it blank if it is unknown."


def require_filled(
    raw: RawSheet, column: str, findings: Findings, expected: str = "a value"
) -> None:
    """Note the blank cells of a column that must not have any."""
    if raw.has(column):
        fix = f"Fill in {column}, or delete the row."
        findings.add_cells(raw, column, raw.text(column).is_null(), "blank_cell", expected, fix)


def numbers(
    raw: RawSheet,
    column: str,
    findings: Findings,
    *,
    least: float | None = None,
    most: float | None = None,
    above: float | None = None,
    what: str = "a number",
) -> pl.Series:
    """Float64 of a column, finite and in range; other text is noted and null."""
    text = plain(raw.text(column))
    value = text.cast(pl.Float64, strict=False)
    bad = text.is_not_null() & ~value.is_finite().fill_null(False)
    findings.add_cells(raw, column, bad, "not_a_number", what, _BLANK)
    value = _nulled(value, bad)
    outside = _outside(value, least, most, above)
    kind: Kind = "negative" if 0 in (least, above) and most is None else "out_of_range"
    findings.add_cells(raw, column, outside, kind, _range(least, most, above), _BLANK)
    return _nulled(value, outside)


def counts(
    raw: RawSheet, column: str, findings: Findings, least: int = 0, most: int | None = None
) -> pl.Series:
    """Int64 of a column of whole numbers in [least, most]; other text is noted and null."""
    what = f"a whole number, {least} or more"
    value = numbers(raw, column, findings, least=least, most=most, what=what)
    broken = (value != value.round()).fill_null(False) | (value > _LARGEST).fill_null(False)
    findings.add_cells(raw, column, broken, "not_whole", "a whole number", _BLANK)
    return _nulled(value, broken).cast(pl.Int64)


def yes_no(raw: RawSheet, column: str, findings: Findings) -> pl.Series:
    """Boolean of a column of yes and no, 是 and 否; blank is null."""
    return _coded(raw, column, findings, YES_NO, pl.Boolean(), "not_yes_no", "yes or no (是, 否)")


def categories(raw: RawSheet, column: str, findings: Findings) -> pl.Series:
    """Codes of CallCategory, from codes or Chinese labels."""
    expected = "a category: " + ", ".join(dict.fromkeys(CATEGORIES.values()))
    return _coded(raw, column, findings, CATEGORIES, pl.String(), "unknown_category", expected)


def priorities(raw: RawSheet, column: str, findings: Findings) -> pl.Series:
    """1 to 4, from numbers or 一级 to 四级."""
    return _coded(
        raw, column, findings, PRIORITIES, pl.Int64(), "unknown_priority",
        "a priority: 1, 2, 3, 4 (一级, 二级, 三级, 四级)",
    )  # fmt: skip


def cycles(raw: RawSheet, column: str, findings: Findings) -> pl.Series:
    """large or small, from codes or 大循环 and 小循环."""
    expected = "a cycle: large or small (大循环, 小循环)"
    return _coded(raw, column, findings, CYCLES, pl.String(), "unknown_cycle", expected)


def words_of(text: str | None) -> tuple[str, ...]:
    """The parts of a cell that lists several, whatever separates them; none of a blank."""
    parts = re.split(r"[;,、|]", unicodedata.normalize("NFKC", text or ""))
    return tuple(dict.fromkeys(filter(None, (part.strip() for part in parts))))


def plain(text: pl.Series) -> pl.Series:
    """Full-width digits and signs as half-width ones."""
    return text.str.normalize("NFKC").str.strip_chars()


def note_unknown_ids(
    raw: RawSheet,
    column: str,
    findings: Findings,
    known: Mapping[str, str] | None,
    noun: str,
    kind: Kind,
) -> None:
    """Note the ids of a column that are not among known (id -> name).

    known None: their own sheet could not be read, which is noted there and blames no one here.
    """
    if known is None:
        return
    text = raw.text(column)
    bad = text.is_not_null() & ~text.is_in(list(known))
    by_name = {name: key for key, name in known.items()}
    cells = text.to_list() if bad.any() else []
    findings.add_cells(
        raw, column, bad, kind, f"the id of a row of {noun}",
        lambda at: _id_hint(cells[at], known, by_name, noun),
    )  # fmt: skip


def note_unknown_words(
    raw: RawSheet, column: str, findings: Findings, known: Mapping[str, str] | None, noun: str
) -> None:
    """Note the cells of a column that list an id not among known (id -> name)."""
    if known is None:
        return
    strange = [[w for w in words_of(cell) if w not in known] for cell in raw.text(column)]
    findings.add_cells(
        raw, column, pl.Series([bool(s) for s in strange], dtype=pl.Boolean), "unknown_station",
        f"ids of rows of {noun}, semicolons between",
        lambda at: f"{', '.join(strange[at])}: correct it, or leave it out.",
    )  # fmt: skip


def note_duplicates(raw: RawSheet, findings: Findings, *columns: str) -> None:
    """Note the rows whose key (one or more columns) stood in a row above."""
    keys = [raw.text(c) for c in columns]
    filled = pl.Series([True] * len(raw.rows), dtype=pl.Boolean)
    for key in keys:
        filled = filled & key.is_not_null()
    frame = pl.DataFrame({str(at): key for at, key in enumerate(keys)})
    repeated = filled & ~frame.select(pl.struct(pl.all()).is_first_distinct()).to_series()
    if not repeated.any():
        return
    first = _first_rows(raw, keys)
    findings.add_cells(
        raw, columns[0], repeated, "duplicate_id",
        f"{' and '.join(columns)} that no other row has",
        lambda at: f"The same stands in row {first[tuple(k[at] for k in keys)]}; "
        "delete one of the two or give it an id of its own.",
    )  # fmt: skip


def _first_rows(raw: RawSheet, keys: list[pl.Series]) -> dict[tuple[str, ...], int]:
    first: dict[tuple[str, ...], int] = {}
    for row, key in zip(raw.rows.tolist(), zip(*keys, strict=True), strict=True):
        first.setdefault(key, row)
    return first


def _id_hint(cell: str, known: Mapping[str, str], by_name: Mapping[str, str], noun: str) -> str:
    if cell in by_name:
        return f"That is a name; write its id, {by_name[cell]}."
    near = closest(cell, known)
    hint = f" {near} is close." if near else ""
    return f"Correct the id, or add the row to {noun}.{hint}"


def _coded(
    raw: RawSheet,
    column: str,
    findings: Findings,
    codes: Mapping[str, V],
    dtype: pl.DataType,
    kind: Kind,
    expected: Words,
) -> pl.Series:
    text = plain(raw.text(column)).str.to_lowercase()
    value = text.replace_strict(list(codes), list(codes.values()), default=None, return_dtype=dtype)
    findings.add_cells(raw, column, text.is_not_null() & value.is_null(), kind, expected, _BLANK)
    return value


def _range(least: float | None, most: float | None, above: float | None) -> str:
    if above is not None:
        return f"a number, more than {above:g}"
    if most is None:
        return f"a number, {least:g} or more" if least is not None else "a number"
    return f"a number from {least:g} to {most:g}"


def _outside(
    value: pl.Series, least: float | None, most: float | None, above: float | None
) -> pl.Series:
    """Where a value lies outside its range; a null lies nowhere."""
    outside = pl.Series([False] * len(value), dtype=pl.Boolean)
    for breaks in (
        value < least if least is not None else None,
        value <= above if above is not None else None,
        value > most if most is not None else None,
    ):
        if breaks is not None:
            outside = outside | breaks.fill_null(False)
    return outside


def _nulled(value: pl.Series, where: pl.Series) -> pl.Series:
    return value.to_frame("v").select(pl.when(where).then(None).otherwise(pl.col("v"))).to_series()
