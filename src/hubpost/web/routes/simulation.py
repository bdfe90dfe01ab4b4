"""Before | after: what the plan will do, as simulated; map, spreads, figures, a day played."""

from pathlib import Path
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from hubpost.actions.before_after import SIDES, KeptPrediction, read_before_after
from hubpost.actions.counties import find_setting
from hubpost.web.console import AsViewer, Console, InConsole
from hubpost.web.languages import mark as _
from hubpost.web.pages import render
from hubpost.web.simulation_words import CLASSES_MIN, FIGURES, RUN_REASON, SPEEDS, STATES
from hubpost.web.viewer import LANGUAGE_COOKIE, Viewer
from hubpost.web.views.geojson import collection
from hubpost.web.views.labels import labelled_sheets
from hubpost.web.views.simulation_day import drive_day
from hubpost.web.views.simulation_export import EXPORTS
from hubpost.web.views.simulation_export import export_simulation as export_file
from hubpost.web.views.simulation_page import (
    area_features,
    county_rows,
    figure_rows,
    scope_word,
    table_rows,
)
from hubpost.web.views.simulation_spread import spread_charts

router = APIRouter()
_YEAR_S = 365 * 24 * 3600
_SHOWN_FIRST = "p90_s"


@router.get("/simulation")
def show_simulation(request: Request, console: InConsole, viewer: AsViewer) -> Response:
    """The page; where nothing is kept yet, what to run."""
    kept, trouble = find_kept(request, console)
    run = request.app.state.simulation_runs.find()
    running = run is not None and not (run.ended and not run.reason)
    context: dict[str, Any] = {"kept": kept, "trouble": trouble, "run": run, "running": running}
    context["run_reasons"] = RUN_REASON
    if kept is not None:
        context |= _page_parts(console, viewer, kept)
    page = render(
        console,
        viewer,
        "simulation.html",
        status=500 if trouble else 200,
        county_name=console.room.county_name,
        sheets=labelled_sheets(console.room, viewer),
        **context,
    )
    if request.query_params.get("lang") == viewer.language:
        page.set_cookie(LANGUAGE_COOKIE, viewer.language, max_age=_YEAR_S, samesite="lax")
    return page


@router.get("/simulation/table")
def show_simulation_table(
    request: Request, console: InConsole, viewer: AsViewer, figure: str = _SHOWN_FIRST
) -> Response:
    """One figure of county, groups, stations, priorities and villages."""
    kept, trouble = find_kept(request, console)
    if kept is None or figure not in FIGURES:
        return HTMLResponse(trouble or viewer.say(_("There is no such figure.")), 404)
    parts = _table_parts(console, viewer, kept, figure)
    return render(console, viewer, "simulation_table.html", **parts)


@router.get("/api/simulation/areas")
def get_simulation_areas(request: Request, console: InConsole) -> Response:
    """Villages' land with p90 response in minutes, before and after."""
    kept, trouble = find_kept(request, console)
    if kept is None:
        return _nothing(trouble)
    labels = list(dict.fromkeys((*kept.labels, "estimated")))
    return JSONResponse(collection(area_features(console, kept), labels=labels))


@router.get("/api/simulation/day/{side}")
def get_simulation_day(request: Request, console: InConsole, side: str) -> Response:
    """Units, calls and ways driven on the simulated day, before or after."""
    kept, trouble = find_kept(request, console)
    if kept is None or side not in SIDES:
        return _nothing(trouble)
    travel = console.room.travel
    day = drive_day(kept.events[side], kept.begins_at, travel.find_route, travel.estimated)
    length_s = (kept.ends_at - kept.begins_at).total_seconds()
    return JSONResponse({**day, "length_s": length_s, "labels": list(kept.labels)})


@router.get("/simulation/export/{kind}")
def export_simulation(
    request: Request, console: InConsole, viewer: AsViewer, kind: str
) -> Response:
    """simulation.json, .csv or .xlsx, or a side's day as real events."""
    kept, trouble = find_kept(request, console)
    if kept is None or kind not in EXPORTS:
        return _nothing(trouble)
    return export_file(console, viewer, kept, kind)


def _page_parts(console: Console, viewer: Viewer, kept: KeptPrediction) -> dict[str, Any]:
    target_min = kept.figures["assumptions"]["target_s"] / 60
    return {
        "labels": viewer.labels(kept.labels),
        "county": county_rows(console, viewer, kept),
        "charts": spread_charts(viewer, kept),
        "shares": list(kept.shares),
        "target_min": target_min,
        "classes": CLASSES_MIN,
        "speeds": SPEEDS,
        "day": kept.begins_at.strftime("%Y-%m-%d"),
        "exports": list(EXPORTS),
        "states": {state: viewer.word("activity", state) for state in STATES},
        "other_groups": _other_groups(console, kept),
        **_table_parts(console, viewer, kept, _SHOWN_FIRST),
    }


def _table_parts(
    console: Console, viewer: Viewer, kept: KeptPrediction, figure: str
) -> dict[str, Any]:
    return {
        "figure": figure,
        "figures": FIGURES,
        "rows": table_rows(console, viewer, kept, figure),
        "areas": figure_rows(console, viewer, kept, figure, "areas"),
        "scope_word": lambda scope: scope_word(viewer, scope),
        "table_labels": viewer.labels(kept.labels),
    }


def _other_groups(console: Console, kept: KeptPrediction) -> bool:
    """Whether the groups in force are others than those simulated."""
    return bool(kept.groups) and set(kept.groups) != set(console.store.board.groups)


def find_kept(request: Request, console: Console) -> tuple[KeptPrediction | None, str]:
    """The prediction of this county and no trouble, or none and why it cannot be shown.

    None without trouble: there is no file yet. Read once, and again when the file changes.
    """
    state = request.app.state
    path: Path | None = getattr(state, "before_after", None)
    if path is None or not path.exists():
        return None, ""
    stamp = (path, path.stat().st_mtime_ns)
    held = getattr(state, "kept_prediction", None)
    if held is None or held[0] != stamp:
        try:
            held = stamp, read_before_after(path), ""
        except ValueError as why:
            held = stamp, None, str(why)
        state.kept_prediction = held
    county = console.store.read(lambda conn: find_setting(conn, "county"))
    kept: KeptPrediction | None = held[1]
    if kept is not None and county is not None and county["id"] != kept.figures["county"]:
        return None, (
            f"{path.name}: expected a prediction of {county['id']}, came one of "
            f"{kept.figures['county']}. Make it anew: hubpost simulate COUNTY --keep DATA."
        )
    return kept, held[2]


def _nothing(trouble: str) -> JSONResponse:
    return JSONResponse({"error": trouble or "There is no such part of a kept prediction."}, 404)
