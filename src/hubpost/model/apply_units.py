"""How units change beside the milestones of a call: stacks, crews, reserve, moves, positions."""

from collections.abc import Callable
from dataclasses import replace

from hubpost.model import unit_events as ev
from hubpost.model.board import Board, UnitOnBoard
from hubpost.model.call import CallMode
from hubpost.model.lookups import get_call, get_unit, with_item
from hubpost.model.place import Place
from hubpost.model.refused import Refused
from hubpost.model.unit import Availability, Fix, UnitActivity, availability_of


def _put(board: Board, unit: UnitOnBoard) -> Board:
    return replace(board, units=with_item(board.units, unit.unit.id, unit))


def _stack(board: Board, event: ev.UnitStacked) -> Board:
    call, unit = get_call(board, event.call_id), get_unit(board, event.unit_id)
    if unit.call_id is None:
        raise Refused(
            "unit_on_no_call",
            f"Unit {event.unit_id} is on no call; send it instead of stacking.",
            unit_id=event.unit_id,
        )
    if unit.call_id == event.call_id or event.call_id in unit.stacked_call_ids:
        raise Refused(
            "already_stacked",
            f"Unit {event.unit_id} is on call {event.call_id}, or the call waits for it already.",
            unit_id=event.unit_id,
            call_id=event.call_id,
        )
    if call.call.mode is CallMode.LOGGED:
        raise Refused(
            "call_logged_only",
            f"Call {event.call_id} is kept for the record only.",
            call_id=event.call_id,
        )
    waiting = replace(call, stacked_unit_ids=(*call.stacked_unit_ids, event.unit_id))
    stacked = replace(unit, stacked_call_ids=(*unit.stacked_call_ids, event.call_id))
    return replace(
        board,
        calls=with_item(board.calls, event.call_id, waiting),
        units=with_item(board.units, event.unit_id, stacked),
    )


def _unstack(board: Board, event: ev.UnitUnstacked) -> Board:
    call, unit = get_call(board, event.call_id), get_unit(board, event.unit_id)
    if event.call_id not in unit.stacked_call_ids:
        raise Refused(
            "not_stacked",
            f"Call {event.call_id} does not wait for unit {event.unit_id}.",
            unit_id=event.unit_id,
            call_id=event.call_id,
        )
    waiting = tuple(u for u in call.stacked_unit_ids if u != event.unit_id)
    stacked = tuple(c for c in unit.stacked_call_ids if c != event.call_id)
    return replace(
        board,
        calls=with_item(board.calls, event.call_id, replace(call, stacked_unit_ids=waiting)),
        units=with_item(board.units, event.unit_id, replace(unit, stacked_call_ids=stacked)),
    )


def _crew(board: Board, event: ev.UnitCrewed) -> Board:
    unit = get_unit(board, event.unit_id)
    if event.crew is not None and event.crew < 0:
        raise Refused("crew_negative", "A crew is none or more.", unit_id=event.unit_id)
    crewed = replace(unit.unit, crew=event.crew, skills=tuple(sorted(set(event.skills))))
    return _put(board, replace(unit, unit=crewed))


def _hold_back(board: Board, event: ev.UnitReserveSet) -> Board:
    return _put(board, replace(get_unit(board, event.unit_id), reserve=event.reserve))


def _move_up(board: Board, event: ev.UnitMovedUp) -> Board:
    unit = get_unit(board, event.unit_id)
    if event.station_id is not None and event.station_id not in board.stations:
        raise Refused(
            "station_unknown",
            f"Station {event.station_id} is not on the board.",
            station_id=event.station_id,
        )
    if availability_of(unit.activity) is not Availability.AVAILABLE:
        raise Refused(
            "unit_not_available",
            f"Unit {event.unit_id} is {unit.activity.value}.",
            unit_id=event.unit_id,
            activity=unit.activity.value,
            call_id=unit.call_id or "",
        )
    home = event.station_id in (None, unit.unit.station_id)
    # On the road it may be sent at once; it stands at the new station once it says so.
    return _put(
        board,
        replace(
            unit,
            activity=UnitActivity.RETURNING,
            since=event.at,
            covering_id=None if home else event.station_id,
        ),
    )


def _fix(board: Board, event: ev.PositionReported) -> Board:
    unit = get_unit(board, event.unit_id)
    if not (-180 <= event.lon <= 180 and -90 <= event.lat <= 90):
        raise Refused("position_impossible", "Expected WGS-84 degrees.", unit_id=event.unit_id)
    if event.at > event.received_at:
        raise Refused("time_ahead", "The fix lies ahead of the clock.", unit_id=event.unit_id)
    if unit.fix is not None and event.at <= unit.fix.fixed_at:
        raise Refused("fix_older", "A newer fix is known already.", unit_id=event.unit_id)
    fix = Fix(
        Place(event.lon, event.lat), event.at, event.received_at, event.sent_at, event.accuracy_m
    )
    return _put(board, replace(unit, fix=fix))


def _raise_duress(board: Board, event: ev.DuressRaised) -> Board:
    unit = get_unit(board, event.unit_id)
    return _put(board, replace(unit, duress_at=unit.duress_at or event.at))


def _clear_duress(board: Board, event: ev.DuressCleared) -> Board:
    unit = get_unit(board, event.unit_id)
    if unit.duress_at is None:
        raise Refused("no_duress", f"Unit {event.unit_id} calls for no help.", unit_id=unit.unit.id)
    if not event.reason.strip():
        raise Refused("reason_missing", "Say how it is known that help is no longer needed.")
    return _put(board, replace(unit, duress_at=None))


def _keep_refusal(board: Board, event: ev.FieldActionRefused) -> Board:
    """What was refused changes no board; it stands in the record for both sides to see."""
    get_unit(board, event.unit_id)
    return board


UNIT_HANDLERS: dict[type, Callable[..., Board]] = {
    ev.UnitStacked: _stack,
    ev.UnitUnstacked: _unstack,
    ev.UnitCrewed: _crew,
    ev.UnitReserveSet: _hold_back,
    ev.UnitMovedUp: _move_up,
    ev.PositionReported: _fix,
    ev.DuressRaised: _raise_duress,
    ev.DuressCleared: _clear_duress,
    ev.FieldActionRefused: _keep_refusal,
}
