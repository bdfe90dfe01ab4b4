"""The command line: what a line would do, and doing it."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import HTMLResponse, Response

from hubpost.actions import assignments, call_changes, calls, typed_calls, units
from hubpost.actions.dispatch_data import load_keywords, load_templates
from hubpost.dispatch.command_line import CallLine, StepLine, read_line
from hubpost.model.apply import Refused
from hubpost.storage.transaction import Tx
from hubpost.web.call_form import NOTE_LENGTH
from hubpost.web.console import AsViewer, Console, InConsole
from hubpost.web.live_words import LINE_PROBLEM
from hubpost.web.pages import render
from hubpost.web.replies import act_on_call, board_words, show_call_panel, show_refusal

router = APIRouter()
_Text = Annotated[str, Form()]


@router.get("/line")
def preview_line(console: InConsole, viewer: AsViewer, text: str = "") -> HTMLResponse:
    """How a line is read, before anything is done."""
    line = _read(console, text)
    return render(
        console,
        viewer,
        "line_preview.html",
        line=line if isinstance(line, CallLine) else None,
        step=line if isinstance(line, StepLine) else None,
        empty=not text.strip(),
        problem_words=LINE_PROBLEM,
        **board_words(console, viewer),
    )


@router.post("/line")
def run_line(
    console: InConsole, viewer: AsViewer, text: _Text = "", request_id: _Text = ""
) -> Response:
    """Take the call a line speaks of, or the step it names."""
    line = _read(console, text)
    if isinstance(line, StepLine):
        return _take_step(console, viewer, line)
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


def _read(console: Console, text: str) -> CallLine | StepLine:
    kept = "".join(c for c in text[:NOTE_LENGTH] if c.isprintable())
    gazetteer = console.room.gazetteer(console.store.board)
    return read_line(kept, gazetteer, load_keywords(), load_templates())


def _take_step(console: Console, viewer: AsViewer, line: StepLine) -> Response:
    board = console.store.board
    call_id = typed_calls.find_call_id(board, line.number)
    unit_id = typed_calls.find_unit_id(board, line.unit_name) if line.unit_name else ""
    if call_id is None or unit_id is None:
        code = "call_not_open" if call_id is None else "unit_unknown"
        return show_refusal(console, viewer, Refused(code, "Not found."))
    return act_on_call(
        console, viewer, call_id, lambda tx: _do(tx, console, line, call_id, unit_id)
    )


def _do(tx: Tx, console: Console, line: StepLine, call_id: str, unit_id: str) -> None:
    if line.step == "assign":
        assignments.assign_unit(
            tx, console.room, call_id, unit_id, override_reason=line.text or None
        )
    elif line.step == "release":
        assignments.release_unit(tx, call_id, unit_id, line.text)
    elif line.step == "stack":
        units.stack_unit(tx, call_id, unit_id)
    elif line.step == "close":
        calls.close_call(tx, call_id, line.text)
    elif line.step == "note":
        call_changes.note_call(tx, call_id, line.text)
    else:
        assignments.STEPS[line.step](tx, call_id, unit_id)
