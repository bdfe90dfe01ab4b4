"""The plan workbench: see the optimum, change it, know at once what that costs, sign it."""

from threading import Lock
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from hubpost.actions.counties import find_setting
from hubpost.actions.planning import (
    Workbench,
    groups_of_plan,
    list_signed_plans,
    open_workbench,
    plan_with_forced,
    sign_draft,
)
from hubpost.model.refused import Refused
from hubpost.planning.params import BadPlanInput
from hubpost.web.console import AsViewer, Console, InConsole
from hubpost.web.languages import mark as _
from hubpost.web.pages import render
from hubpost.web.refusals import refusal_text
from hubpost.web.refusals import status_of as status_on_board
from hubpost.web.replies import board_words
from hubpost.web.viewer import LANGUAGE_COOKIE, Viewer
from hubpost.web.views.labels import labelled_sheets
from hubpost.web.views.plan_draft import (
    Groups,
    draft_of,
    groups_from_form,
    groups_of_key,
    key_of_groups,
)
from hubpost.web.views.plan_export import EXPORTS, export_plan
from hubpost.web.views.plan_page import (
    comparison_rows,
    draft_parts,
    draw_plan,
    missing_lines,
    score_card,
    station_rows,
)

router = APIRouter()
_opening = Lock()
_YEAR_S = 365 * 24 * 3600
REASON_LENGTH, NAME_LENGTH = 200, 40


async def read_form(request: Request) -> dict[str, str]:
    """The text fields of a form, whatever their names."""
    return {k: v for k, v in (await request.form()).items() if isinstance(v, str)}


Form = Annotated[dict[str, str], Depends(read_form)]


@router.get("/plans")
def show_plans(request: Request, console: InConsole, viewer: AsViewer, plan: str = "") -> Response:
    """The workbench on the plan in force, or on the one that `plan` names; beside `against`."""
    against = request.query_params.get("against", "")
    try:
        page = _page(request, console, viewer, plan, against)
    except Refused as refused:
        text = refusal_text(viewer, console.store, refused)
        page = _page(request, console, viewer, "", "", notice=text, status=status_of(refused))
    if request.query_params.get("lang") == viewer.language:
        page.set_cookie(LANGUAGE_COOKIE, viewer.language, max_age=_YEAR_S, samesite="lax")
    return page


@router.post("/plans/check")
def check_plan(request: Request, console: InConsole, viewer: AsViewer, form: Form) -> Response:
    """What the groups of the form break and cost; nothing is kept."""
    try:
        bench = _require_bench(request, console)
        draft = draft_of(bench, groups_from_form(form))
    except Refused as refused:
        return _refusal(console, viewer, refused)
    parts: dict[str, Any] = draft_parts(console, viewer, bench, draft)
    parts |= _keys(draft.plan)
    return render(console, viewer, "plan_result.html", **parts)


@router.post("/plans/force")
def force_hub(request: Request, console: InConsole, viewer: AsViewer, form: Form) -> Response:
    """The best plan in which a station is a hub, is none, or belongs to a certain hub."""
    try:
        bench = _require_bench(request, console)
        found = _forced(bench, form)
    except Refused as refused:
        text = refusal_text(viewer, console.store, refused)
        return _page(request, console, viewer, "", "", notice=text, status=status_of(refused))
    if not found.stations:
        text = viewer.say(_("No plan is possible with that: %(reason)s"), reason=found.reason)
        return _page(request, console, viewer, "", "", notice=text, status=409)
    return RedirectResponse(f"/plans?plan={key_of_groups(groups_of_plan(found))}", 303)


@router.post("/plans/sign")
def sign_plan(request: Request, console: InConsole, viewer: AsViewer, form: Form) -> Response:
    """Put the groups of the form in force under a name and a reason."""
    chosen: Groups | None = None
    try:
        bench = _require_bench(request, console)
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
        text = refusal_text(viewer, console.store, refused)
        status = status_of(refused)
        if refused.code == "plan_question":
            chosen = None
        return _page(
            request, console, viewer, "", "", notice=text, status=status, chosen=chosen, form=form
        )
    return RedirectResponse(f"/plans?signed={signed}", 303)


@router.get("/plans/stations/{station_id}/score")
def show_score(request: Request, console: InConsole, viewer: AsViewer, station_id: str) -> Response:
    """Why a station has its score."""
    try:
        bench = _require_bench(request, console)
        card = score_card(viewer, bench, station_id)
    except Refused as refused:
        return _refusal(console, viewer, refused)
    except KeyError:
        unknown = Refused("plan_unknown", "There is no such station.")
        return _refusal(console, viewer, unknown)
    names = board_words(console, viewer)
    return render(console, viewer, "plan_score.html", card=card, **names)


@router.get("/plans/export/{kind}")
def export(
    request: Request, console: InConsole, viewer: AsViewer, kind: str, plan: str = ""
) -> Response:
    """A plan as plan.json, plan.xlsx, plan.gpkg or report.html, in the viewer's language."""
    try:
        if kind not in EXPORTS:
            raise Refused("plan_unknown", f"Expected one of {', '.join(EXPORTS)}.")
        bench = _find_bench(request, console)
        return export_plan(console, viewer, bench, kind, plan or _in_force(console) or "best")
    except Refused as refused:
        return _refusal(console, viewer, refused)


def _page(
    request: Request,
    console: Console,
    viewer: Viewer,
    key: str,
    against: str,
    *,
    notice: str = "",
    status: int = 200,
    chosen: Groups | None = None,
    form: dict[str, str] | None = None,
) -> HTMLResponse:
    in_force, store = _in_force(console), console.store
    trouble = ""
    parts: dict[str, Any] = {}
    try:
        bench = _require_bench(request, console)
        parts = _bench_parts(console, viewer, bench, key, against, in_force, chosen)
    except Refused as refused:
        if refused.code not in ("plan_basis_missing", "plan_question") or key or against:
            raise
        trouble = refusal_text(viewer, store, refused)
        detail = refused.detail.get("problems", "")
        trouble += f" {detail}" if detail else ""
    names = board_words(console, viewer)
    context: dict[str, Any] = {
        "sheets": labelled_sheets(console.room, viewer),
        "county_name": _county_name(console, viewer),
        "versions": store.read(list_signed_plans),
        "in_force": in_force,
        "notice": notice,
        "trouble": trouble,
        "signed": request.query_params.get("signed", "") == in_force != "",
        "form": form or {},
        "ready": bool(parts),
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
        **_keys(draft.plan),
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


def _keys(plan: Any) -> dict[str, str]:
    return {"key": key_of_groups(groups_of_plan(plan))}


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


def status_of(refused: Refused) -> int:
    """404 for a plan or station that is not there; else as for any refusal."""
    return 404 if refused.code == "plan_unknown" else status_on_board(refused)


def _refusal(console: Console, viewer: Viewer, refused: Refused) -> HTMLResponse:
    """On the line of notices of a page that asked for a part of itself."""
    text = refusal_text(viewer, console.store, refused)
    to = {"HX-Retarget": "#notice", "HX-Reswap": "outerHTML"}
    status = status_of(refused)
    return render(console, viewer, "notice.html", status=status, headers=to, text=text, lines=())


def _county_name(console: Console, viewer: Viewer) -> str:
    kept = console.store.read(lambda conn: find_setting(conn, "county")) or {}
    english: str | None = kept.get("name_en") if viewer.language == "en" else None
    return english or console.room.county_name


def _in_force(console: Console) -> str:
    return console.store.board.plan_id or ""


def _find_bench(request: Request, console: Console) -> Workbench | None:
    try:
        return _require_bench(request, console)
    except Refused:
        return None


def _require_bench(request: Request, console: Console) -> Workbench:
    """The process's workbench, planned when somebody first asks. Raises Refused."""
    with _opening:
        state = request.app.state
        if getattr(state, "workbench", None) is None:
            try:
                state.workbench = open_workbench(console.store, console.room)
            except BadPlanInput as why:
                problems = "; ".join(why.problems[:5])
                raise Refused("plan_question", problems, problems=problems) from None
        bench: Workbench = state.workbench
        if not bench.best.stations:
            raise Refused("plan_question", bench.best.reason, problems=bench.best.reason)
        return bench
