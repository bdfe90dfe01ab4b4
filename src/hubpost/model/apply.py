"""The one pure function that moves a board forward: `apply(board, event)`."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar, cast

from hubpost.model import events as ev
from hubpost.model.board import Board, CallOnBoard, UnitOnBoard
from hubpost.model.call import Response
from hubpost.model.unit import CALL_ACTIVITIES, Availability, UnitActivity, availability_of

K = TypeVar("K")
V = TypeVar("V")


class Refused(ValueError):
    """An event the board does not permit; `code` names the rule, `detail` what stood against it."""

    def __init__(self, code: str, message: str, **detail: str) -> None:
        super().__init__(message)
        self.code = code
        self.detail = detail


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


def _with(mapping: Mapping[K, V], key: K, value: V) -> dict[K, V]:
    return {**mapping, key: value}


def _without(mapping: Mapping[K, V], key: K) -> dict[K, V]:
    return {k: v for k, v in mapping.items() if k != key}


def _get_call(board: Board, call_id: str) -> CallOnBoard:
    if call_id not in board.calls:
        raise Refused("call_not_open", f"Call {call_id} is not open.", call_id=call_id)
    return board.calls[call_id]


def _get_unit(board: Board, unit_id: str) -> UnitOnBoard:
    if unit_id not in board.units:
        raise Refused("unit_unknown", f"Unit {unit_id} is not on the board.", unit_id=unit_id)
    return board.units[unit_id]


def _get_response(board: Board, call_id: str, unit_id: str) -> tuple[CallOnBoard, Response]:
    call = _get_call(board, call_id)
    response = call.find_active(unit_id)
    if response is None:
        raise Refused(
            "unit_not_on_call",
            f"Unit {unit_id} is not active on call {call_id}.",
            unit_id=unit_id,
            call_id=call_id,
        )
    return call, response


def _require_order(what: str, at: datetime, *earlier: datetime | None) -> None:
    latest = max((t for t in earlier if t is not None), default=None)
    if latest is not None and at < latest:
        raise Refused(
            "time_runs_backwards",
            f"{what} at {at.isoformat()} is before {latest.isoformat()}. Correct the time.",
            at=at.isoformat(),
            earlier=latest.isoformat(),
        )


def _swap(call: CallOnBoard, old: Response, new: Response) -> CallOnBoard:
    return replace(call, responses=tuple(new if r is old else r for r in call.responses))


def _open_station(board: Board, event: ev.StationOpened) -> Board:
    station_id = event.station.id
    return replace(
        board,
        stations=_with(board.stations, station_id, event.station),
        neighbours=_with(board.neighbours, station_id, frozenset(event.neighbour_ids)),
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
    return replace(board, units=_with(board.units, unit.id, on_board))


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
    if call.id in board.calls:
        raise Refused("call_known", f"Call {call.id} is already open.", call_id=call.id)
    if call.station_id not in board.stations:
        raise Refused(
            "station_unknown",
            f"Call {call.id} names station {call.station_id}, which is not on the board.",
            station_id=call.station_id,
        )
    return replace(board, calls=_with(board.calls, call.id, CallOnBoard(call)))


def _assign_unit(board: Board, event: ev.UnitAssigned) -> Board:
    call, unit = _get_call(board, event.call_id), _get_unit(board, event.unit_id)
    if availability_of(unit.activity) is Availability.NOT_AVAILABLE:
        raise Refused(
            "unit_not_available",
            f"Unit {event.unit_id} is {unit.activity.value}"
            + (f" on call {unit.call_id}." if unit.call_id else "."),
            unit_id=event.unit_id,
            activity=unit.activity.value,
            call_id=unit.call_id or "",
        )
    _require_order("Assigned", event.at, call.call.received_at)
    response = Response(event.unit_id, event.at, event.predicted_arrival_at)
    sent = replace(unit, activity=UnitActivity.ASSIGNED, since=event.at, call_id=event.call_id)
    return replace(
        board,
        calls=_with(
            board.calls, event.call_id, replace(call, responses=(*call.responses, response))
        ),
        units=_with(board.units, event.unit_id, sent),
    )


def _milestone(
    board: Board,
    event: ev.UnitAcknowledged | ev.UnitEnRoute | ev.UnitArrived,
    field: str,
    activity: UnitActivity,
) -> Board:
    call, response = _get_response(board, event.call_id, event.unit_id)
    if getattr(response, field) is not None:
        raise Refused(
            "milestone_known",
            f"Unit {event.unit_id} already has {field} on call {event.call_id}.",
            unit_id=event.unit_id,
            call_id=event.call_id,
        )
    _require_order(
        field, event.at, response.assigned_at, response.acknowledged_at, response.enroute_at
    )
    if response.arrived_at is not None:
        raise Refused(
            "already_arrived",
            f"Unit {event.unit_id} has already arrived at call {event.call_id}.",
            unit_id=event.unit_id,
            call_id=event.call_id,
        )
    unit = _get_unit(board, event.unit_id)
    if unit.activity is UnitActivity.EN_ROUTE and activity is UnitActivity.ASSIGNED:
        activity = UnitActivity.EN_ROUTE
    place = call.call.place if activity is UnitActivity.ON_SCENE else unit.place
    moved = replace(unit, activity=activity, since=event.at, place=place)
    changes: dict[str, Any] = {field: event.at}
    noted = _swap(call, response, replace(response, **changes))
    return replace(
        board,
        calls=_with(board.calls, event.call_id, noted),
        units=_with(board.units, event.unit_id, moved),
    )


def _acknowledge(board: Board, event: ev.UnitAcknowledged) -> Board:
    return _milestone(board, event, "acknowledged_at", UnitActivity.ASSIGNED)


def _set_off(board: Board, event: ev.UnitEnRoute) -> Board:
    return _milestone(board, event, "enroute_at", UnitActivity.EN_ROUTE)


def _arrive(board: Board, event: ev.UnitArrived) -> Board:
    return _milestone(board, event, "arrived_at", UnitActivity.ON_SCENE)


def _leave_call(board: Board, event: ev.UnitCleared | ev.UnitReleased) -> Board:
    call, response = _get_response(board, event.call_id, event.unit_id)
    if isinstance(event, ev.UnitReleased) and response.arrived_at is not None:
        raise Refused(
            "already_arrived",
            f"Unit {event.unit_id} has arrived at call {event.call_id}; clear it instead.",
            unit_id=event.unit_id,
            call_id=event.call_id,
        )
    _require_order(
        "Cleared", event.at, response.assigned_at, response.enroute_at, response.arrived_at
    )
    unit = _get_unit(board, event.unit_id)
    # A unit that never set off is still where it was; one that did must drive back.
    still = response.enroute_at is None and response.arrived_at is None
    at_home = still and unit.place.id == unit.unit.station_id
    activity = UnitActivity.AT_STATION if at_home else UnitActivity.RETURNING
    freed = replace(unit, activity=activity, since=event.at, call_id=None)
    noted = _swap(call, response, replace(response, cleared_at=event.at))
    return replace(
        board,
        calls=_with(board.calls, event.call_id, noted),
        units=_with(board.units, event.unit_id, freed),
    )


def _set_activity(board: Board, event: ev.UnitActivitySet) -> Board:
    unit = _get_unit(board, event.unit_id)
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
    home = board.stations[unit.unit.station_id].place
    place = unit.place if event.activity is UnitActivity.RETURNING else home
    changed = replace(unit, activity=event.activity, since=event.at, place=place)
    return replace(board, units=_with(board.units, event.unit_id, changed))


def _close_call(board: Board, event: ev.CallCleared | ev.CallStruckThrough) -> Board:
    call = _get_call(board, event.call_id)
    if call.active_unit_ids:
        raise Refused(
            "units_still_active",
            f"Call {event.call_id} still has {', '.join(call.active_unit_ids)}; "
            "clear or release them first.",
            call_id=event.call_id,
            unit_id=call.active_unit_ids[0],
        )
    _require_order(
        "Closed", event.at, call.call.received_at, *(r.cleared_at for r in call.responses)
    )
    return replace(board, calls=_without(board.calls, event.call_id))


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
    ev.CallCleared: _close_call,
    ev.CallStruckThrough: _close_call,
}
