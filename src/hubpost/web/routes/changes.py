"""What may be put right, joined or moved on about a call, beside the call's own panel."""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.responses import HTMLResponse, Response

from hubpost.actions import call_changes, minimum_units, units
from hubpost.actions.callers import list_caller_history, list_place_history
from hubpost.actions.command_room import CommandRoom
from hubpost.actions.photos import list_photos
from hubpost.dispatch.duplicates import list_duplicates
from hubpost.dispatch.minimum_units import first_on_scene_s
from hubpost.model.apply import Refused
from hubpost.model.board import CallOnBoard
from hubpost.model.call import CallCategory, CallChange, Priority
from hubpost.storage.transaction import Tx
from hubpost.web.console import AsViewer, Console, InConsole
from hubpost.web.languages import mark as _
from hubpost.web.live_words import FIELD_WORDS, NO_ALERT, PHOTO_SHOWN_FOR
from hubpost.web.member_words import ROLE
from hubpost.web.pages import render
from hubpost.web.refusals import refusal_text, status_of
from hubpost.web.replies import act_on_call, board_words
from hubpost.web.viewer import Viewer

router = APIRouter()
_Text = Annotated[str, Form()]
_HISTORY = timedelta(days=365)


@router.get("/calls/{call_id}/more")
def show_more(console: InConsole, viewer: AsViewer, call_id: str) -> HTMLResponse:
    """Duplicates, links, notes, history, and what may be done beside sending units."""
    return _show(console, viewer, call_id)


@router.post("/calls/{call_id}/amend")
def amend_call(
    console: InConsole,
    viewer: AsViewer,
    call_id: str,
    category: _Text = "",
    priority: _Text = "",
    note: _Text = "",
    reason: _Text = "",
) -> Response:
    """Put the kind, the priority or the note right."""
    known = console.store.board.calls.get(call_id)
    change = CallChange(
        category=CallCategory(category) if category in set(CallCategory) else None,
        priority=Priority(int(priority)) if priority in ("1", "2", "3", "4") else None,
        note=note[:1000] if note and known and note != known.call.note else None,
    )
    room = console.room
    return _act(
        console,
        viewer,
        call_id,
        lambda tx: call_changes.amend_call(tx, room, call_id, change, reason[:200]),
    )


@router.post("/calls/{call_id}/note")
def note_call(console: InConsole, viewer: AsViewer, call_id: str, text: _Text = "") -> Response:
    """Add a line."""
    return _act(
        console, viewer, call_id, lambda tx: call_changes.note_call(tx, call_id, text[:1000])
    )


@router.post("/calls/{call_id}/merge/{other_id}")
def merge_calls(console: InConsole, viewer: AsViewer, call_id: str, other_id: str) -> Response:
    """The other call repeats this one."""
    return _act(
        console, viewer, call_id, lambda tx: call_changes.merge_calls(tx, other_id, call_id)
    )


@router.post("/calls/{call_id}/unmerge/{other_id}")
def unmerge_call(console: InConsole, viewer: AsViewer, call_id: str, other_id: str) -> Response:
    """It was no repetition."""
    return _act(console, viewer, call_id, lambda tx: call_changes.unmerge_call(tx, other_id))


@router.post("/calls/{call_id}/link/{other_id}")
def link_calls(console: InConsole, viewer: AsViewer, call_id: str, other_id: str) -> Response:
    """The two have to do with each other."""
    return _act(console, viewer, call_id, lambda tx: call_changes.link_calls(tx, call_id, other_id))


@router.post("/calls/{call_id}/unlink/{other_id}")
def unlink_calls(console: InConsole, viewer: AsViewer, call_id: str, other_id: str) -> Response:
    """They have not."""
    return _act(
        console, viewer, call_id, lambda tx: call_changes.unlink_calls(tx, call_id, other_id)
    )


@router.post("/calls/{call_id}/escalate")
def escalate_call(console: InConsole, viewer: AsViewer, call_id: str) -> Response:
    """Seek units of the next tier on equal terms."""
    return _act(console, viewer, call_id, lambda tx: call_changes.escalate_call(tx, call_id))


@router.post("/calls/{call_id}/transfer")
def transfer_call(
    console: InConsole, viewer: AsViewer, call_id: str, room_id: _Text = "", reason: _Text = ""
) -> Response:
    """Hand the call to another command room."""
    return _act(
        console,
        viewer,
        call_id,
        lambda tx: call_changes.transfer_call(tx, call_id, room_id, reason[:200]),
    )


@router.post("/calls/{call_id}/members")
def alert_members(console: InConsole, viewer: AsViewer, call_id: str) -> Response:
    """Alert the minimum unit near the place, beside the police."""
    return _act(console, viewer, call_id, lambda tx: alert_beside(tx, console.room, call_id))


def alert_beside(tx: Tx, room: CommandRoom, call_id: str) -> None:
    """Alert the minimum unit of a call. Raises Refused saying why the rules alert nobody."""
    found = minimum_units.alert_members(tx, room, call_id)
    if found.code is not None:
        raise Refused(f"no_alert_{found.code}", NO_ALERT[found.code])


@router.post("/calls/{call_id}/move-up/{unit_id}")
def move_up_for_call(
    console: InConsole, viewer: AsViewer, call_id: str, unit_id: str, station_id: _Text = ""
) -> Response:
    """Take the move-up advice of a call: the unit drives to the station that is left empty."""
    return act_on_call(
        console, viewer, call_id, lambda tx: units.move_up(tx, unit_id, station_id or None)
    )


@router.post("/calls/{call_id}/stack/{unit_id}")
def stack_unit(console: InConsole, viewer: AsViewer, call_id: str, unit_id: str) -> Response:
    """Let the call wait for a unit that is active on another."""
    return act_on_call(console, viewer, call_id, lambda tx: units.stack_unit(tx, call_id, unit_id))


@router.post("/calls/{call_id}/unstack/{unit_id}")
def unstack_unit(console: InConsole, viewer: AsViewer, call_id: str, unit_id: str) -> Response:
    """Let it wait no longer."""
    return act_on_call(
        console, viewer, call_id, lambda tx: units.unstack_unit(tx, call_id, unit_id)
    )


def _act(
    console: Console, viewer: Viewer, call_id: str, action: Callable[[Tx], Any]
) -> HTMLResponse:
    try:
        console.do(viewer, action)
    except Refused as refused:
        text = refusal_text(viewer, console.store, refused, call_id)
        return _show(console, viewer, call_id, status=status_of(refused), refused=text)
    return _show(console, viewer, call_id)


def _show(
    console: Console, viewer: Viewer, call_id: str, *, status: int = 200, refused: str = ""
) -> HTMLResponse:
    store = console.store
    board = store.board
    on_board = board.calls.get(call_id)
    if on_board is None:
        return render(console, viewer, "more_gone.html", status=200, refused=refused)
    merged = [c for c in board.merged.values() if c.merged_into == call_id]
    return render(
        console,
        viewer,
        "more.html",
        status=status,
        refused=refused,
        on_board=on_board,
        duplicates=[(board.calls[h.call_id], h) for h in list_duplicates(board, on_board.call)],
        merged=merged,
        linked=[board.calls[i] for i in on_board.linked_ids if i in board.calls],
        history=_history(console, on_board),
        photos=store.read(lambda conn: list_photos(conn, call_id, store.now())),
        photo_words=FIELD_WORDS,
        first_member_s=first_on_scene_s(board, call_id),
        role_words=ROLE,
        shown_for=PHOTO_SHOWN_FOR,
        rooms=sorted({board.hub_id_of(s) for s in board.stations} - {board.room_id_of(on_board)}),
        categories=[c.value for c in CallCategory],
        tier_name=TIERS[min(on_board.tier, 4)],
        **board_words(console, viewer),
    )


def _history(console: Console, on_board: CallOnBoard) -> dict[str, list[Any]]:
    call = on_board.call
    since = call.received_at - _HISTORY

    def read(conn: Any) -> dict[str, list[Any]]:
        key = call.caller.key if call.caller else None
        return {
            "caller": list_caller_history(conn, key, before_call_id=call.id) if key else [],
            "place": list_place_history(
                conn, call.lon, call.lat, call.area_id, since=since, before_call_id=call.id, limit=5
            ),
        }

    return console.store.read(read)


#: Tiers of escalation, in words.
TIERS = (
    _("own station"),
    _("own group"),
    _("neighbouring group"),
    _("further away"),
    _("border partner"),
)
