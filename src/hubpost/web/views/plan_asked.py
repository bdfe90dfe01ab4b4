"""What the workbench shows of a question: its form, its weights, what would mend it, trade-off."""

from dataclasses import replace
from typing import Any

from hubpost.actions.plan_question import WEIGHTINGS, PlanQuestion, question_text
from hubpost.actions.planning import Workbench
from hubpost.model.station import HubGroup
from hubpost.planning.grouping_problem import resolve_rules
from hubpost.planning.indicator_codes import list_indicator_codes
from hubpost.planning.plan_parts import planned_groups
from hubpost.planning.scaling import SCALINGS
from hubpost.planning.trade_off import TradeOff, TradeOffPlan
from hubpost.planning.weightings import critic_weights, entropy_weights
from hubpost.web.console import Console
from hubpost.web.names import station_name
from hubpost.web.plan_words import IMPOSSIBLE, RELAXATION
from hubpost.web.viewer import Viewer
from hubpost.web.views.plan_draft import key_of_groups

#: How many stations a sentence names.
NAMED = 6


def question_parts(
    viewer: Viewer, question: PlanQuestion, bench: Workbench | None
) -> dict[str, Any]:
    """The form of the question; beside its blank fields stands what the county asks for."""
    return {
        "question": question,
        "weightings": WEIGHTINGS,
        "scalings": SCALINGS,
        "county_asks": _county_asks(bench),
        "weight_rows": [] if bench is None else weight_rows(viewer, bench),
        "scaling_used": bench.inputs.card.scaling if bench and bench.inputs.card else "",
    }


def _county_asks(bench: Workbench | None) -> dict[str, str]:
    if bench is None:
        return {"hubs": "", "bases": "", "border": ""}
    rules = resolve_rules(bench.inputs, replace(bench.params, bases_per_hub=None, hubs=None))
    return {
        "hubs": "" if bench.inputs.hubs is None else str(bench.inputs.hubs),
        "bases": f"{rules.sizes[0]}-{rules.sizes[1]}",
        "border": str(rules.border),
    }


def weight_rows(viewer: Viewer, bench: Workbench) -> list[dict[str, Any]]:
    """Every indicator in use with its weight now and those that the data suggest beside it."""
    card, zh = bench.inputs.card, viewer.language == "zh_CN"
    if card is None:
        return []
    entropy, critic, own = entropy_weights(card), critic_weights(card), dict(bench.question.weights)
    codes = {c.code: c for c in list_indicator_codes()}
    return [
        {
            "code": code,
            "name": codes[code].name_zh if zh else codes[code].name_en,
            "used": float(weight),
            "entropy": entropy[code],
            "critic": critic[code],
            "own": own.get(code),
        }
        for code, weight in zip(card.codes, card.weights, strict=True)
    ]


def why_impossible(viewer: Viewer, bench: Workbench) -> str:
    """Why no plan meets the question, in the viewer's words."""
    cause: Any = bench.best.extras.get("cause")
    return viewer.say(IMPOSSIBLE[cause["code"]], **cause) if cause else bench.best.reason


def relaxation_rows(
    console: Console, viewer: Viewer, question: PlanQuestion, bench: Workbench
) -> list[dict[str, str]]:
    """What would make a plan possible, smallest change first; `ask` where one click asks it."""
    rows = []
    for change in bench.best.extras.get("relaxations", []):  # type: ignore[attr-defined]
        kind, facts = str(change["requirement"]), dict(change)
        mended: PlanQuestion | None = None
        if kind == "hubs":
            mended = replace(question, hubs=change["hubs"])
        elif kind == "border_stations":
            mended = replace(question, border=change["border_stations"])
        elif kind == "bases_per_hub":
            facts["least"], facts["most"] = change["bases_per_hub"]
            mended = replace(question, bases=tuple(change["bases_per_hub"]))
        facts["pairs"] = _pairs(console, viewer, change.get("pairs", []))
        words = viewer.say(RELAXATION[kind], **facts)
        rows.append({"words": words, "ask": "" if mended is None else question_text(mended)})
    return rows


def _pairs(console: Console, viewer: Viewer, pairs: list[list[str]]) -> str:
    board = console.store.board
    told = [
        f"{station_name(viewer, board, base)} → {station_name(viewer, board, hub)}"
        for base, hub in pairs[:NAMED]
    ]
    return ("、" if viewer.language == "zh_CN" else ", ").join(told)


def trade_off_parts(viewer: Viewer, bench: Workbench, found: TradeOff) -> dict[str, Any]:
    """Rows of the table and the same numbers for the chart."""
    rows = [_trade_off_row(bench, plan) for plan in found.plans]
    best = bench.best.terms
    chart = {
        "points": [[r["travel"], r["imbalance"], r["strength"], r["key"]] for r in rows],
        "best": [best["travel"], best["imbalance"], best["strength"]],
        "words": {t: viewer.word("term", t) for t in ("travel", "imbalance", "strength")},
    }
    return {"rows": rows, "chart": chart, "complete": found.complete}


def _trade_off_row(bench: Workbench, plan: TradeOffPlan) -> dict[str, Any]:
    groups = planned_groups(bench.inputs, plan.groups)
    return {
        **plan.terms.as_mapping(),
        "objective": plan.terms.objective(bench.params),
        "hubs": len(groups),
        "key": key_of_groups(HubGroup(g.hub, g.bases) for g in groups),
    }
