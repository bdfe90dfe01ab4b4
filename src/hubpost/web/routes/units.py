"""What units do when they are on no call."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from hubpost.actions import units
from hubpost.model.apply import Refused
from hubpost.model.unit import UnitActivity
from hubpost.web.console import AsViewer, InConsole
from hubpost.web.languages import mark as _
from hubpost.web.replies import show_notice, show_refusal
from hubpost.web.routes.console import show_units

router = APIRouter()


@router.post("/units/{unit_id}/activity")
def set_activity(
    console: InConsole,
    viewer: AsViewer,
    unit_id: str,
    activity: Annotated[str, Form()] = "",
) -> Response:
    """Note casework, a meal, back at the station; answers with the strip of units."""
    if unit_id not in console.store.board.units:
        return show_notice(console, viewer, _("There is no such unit on the board."), status=404)
    if activity not in set(UnitActivity):
        return show_notice(console, viewer, _("Choose what the unit does."), status=422)
    wanted = UnitActivity(activity)
    try:
        console.do(viewer, lambda tx: units.set_activity(tx, unit_id, wanted))
    except Refused as refused:
        return show_refusal(console, viewer, refused)
    return show_units(console, viewer, unit_id)
