"""Calls by REST: take, read, put right, join, send, follow, close; EIDO and export."""

import io
from uuid import uuid4

from fastapi import APIRouter
from starlette.responses import Response

from hubpost.actions import assignments, call_changes, calls
from hubpost.actions.advice import advise
from hubpost.actions.call_export import read_calls, write_csv, write_xlsx
from hubpost.model.apply import Refused
from hubpost.model.board import CallOnBoard
from hubpost.model.call import CallChange
from hubpost.reporting.eido import make_eido
from hubpost.web.api import shapes as s
from hubpost.web.api.replies import REFUSALS, act, as_json, refusal
from hubpost.web.console import AsViewer, Console, InConsole

router = APIRouter(prefix="/api/v1", tags=["calls"], responses=REFUSALS)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.post("/calls", status_code=201)
async def api_receive_call(
    console: InConsole, viewer: AsViewer, body: s.NewCall, key: s.IdempotencyKey = None
) -> Response:
    """Take a call; the reply has the call, the advice and calls it may repeat."""
    fields = body.model_dump()
    received_at = fields.pop("received_at")
    report = calls.CallReport(**fields, request_id=uuid4().hex)
    return await act(
        console,
        viewer,
        lambda tx: calls.receive_call(tx, console.room, report, received_at=received_at),
        status=201,
        key=key,
        request=body.model_dump(mode="json"),
    )


@router.get("/calls")
def api_list_calls(console: InConsole) -> Response:
    """The open calls."""
    board = console.store.board
    return as_json({"calls": list(board.calls.values()), "event_id": console.store.last_event_id})


@router.get("/calls/{call_id}")
def api_get_call(console: InConsole, call_id: s.InPath) -> Response:
    """An open call, or one merged into an open call."""
    found = _find(console, call_id)
    return as_json(found) if found else _not_open(call_id)


@router.patch("/calls/{call_id}")
async def api_amend_call(
    console: InConsole, viewer: AsViewer, call_id: s.InPath, body: s.Amendment
) -> Response:
    """Put right what was taken down."""
    fields = body.model_dump()
    reason = fields.pop("reason")
    if (fields["lon"] is None) != (fields["lat"] is None):
        return refusal(Refused("place_incomplete", "A new place needs lon and lat together."))
    change = CallChange(**fields)
    return await act(
        console,
        viewer,
        lambda tx: call_changes.amend_call(tx, console.room, call_id, change, reason),
    )


@router.get("/calls/{call_id}/advice")
def api_get_advice(console: InConsole, call_id: s.InPath) -> Response:
    """The advice for a call as the board stands, with the cover it leaves behind."""
    try:
        advice = advise(console.room, console.store.board, call_id, console.store.now())
    except Refused as refused:
        return refusal(refused)
    return as_json({"advice": advice, "words": console.room.time_words})


@router.post("/calls/{call_id}/units")
async def api_assign_unit(
    console: InConsole,
    viewer: AsViewer,
    call_id: s.InPath,
    body: s.Assignment,
    key: s.IdempotencyKey = None,
) -> Response:
    """Send a unit. 409 says who has it, when somebody was first."""
    return await act(
        console,
        viewer,
        lambda tx: assignments.assign_unit(
            tx, console.room, call_id, body.unit_id, override_reason=body.override_reason
        ),
        key=key,
        request={"call_id": call_id, **body.model_dump(mode="json")},
    )


@router.post("/calls/{call_id}/units/{unit_id}/release")
async def api_release_unit(
    console: InConsole, viewer: AsViewer, call_id: s.InPath, unit_id: s.InPath, body: s.Saying
) -> Response:
    """Call a unit off before it has arrived."""
    return await act(
        console, viewer, lambda tx: assignments.release_unit(tx, call_id, unit_id, body.text)
    )


@router.post("/calls/{call_id}/units/{unit_id}/{step}")
async def api_take_step(
    console: InConsole,
    viewer: AsViewer,
    call_id: s.InPath,
    unit_id: s.InPath,
    step: s.InPath,
    body: s.Step,
) -> Response:
    """acknowledge, set-off, arrive, clear."""
    do = assignments.STEPS.get(step)
    now = console.store.now()
    if do is None:
        names = ", ".join(assignments.STEPS)
        return refusal(Refused("step_unknown", f"Expected one of {names}."))
    if body.at is not None and body.at > now:
        return refusal(Refused("time_ahead", "The time lies ahead of the clock."))
    return await act(console, viewer, lambda tx: do(tx, call_id, unit_id, at=body.at))


@router.post("/calls/{call_id}/notes", status_code=201)
async def api_note_call(
    console: InConsole, viewer: AsViewer, call_id: s.InPath, body: s.Saying
) -> Response:
    """Add a line."""
    return await act(
        console, viewer, lambda tx: call_changes.note_call(tx, call_id, body.text), status=201
    )


@router.post("/calls/{call_id}/merge")
async def api_merge_calls(
    console: InConsole, viewer: AsViewer, call_id: s.InPath, body: s.Joining
) -> Response:
    """The call repeats another that is open."""
    into = body.other_call_id
    return await act(console, viewer, lambda tx: call_changes.merge_calls(tx, call_id, into))


@router.post("/calls/{call_id}/unmerge")
async def api_unmerge_call(
    console: InConsole, viewer: AsViewer, call_id: s.InPath, body: s.Saying
) -> Response:
    """It was no repetition."""
    return await act(console, viewer, lambda tx: call_changes.unmerge_call(tx, call_id, body.text))


@router.post("/calls/{call_id}/link")
async def api_link_calls(
    console: InConsole, viewer: AsViewer, call_id: s.InPath, body: s.Joining
) -> Response:
    """The two have to do with each other."""
    other, why = body.other_call_id, body.reason
    return await act(console, viewer, lambda tx: call_changes.link_calls(tx, call_id, other, why))


@router.post("/calls/{call_id}/escalate")
async def api_escalate_call(
    console: InConsole, viewer: AsViewer, call_id: s.InPath, body: s.Saying
) -> Response:
    """Seek units of the next tier on equal terms."""
    return await act(
        console,
        viewer,
        lambda tx: {"tier": call_changes.escalate_call(tx, call_id, reason=body.text)},
    )


@router.post("/calls/{call_id}/transfer")
async def api_transfer_call(
    console: InConsole, viewer: AsViewer, call_id: s.InPath, body: s.Transfer
) -> Response:
    """Hand the call to another command room."""
    return await act(
        console,
        viewer,
        lambda tx: call_changes.transfer_call(tx, call_id, body.room_id, body.reason),
    )


@router.post("/calls/{call_id}/close")
async def api_close_call(
    console: InConsole, viewer: AsViewer, call_id: s.InPath, body: s.Saying
) -> Response:
    """办结."""
    return await act(console, viewer, lambda tx: calls.close_call(tx, call_id, body.text))


@router.get("/calls/{call_id}/eido")
def api_get_eido(console: InConsole, call_id: s.InPath) -> Response:
    """The call as an Emergency Incident Data Object."""
    found = _find(console, call_id)
    if found is None:
        return _not_open(call_id)
    board, now = console.store.board, console.store.now()
    return as_json(make_eido(board, found, agency="hubpost.local", now=now))


@router.get("/export/calls.csv")
def api_export_csv(
    console: InConsole, since: s.Instant, until: s.Instant, exercises: bool = False
) -> Response:
    """Calls received in [since, until) with all intervals, as CSV."""
    target = io.BytesIO()
    frame = console.store.read(lambda c: read_calls(c, since, until, exercises=exercises))
    write_csv(frame, target, console.room.zone)
    return Response(target.getvalue(), media_type="text/csv; charset=utf-8")


@router.get("/export/calls.xlsx")
def api_export_xlsx(
    console: InConsole, since: s.Instant, until: s.Instant, exercises: bool = False
) -> Response:
    """The same as a workbook."""
    target = io.BytesIO()
    frame = console.store.read(lambda c: read_calls(c, since, until, exercises=exercises))
    write_xlsx(frame, target, console.room.zone)
    return Response(target.getvalue(), media_type=_XLSX)


def _find(console: Console, call_id: str) -> CallOnBoard | None:
    board = console.store.board
    return board.calls.get(call_id) or board.merged.get(call_id)


def _not_open(call_id: str) -> Response:
    return refusal(Refused("call_not_open", f"Call {call_id} is not open.", call_id=call_id))
