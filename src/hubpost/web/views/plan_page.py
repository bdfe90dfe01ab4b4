"""What the workbench shows of a draft: rules broken, price, groups, map; all in words."""

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

from hubpost.actions.planning import Draft, Workbench
from hubpost.model.plan import Plan
from hubpost.planning.edit import Breach
from hubpost.planning.grouping_problem import resolve_rules
from hubpost.planning.indicator_codes import list_indicator_codes
from hubpost.planning.score_reasons import explain_score
from hubpost.reporting.plan_map import plan_map
from hubpost.web.console import Console
from hubpost.web.languages import mark as _
from hubpost.web.names import short_station_name, station_name
from hubpost.web.plan_words import BREACH
from hubpost.web.viewer import Viewer
from hubpost.web.views.cells import territories

#: Above so many stations a station's list of hubs holds only those it adjoins.
LISTED_STATIONS = 60


def breach_lines(console: Console, viewer: Viewer, bench: Workbench, draft: Draft) -> list[str]:
    """Each broken rule in the viewer's words."""
    name = _namer(console, viewer)
    lines = [_breach_words(viewer, bench, draft, b, name) for b in draft.check.breaches]
    for base, hub in draft.homeless.items():
        lines.append(viewer.say(BREACH["no_hub"], base=name(base), hub=name(hub)))
    return list(dict.fromkeys(lines))


def draft_parts(console: Console, viewer: Viewer, bench: Workbench, draft: Draft) -> dict[str, Any]:
    """Everything the result panel needs."""
    broken = {i for b in draft.check.breaches for i in b.stations} | set(draft.homeless)
    return {
        "draft": draft,
        "bench": bench,
        "breaches": breach_lines(console, viewer, bench, draft),
        "rows": comparison_rows(viewer, bench, draft),
        "svg": draw_plan(console, viewer, draft.plan, draft.changed, broken),
        "balance": balance_bars(console, viewer, draft.plan),
        "plan_label": viewer.labels(draft.plan.labels),
        "response_label": viewer.labels(bench.response_labels),
        "position_label": viewer.labels(console.room.labels.words_for("stations.lon")),
        "changed_names": [_namer(console, viewer)(i) for i in draft.changed],
    }


def comparison_rows(viewer: Viewer, bench: Workbench, *drafts: Draft) -> list[dict[str, Any]]:
    """Objective, the three terms and predicted response of the optimum and of each draft."""
    best = bench.best
    plan_words, response_words = viewer.labels(best.labels), viewer.labels(bench.response_labels)
    rows = [
        _row(viewer.say(_("objective (smaller is better)")), plan_words, "%.4f",
             best.objective, [d.check.objective for d in drafts])
    ]  # fmt: skip
    for term in ("travel", "imbalance", "strength"):
        mine: list[float | None] = [d.check.terms.as_mapping()[term] for d in drafts]
        rows.append(_row(viewer.word("term", term), plan_words, "%.3f", best.terms.get(term), mine))
    if bench.predict is not None:
        of_best = bench.predict(best.hub_groups) / 60 if best.stations else None
        mine = [None if d.response_s is None else d.response_s / 60 for d in drafts]
        words = viewer.say(_("predicted mean response, minutes"))
        rows.append(_row(words, response_words, "%.2f", of_best, mine))
    return rows


def draw_plan(
    console: Console,
    viewer: Viewer,
    plan: Plan,
    changed: Any = (),
    broken: Any = (),
) -> str:
    """The map of a plan with the console's territories below it."""
    board = console.store.board
    return plan_map(
        plan,
        {s.id: (s.lon, s.lat) for s in board.stations.values()},
        {i: short_station_name(viewer, board, i) for i in board.stations},
        title=viewer.say(_("Map of the plan; the table beside it says the same.")),
        territories=territories(board, console.room),
        changed=changed,
        broken=broken,
    )


def balance_bars(console: Console, viewer: Viewer, plan: Plan) -> list[dict[str, Any]]:
    """Workload and longest drive of each group, heaviest as the full bar."""
    name = _namer(console, viewer)
    most = max((g.workload for g in plan.groups), default=0.0) or 1.0
    return [
        {
            "hub": name(g.hub),
            "bases": [name(b) for b in g.bases],
            "workload": g.workload,
            "tenths": round(100 * g.workload / most),
            "minutes": g.max_travel_s / 60 if isfinite(g.max_travel_s) else None,
        }
        for g in plan.groups
    ]


def station_rows(
    console: Console, viewer: Viewer, bench: Workbench, draft: Draft
) -> list[dict[str, Any]]:
    """Stations by score with the hubs each may be given: those adjoining first."""
    inputs, name = bench.inputs, _namer(console, viewer)
    share = {s.id: s.hub_probability for s in bench.best.stations}
    ids = inputs.station_ids
    rows = []
    for k, station in enumerate(draft.plan.stations):
        near = [ids[j] for j in range(len(ids)) if inputs.adjacent[k, j]]
        far = [i for i in ids if i != station.id and i not in near]
        if len(ids) > LISTED_STATIONS:
            far = [i for i in far if i == station.hub_id]
        chosen = draft.homeless.get(station.id, station.hub_id or "")
        rows.append(
            {
                "id": station.id,
                "name": name(station.id),
                "type": station.type.value,
                "score": station.score,
                "workload_h": station.workload_h,
                "share": share.get(station.id),
                "chosen": chosen,
                "outside": bool(inputs.outside[k]),
                "near": [(i, name(i)) for i in near],
                "far": [(i, name(i)) for i in far],
            }
        )
    return sorted(rows, key=lambda r: -r["score"])


def score_card(viewer: Viewer, bench: Workbench, station_id: str) -> dict[str, Any]:
    """Why a station has its score, and what of it is unknown. Raises KeyError."""
    card = bench.inputs.card
    assert card is not None  # noqa: S101
    zh = viewer.language == "zh_CN"
    codes = {c.code: c for c in list_indicator_codes()}
    reasons = explain_score(card, station_id)
    label = bench.county.labels
    rows = [
        {
            "code": r.code,
            "name": codes[r.code].name_zh if zh else codes[r.code].name_en,
            "unit": codes[r.code].unit,
            "reason": r,
            "labels": viewer.labels(
                label.words_for("indicators") if r.source == "read" else bench.inputs.labels
            ),
        }
        for r in reasons
    ]
    known = {r.code for r in reasons}
    missing = [c for c in (*card.codes, *card.unused) if c not in known]
    names = [codes[c].name_zh if zh else codes[c].name_en for c in missing]
    k = bench.inputs.station_ids.index(station_id)
    return {"rows": rows, "missing": names, "score": float(card.scores[k]), "id": station_id}


def missing_lines(viewer: Viewer, bench: Workbench) -> list[str]:
    """What the county's records lack for planning, said plainly."""
    card, zh = bench.inputs.card, viewer.language == "zh_CN"
    lines = []
    if card is not None and card.unused:
        codes = {c.code: c for c in list_indicator_codes()}
        names = [codes[c].name_zh if zh else codes[c].name_en for c in card.unused]
        told = ("、" if zh else ", ").join(names)
        text = _("%(count)s of the weighted indicators have no value here and carry no weight: ")
        lines.append(viewer.say(text, count=len(names)) + told)
    if len(bench.inputs.station_ids) < 3:
        lines.append(viewer.say(_("So few stations leave hardly a choice of groups.")))
    if bench.predict is None:
        lines.append(
            viewer.say(_("No response can be predicted: the call records do not suffice."))
        )
    notes = bench.inputs.workload_table.notes if bench.inputs.workload_table else ()
    if notes:
        text = _("Workload counts %(count)s unknown indicators as no hours.")
        lines.append(viewer.say(text, count=len(notes)))
    return lines


def _row(name: str, label: str, form: str, best: float | None, mine: list[Any]) -> dict[str, Any]:
    def said(value: float | None, sign: str = "") -> str:
        if value is None or not isfinite(value):
            return "—"
        return (form.replace("%", "%" + sign)) % value

    gaps = [None if m is None or best is None else m - best for m in mine]
    return {
        "name": name,
        "label": label,
        "best": said(best),
        "values": [(said(m), said(g, "+")) for m, g in zip(mine, gaps, strict=True)],
    }


def _breach_words(
    viewer: Viewer, bench: Workbench, draft: Draft, breach: Breach, name: Callable[[str], str]
) -> str:
    rules = resolve_rules(bench.inputs, bench.params)
    pair = [name(i) for i in breach.stations]
    grouped = {i for g in draft.plan.groups for i in (g.hub, *g.bases)}
    rule = breach.rule
    if rule == "border" and breach.stations and set(breach.stations) <= grouped:
        return "; ".join(viewer.say(BREACH["flagged"], base=n) for n in pair)
    facts: Mapping[str, object] = {
        "base": pair[0] if pair else "",
        "hub": pair[0] if rule == "size" and pair else (pair[1] if len(pair) > 1 else ""),
        "bases": len(breach.stations) - 1,
        "least": rules.sizes[0],
        "most": rules.sizes[1],
        "alone": len(breach.stations),
        "border": rules.border,
        "hubs": len(draft.plan.groups),
        "wanted": bench.inputs.hubs,
    }
    return viewer.say(BREACH[rule], **facts) if rule in BREACH else breach.says


def _namer(console: Console, viewer: Viewer) -> Callable[[str], str]:
    board = console.store.board
    return lambda station_id: station_name(viewer, board, station_id)
