"""Units and field devices by REST: the board, positions, the offline queue, warnings."""

import asyncio
from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi
from starlette.requests import Request
from starlette.responses import Response

from hubpost.actions import field_sync, units
from hubpost.actions.handover import load_timers
from hubpost.actions.mutual_aid import AidServer, take_message
from hubpost.dispatch.timers import list_escalations, list_warnings
from hubpost.model.apply import Refused
from hubpost.model.unit import UnitActivity
from hubpost.web.api import calls
from hubpost.web.api import shapes as s
from hubpost.web.api.replies import REFUSALS, act, as_json, refusal
from hubpost.web.console import AsViewer, InConsole

router = APIRouter(prefix="/api/v1", tags=["units"], responses=REFUSALS)


@router.get("/units")
def api_list_units(console: InConsole) -> Response:
    """The units and what each is doing."""
    board = console.store.board
    return as_json({"units": list(board.units.values()), "event_id": console.store.last_event_id})


@router.get("/warnings")
def api_list_warnings(console: InConsole) -> Response:
    """What waits too long, and calls for whom the next tier should be asked."""
    board, now, params = console.store.board, console.store.now(), load_timers()
    return as_json(
        {
            "warnings": list_warnings(board, now, params),
            "escalations": list_escalations(board, now, params),
        }
    )


@router.post("/units/{unit_id}/position")
async def api_report_position(
    console: InConsole, viewer: AsViewer, unit_id: s.InPath, body: s.Position
) -> Response:
    """Where a device is; the reply says whether the fix was kept."""
    return await act(
        console,
        viewer,
        lambda tx: {
            "outcome": units.report_position(
                tx,
                unit_id,
                body.lon,
                body.lat,
                fixed_at=body.fixed_at,
                sent_at=body.sent_at,
                accuracy_m=body.accuracy_m,
            )
        },
    )


@router.post("/units/{unit_id}/activity/{activity}")
async def api_set_activity(
    console: InConsole,
    viewer: AsViewer,
    unit_id: s.InPath,
    activity: UnitActivity,
    body: s.Saying,
) -> Response:
    """What a unit takes up that is no call."""
    return await act(
        console, viewer, lambda tx: units.set_activity(tx, unit_id, activity, body.text)
    )


@router.post("/units/{unit_id}/sync")
async def api_sync_actions(
    console: InConsole, viewer: AsViewer, unit_id: s.InPath, body: s.Queue
) -> Response:
    """A field device's queue: each tap once, in order; conflicts are told, never overwritten."""
    taps = [
        field_sync.FieldAction(t.id, t.step, unit_id, t.at, t.call_id, t.text) for t in body.actions
    ]
    return await act(
        console,
        viewer,
        lambda tx: field_sync.sync_actions(tx, unit_id, taps, sent_at=body.sent_at),
    )


@router.post("/aid")
async def api_take_aid_message(request: Request, console: InConsole) -> Response:
    """A signed message of a partner across the border."""
    raw = await request.body()
    me: AidServer | None = getattr(request.app.state, "aid_server", None)
    if me is None:
        return refusal(Refused("aid_closed", "This server takes part in no mutual aid."))
    future = console.store.submit(
        lambda tx: {"outcome": take_message(tx, me, raw)}, actor="partner"
    )
    try:
        return as_json(await asyncio.wrap_future(future))
    except Refused as refused:
        return refusal(refused)


@router.get("/openapi.json", include_in_schema=False)
def api_describe() -> Any:
    """What this interface takes and answers, as OpenAPI 3.1."""
    return get_openapi(
        title="Hubpost 枢所",
        version="1",
        description="Dispatch of a hub group. Times carry a zone; places are WGS-84 degrees.",
        routes=[*calls.router.routes, *router.routes],
    )
