"""The KPI catalogue: what is counted, from what, and who answers for it; editable data."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import polars as pl

from hubpost.evaluation.defaults import get_evaluation_file

KINDS = ("count", "share", "quantile", "ratio", "sum")
MOST = 30

#: Source -> (the columns it must have to be a source, what a row is).
SOURCES: Mapping[str, tuple[tuple[str, ...], str]] = {
    "calls": (("received_at", "station_id"), "a call"),
    "cases": (("filed_at", "station_id"), "a case"),
    "disputes": (("found_at", "station_id"), "a dispute"),
    "surveys": (("at", "station_id"), "an answer; the surveyor is never the officer"),
    "register_checks": (("at", "station_id"), "a register entry checked"),
    "services": (("due_at", "station_id"), "a service asked for"),
    "ratings": (("at", "station_id"), "a service finished, rated or not"),
    "tasks": (("due_at", "station_id"), "a task with a due time"),
    "strength": (("at", "station_id"), "officers of one place at one time"),
    "burden": (("at", "station_id"), "minutes saved by one change"),
}


@dataclass(frozen=True, slots=True)
class Kpi:
    """One figure of the catalogue; columns as in data/evaluation/kpis.csv, see docs/evaluation.md.

    where, of: SQL conditions on a row; period_end is the first instant after the period.
    direction: + more is better, - less is better, 0 neither. shown_with: codes never apart.
    """

    code: str
    group: str
    name_zh: str
    name_en: str
    source: str
    time: str
    kind: str
    value: str
    q: float | None
    where: str
    of: str
    direction: str
    unit: str
    owner_zh: str
    owner_en: str
    counts_zh: str
    counts_en: str
    shown_with: tuple[str, ...]

    def condition(self) -> pl.Expr:
        """Rows that count; an unknown value does not."""
        return pl.sql_expr(self.where).fill_null(False)

    def base(self) -> pl.Expr:
        """Rows counted among, for shares and ratios."""
        return pl.sql_expr(self.of).fill_null(False)

    @property
    def columns(self) -> frozenset[str]:
        """Columns of the source that the figure reads."""
        parts = [pl.sql_expr(t) for t in (self.where, self.of) if t]
        named = {name for part in parts for name in part.meta.root_names()}
        return frozenset(named | {self.time} | ({self.value} if self.value else set())) - {
            "period_end"
        }


def read_catalogue(path: Path | None = None) -> tuple[Kpi, ...]:
    """The catalogue at a path, or the shipped one. Raises ValueError naming every wrong row."""
    path = path or get_evaluation_file("kpis.csv")
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    problems = [p for i, row in enumerate(rows, 2) for p in _problems(row, f"{path.name} row {i}")]
    if len(rows) > MOST:
        problems.append(f"{path.name}: expected at most {MOST} KPIs, came {len(rows)}.")
    codes = [row.get("code") for row in rows]
    problems += [f"{path.name}: code {c} stands twice." for c in set(codes) if codes.count(c) > 1]
    if problems:
        raise ValueError("\n".join(problems))
    return tuple(_kpi(row) for row in rows)


def _kpi(row: Mapping[str, str]) -> Kpi:
    q = float(row["q"]) if row["q"] else None
    others = {f.name: row[f.name].strip() for f in fields(Kpi) if f.name not in ("q", "shown_with")}
    return Kpi(q=q, shown_with=tuple(row["shown_with"].split()), **others)


def _problems(row: Mapping[str, str], where: str) -> list[str]:
    missing = [f.name for f in fields(Kpi) if row.get(f.name) is None]
    if missing:
        return [f"{where}: expected a column {name}, came none." for name in missing]
    out = []
    if row["source"] not in SOURCES:
        out.append(f"{where}: expected a source of {', '.join(SOURCES)}, came {row['source']!r}.")
    if row["kind"] not in KINDS:
        out.append(f"{where}: expected a kind of {', '.join(KINDS)}, came {row['kind']!r}.")
    if row["direction"] not in ("+", "-", "0"):
        out.append(f"{where}: expected direction +, - or 0, came {row['direction']!r}.")
    if row["kind"] in ("share", "ratio") and not row["of"]:
        out.append(f"{where}: a {row['kind']} needs a column `of`, the rows counted among.")
    if row["kind"] in ("quantile", "ratio", "sum") and not row["value"]:
        out.append(f"{where}: a {row['kind']} needs a column `value`.")
    if row["kind"] == "quantile" and not _is_share(row["q"]):
        out.append(f"{where}: expected q between 0 and 1, came {row['q']!r}.")
    return out + [
        p for name in ("where", "of") for p in _sql_problems(row[name], f"{where} {name}")
    ]


def _is_share(text: str) -> bool:
    try:
        return 0 < float(text) < 1
    except ValueError:
        return False


def _sql_problems(text: str, where: str) -> list[str]:
    if not text:
        return []
    try:
        pl.sql_expr(text)
    except Exception as error:  # polars raises several kinds, none of them documented
        return [f"{where}: expected an SQL condition, came {text!r} ({error})."]
    return []
