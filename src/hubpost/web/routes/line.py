"""The command line: what a line would do, and doing it."""

import unicodedata
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from hubpost.actions import assignments, call_changes, calls, typed_calls, units
from hubpost.actions.dispatch_data import load_keywords, load_templates
from hubpost.dispatch.command_line import CallLine, StepLine, UnitLine, read_line
from hubpost.model.apply import Refused
from hubpost.model.unit import UnitActivity
from hubpost.storage.transaction import Tx
from hubpost.web.call_form import NOTE_LENGTH
from hubpost.web.console import AsViewer, Console, InConsole
from hubpost.web.gate.visitor import unit_places
from hubpost.web.languages import mark as _
from hubpost.web.live_words import LINE_PROBLEM, LINE_STEP
from hubpost.web.names import unit_name
from hubpost.web.pages import render
from hubpost.web.replies import act_on_call, board_words, show_call_panel, show_refusal
from hubpost.web.routes.changes import alert_beside
from hubpost.web.routes.console import show_units
from hubpost.web.viewer import Viewer

router = APIRouter()

#: The reason of who was sent, where a paper card says no other.
ENTERED_LATE = _("entered late, from a paper card")
#: What each step of a line asks for: the same as the button that does it. Other steps of a unit
#: are what its crew may say of itself.
STEP_RIGHT = {
    **dict.fromkeys(("assign", "release", "stack", "unstack"), "unit.dispatch"),
    **dict.fromkeys(("escalate", "members", "reserve", "ready"), "unit.dispatch"),
    **dict.fromkeys(("move-up", "home", "safe"), "unit.dispatch"),
    **dict.fromkeys(("acknowledge", "set-off", "arrive", "clear"), "unit.follow"),
    **dict.fromkeys(("merge", "link", "note"), "call.take"),
    "transfer": "call.transfer",
    "close": "call.close",
}
_Text = Annotated[str, Form()]


@router.get("/line")
def preview_line(console: InConsole, viewer: AsViewer, text: str = "") -> HTMLResponse:
    """How a line is read, before anything is done."""
    line, templates = _read(console, viewer, text), load_templates()
    wanted = text.split()[-1] if text.strip() and not text.endswith(" ") else ""
    return render(
        console,
        viewer,
        "line_preview.html",
        line=line if isinstance(line, CallLine) else None,
        step=line if isinstance(line, StepLine | UnitLine) else None,
        empty=not text.strip(),
        problem_words=LINE_PROBLEM,
        step_words=LINE_STEP,
        language=viewer.language.partition("_")[0],
        shape=templates.get(line.template_id or "") if isinstance(line, CallLine) else None,
        templates=_templates_like(wanted),
        **board_words(console, viewer),
    )


@router.post("/line")
def run_line(
    console: InConsole, viewer: AsViewer, text: _Text = "", request_id: _Text = ""
) -> Response:
    """Take the call a line speaks of, or the step it names."""
    line = _read(console, viewer, text)
    if isinstance(line, StepLine):
        return _take_step(console, viewer, line)
    if isinstance(line, UnitLine):
        return _set_unit(console, viewer, line)
    try:
        taken = console.do(
            viewer,
            lambda tx: typed_calls.receive_line(
                tx, console.room, line, request_id=request_id[:64] or None
            ),
        )
    except Refused as refused:
        return show_refusal(console, viewer, refused)
    address = {"HX-Replace-Url": f"/?call={taken.call.id}", "HX-Trigger": "hubpost:taken"}
    return show_call_panel(console, viewer, taken.call.id, status=201, headers=address)


def _read(console: Console, viewer: Viewer, text: str) -> CallLine | StepLine | UnitLine:
    kept = "".join(c for c in text[:NOTE_LENGTH] if c.isprintable())
    gazetteer = console.room.gazetteer(console.store.board)
    names = _call_signs(console, viewer)
    return read_line(kept, gazetteer, load_keywords(), load_templates(), names)


def _templates_like(word: str) -> list[Any]:
    """The templates whose id begins with what stands after a slash, while it is being typed."""
    if not word.startswith("/"):
        return []
    return [t for t in load_templates().values() if t.id.startswith(word[1:]) and t.id != word[1:]]


def _call_signs(console: Console, viewer: Viewer) -> dict[str, str]:
    """Unit id by every name it may be typed by: as shown to this viewer, as on record, its id."""
    board = console.store.board
    said: dict[str, str] = {}
    for unit_id, on_board in board.units.items():
        for name in (unit_id, on_board.unit.name, unit_name(viewer, board, unit_id)):
            said[_plain(name)] = unit_id
    return said


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).split()).casefold()


def _take_step(console: Console, viewer: AsViewer, line: StepLine) -> Response:
    board = console.store.board
    call_id = typed_calls.find_call_id(board, line.number)
    if call_id is None:
        return show_refusal(console, viewer, Refused("call_not_open", "Not found."))
    console.require(STEP_RIGHT[line.step], call_id)
    try:
        do = _step(console, viewer, line, call_id)
    except Refused as refused:
        return show_refusal(console, viewer, refused)
    return act_on_call(console, viewer, call_id, do)


def _step(console: Console, viewer: Viewer, line: StepLine, call_id: str) -> Callable[[Tx], Any]:
    """What a line about a call does. Raises Refused for a unit, call or room that is not known."""
    board, room = console.store.board, console.room
    text, at = typed_calls.split_time(room, line.text, console.store.now())
    match line.step:
        case "close":
            return lambda tx: calls.close_call(tx, call_id, text, at=at)
        case "note":
            return lambda tx: call_changes.note_call(tx, call_id, text)
        case "escalate":
            return lambda tx: call_changes.escalate_call(tx, call_id)
        case "members":
            return lambda tx: alert_beside(tx, room, call_id)
        case "transfer":
            hub = typed_calls.find_station_id(board, line.unit_name) or line.unit_name
            return lambda tx: call_changes.transfer_call(tx, call_id, hub, text)
        case "merge" | "link":
            other = typed_calls.find_call_id(board, line.unit_name)
            if other is None:
                raise Refused("call_not_open", "Not found.")
            if line.step == "merge":
                return lambda tx: call_changes.merge_calls(tx, other, call_id)
            return lambda tx: call_changes.link_calls(tx, call_id, other)
    unit_id = _unit_id(console, viewer, line.unit_name)
    match line.step:
        case "assign":
            reason = text or (ENTERED_LATE if at else None)
            return lambda tx: assignments.assign_unit(
                tx, room, call_id, unit_id, override_reason=reason, at=at
            )
        case "release":
            return lambda tx: assignments.release_unit(tx, call_id, unit_id, text)
        case "stack":
            return lambda tx: units.stack_unit(tx, call_id, unit_id)
        case "unstack":
            return lambda tx: units.unstack_unit(tx, call_id, unit_id)
    return lambda tx: assignments.STEPS[line.step](tx, call_id, unit_id, at=at)


def _unit_id(console: Console, viewer: Viewer, name: str) -> str:
    unit_id = _call_signs(console, viewer).get(_plain(name))
    if unit_id is None:
        raise Refused("unit_unknown", f"There is no unit {name!r} on the board.")
    return unit_id


def _set_unit(console: Console, viewer: Viewer, line: UnitLine) -> Response:
    """Do what a line about a unit says; the strip of units shows what became of it."""
    try:
        unit_id = _unit_id(console, viewer, line.unit_name)
        _require_unit(console, STEP_RIGHT.get(line.step, "unit.follow"), unit_id)
        do = _unit_step(console, line, unit_id)
        console.do(viewer, do)
    except Refused as refused:
        return show_refusal(console, viewer, refused)
    answer = show_units(console, viewer, unit_id)
    answer.headers.update({"HX-Retarget": "#units", "HX-Reswap": "outerHTML"})
    return answer


def _require_unit(console: Console, right: str, unit_id: str) -> None:
    """Raises HTTPException 403 when the unit a line names is out of reach for a right."""
    places = unit_places(console.whole.board, unit_id)
    if console.reach is not None and not console.reach.covers(places, right):
        raise HTTPException(403)


def _unit_step(console: Console, line: UnitLine, unit_id: str) -> Callable[[Tx], Any]:
    text = line.text[:200]
    match line.step:
        case "reserve" | "ready":
            return lambda tx: units.hold_back(tx, unit_id, line.step == "reserve", text)
        case "crew":
            crew, skills = units.read_crew(text)
            return lambda tx: units.crew_unit(tx, unit_id, crew, skills)
        case "home":
            return lambda tx: units.move_up(tx, unit_id, None, text)
        case "safe":
            return lambda tx: units.clear_duress(tx, unit_id, text)
        case "move-up":
            station_id = typed_calls.find_station_id(console.store.board, text)
            if station_id is None:
                raise Refused("station_unknown", "Not found.", station_id=text)
            return lambda tx: units.move_up(tx, unit_id, station_id)
    return lambda tx: units.set_activity(tx, unit_id, UnitActivity(line.step), text)
