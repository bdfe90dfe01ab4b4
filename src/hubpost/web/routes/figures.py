"""Figures: what happened, how sure that is, and the rows behind every number."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated, Any

import polars as pl
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from hubpost.actions.figure_query import FigureQuery, default_period
from hubpost.actions.figures import Figures, FiguresDesk
from hubpost.evaluation.evaluate import Evaluation
from hubpost.evaluation.kpi_counts import COUNTY
from hubpost.evaluation.period import Period
from hubpost.evaluation.rows_behind import rows_behind
from hubpost.evaluation.sharing import shared_evaluation
from hubpost.evaluation.statements import label_words
from hubpost.web.console import AsViewer, Console, InConsole
from hubpost.web.figure_words import COLUMN, POSITION
from hubpost.web.languages import mark as _
from hubpost.web.names import short_station_name, station_name
from hubpost.web.pages import render
from hubpost.web.routes.figure_studies import add_studies, get_desk, show_reading
from hubpost.web.viewer import LANGUAGE_COOKIE, Viewer
from hubpost.web.views.cells import territories
from hubpost.web.views.figure_map import MapGround, map_parts
from hubpost.web.views.figures import (
    Asked,
    find_funnel,
    finding_rows,
    funnel_parts,
    kpi_groups,
    language_of,
    months_of,
    only_stations,
    row_texts,
    unknown_figures,
    words_beside,
)
from hubpost.web.words import CATEGORY

router = APIRouter()
_PAGE = 100
_LONGEST = 3_660

_Text = Annotated[str, Query(max_length=64)]


@router.get("/figures")
def show_figures(
    request: Request,
    console: InConsole,
    viewer: AsViewer,
    first: Annotated[str, Query(alias="from", max_length=10)] = "",
    last: Annotated[str, Query(alias="to", max_length=10)] = "",
    station: _Text = "",
    kind: _Text = "",
    funnel: _Text = "",
    share: _Text = "",
    shade: _Text = "",
    reform: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    """The dashboard; all filters stand in the address."""
    desk = get_desk(request, console)
    if (reading := desk.find_reading()) is not None:
        return show_reading(console, viewer, reading)
    asked, problem = _asked(console, desk, (first, last), station, kind, funnel, share)
    asked = replace(asked, shade=shade, reform=reform)
    figures = desk.ask(FigureQuery(asked.period, asked.kind))
    parts = _parts(figures, asked, viewer, console)
    problem = add_studies(request, console, viewer, asked, parts) or problem
    page = render(
        console, viewer, "figures.html", status=422 if problem else 200, problem=problem, **parts
    )
    if viewer.language == request.query_params.get("lang"):
        page.set_cookie(LANGUAGE_COOKIE, viewer.language, samesite="lax")
    return page


@router.get("/figures/rows")
def show_figure_rows(
    request: Request,
    console: InConsole,
    viewer: AsViewer,
    code: _Text,
    first: Annotated[str, Query(alias="from", max_length=10)] = "",
    last: Annotated[str, Query(alias="to", max_length=10)] = "",
    station: _Text = "",
    kind: _Text = "",
    share: _Text = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """The rows that a number counts; persons and places are not shown."""
    desk = get_desk(request, console)
    if (reading := desk.find_reading()) is not None:
        return show_reading(console, viewer, reading)
    asked, problem = _asked(console, desk, (first, last), station, kind, "", share)
    figures = desk.ask(FigureQuery(asked.period, asked.kind))
    result = figures.evaluation.find(code, asked.station_id)
    if asked.shared or result is None or problem:
        words = _("Rows are not shared outside.") if asked.shared else _("There is no such figure.")
        return HTMLResponse(viewer.say(problem or words), 403 if asked.shared else 404)
    rows = _rows(figures, dict(result.query))
    columns, texts = row_texts(
        rows.slice((page - 1) * _PAGE, _PAGE).drop("counted"),
        result.kpi.source, viewer, dict(figures.evaluation.station_names),
    )  # fmt: skip
    counted = rows["counted"].slice((page - 1) * _PAGE, _PAGE).to_list()
    language = language_of(viewer)
    return render(
        console, viewer, "figures_rows.html",
        name=result.kpi.name_zh if language == "zh" else result.kpi.name_en,
        query=result.query, labels=label_words(result.labels, language), asked=asked,
        station_name=_station_name(figures, asked.station_id, console),
        columns=[viewer.say(COLUMN[c]) for c in columns],
        rows=list(zip(texts, counted, strict=True)),
        total=rows.height, hits=int(rows["counted"].sum()), page=page,
        more=rows.height > page * _PAGE, code=code,
    )  # fmt: skip


def _rows(figures: Figures, query: dict[str, str]) -> pl.DataFrame:
    if query["source"] not in figures.records.tables:
        return pl.DataFrame(schema={"counted": pl.Boolean})
    return rows_behind(figures.records, query)


def _asked(
    console: Console, desk: FiguresDesk, days: tuple[str, str], station: str, kind: str,
    funnel: str, share: str,
) -> tuple[Asked, str]:  # fmt: skip
    """What the address asks for, and what is wrong with it; wrong parts fall back."""
    today = console.store.now().astimezone(console.room.zone).date()
    usual = default_period(desk.span(), today)
    period, problem = _period(days, usual)
    if station and station not in console.store.board.stations:
        station, problem = COUNTY, _("There is no such station.")
    if kind and kind not in CATEGORY:
        kind, problem = "", _("There is no such kind of call.")
    if kind and share == "1":
        # Shown apart, a kind would give back the cell that is withheld beside the others.
        kind, problem = "", _("For sharing outside, all kinds of call stand together.")
    return Asked(period, station, kind, funnel, share == "1"), problem


def ask_period(
    console: Console, desk: FiguresDesk, days: tuple[str, str], station: str, share: str
) -> tuple[Asked, str]:
    """The period and scope of a report, and what is wrong with them."""
    return _asked(console, desk, days, station, "", "", share)


def _period(days: tuple[str, str], usual: Period) -> tuple[Period, str]:
    if not any(days):
        return usual, ""
    try:
        first = date.fromisoformat(days[0]) if days[0] else usual.start
        last = date.fromisoformat(days[1]) if days[1] else usual.last_day
        end = last + timedelta(days=1)
        Period(first, end).years_on(-1)
    except (ValueError, OverflowError):
        return usual, _("Give days such as 2024-01-31.")
    if not 0 < (end - first).days <= _LONGEST:
        return usual, _("The last day must not be before the first, nor ten years after it.")
    return Period(first, end), ""


def _station_name(figures: Figures, station_id: str, console: Console) -> str:
    return figures.evaluation.station_names.get(station_id, console.room.county_name)


def _parts(figures: Figures, asked: Asked, viewer: Viewer, console: Console) -> dict[str, Any]:
    language = language_of(viewer)
    evaluation = shared_evaluation(figures.evaluation) if asked.shared else figures.evaluation
    board, seen = console.store.board, set(console.stations)
    said_names = {s: station_name(viewer, board, s) for s in board.stations}
    evaluation = replace(evaluation, station_names={**evaluation.station_names, **said_names})
    columns, groups = kpi_groups(evaluation, asked, language)
    months = months_of(figures, asked)
    chosen = find_funnel(evaluation, asked.funnel)
    chosen = only_stations(chosen, seen) if chosen else None
    said = {position: viewer.say(words) for position, words in POSITION.items()}
    funnel = funnel_parts(chosen, evaluation, language, said) if chosen else None
    names = dict(evaluation.station_names)
    return {
        "asked": asked, "columns": columns, "groups": groups, "months": months, "funnel": funnel,
        "funnel_code": chosen.kpi.code if chosen else "",
        "funnel_choices": [
            (f.kpi.code, f.kpi.name_zh if language == "zh" else f.kpi.name_en)
            for f in evaluation.funnels
        ],
        "findings": finding_rows(evaluation, asked.station_id, language),
        "unknown": unknown_figures(evaluation, asked.station_id, viewer),
        "labels": label_words(evaluation.labels, language),
        "call_labels": words_beside(evaluation, "calls", language),
        "stations": sorted((s, n) for s, n in names.items() if s in seen),
        "whole_county": console.reach is None or console.reach.covers_county(),
        "map": _map(evaluation, asked, console, viewer, seen),
        "kinds": [(c, viewer.word("category", c)) for c in CATEGORY],
        "scope": names.get(asked.station_id, evaluation.name if language == "zh"
                           else evaluation.name_en),
        "checked_at": viewer.day_clock(figures.checked_at, figures.checked_at),
        "chart": _chart(months, funnel, viewer),
    }  # fmt: skip


def _map(
    evaluation: Evaluation, asked: Asked, console: Console, viewer: Viewer, seen: set[str]
) -> dict[str, Any] | None:
    board = console.store.board
    ground = MapGround(
        {s.id: (s.lon, s.lat) for s in board.stations.values()},
        territories(board, console.room),
        {i: short_station_name(viewer, board, i) for i in board.stations},
    )
    title = viewer.say(_("Map of the stations; the table beside it says the same."))
    found = map_parts(evaluation, asked.shade, ground, seen, language_of(viewer), title)
    if found is not None and not asked.shared:
        for row in found["rows"]:
            more = {"station": row["station_id"], "code": found["code"]}
            row["link"] = asked.address("/figures/rows", **more)
    return found


def _chart(months: list[Any], funnel: dict[str, Any] | None, viewer: Viewer) -> dict[str, Any]:
    """What the script draws; the tables hold the same."""

    def take(name: str) -> list[Any]:
        return [getattr(m, name) for m in months]

    return {
        "months": [m.name for m in months],
        **{name: take(name) for name in ("calls", "low", "high", "p50", "p90", "predicted_p50",
                                         "predicted_p90")},
        "funnel": funnel and {k: funnel[k] for k in ("rows", "limits", "target", "share")},
        "words": {name: viewer.say(words) for name, words in _CHART_WORDS.items()},
    }  # fmt: skip


_CHART_WORDS = {
    "calls": _("Calls in the month"),
    "interval": _("95 % interval"),
    "p50": _("half arrive within"),
    "p90": _("nine of ten arrive within"),
    "predicted_p50": _("predicted, half within"),
    "predicted_p90": _("predicted, nine of ten within"),
    "minutes": _("minutes"),
    "change": _("change, %"),
    "level": _("predicted quantile, %"),
    "actual": _("actual share below, %"),
    "ideal": _("as predicted"),
    "slower": _("sum, slower"),
    "faster": _("sum, faster"),
    "limit": _("alarm limit"),
    "alarm": _("alarm"),
    "stations": _("stations"),
    "target": _("all stations together"),
    "limit_95": _("95 % limits"),
    "limit_998": _("99.8 % limits"),
    "size_rate": _("1,000 people × years"),
    "size_share": _("counted among"),
}
