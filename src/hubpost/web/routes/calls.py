"""Taking calls, looking at one, closing it, striking it through."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from hubpost.actions import calls
from hubpost.model.apply import Refused
from hubpost.web.call_form import BadForm, CallForm, read_call_form
from hubpost.web.console import AsViewer, InConsole
from hubpost.web.replies import act_on_call, show_call_panel, show_problems, show_refusal

router = APIRouter()
_Text = Annotated[str, Form()]


@router.get("/calls/{call_id}")
def show_call(request: Request, console: InConsole, viewer: AsViewer, call_id: str) -> Response:
    """The panel of a call; the whole console when the address is opened by hand."""
    if "hx-request" not in request.headers:
        return RedirectResponse(f"/?call={call_id}", 303)
    return show_call_panel(console, viewer, call_id, notice=None)


@router.post("/calls", status_code=201)
def receive_call(
    console: InConsole,
    viewer: AsViewer,
    category: _Text = "",
    priority: _Text = "",
    lon: _Text = "",
    lat: _Text = "",
    area_id: _Text = "",
    place_text: _Text = "",
    note: _Text = "",
    confirmed: _Text = "",
    units_needed: _Text = "1",
    exercise: _Text = "",
    request_id: _Text = "",
    caller_phone: _Text = "",
    danger: _Text = "",
    mode: _Text = "live",
    due_at: _Text = "",
    received_at: _Text = "",
) -> Response:
    """Take a call; answers with its panel and the advice, and a fresh form beside it."""
    form = CallForm(
        category=category,
        priority=priority,
        lon=lon,
        lat=lat,
        area_id=area_id,
        place_text=place_text,
        note=note,
        confirmed=confirmed,
        units_needed=units_needed,
        exercise=exercise,
        request_id=request_id,
        caller_phone=caller_phone,
        danger=danger,
        mode=mode,
        due_at=due_at,
        received_at=received_at,
    )
    try:
        report, rang_at = read_call_form(form, console.room)
        taken = console.do(
            viewer,
            lambda tx: calls.receive_call(tx, console.room, report, received_at=rang_at),
        )
    except BadForm as bad:
        return show_problems(console, viewer, bad.problems)
    except Refused as refused:
        return show_refusal(console, viewer, refused)
    address = {"HX-Replace-Url": f"/?call={taken.call.id}", "HX-Trigger": "hubpost:taken"}
    return show_call_panel(
        console, viewer, taken.call.id, status=201, headers=address, fresh_form=True
    )


@router.post("/calls/{call_id}/close")
def close_call(console: InConsole, viewer: AsViewer, call_id: str, outcome: _Text = "") -> Response:
    """办结."""
    return act_on_call(
        console, viewer, call_id, lambda tx: calls.close_call(tx, call_id, outcome[:200])
    )


@router.post("/calls/{call_id}/strike")
def strike_call(console: InConsole, viewer: AsViewer, call_id: str, reason: _Text = "") -> Response:
    """Strike a call through; it stays readable."""
    return act_on_call(
        console, viewer, call_id, lambda tx: calls.strike_call(tx, call_id, reason[:200])
    )
