"""The report of a plan: plan.json, comparison.json and a page for people, in both languages."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hubpost.model.plan import Plan
from hubpost.planning.plan_json import plan_to_json, write_plan
from hubpost.simulation.compare import Comparison

LABELS_ZH = {
    "synthetic": "合成",
    "estimated": "估算",
    "stand-in": "代用点",
    "simulated": "模拟",
}
TYPES_ZH = {"hub": "中心所", "base": "基础所", "border": "边界所"}
FIGURES_ZH = {
    "mean_s": ("平均响应时长（分钟）", "Mean response, minutes", 60.0),
    "median_s": ("响应时长中位数（分钟）", "Median response, minutes", 60.0),
    "p90_s": ("响应时长九成位（分钟）", "90th percentile of response, minutes", 60.0),
    "within_target": ("15分钟内到达占比（%）", "Share within 15 minutes, %", 0.01),
    "crossed": ("跨所处警占比（%）", "Share answered by another station, %", 0.01),
    "waited": ("等待派警占比（%）", "Share that waited for a unit, %", 0.01),
}


def write_plan_report(plan: Plan, comparison: Comparison | None, out: Path, *, title: str) -> None:
    """Write plan.json, report.html and, where there is a prediction, comparison.json to a folder.

    Every figure carries its labels; the page states seed, solver status, bound, gap and the
    checksums of the inputs, so that it can be made again.
    """
    out.mkdir(parents=True, exist_ok=True)
    write_plan(plan, out / "plan.json")
    if comparison is not None:
        text = json.dumps(_finite(asdict(comparison)), ensure_ascii=False, indent=1)
        (out / "comparison.json").write_text(text, "utf-8")
    (out / "report.html").write_text(plan_page(plan, comparison, title=title), "utf-8")


def plan_page(
    plan: Plan,
    comparison: Comparison | None,
    *,
    title: str,
    map_svg: str = "",
    facts: Mapping[str, str] | None = None,
    price: Sequence[Mapping[str, Any]] = (),
) -> str:
    """The page as HTML, to be read or printed.

    map_svg: as `plan_map` draws it. facts: more lines at the head, such as who signed.
    price: rows of name, label, best and values against the optimum.
    """
    names = {s.id: s.name for s in plan.stations}
    page = _environment().get_template("plan_report.html.j2")
    return page.render(
        title=title,
        plan=plan,
        body=plan_to_json(plan),
        names=names,
        types=TYPES_ZH,
        words=label_words(plan.labels),
        comparison=comparison,
        simulated=label_words(("simulated", *comparison.labels)) if comparison else "",
        rows=_figure_rows(comparison) if comparison else [],
        map_svg=map_svg,
        facts=facts or {},
        price=price,
    )


def label_words(labels: tuple[str, ...]) -> str:
    """Labels in both languages, as they stand beside a figure."""
    return "、".join(f"{LABELS_ZH.get(word, word)} {word}" for word in dict.fromkeys(labels))


def _figure_rows(comparison: Comparison) -> list[dict[str, Any]]:
    (figures,) = comparison.scopes["county"].values()
    rows = []
    for key, (zh, en, unit) in FIGURES_ZH.items():
        figure = figures[key]
        parts = (figure.before, figure.after, figure.difference, figure.low, figure.high)
        values = [None if p is None else p / unit for p in parts]
        rows.append({"zh": zh, "en": en, "values": values})
    return rows


def _environment() -> Environment:
    here = Path(__file__).parent / "templates"
    return Environment(
        loader=FileSystemLoader(here), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, dict):
        return {str(k): _finite(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(v) for v in value]
    return value
