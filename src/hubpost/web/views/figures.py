"""What the figures page shows: charts as numbers, each with the table that says the same."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

import numpy as np
import polars as pl

from hubpost.actions.figures import Figures
from hubpost.evaluation.evaluate import Evaluation
from hubpost.evaluation.kpi_counts import COUNTY
from hubpost.evaluation.monthly import add_months
from hubpost.evaluation.period import Period
from hubpost.evaluation.ranking import StationFunnel
from hubpost.evaluation.rates import count_interval
from hubpost.evaluation.small_numbers import SUPPRESS_UNDER
from hubpost.evaluation.statements import label_words, say
from hubpost.reporting.figure_texts import COLUMNS, GROUPS, figure_row
from hubpost.web.figure_words import FILLED_BY
from hubpost.web.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters as they stand in the address."""

    period: Period
    station_id: str = COUNTY
    kind: str = ""
    funnel: str = ""
    shared: bool = False
    shade: str = ""
    reform: str = ""

    def address(self, path: str = "/figures", **more: str) -> str:
        """The address that shows this again."""
        parts = {
            "from": self.period.start.isoformat(),
            "to": self.period.last_day.isoformat(),
            "station": self.station_id,
            "kind": self.kind,
            "funnel": self.funnel,
            "share": "1" if self.shared else "",
            "shade": self.shade,
            "reform": self.reform,
            **more,
        }
        return f"{path}?{urlencode({k: v for k, v in parts.items() if v})}"


@dataclass(frozen=True, slots=True)
class Month:
    """One month of a chart; None is not known, never zero. partial: not all its days counted."""

    first: date
    partial: bool
    calls: int | None
    low: float | None
    high: float | None
    n: int
    p50: float | None
    p90: float | None
    predicted_p50: float | None
    predicted_p90: float | None

    @property
    def name(self) -> str:
        """Such as 2024-05, with a star when only part of it was counted."""
        return f"{self.first:%Y-%m}{'*' if self.partial else ''}"


def language_of(viewer: Viewer) -> str:
    """The reports' language for a viewer."""
    return "zh" if viewer.language.startswith("zh") else "en"


def kpi_groups(
    evaluation: Evaluation, asked: Asked, language: str
) -> tuple[tuple[str, ...], list[dict[str, Any]]]:
    """Column heads, and groups of rows with the address of the rows behind each figure."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for r in evaluation.results:
        if r.station_id != asked.station_id or r.now.statement in ("no_data", "never_seen"):
            continue
        link = "" if asked.shared else asked.address("/figures/rows", code=r.kpi.code)
        row = {"cells": figure_row(r, language), "link": link, "code": r.kpi.code}
        groups.setdefault(r.kpi.group, []).append(row)
    idx = 0 if language == "zh" else 1
    named = [{"name": GROUPS.get(g, (g, g))[idx], "rows": rows} for g, rows in groups.items()]
    return COLUMNS[language], named


def unknown_figures(
    evaluation: Evaluation, station_id: str, viewer: Viewer
) -> list[tuple[str, str]]:
    """Figures without any data, named so that nobody takes them for zero, and what fills them."""
    language = language_of(viewer)
    names: dict[str, list[str]] = {}
    for r in evaluation.results:
        if r.station_id == station_id and r.now.statement in ("no_data", "never_seen"):
            name = r.kpi.name_zh if language == "zh" else r.kpi.name_en
            names.setdefault(r.kpi.source, []).append(name)
    by = "、" if language == "zh" else ", "
    return [(by.join(n), viewer.say(FILLED_BY[source])) for source, n in names.items()]


def finding_rows(
    evaluation: Evaluation, station_id: str, language: str
) -> list[tuple[str, str, bool]]:
    """Station, words, whether it bars comparison; the county's first, then the station's own."""
    scopes = {COUNTY, station_id} if station_id else None
    return [
        (evaluation.station_names.get(f.station_id, f.station_id), f.words(language), f.bars)
        for f in evaluation.findings
        if scopes is None or f.station_id in scopes
    ]


def months_of(figures: Figures, asked: Asked) -> list[Month]:
    """Each month of the period and of the year before, as far as calls were kept."""
    key = ("months", asked.station_id, asked.shared)
    if key not in figures.drawn:
        figures.drawn[key] = _months_of(figures, asked)
    months: list[Month] = figures.drawn[key]
    return months


def _months_of(figures: Figures, asked: Asked) -> list[Month]:
    # A station's or a kind's months would give back, by subtraction, what is withheld elsewhere.
    if figures.counts is None or (asked.shared and (asked.station_id or asked.kind)):
        return []
    kept = Period(asked.period.years_on(-1).start, asked.period.end)
    rows = figures.counts.months(kept, asked.station_id)
    counted = kept.meet(figures.records.observed.get("calls", kept))
    return [
        _month(at, not (counted.start <= at and add_months(at, 1) <= counted.end), row,
               asked.shared)
        for at, row in rows.items()
    ]  # fmt: skip


def _month(first: date, partial: bool, row: dict[str, Any], shared: bool) -> Month:
    count = int(row.get("len", 0))
    if shared and 0 < count < SUPPRESS_UNDER:
        return Month(first, partial, None, None, None, 0, None, None, None, None)
    least = SUPPRESS_UNDER if shared else 1
    quantiles = [
        row.get(f"{c} {q}") if row.get(f"{c} n", 0) >= least else None
        for c in ("response_min", "predicted_min")
        for q in (0.5, 0.9)
    ]
    low, high = count_interval(count)
    return Month(first, partial, count, low, high, int(row.get("response_min n", 0)), *quantiles)


def find_funnel(evaluation: Evaluation, code: str) -> StationFunnel | None:
    """The funnel asked for, else the first; None where no figure can be compared."""
    by_code = {f.kpi.code: f for f in evaluation.funnels}
    return by_code.get(code) or next(iter(by_code.values()), None)


def only_stations(funnel: StationFunnel, stations: Collection[str]) -> StationFunnel:
    """The funnel with the points of these stations alone; its limits are those of all."""
    keep = np.array([s in stations for s in funnel.station_ids], dtype=bool)
    limits = ("size", "low_95", "high_95", "low_998", "high_998")
    return replace(
        funnel,
        station_ids=tuple(s for s in funnel.station_ids if s in stations),
        value=funnel.value[keep],
        position=tuple(p for p, k in zip(funnel.position, keep, strict=True) if k),
        funnel=replace(funnel.funnel, **{n: getattr(funnel.funnel, n)[keep] for n in limits}),
        shrunk=None,
        left_out={s: why for s, why in funnel.left_out.items() if s in stations},
    )


def funnel_parts(
    funnel: StationFunnel, evaluation: Evaluation, language: str, words: dict[str, str]
) -> dict[str, Any]:
    """Points, limits ordered by size, and rows in the order of the stations' ids: no ranking."""
    factor = 100 if funnel.unit == "share" else 1
    f = funnel.funnel
    rows = [
        {
            "station": evaluation.station_names.get(s, s),
            "size": round(float(f.size[i]), 2),
            "value": round(float(funnel.value[i]) * factor, 2),
            "low": round(float(f.low_95[i]) * factor, 2),
            "high": round(float(f.high_95[i]) * factor, 2),
            "position": words[funnel.position[i]],
            "out": funnel.position[i] != "inside",
        }
        for i, s in enumerate(funnel.station_ids)
    ]
    order = np.argsort(f.size)
    limits = {
        name: [
            [round(float(f.size[i]), 2), round(float(getattr(f, name)[i]) * factor, 3)]
            for i in order
        ]
        for name in ("low_95", "high_95", "low_998", "high_998")
    }
    left = [
        (evaluation.station_names.get(s, s), say(why, language))
        for s, why in sorted(funnel.left_out.items())
    ]
    name = funnel.kpi.name_zh if language == "zh" else funnel.kpi.name_en
    return {
        "name": name, "rows": rows, "limits": limits, "target": round(f.target * factor, 3),
        "left_out": left, "spread": round(funnel.spread, 1), "share": funnel.unit == "share",
    }  # fmt: skip


def words_beside(evaluation: Evaluation, source: str, language: str) -> str:
    """Label words of a source for a chart's heading."""
    labels = next((r.labels for r in evaluation.results if r.kpi.source == source), ())
    return label_words(labels, language)


#: Source -> columns shown of a row. Places and persons are not among them.
ROW_COLUMNS = {
    "calls": ("id", "number", "received_at", "station_id", "category", "dispatched_at",
              "enroute_at", "arrived_at", "predicted_arrival_at", "response_min"),
    "disputes": ("found_at", "station_id", "resolved_at", "reopened_days"),
    "surveys": ("at", "station_id", "kind", "knows"),
    "register_checks": ("at", "station_id", "verdict"),
    "services": ("due_at", "station_id", "done_at"),
    "ratings": ("at", "station_id", "rating"),
    "tasks": ("due_at", "station_id", "done_at"),
    "strength": ("at", "station_id", "officers", "at_station"),
    "burden": ("at", "station_id", "minutes_saved"),
    "cases": ("filed_at", "station_id", "kind", "solved_at"),
}  # fmt: skip


def row_texts(
    rows: pl.DataFrame, source: str, viewer: Viewer, names: dict[str, str]
) -> tuple[list[str], list[list[str]]]:
    """Columns that hold anything, and each row as texts by the county's clock."""
    known = [
        c for c in ROW_COLUMNS[source] if c in rows.columns and rows[c].null_count() < len(rows)
    ]
    return known, [
        [_text(c, row[c], viewer, names) for c in known] for row in rows.iter_rows(named=True)
    ]


def _text(column: str, value: Any, viewer: Viewer, names: dict[str, str]) -> str:
    if value is None:
        return "—"
    if column.endswith("at") and hasattr(value, "astimezone"):
        return str(value.astimezone(viewer.zone).strftime("%Y-%m-%d %H:%M"))
    if column == "station_id":
        return names.get(value, str(value))
    if column == "category":
        return viewer.word("category", value)
    if isinstance(value, bool):
        return "✓" if value else "—"
    return f"{value:.1f}" if isinstance(value, float) else str(value)
