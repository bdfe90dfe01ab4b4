"""The page of the plan workbench as a whole, and its refusals."""

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from hubpost.actions.counties import find_setting
from hubpost.actions.plan_question import PlanQuestion, question_text
from hubpost.actions.planning import Workbench, groups_of_plan, list_signed_plans
from hubpost.actions.workbenches import Planning
from hubpost.model.plan import Plan
from hubpost.model.refused import Refused
from hubpost.web.console import Console
from hubpost.web.languages import mark as _
from hubpost.web.pages import render
from hubpost.web.plan_bench import PAGE_WAIT_S, ask_bench
from hubpost.web.refusals import refusal_text
from hubpost.web.refusals import status_of as status_on_board
from hubpost.web.replies import board_words
from hubpost.web.viewer import Viewer
from hubpost.web.views.labels import labelled_sheets
from hubpost.web.views.plan_asked import question_parts, relaxation_rows, why_impossible
from hubpost.web.views.plan_draft import Groups, draft_of, groups_of_key, key_of_groups
from hubpost.web.views.plan_page import (
    comparison_rows,
    draft_parts,
    draw_plan,
    missing_lines,
    station_rows,
)


def refused_workbench(
    request: Request,
    console: Console,
    viewer: Viewer,
    question: PlanQuestion,
    refused: Refused,
    chosen: Groups | None = None,
    form: dict[str, str] | None = None,
) -> HTMLResponse:
    """The page with the refusal on its line of notices; the form as it was sent."""
    return show_workbench(
        request,
        console,
        viewer,
        question,
        notice=_in_words(console, viewer, refused),
        status=status_of(refused),
        chosen=chosen,
        form=form,
    )


def show_workbench(
    request: Request,
    console: Console,
    viewer: Viewer,
    question: PlanQuestion,
    key: str = "",
    against: str = "",
    *,
    notice: str = "",
    status: int = 200,
    chosen: Groups | None = None,
    form: dict[str, str] | None = None,
) -> HTMLResponse:
    """The page: the question with its workbench, or how far the planning is, or why there is none.

    Raises Refused for a plan that `key`, `against` or `chosen` name and that is none.
    """
    in_force, store = plan_in_force(console), console.store
    parts: dict[str, Any] = {"ready": False, "planning": None, "trouble": "", "relaxations": []}
    bench: Workbench | Planning | None = None
    try:
        bench = ask_bench(request, question, PAGE_WAIT_S)
        if isinstance(bench, Planning):
            parts["planning"] = bench
        elif bench.best.stations:
            parts |= _bench_parts(console, viewer, bench, key, against, in_force, chosen)
            parts["ready"] = True
        else:
            parts["trouble"] = viewer.say(_("No plan meets what is asked."))
            parts["trouble"] += " " + why_impossible(viewer, bench)
            parts["relaxations"] = relaxation_rows(console, viewer, question, bench)
    except Refused as refused:
        if key or against or chosen:
            raise
        parts["trouble"] = _in_words(console, viewer, refused)
    names = board_words(console, viewer)
    context: dict[str, Any] = {
        "sheets": labelled_sheets(console.room, viewer),
        "county_name": _county_name(console, viewer),
        "versions": store.read(list_signed_plans),
        "in_force": in_force,
        "notice": notice,
        "signed": request.query_params.get("signed", "") == in_force != "",
        "form": form or {},
        "ask": question_text(question),
        **question_parts(viewer, question, None if isinstance(bench, Planning) else bench),
    }
    return render(console, viewer, "plans.html", status=status, **names, **context, **parts)


def _bench_parts(
    console: Console,
    viewer: Viewer,
    bench: Workbench,
    key: str,
    against: str,
    in_force: str,
    chosen: Groups | None,
) -> dict[str, Any]:
    store = console.store
    groups = chosen or groups_of_key(store, bench, key or in_force or "best")
    draft = draft_of(bench, groups)
    other = draft_of(bench, groups_of_key(store, bench, against)) if against else None
    return {
        **draft_parts(console, viewer, bench, draft),
        **key_parts(draft.plan),
        "stations": station_rows(console, viewer, bench, draft),
        "missing": missing_lines(viewer, bench),
        "against": against,
        "other": other,
        "other_svg": draw_plan(console, viewer, other.plan) if other else "",
        "both": comparison_rows(viewer, bench, draft, other) if other else [],
        "differs": _differing(draft.plan, other.plan) if other else [],
    }


def _differing(one: Any, other: Any) -> list[tuple[str, str, str | None, str, str | None]]:
    """Stations that the two plans treat differently: id, then type and hub in each."""
    pairs = zip(one.stations, other.stations, strict=True)
    return [
        (a.id, a.type.value, a.hub_id, b.type.value, b.hub_id)
        for a, b in pairs
        if (a.type, a.hub_id) != (b.type, b.hub_id)
    ]


def key_parts(plan: Plan) -> dict[str, str]:
    return {"key": key_of_groups(groups_of_plan(plan))}


def status_of(refused: Refused) -> int:
    """404 for a plan or station that is not there; else as for any refusal."""
    return 404 if refused.code == "plan_unknown" else status_on_board(refused)


def refuse_part(console: Console, viewer: Viewer, refused: Refused) -> HTMLResponse:
    """On the line of notices of a page that asked for a part of itself."""
    text = _in_words(console, viewer, refused)
    to = {"HX-Retarget": "#notice", "HX-Reswap": "outerHTML"}
    status = status_of(refused)
    return render(console, viewer, "notice.html", status=status, headers=to, text=text, lines=())


def _in_words(console: Console, viewer: Viewer, refused: Refused) -> str:
    text, problems = refusal_text(viewer, console.store, refused), refused.detail.get("problems")
    return f"{text} {problems}" if problems else text


def _county_name(console: Console, viewer: Viewer) -> str:
    kept = console.store.read(lambda conn: find_setting(conn, "county")) or {}
    english: str | None = kept.get("name_en") if viewer.language == "en" else None
    return english or console.room.county_name


def plan_in_force(console: Console) -> str:
    return console.store.board.plan_id or ""
