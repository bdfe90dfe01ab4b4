"""The replies that several routes share."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

from starlette.responses import HTMLResponse, Response

from hubpost.actions.advice import predicted_arrival
from hubpost.dispatch.recommendation import Candidate
from hubpost.model.apply import Refused
from hubpost.model.call import CallCategory, Priority
from hubpost.storage.transaction import Tx
from hubpost.web.call_form import Problem
from hubpost.web.console import Console
from hubpost.web.languages import mark as _
from hubpost.web.names import call_number, short_station_name, station_name, station_type, unit_name
from hubpost.web.pages import render
from hubpost.web.reasons import reason_text
from hubpost.web.refusals import refusal_text, status_of
from hubpost.web.viewer import Viewer
from hubpost.web.views.call_panel import find_call_panel
from hubpost.web.words import OUTCOMES, OVERRIDE_REASONS, RELEASE_REASONS, STRIKE_REASONS

#: Where an answer that is no panel goes: the line of notices above the panels.
_TO_NOTICE = {"HX-Retarget": "#notice", "HX-Reswap": "outerHTML"}

#: What the home station of a place is found by.
_HOME_BY = ("areas.station_id", "areas.lon", "areas.lat")


def act_on_call(
    console: Console, viewer: Viewer, call_id: str, action: Callable[[Tx], Any]
) -> HTMLResponse:
    """Run an action and show its call; when it is refused, with the state now and the words."""
    try:
        console.do(viewer, action)
    except Refused as refused:
        text = refusal_text(viewer, console.store, refused, call_id)
        return show_call_panel(console, viewer, call_id, status=status_of(refused), notice=text)
    return show_call_panel(console, viewer, call_id)


def show_call_panel(
    console: Console,
    viewer: Viewer,
    call_id: str,
    *,
    status: int = 200,
    notice: str | None = "",
    headers: dict[str, str] | None = None,
    fresh_form: bool = False,
) -> HTMLResponse:
    """The panel of a call; a notice of None leaves the one on the screen as it is."""
    panel = find_call_panel(console.whole, console.room, call_id)
    if panel is None:
        return show_notice(console, viewer, _("There is no such call."), status=404)
    return render(
        console,
        viewer,
        "call_panel.html",
        status=status,
        headers=headers,
        panel=panel,
        notice=notice,
        fresh_form=fresh_form,
        event_id=panel.event_id,
        **call_words(console, viewer),
        **form_parts(),
    )


def show_notice(
    console: Console, viewer: Viewer, message: str, *, status: int, **facts: object
) -> HTMLResponse:
    """A message on the line of notices, in place of the panel that was asked for."""
    text = viewer.say(message, **facts)
    return render(
        console, viewer, "notice.html", status=status, headers=_TO_NOTICE, text=text, lines=()
    )


def show_problems(console: Console, viewer: Viewer, problems: list[Problem]) -> HTMLResponse:
    """All that is wrong with a form, beside it."""
    lines = [viewer.say(p.message) + (f" ({p.found[:60]})" if p.found else "") for p in problems]
    return render(
        console,
        viewer,
        "notice.html",
        status=422,
        headers=_TO_NOTICE,
        text=viewer.say(_("The call was not taken:")),
        lines=lines,
    )


def show_refusal(console: Console, viewer: Viewer, refused: Refused) -> Response:
    """A refusal where there is no panel to show beside it."""
    text = refusal_text(viewer, console.store, refused)
    return render(
        console,
        viewer,
        "notice.html",
        status=status_of(refused),
        headers=_TO_NOTICE,
        text=text,
        lines=(),
    )


def board_words(console: Console, viewer: Viewer) -> dict[str, Any]:
    """Functions by which templates say stations, units and calls."""
    board, labels = console.store.board, console.room.labels
    return {
        "board": board,
        "units_label": viewer.labels(labels.words_for("stations.units")),
        "positions_label": viewer.labels(labels.words_for("stations.lon", "stations.lat")),
        "station_name": partial(station_name, viewer, board),
        "short_station_name": partial(short_station_name, viewer, board),
        "station_type": partial(station_type, board),
        "unit_name": partial(unit_name, viewer, board),
        "call_number": partial(call_number, board),
    }


def call_words(console: Console, viewer: Viewer) -> dict[str, Any]:
    """What the call panel says beside the board's names."""
    names = board_words(console, viewer)
    return {
        **names,
        "reason_text": partial(reason_text, viewer, names["board"]),
        "arrival_clock": partial(_arrival_clock, console, viewer),
        "home_label": viewer.labels(console.room.labels.words_for(*_HOME_BY)),
        "time_label": viewer.labels(console.room.time_words),
        "override_reasons": OVERRIDE_REASONS,
        "strike_reasons": STRIKE_REASONS,
        "release_reasons": RELEASE_REASONS,
        "outcomes": OUTCOMES,
    }


def form_parts() -> dict[str, Any]:
    """What a fresh new-call form needs; its request id lets a report sent twice be taken once."""
    return {
        "categories": [c.value for c in CallCategory],
        "priorities": [int(p) for p in Priority],
        "request_id": uuid4().hex,
    }


def _arrival_clock(console: Console, viewer: Viewer, candidate: Candidate) -> str:
    return viewer.clock(predicted_arrival(candidate, console.store.now()))
