"""Records beside the calls: one CSV for each source of the KPI catalogue."""

from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from hubpost.evaluation.kpi_catalogue import SOURCES

_YES, _NO = ("yes", "true", "1", "是"), ("no", "false", "0", "否")
_FLAGS = frozenset({"violent", "minors", "knows", "at_station"})
_NUMBERS = frozenset({"people", "reopened_days", "rating", "officers", "minutes_saved"})


def read_records(folder: Path, timezone: str) -> dict[str, pl.DataFrame]:
    """source -> rows, from SOURCE.csv or SOURCE.csv.gz; times without an offset are local.

    Raises ValueError naming file, row and column of everything that cannot be read.
    """
    found: dict[str, pl.DataFrame] = {}
    problems: list[str] = []
    for source in SOURCES:
        if source == "calls":
            continue
        for path in (folder / f"{source}.csv", folder / f"{source}.csv.gz"):
            if path.is_file():
                found[source] = _read(path, source, timezone, problems)
    if problems:
        raise ValueError("\n".join(problems))
    if not found:
        wanted = ", ".join(f"{s}.csv" for s in SOURCES if s != "calls")
        raise ValueError(f"Expected one or more of {wanted} in {folder}, came none.")
    return found


def _read(path: Path, source: str, timezone: str, problems: list[str]) -> pl.DataFrame:
    raw = pl.read_csv(path, infer_schema_length=0)
    missing = [c for c in SOURCES[source][0] if c not in raw.columns]
    problems += [f"{path.name}: expected a column {c}, came none." for c in missing]
    ZoneInfo(timezone)
    typed = raw.with_columns(_typed(c, timezone) for c in raw.columns)
    for column in raw.columns:
        lost = raw[column].is_not_null() & typed[column].is_null()
        problems += [
            f"{path.name} row {i + 2}, column {column}: cannot read {raw[column][i]!r}. "
            "Correct it, or leave it blank if it is unknown."
            for i in lost.arg_true()[:20]
        ]
    return typed


def _typed(column: str, timezone: str) -> pl.Expr:
    text = pl.col(column)
    if column == "at" or column.endswith("_at"):
        return _time(text, timezone)
    if column in _FLAGS:
        low = text.str.to_lowercase()
        return pl.when(low.is_in(_YES)).then(True).when(low.is_in(_NO)).then(False).alias(column)
    return text.cast(pl.Float64, strict=False) if column in _NUMBERS else text


def _time(text: pl.Expr, timezone: str) -> pl.Expr:
    clock = text.str.replace("T", " ").str.slice(0, 19)
    full = pl.when(clock.str.len_chars() == 10).then(clock + " 00:00:00").otherwise(clock)
    full = pl.when(full.str.len_chars() == 16).then(full + ":00").otherwise(full)
    naive = full.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False, time_unit="us")
    local = naive.dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")
    offset = text.str.extract(r"([+-]\d{2}:?\d{2}|Z)$")
    minutes = offset.str.slice(1, 2).cast(pl.Int64, strict=False) * 60 + offset.str.slice(-2).cast(
        pl.Int64, strict=False
    )
    sign = pl.when(offset.str.starts_with("-")).then(-1).otherwise(1)
    shift = pl.when(offset == "Z").then(0).otherwise(minutes * sign)
    stated = (naive - pl.duration(minutes=shift)).dt.replace_time_zone("UTC")
    # A bare date ends in -DD, which is no offset.
    has_offset = offset.is_not_null() & (text.str.len_chars() > 10)
    return pl.when(has_offset).then(stated).otherwise(local.dt.convert_time_zone("UTC"))
