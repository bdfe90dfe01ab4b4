"""The one pure function that moves a board forward: `apply(board, event)`."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

from hubpost.model import events as ev
from hubpost.model.apply_aid import AID_HANDLERS
from hubpost.model.apply_calls import CALL_HANDLERS, close_call
from hubpost.model.apply_members import MEMBER_HANDLERS
from hubpost.model.apply_roads import ROAD_HANDLERS
from hubpost.model.apply_units import UNIT_HANDLERS
from hubpost.model.board import Board, CallOnBoard, UnitOnBoard
from hubpost.model.call import CallMode, Response
from hubpost.model.lookups import (
    get_call,
    get_response,
    get_unit,
    require_order,
    swap_response,
    with_item,
)
from hubpost.model.refused import Refused as Refused
from hubpost.model.unit import CALL_ACTIVITIES, Availability, UnitActivity, availability_of


def apply(board: Board, event: ev.Event) -> Board:
    """The board after an event; the board given is left as it was.

    Raises Refused when the event is not permitted in the board's state.
    """
    handler = cast("Callable[[Board, Any], Board]", _HANDLERS[type(event)])
    return handler(board, event)


def replay(events: "list[ev.Event] | tuple[ev.Event, ...]", board: Board | None = None) -> Board:
    """The board that a run of events leads to, from an empty one unless a board is given."""
    board = board or Board()
    for event in events:
        board = apply(board, event)
    return board


def _open_station(board: Board, event: ev.StationOpened) -> Board:
    station_id = event.station.id
    return replace(
        board,
        stations=with_item(board.stations, station_id, event.station),
        neighbours=with_item(board.neighbours, station_id, frozenset(event.neighbour_ids)),
    )


def _join_unit(board: Board, event: ev.UnitJoined) -> Board:
    unit = event.unit
    if unit.id in board.units:
        raise Refused("unit_known", f"Unit {unit.id} is already on the board.", unit_id=unit.id)
    if unit.station_id not in board.stations:
        raise Refused(
            "station_unknown",
            f"Unit {unit.id} names station {unit.station_id}, which is not on the board.",
            station_id=unit.station_id,
        )
    at_station = board.stations[unit.station_id].place
    on_board = UnitOnBoard(unit, UnitActivity.AT_STATION, event.at, at_station)
    return replace(board, units=with_item(board.units, unit.id, on_board))


def _form_groups(board: Board, event: ev.GroupsFormed) -> Board:
    group_of = {}
    for group in event.groups:
        for station_id in group.station_ids:
            if station_id not in board.stations or station_id in group_of:
                raise Refused(
                    "group_invalid",
                    f"Station {station_id} of group {group.hub_id} is unknown or in two groups.",
                    station_id=station_id,
                )
            group_of[station_id] = group
    return replace(board, group_of=group_of, plan_id=event.plan_id)


def _receive_call(board: Board, event: ev.CallReceived) -> Board:
    call = event.call
    if call.id in board.calls or call.id in board.merged:
        raise Refused("call_known", f"Call {call.id} is already open.", call_id=call.id)
    if call.station_id not in board.stations:
        raise Refused(
            "station_unknown",
            f"Call {call.id} names station {call.station_id}, which is not on the board.",
            station_id=call.station_id,
        )
    return replace(board, calls=with_item(board.calls, call.id, CallOnBoard(call)))


def _assign_unit(board: Board, event: ev.UnitAssigned) -> Board:
    call, unit = get_call(board, event.call_id), get_unit(board, event.unit_id)
    if availability_of(unit.activity) is Availability.NOT_AVAILABLE:
        raise Refused(
            "unit_not_available",
            f"Unit {event.unit_id} is {unit.activity.value}"
            + (f" on call {unit.call_id}." if unit.call_id else "."),
            unit_id=event.unit_id,
            activity=unit.activity.value,
            call_id=unit.call_id or "",
        )
    if call.call.mode is CallMode.LOGGED:
        raise Refused(
            "call_logged_only",
            f"Call {event.call_id} is kept for the record only; amend it before sending a unit.",
            call_id=event.call_id,
        )
    require_order("Assigned", event.at, call.call.received_at)
    response = Response(event.unit_id, event.at, event.predicted_arrival_at)
    # A unit that is sent waits on no stack of this call any longer.
    stacked = tuple(u for u in call.stacked_unit_ids if u != event.unit_id)
    sent = replace(
        unit,
        activity=UnitActivity.ASSIGNED,
        since=event.at,
        call_id=event.call_id,
        stacked_call_ids=tuple(c for c in unit.stacked_call_ids if c != event.call_id),
    )
    answered = replace(call, responses=(*call.responses, response), stacked_unit_ids=stacked)
    return replace(
        board,
        calls=with_item(board.calls, event.call_id, answered),
        units=with_item(board.units, event.unit_id, sent),
    )


def _milestone(
    board: Board,
    event: ev.UnitAcknowledged | ev.UnitEnRoute | ev.UnitArrived,
    field: str,
    activity: UnitActivity,
) -> Board:
    call, response = get_response(board, event.call_id, event.unit_id)
    if getattr(response, field) is not None:
        raise Refused(
            "milestone_known",
            f"Unit {event.unit_id} already has {field} on call {event.call_id}.",
            unit_id=event.unit_id,
            call_id=event.call_id,
        )
    require_order(
        field, event.at, response.assigned_at, response.acknowledged_at, response.enroute_at
    )
    if response.arrived_at is not None:
        raise Refused(
            "already_arrived",
            f"Unit {event.unit_id} has already arrived at call {event.call_id}.",
            unit_id=event.unit_id,
            call_id=event.call_id,
        )
    unit = get_unit(board, event.unit_id)
    if unit.activity is UnitActivity.EN_ROUTE and activity is UnitActivity.ASSIGNED:
        activity = UnitActivity.EN_ROUTE
    place = call.call.place if activity is UnitActivity.ON_SCENE else unit.place
    moved = replace(unit, activity=activity, since=event.at, place=place)
    changes: dict[str, Any] = {field: event.at}
    noted = swap_response(call, response, replace(response, **changes))
    return replace(
        board,
        calls=with_item(board.calls, event.call_id, noted),
        units=with_item(board.units, event.unit_id, moved),
    )


def _acknowledge(board: Board, event: ev.UnitAcknowledged) -> Board:
    return _milestone(board, event, "acknowledged_at", UnitActivity.ASSIGNED)


def _set_off(board: Board, event: ev.UnitEnRoute) -> Board:
    return _milestone(board, event, "enroute_at", UnitActivity.EN_ROUTE)


def _arrive(board: Board, event: ev.UnitArrived) -> Board:
    return _milestone(board, event, "arrived_at", UnitActivity.ON_SCENE)


def _leave_call(board: Board, event: ev.UnitCleared | ev.UnitReleased) -> Board:
    call, response = get_response(board, event.call_id, event.unit_id)
    if isinstance(event, ev.UnitReleased) and response.arrived_at is not None:
        raise Refused(
            "already_arrived",
            f"Unit {event.unit_id} has arrived at call {event.call_id}; clear it instead.",
            unit_id=event.unit_id,
            call_id=event.call_id,
        )
    require_order(
        "Cleared", event.at, response.assigned_at, response.enroute_at, response.arrived_at
    )
    unit = get_unit(board, event.unit_id)
    # A unit that never set off is still where it was; one that did must drive back.
    still = response.enroute_at is None and response.arrived_at is None
    at_home = still and unit.place.id == unit.stands_for_id
    activity = UnitActivity.AT_STATION if at_home else UnitActivity.RETURNING
    freed = replace(unit, activity=activity, since=event.at, call_id=None)
    noted = swap_response(call, response, replace(response, cleared_at=event.at))
    return replace(
        board,
        calls=with_item(board.calls, event.call_id, noted),
        units=with_item(board.units, event.unit_id, freed),
    )


def _set_activity(board: Board, event: ev.UnitActivitySet) -> Board:
    unit = get_unit(board, event.unit_id)
    if unit.call_id is not None:
        raise Refused(
            "unit_on_call",
            f"Unit {event.unit_id} is active on call {unit.call_id}; clear or release it first.",
            unit_id=event.unit_id,
            call_id=unit.call_id,
        )
    if event.activity in CALL_ACTIVITIES:
        raise Refused(
            "activity_needs_call",
            f"{event.activity.value} comes about by a call, not by hand.",
            unit_id=event.unit_id,
        )
    # Casework, meals, rest: all are had at the station unless a position says otherwise.
    home = board.stations[unit.stands_for_id].place
    place = unit.place if event.activity is UnitActivity.RETURNING else home
    changed = replace(unit, activity=event.activity, since=event.at, place=place)
    return replace(board, units=with_item(board.units, event.unit_id, changed))


_HANDLERS: dict[type, Callable[..., Board]] = {
    ev.StationOpened: _open_station,
    ev.UnitJoined: _join_unit,
    ev.GroupsFormed: _form_groups,
    ev.CallReceived: _receive_call,
    ev.UnitAssigned: _assign_unit,
    ev.UnitAcknowledged: _acknowledge,
    ev.UnitEnRoute: _set_off,
    ev.UnitArrived: _arrive,
    ev.UnitCleared: _leave_call,
    ev.UnitReleased: _leave_call,
    ev.UnitActivitySet: _set_activity,
    ev.CallCleared: close_call,
    ev.CallStruckThrough: close_call,
    **CALL_HANDLERS,
    **UNIT_HANDLERS,
    **MEMBER_HANDLERS,
    **AID_HANDLERS,
    **ROAD_HANDLERS,
}
