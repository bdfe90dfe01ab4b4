"""The studies on the figures page: effect of the reform, predicted against actual."""

from dataclasses import replace
from datetime import date
from threading import Lock
from typing import Any

from fastapi import FastAPI
from starlette.datastructures import State
from starlette.requests import Request
from starlette.responses import Response

from hubpost.actions.figure_query import FigureQuery, Reading
from hubpost.actions.figure_studies import StudiesDesk
from hubpost.actions.figures import Figures, FiguresDesk
from hubpost.evaluation.evaluate import Evaluation, Reform
from hubpost.evaluation.sharing import shared_effects, shared_predicted
from hubpost.web.console import Console
from hubpost.web.languages import mark as _
from hubpost.web.pages import render
from hubpost.web.routes.simulation import find_kept
from hubpost.web.viewer import Viewer
from hubpost.web.views.figure_studies import (
    effect_chart,
    effect_part,
    predicted_parts,
    with_prediction,
)
from hubpost.web.views.figures import Asked, language_of

_opening = Lock()


def get_desk(request: Request, console: Console) -> FiguresDesk:
    """The process's one desk of figures, opened at the first question."""
    return _open_desk(request.app.state, console)


def _open_desk(state: State, console: Console) -> FiguresDesk:
    with _opening:
        if getattr(state, "figures_desk", None) is None:
            state.figures_desk = FiguresDesk(console.whole)
            state.studies_desk = StudiesDesk(console.whole, state.figures_desk)
    found: FiguresDesk = state.figures_desk
    return found


def warm_desk(app: FastAPI) -> None:
    """Begin reading the calls where there are many, so that the first page need not wait."""
    _open_desk(app.state, app.state.console).warm()


def show_reading(console: Console, viewer: Viewer, reading: Reading) -> Response:
    """What the page says while the calls are read the first time; it asks again by itself."""
    waited_s = round((console.store.now() - reading.since).total_seconds())
    return render(
        console, viewer, "figures_reading.html", status=503, headers={"Retry-After": "3"},
        reading=reading, waited_s=waited_s,
    )  # fmt: skip


def add_studies(
    request: Request, console: Console, viewer: Viewer, asked: Asked, parts: dict[str, Any]
) -> str:
    """Put both studies into the page's parts; says what was wrong with the day of the reform.

    They are of the whole county and of every kind of call: who sees one station only, or has
    chosen a kind, is shown neither.
    """
    parts |= {"effect": None, "predicted": [], "reform_day": "", "study_trouble": ""}
    parts |= {"effect_pending": False, "predicted_pending": False}
    if not parts["whole_county"] or asked.station_id or asked.kind:
        return ""
    figures = get_desk(request, console).ask(FigureQuery(asked.period))
    signed = get_desk(request, console).reform()
    reform, problem = _reform(asked.reform, signed)
    if reform is not None:
        _add_effect(request, figures, reform, asked, viewer, parts)
    _add_predicted(request, console, figures, signed, asked, viewer, parts)
    return problem


def find_studied(
    request: Request, console: Console, figures: Figures, asked: Asked, viewer: Viewer
) -> Evaluation | None:
    """The county's evaluation with both studies, as far as there are any; None while one is made.

    Of the two sides of the prediction the signed plan's is taken.
    """
    signed = get_desk(request, console).reform()
    reform, _problem = _reform(asked.reform, signed)
    evaluation = figures.evaluation
    if reform is not None and _has_two_sides(figures, reform, asked):
        studied = request.app.state.studies_desk.study(figures, reform)
        if studied is None:
            return None
        evaluation = replace(evaluation, effects=studied.effects, reform=reform)
    kept, _trouble = find_kept(request, console)
    if kept is None:
        return evaluation
    found = request.app.state.studies_desk.predict(figures, kept, signed.start if signed else None)
    if found is None:
        return None
    return with_prediction(evaluation, found, viewer)


def _has_two_sides(figures: Figures, reform: Reform, asked: Asked) -> bool:
    """Whether there are calls before the reform and after it."""
    span = figures.records.observed.get("calls")
    return span is not None and span.start < reform.start < asked.period.meet(span).end


def _reform(text: str, signed: Reform | None) -> tuple[Reform | None, str]:
    """The day asked for, else the day a plan was first in force."""
    if not text:
        return signed, ""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return signed, _("Give days such as 2024-01-31.")
    return (signed if signed and signed.start == day else Reform(day)), ""


def _add_effect(
    request: Request, figures: Figures, reform: Reform, asked: Asked, viewer: Viewer,
    parts: dict[str, Any],
) -> None:  # fmt: skip
    parts["reform_day"] = reform.start.isoformat()
    if not _has_two_sides(figures, reform, asked):
        parts["study_trouble"] = _(
            "The data end before that day, or begin after it: there is no before and after yet."
        )
        return
    language = language_of(viewer)
    studied = request.app.state.studies_desk.study(figures, reform)
    if studied is None:
        parts["effect_pending"] = True
        return
    if asked.shared:
        studied = replace(studied, effects=shared_effects(studied.effects))
    section = effect_part(figures.evaluation, studied, language)
    parts["effect"] = section
    parts["effect_at"] = viewer.day_clock(studied.at, studied.at)
    parts["chart"]["effect"] = effect_chart(figures.evaluation, studied, language)


def _add_predicted(
    request: Request, console: Console, figures: Figures, signed: Reform | None, asked: Asked,
    viewer: Viewer, parts: dict[str, Any],
) -> None:  # fmt: skip
    kept, trouble = find_kept(request, console)
    parts["predicted_trouble"] = trouble
    if kept is None:
        return
    day = signed.start if signed else None
    found = request.app.state.studies_desk.predict(figures, kept, day)
    if found is None:
        parts["predicted_pending"] = True
        return
    if asked.shared:
        found = {side: shared_predicted(p) for side, p in found.items()}
    shown = predicted_parts(figures.evaluation, found, language_of(viewer), viewer)
    parts["predicted"] = shown
    parts["chart"]["predicted"] = {p["side"]: p["chart"] for p in shown}
