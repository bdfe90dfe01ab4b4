"""Sending units and following them; each step of a unit is a route of its own."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from hubpost.actions import assignments
from hubpost.web.console import AsViewer, InConsole
from hubpost.web.replies import act_on_call

router = APIRouter()
_Text = Annotated[str, Form()]


@router.post("/calls/{call_id}/assign")
def assign_unit(
    console: InConsole,
    viewer: AsViewer,
    call_id: str,
    unit_id: _Text = "",
    override_reason: _Text = "",
) -> Response:
    """Send a unit: the advice in one tap, another with a reason."""
    reason = override_reason[:200] or None
    return act_on_call(
        console,
        viewer,
        call_id,
        lambda tx: assignments.assign_unit(
            tx, console.room, call_id, unit_id, override_reason=reason
        ),
    )


@router.post("/calls/{call_id}/units/{unit_id}/release")
def release_unit(
    console: InConsole, viewer: AsViewer, call_id: str, unit_id: str, reason: _Text = ""
) -> Response:
    """Call a unit off before it has arrived."""
    return act_on_call(
        console,
        viewer,
        call_id,
        lambda tx: assignments.release_unit(tx, call_id, unit_id, reason[:200]),
    )


def _step_route(action: Callable[..., None]) -> Callable[..., Response]:
    def take_step(console: InConsole, viewer: AsViewer, call_id: str, unit_id: str) -> Response:
        return act_on_call(console, viewer, call_id, lambda tx: action(tx, call_id, unit_id))

    take_step.__doc__ = action.__doc__
    return take_step


for _step, _action in assignments.STEPS.items():
    router.add_api_route(
        f"/calls/{{call_id}}/units/{{unit_id}}/{_step}",
        _step_route(_action),
        methods=["POST"],
        name=_action.__name__,
    )
