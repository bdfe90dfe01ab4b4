"""Accounts and briefs of the figures page as files to keep or print."""

from dataclasses import replace
from datetime import UTC
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from hubpost.actions.figure_query import FigureQuery
from hubpost.actions.figures import Figures, FiguresDesk
from hubpost.evaluation.evaluate import Evaluation
from hubpost.evaluation.kpi_counts import COUNTY
from hubpost.evaluation.kpis import KpiResult
from hubpost.evaluation.month_so_far import open_clocks
from hubpost.evaluation.period import Period
from hubpost.evaluation.sharing import shared_evaluation
from hubpost.reporting.evaluation_report import report_bytes
from hubpost.web.console import AsViewer, Console, InConsole
from hubpost.web.languages import mark as _
from hubpost.web.routes.figure_studies import find_studied, get_desk, show_reading
from hubpost.web.routes.figures import ask_period
from hubpost.web.viewer import Viewer
from hubpost.web.views.figures import Asked, language_of

router = APIRouter()
_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
}
_Text = Annotated[str, Query(max_length=64)]


@router.get("/figures/report.{form}")
def get_figure_report(
    request: Request,
    console: InConsole,
    viewer: AsViewer,
    form: Literal["pdf", "docx", "xlsx", "html"],
    first: Annotated[str, Query(alias="from", max_length=10)] = "",
    last: Annotated[str, Query(alias="to", max_length=10)] = "",
    station: _Text = "",
    share: _Text = "",
    reform: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    """The brief of a station, or the county's account of the period, in the viewer's language."""
    desk = get_desk(request, console)
    if (reading := desk.find_reading()) is not None:
        return show_reading(console, viewer, reading)
    asked, problem = ask_period(console, desk, (first, last), station, share)
    if problem:
        return HTMLResponse(viewer.say(problem), 422)
    if asked.station_id == COUNTY and not covers_county(console):
        return HTMLResponse(viewer.say(_("Choose a station.")), 403)
    evaluation = _evaluation(request, console, desk, replace(asked, reform=reform), viewer)
    if evaluation is None:
        words = _("The study is being made; ask again in a moment.")
        return HTMLResponse(viewer.say(words), 503, {"Retry-After": "5"})
    site = "" if asked.shared else str(request.base_url)
    body = report_bytes(evaluation, form, language_of(viewer), asked.station_id, site)
    return Response(body, media_type=_TYPES[form], headers=_headers(asked, form))


def covers_county(console: Console) -> bool:
    """Whether the viewer may see every station's figures."""
    return console.reach is None or console.reach.covers_county()


def _evaluation(
    request: Request, console: Console, desk: FiguresDesk, asked: Asked, viewer: Viewer
) -> Evaluation | None:
    """With what the kind of account tells beside the figures; None while it is being studied."""
    figures = desk.ask(FigureQuery(asked.period))
    if asked.period.is_month:
        evaluation = _month(console, desk, figures, asked)
    elif asked.station_id:
        evaluation = figures.evaluation
    else:
        found = find_studied(request, console, figures, asked, viewer)
        if found is None:
            return None
        evaluation = found
    return shared_evaluation(evaluation) if asked.shared else evaluation


def _month(console: Console, desk: FiguresDesk, figures: Figures, asked: Asked) -> Evaluation:
    """With the year so far, counted by the desk, and what was open at the month's end."""
    period = asked.period
    running: tuple[KpiResult, ...] = ()
    if period.start.month > 1:
        so_far = Period(period.start.replace(month=1), period.end)
        running = desk.ask(FigureQuery(so_far)).evaluation.results
    now = console.store.now().astimezone(UTC)
    clocks = open_clocks(figures.records, period, now)
    return replace(figures.evaluation, running=running, clocks=clocks)


def _headers(asked: Asked, form: str) -> dict[str, str]:
    """A name of the days alone: an id of the data need not be a safe file name."""
    what = "brief" if asked.station_id else "account"
    name = f"hubpost-{what}-{asked.period.start}-{asked.period.last_day}.{form}"
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
