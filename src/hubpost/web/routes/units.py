"""What units do when they are on no call: activity, reserve, crew, moves, the end of a duress."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.responses import Response

from hubpost.actions import units
from hubpost.model.apply import Refused
from hubpost.model.unit import UnitActivity
from hubpost.storage.transaction import Tx
from hubpost.web.console import AsViewer, Console, InConsole
from hubpost.web.languages import mark as _
from hubpost.web.replies import show_notice, show_refusal
from hubpost.web.routes.console import show_units
from hubpost.web.viewer import Viewer

router = APIRouter()
_Text = Annotated[str, Form()]


@router.post("/units/{unit_id}/activity")
def set_activity(
    console: InConsole, viewer: AsViewer, unit_id: str, activity: _Text = ""
) -> Response:
    """Note casework, a meal, back at the station; answers with the strip of units."""
    if activity not in set(UnitActivity):
        return show_notice(console, viewer, _("Choose what the unit does."), status=422)
    wanted = UnitActivity(activity)
    return _act(console, viewer, unit_id, lambda tx: units.set_activity(tx, unit_id, wanted))


@router.post("/units/{unit_id}/reserve")
def set_reserve(console: InConsole, viewer: AsViewer, unit_id: str, held: _Text = "") -> Response:
    """Hold a unit in reserve (`held=yes`), or no longer."""
    return _act(console, viewer, unit_id, lambda tx: units.hold_back(tx, unit_id, held == "yes"))


@router.post("/units/{unit_id}/crew")
def set_crew(console: InConsole, viewer: AsViewer, unit_id: str, crew: _Text = "") -> Response:
    """How many are aboard, and what they can do: `3 +armed`."""

    def do(tx: Tx) -> None:
        count, skills = units.read_crew(crew[:100])
        units.crew_unit(tx, unit_id, count, skills)

    return _act(console, viewer, unit_id, do)


@router.post("/units/{unit_id}/move-up")
def move_up(console: InConsole, viewer: AsViewer, unit_id: str, station_id: _Text = "") -> Response:
    """Send a unit to cover another station; home again when none is named."""
    return _act(console, viewer, unit_id, lambda tx: units.move_up(tx, unit_id, station_id or None))


@router.post("/units/{unit_id}/safe")
def clear_duress(
    console: InConsole, viewer: AsViewer, unit_id: str, reason: _Text = ""
) -> Response:
    """Help is no longer needed; the reason says how that is known."""
    return _act(console, viewer, unit_id, lambda tx: units.clear_duress(tx, unit_id, reason[:200]))


def _act(console: Console, viewer: Viewer, unit_id: str, action: Callable[[Tx], Any]) -> Response:
    if unit_id not in console.store.board.units:
        return show_notice(console, viewer, _("There is no such unit on the board."), status=404)
    try:
        console.do(viewer, action)
    except Refused as refused:
        return show_refusal(console, viewer, refused)
    return show_units(console, viewer, unit_id)
