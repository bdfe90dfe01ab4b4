"""How calls change after they were taken: amended, merged, linked, moved on, closed."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hubpost.model import events as ev
from hubpost.model.board import Board, CallOnBoard
from hubpost.model.call import Note
from hubpost.model.lookups import (
    get_call,
    get_response,
    get_unit,
    require_order,
    swap_response,
    with_item,
    without,
)
from hubpost.model.refused import Refused

#: The furthest tier: a partner across the county border.
LAST_TIER = 4


def _amend(board: Board, event: ev.CallAmended) -> Board:
    call = get_call(board, event.call_id)
    changes: dict[str, Any] = event.change.fields()
    if not changes:
        raise Refused("nothing_changed", "The amendment changes nothing.", call_id=event.call_id)
    place = {"lon", "lat", "station_id"} & changes.keys()
    if place and len(place) < 3:
        raise Refused(
            "place_incomplete",
            "A new place needs longitude, latitude and home station together.",
            call_id=event.call_id,
        )
    if changes.get("station_id", call.call.station_id) not in board.stations:
        raise Refused(
            "station_unknown",
            f"Station {changes['station_id']} is not on the board.",
            station_id=changes["station_id"],
        )
    require_order("Amended", event.at, call.call.received_at)
    amended = replace(call, call=replace(call.call, **changes))
    return replace(board, calls=with_item(board.calls, event.call_id, amended))


def _note(board: Board, event: ev.CallNoted) -> Board:
    call = get_call(board, event.call_id)
    if event.unit_id is not None:
        get_unit(board, event.unit_id)
    noted = replace(call, notes=(*call.notes, Note(event.at, event.text, event.unit_id)))
    return replace(board, calls=with_item(board.calls, event.call_id, noted))


def _merge(board: Board, event: ev.CallMerged) -> Board:
    call, into = get_call(board, event.call_id), get_call(board, event.into_call_id)
    if call is into:
        raise Refused("merge_with_itself", "A call does not repeat itself.", call_id=event.call_id)
    if call.call.exercise != into.call.exercise:
        raise Refused(
            "exercise_mixed",
            "A call of an exercise is never merged with a real one.",
            call_id=event.call_id,
        )
    if call.active_unit_ids:
        raise Refused(
            "units_still_active",
            f"Call {event.call_id} still has {', '.join(call.active_unit_ids)}; merge the other "
            "way round, or release them first.",
            call_id=event.call_id,
            unit_id=call.active_unit_ids[0],
        )
    if call.stacked_unit_ids or any(m.merged_into == event.call_id for m in board.merged.values()):
        raise Refused(
            "merge_not_single",
            f"Call {event.call_id} has units waiting or calls merged into it; "
            "merge the other way round.",
            call_id=event.call_id,
        )
    if call.alerts or any(a.call_id == event.call_id for a in board.aid.values()):
        raise Refused(
            "merge_not_single",
            f"Call {event.call_id} has members alerted or aid asked for; merge the other way.",
            call_id=event.call_id,
        )
    require_order("Merged", event.at, call.call.received_at)
    return replace(
        board,
        calls=without(board.calls, event.call_id),
        merged=with_item(board.merged, event.call_id, replace(call, merged_into=into.call.id)),
    )


def _unmerge(board: Board, event: ev.CallUnmerged) -> Board:
    if event.call_id not in board.merged:
        raise Refused(
            "call_not_merged",
            f"Call {event.call_id} is merged into no open call.",
            call_id=event.call_id,
        )
    call = replace(board.merged[event.call_id], merged_into=None)
    return replace(
        board,
        calls=with_item(board.calls, event.call_id, call),
        merged=without(board.merged, event.call_id),
    )


def _link(board: Board, event: ev.CallsLinked) -> Board:
    call, other = get_call(board, event.call_id), get_call(board, event.other_call_id)
    if call is other or event.other_call_id in call.linked_ids:
        raise Refused("already_linked", "The calls are linked already.", call_id=event.call_id)
    pair = {
        call.call.id: replace(call, linked_ids=(*call.linked_ids, other.call.id)),
        other.call.id: replace(other, linked_ids=(*other.linked_ids, call.call.id)),
    }
    return replace(board, calls={**board.calls, **pair})


def _take_apart(board: Board, event: ev.CallsUnlinked) -> Board:
    call = get_call(board, event.call_id)
    if event.other_call_id not in call.linked_ids:
        raise Refused("not_linked", "The calls are not linked.", call_id=event.call_id)
    calls = with_item(board.calls, event.call_id, _unlink(call, event.other_call_id))
    other = calls.get(event.other_call_id)
    if other is not None:
        calls[event.other_call_id] = _unlink(other, event.call_id)
    return replace(board, calls=calls)


def _unlink(call: CallOnBoard, other_id: str) -> CallOnBoard:
    return replace(call, linked_ids=tuple(i for i in call.linked_ids if i != other_id))


def _escalate(board: Board, event: ev.CallEscalated) -> Board:
    call = get_call(board, event.call_id)
    if not call.tier < event.tier <= LAST_TIER:
        raise Refused(
            "tier_not_further",
            f"Call {event.call_id} is at tier {call.tier}; expected {call.tier + 1} to "
            f"{LAST_TIER}, came {event.tier}.",
            call_id=event.call_id,
        )
    require_order("Escalated", event.at, call.call.received_at)
    further = replace(call, tier=event.tier, escalated_at=event.at)
    return replace(board, calls=with_item(board.calls, event.call_id, further))


def _transfer(board: Board, event: ev.CallTransferred) -> Board:
    call = get_call(board, event.call_id)
    if event.room_id not in board.stations or board.hub_id_of(event.room_id) != event.room_id:
        raise Refused(
            "room_unknown",
            f"Station {event.room_id} has no command room.",
            station_id=event.room_id,
        )
    if board.room_id_of(call) == event.room_id:
        raise Refused(
            "room_has_call",
            f"Call {event.call_id} is handled there already.",
            call_id=event.call_id,
        )
    moved = replace(call, room_id=event.room_id)
    return replace(board, calls=with_item(board.calls, event.call_id, moved))


def _feed_back(board: Board, event: ev.UnitFedBack) -> Board:
    call, response = get_response(board, event.call_id, event.unit_id)
    if response.feedback_at is not None:
        raise Refused(
            "milestone_known",
            f"Unit {event.unit_id} already has feedback_at on call {event.call_id}.",
            unit_id=event.unit_id,
            call_id=event.call_id,
        )
    if response.arrived_at is None:
        raise Refused(
            "not_arrived",
            f"Unit {event.unit_id} has not arrived at call {event.call_id}.",
            unit_id=event.unit_id,
            call_id=event.call_id,
        )
    require_order("feedback_at", event.at, response.arrived_at)
    told = swap_response(call, response, replace(response, feedback_at=event.at))
    if event.text:
        told = replace(told, notes=(*told.notes, Note(event.at, event.text, event.unit_id)))
    return replace(board, calls=with_item(board.calls, event.call_id, told))


def _check(board: Board, event: ev.UnitChecked) -> Board:
    call, response = get_response(board, event.call_id, event.unit_id)
    require_order("Checked", event.at, response.arrived_at or response.assigned_at)
    checked = swap_response(call, response, replace(response, checked_at=event.at))
    return replace(board, calls=with_item(board.calls, event.call_id, checked))


def close_call(board: Board, event: ev.CallCleared | ev.CallStruckThrough) -> Board:
    """Take a call off the board, with those merged into it and whatever is stacked on it."""
    call = get_call(board, event.call_id)
    if call.active_unit_ids:
        raise Refused(
            "units_still_active",
            f"Call {event.call_id} still has {', '.join(call.active_unit_ids)}; "
            "clear or release them first.",
            call_id=event.call_id,
            unit_id=call.active_unit_ids[0],
        )
    require_order(
        "Closed", event.at, call.call.received_at, *(r.cleared_at for r in call.responses)
    )
    units = dict(board.units)
    for unit_id in call.stacked_unit_ids:
        left = tuple(c for c in units[unit_id].stacked_call_ids if c != event.call_id)
        units[unit_id] = replace(units[unit_id], stacked_call_ids=left)
    merged = {i: c for i, c in board.merged.items() if c.merged_into != event.call_id}
    calls = without(board.calls, event.call_id)
    for other_id in call.linked_ids:
        if other_id in calls:
            calls[other_id] = _unlink(calls[other_id], event.call_id)
    return replace(board, calls=calls, units=units, merged=merged)


CALL_HANDLERS: dict[type, Callable[..., Board]] = {
    ev.CallAmended: _amend,
    ev.CallNoted: _note,
    ev.CallMerged: _merge,
    ev.CallUnmerged: _unmerge,
    ev.CallsLinked: _link,
    ev.CallsUnlinked: _take_apart,
    ev.CallEscalated: _escalate,
    ev.CallTransferred: _transfer,
    ev.UnitFedBack: _feed_back,
    ev.UnitChecked: _check,
}
