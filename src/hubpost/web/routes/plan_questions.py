"""Asking the planner something else than the county does: weights, numbers, and the trade-off."""

from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from hubpost.actions.plan_question import PlanQuestion, question_text
from hubpost.actions.planning import Workbench
from hubpost.model.refused import Refused
from hubpost.planning.exact_search import MOST_STATIONS
from hubpost.planning.trade_off import find_trade_off
from hubpost.web.console import AsViewer, InConsole
from hubpost.web.pages import render
from hubpost.web.plan_bench import ask_bench, get_asked, get_question, require_bench, workbenches
from hubpost.web.routes.plans import Form
from hubpost.web.views.plan_asked import trade_off_parts
from hubpost.web.views.plan_workbench import refuse_part, refused_workbench

router = APIRouter()
TRADE_OFF_S = 20.0


@router.get("/plans/ask")
def ask_plan(request: Request, console: InConsole, viewer: AsViewer) -> Response:
    """The address of a question that a form asks."""
    try:
        question = get_asked(dict(request.query_params))
    except Refused as refused:
        return refused_workbench(request, console, viewer, PlanQuestion(), refused)
    return RedirectResponse(_address(question_text(question)), 303)


@router.get("/plans/progress")
def show_planning(
    request: Request, console: InConsole, viewer: AsViewer, ask: str = ""
) -> Response:
    """How far the planning of a question is; once it is done, where its plans are."""
    try:
        found = ask_bench(request, get_question(ask), 0.0)
    except Refused as refused:
        return refuse_part(console, viewer, refused)
    if isinstance(found, Workbench):
        return Response(status_code=204, headers={"HX-Redirect": _address(ask)})
    return render(console, viewer, "plan_progress.html", planning=found, ask=ask)


@router.post("/plans/stop")
def stop_planning(request: Request, console: InConsole, viewer: AsViewer, form: Form) -> Response:
    """End the search with the best plan found so far, which is then shown as not proven."""
    ask = form.get("ask", "")
    try:
        workbenches(request).stop(get_question(ask))
    except Refused as refused:
        return refuse_part(console, viewer, refused)
    return RedirectResponse(_address(ask), 303)


@router.get("/plans/trade-off")
def show_trade_off(
    request: Request, console: InConsole, viewer: AsViewer, ask: str = "", plan: str = ""
) -> Response:
    """Every plan that no other beats in all three terms."""
    try:
        bench = require_bench(request, get_question(ask))
        if len(bench.inputs.station_ids) > MOST_STATIONS:
            raise Refused("plan_too_large", str(MOST_STATIONS))
    except Refused as refused:
        return refuse_part(console, viewer, refused)
    found = find_trade_off(bench.inputs, bench.params, time_limit_s=TRADE_OFF_S)
    parts = trade_off_parts(viewer, bench, found)
    label = viewer.labels(bench.best.labels)
    return render(console, viewer, "plan_trade_off.html", label=label, ask=ask, plan=plan, **parts)


def _address(ask: str) -> str:
    return f"/plans?{urlencode({'plan': 'best', 'ask': ask})}"
