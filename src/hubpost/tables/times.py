"""Times as written to UTC, and the order of a call's milestones."""

from typing import Literal
from zoneinfo import ZoneInfo

import polars as pl

from hubpost.tables.cells import plain
from hubpost.tables.findings import Findings
from hubpost.tables.raw_sheet import RawSheet

UTC = pl.Datetime("us", "UTC")

_EXPECTED = "a date and time such as 2024-07-03T11:02, between the years 1900 and 2200"
_FIX = "Correct it, or leave it blank if it is unknown."
_DATE = r"^(?P<y>\d{4})[-/.](?P<mo>\d{1,2})[-/.](?P<d>\d{1,2})"
_CLOCK = r"[T\s]+(?P<h>\d{1,2}):(?P<mi>\d{2})(?::(?P<s>\d{2})(?P<f>[.,]\d{1,9})?)?"
_OFFSET = r"\s*(?:(?P<z>[Zz])|(?P<sign>[+-])(?P<oh>\d{2}):?(?P<om>\d{2}))?$"


def utc_times(raw: RawSheet, column: str, findings: Findings, zone: ZoneInfo) -> pl.DataFrame:
    """Columns `at` (UTC) and `late`: the later reading of a time the clocks passed twice.

    A time without an offset is local to zone. Where clocks were put back, `at` is the first
    reading and `late` the second, else null. A time the clocks skipped is noted and null.
    """
    text = plain(raw.text(column))
    parts = _parts(text)
    local, offset_min = _local(parts), _offset_min(parts)
    bad = text.is_not_null() & local.is_null()
    findings.add_cells(raw, column, bad, "not_a_time", _EXPECTED, _FIX)
    both = _both_readings(local, offset_min, zone)
    skipped = local.is_not_null() & both["at"].is_null()
    findings.add_cells(
        raw, column, skipped, "skipped_time",
        f"a time that clocks in {zone.key} showed",
        "Clocks were put forward over it: correct it, or add the offset, such as +01:00.",
    )  # fmt: skip
    return both


def note_twice_shown(
    raw: RawSheet, column: str, times: pl.DataFrame, chosen: pl.Series, findings: Findings
) -> None:
    """Warn of local times that clocks showed twice, and say which reading was taken."""
    twice = times["late"].is_not_null()
    cells = raw.text(column).to_list() if twice.any() else []
    findings.add_cells(
        raw, column, twice, "ambiguous_time", "a time that clocks showed once",
        "Add the offset, such as +01:00, to say which is meant.",
        says=lambda at: f"{cells[at]} was shown twice when clocks were put back; "
        f"taken as {chosen[at]:%Y-%m-%dT%H:%MZ}",
        warning=True,
    )  # fmt: skip


def dates(raw: RawSheet, column: str, findings: Findings) -> pl.Series:
    """Date of a column; a time of day behind it is dropped."""
    text = plain(raw.text(column))
    pattern = _DATE + r"(?:[T\s]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$"
    found = text.str.extract_groups(pattern).struct.unnest()
    value = _joined(found, ("y", "mo", "d"), "-").str.to_date("%Y-%m-%d", strict=False)
    value = _in_years(value)
    bad = text.is_not_null() & value.is_null()
    findings.add_cells(raw, column, bad, "not_a_date", "a date such as 2024-07-03", _FIX)
    return value


def _parts(text: pl.Series) -> pl.DataFrame:
    return text.str.extract_groups(_DATE + _CLOCK + _OFFSET).struct.unnest()


def _local(parts: pl.DataFrame) -> pl.Series:
    """The wall-clock time, microseconds, without a zone; null where there is none such."""
    day = _joined(parts, ("y", "mo", "d"), "-")
    clock = _joined(parts.with_columns(pl.col("s").fill_null("00")), ("h", "mi", "s"), ":")
    value = (day + " " + clock).str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", strict=False)
    fraction = parts["f"].str.replace(",", ".").cast(pl.Float64, strict=False).fill_null(0.0)
    micros = (fraction * 1e6).round().cast(pl.Int64)
    return _in_years(value) + micros.cast(pl.Duration("us"))


def _joined(parts: pl.DataFrame, names: tuple[str, ...], by: str) -> pl.Series:
    padded = [pl.col(n).str.zfill(2) for n in names]
    return parts.select(pl.concat_str(padded, separator=by)).to_series()


def _in_years(value: pl.Series) -> pl.Series:
    """Years far off are typing errors, and would overflow what clocks and tables can hold."""
    year = value.dt.year()
    frame = pl.DataFrame({"v": value, "ok": (year >= 1900) & (year <= 2200)})
    return frame.select(pl.when("ok").then("v")).to_series()


def _offset_min(parts: pl.DataFrame) -> pl.Series:
    minutes = parts["oh"].cast(pl.Int64, strict=False) * 60 + parts["om"].cast(
        pl.Int64, strict=False
    )
    sign = pl.when(pl.col("sign") == "-").then(-1).otherwise(1)
    value = parts.with_columns(m=minutes).select(
        pl.when(pl.col("z").is_not_null()).then(0).otherwise(pl.col("m") * sign)
    )
    return value.to_series()


def _both_readings(local: pl.Series, offset_min: pl.Series, zone: ZoneInfo) -> pl.DataFrame:
    frame = pl.DataFrame({"t": local, "o": offset_min})
    stated = (pl.col("t") - pl.duration(minutes=pl.col("o"))).dt.replace_time_zone("UTC")

    def read(ambiguous: Literal["earliest", "latest"]) -> pl.Expr:
        placed = pl.col("t").dt.replace_time_zone(
            zone.key, ambiguous=ambiguous, non_existent="null"
        )
        at = placed.dt.convert_time_zone("UTC")
        return pl.when(pl.col("o").is_not_null()).then(stated).otherwise(at)

    both = frame.select(at=read("earliest"), late=read("latest"))
    return both.with_columns(late=pl.when(pl.col("late") != pl.col("at")).then("late")).cast(UTC)
