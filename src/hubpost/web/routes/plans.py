"""The plan workbench: see the optimum, change it, know at once what that costs, sign it."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from hubpost.actions.plan_question import PlanQuestion, question_text
from hubpost.actions.planning import (
    Workbench,
    groups_of_plan,
    plan_with_forced,
    sign_draft,
)
from hubpost.model.refused import Refused
from hubpost.planning.params import BadPlanInput
from hubpost.web.console import AsViewer, InConsole
from hubpost.web.languages import mark as _
from hubpost.web.pages import render
from hubpost.web.plan_bench import get_question, require_bench
from hubpost.web.replies import board_words
from hubpost.web.viewer import LANGUAGE_COOKIE
from hubpost.web.views.plan_draft import (
    Groups,
    draft_of,
    groups_from_form,
    key_of_groups,
)
from hubpost.web.views.plan_export import EXPORTS, export_plan
from hubpost.web.views.plan_page import (
    draft_parts,
    score_card,
)
from hubpost.web.views.plan_workbench import (
    key_parts,
    plan_in_force,
    refuse_part,
    refused_workbench,
    show_workbench,
)

router = APIRouter()
_YEAR_S = 365 * 24 * 3600
REASON_LENGTH, NAME_LENGTH = 200, 40


async def read_form(request: Request) -> dict[str, str]:
    """The text fields of a form, whatever their names."""
    return {k: v for k, v in (await request.form()).items() if isinstance(v, str)}


Form = Annotated[dict[str, str], Depends(read_form)]


@router.get("/plans")
def show_plans(
    request: Request,
    console: InConsole,
    viewer: AsViewer,
    plan: str = "",
    against: str = "",
    ask: str = "",
) -> Response:
    """The workbench on the plan in force, or on the one that `plan` names; beside `against`.

    ask: the question that the planner is asked, by default the county's own.
    """
    try:
        page = show_workbench(request, console, viewer, get_question(ask), plan, against)
    except Refused as refused:
        question = get_question(ask) if refused.code != "plan_unasked" else PlanQuestion()
        page = refused_workbench(request, console, viewer, question, refused)
    if request.query_params.get("lang") == viewer.language:
        page.set_cookie(LANGUAGE_COOKIE, viewer.language, max_age=_YEAR_S, samesite="lax")
    return page


@router.post("/plans/check")
def check_plan(request: Request, console: InConsole, viewer: AsViewer, form: Form) -> Response:
    """What the groups of the form break and cost; nothing is kept."""
    try:
        bench = require_bench(request, get_question(form.get("ask", "")))
        draft = draft_of(bench, groups_from_form(form))
    except Refused as refused:
        return refuse_part(console, viewer, refused)
    parts: dict[str, Any] = draft_parts(console, viewer, bench, draft)
    parts |= key_parts(draft.plan)
    ask = question_text(bench.question)
    return render(console, viewer, "plan_result.html", ask=ask, **parts)


@router.post("/plans/force")
def force_hub(request: Request, console: InConsole, viewer: AsViewer, form: Form) -> Response:
    """The best plan in which a station is a hub, is none, or belongs to a certain hub."""
    ask = form.get("ask", "")
    try:
        bench = require_bench(request, get_question(ask))
        found = _forced(bench, form)
    except Refused as refused:
        return refused_workbench(request, console, viewer, PlanQuestion(), refused)
    if not found.stations:
        text = viewer.say(_("No plan is possible with that: %(reason)s"), reason=found.reason)
        return show_workbench(request, console, viewer, bench.question, notice=text, status=409)
    key = key_of_groups(groups_of_plan(found))
    return RedirectResponse(f"/plans?{urlencode({'plan': key, 'ask': ask})}", 303)


@router.post("/plans/sign")
def sign_plan(request: Request, console: InConsole, viewer: AsViewer, form: Form) -> Response:
    """Put the groups of the form in force under a name and a reason."""
    chosen: Groups | None = None
    question = PlanQuestion()
    try:
        question = get_question(form.get("ask", ""))
        bench = require_bench(request, question)
        chosen = groups_from_form(form)
        draft = draft_of(bench, chosen)
        signed = console.do(
            viewer,
            lambda tx: sign_draft(
                tx,
                bench,
                draft,
                signed_by=form.get("signed_by", "")[:NAME_LENGTH],
                reason=form.get("reason", "")[:REASON_LENGTH],
                in_force=form.get("in_force", ""),
            ),
        )
    except Refused as refused:
        readable = chosen if refused.code != "plan_question" else None
        return refused_workbench(request, console, viewer, question, refused, readable, form)
    return RedirectResponse(f"/plans?signed={signed}", 303)


@router.get("/plans/stations/{station_id}/score")
def show_score(
    request: Request, console: InConsole, viewer: AsViewer, station_id: str, ask: str = ""
) -> Response:
    """Why a station has its score."""
    try:
        bench = require_bench(request, get_question(ask))
        card = score_card(viewer, bench, station_id)
    except Refused as refused:
        return refuse_part(console, viewer, refused)
    except KeyError:
        unknown = Refused("plan_unknown", "There is no such station.")
        return refuse_part(console, viewer, unknown)
    names = board_words(console, viewer)
    return render(console, viewer, "plan_score.html", card=card, **names)


@router.get("/plans/export/{kind}")
def export(
    request: Request,
    console: InConsole,
    viewer: AsViewer,
    kind: str,
    plan: str = "",
    ask: str = "",
) -> Response:
    """A plan as plan.json, plan.xlsx, plan.gpkg or report.html, in the viewer's language."""
    try:
        if kind not in EXPORTS:
            raise Refused("plan_unknown", f"Expected one of {', '.join(EXPORTS)}.")
        bench = _find_bench(request, get_question(ask))
        return export_plan(console, viewer, bench, kind, plan or plan_in_force(console) or "best")
    except Refused as refused:
        return refuse_part(console, viewer, refused)


def _forced(bench: Workbench, form: dict[str, str]) -> Any:
    station, wish = form.get("station", ""), form.get("wish", "")
    if wish not in ("hub", "no_hub"):
        raise Refused("plan_question", "Expected a wish of hub or no_hub.")
    one, none = frozenset({station}), frozenset[str]()
    try:
        return plan_with_forced(
            bench, one if wish == "hub" else none, one if wish == "no_hub" else none, {}
        )
    except BadPlanInput as why:
        raise Refused("plan_question", "; ".join(why.problems)) from None


def _find_bench(request: Request, question: PlanQuestion) -> Workbench | None:
    try:
        return require_bench(request, question)
    except Refused:
        return None
