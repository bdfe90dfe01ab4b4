"""How minimum units change: who is listed, who was alerted, who comes, who is there."""

from collections.abc import Callable
from dataclasses import replace

from hubpost.model import member_events as ev
from hubpost.model.board import Board, CallOnBoard
from hubpost.model.lookups import get_call, require_order, with_item, without
from hubpost.model.member import MemberAlert, MemberOnBoard
from hubpost.model.refused import Refused


def _join(board: Board, event: ev.MemberJoined) -> Board:
    member = event.member
    if member.station_id not in board.stations:
        raise Refused(
            "station_unknown",
            f"Member {member.id} names station {member.station_id}, which is not on the board.",
            station_id=member.station_id,
        )
    return replace(
        board, members=with_item(board.members, member.id, MemberOnBoard(member, event.at))
    )


def _require_member(board: Board, member_id: str) -> MemberOnBoard:
    if member_id not in board.members:
        raise Refused("member_unknown", f"Member {member_id} is on no list.", member_id=member_id)
    return board.members[member_id]


def _confirm(board: Board, event: ev.MemberConfirmed) -> Board:
    known = replace(_require_member(board, event.member_id), confirmed_at=event.at)
    return replace(board, members=with_item(board.members, event.member_id, known))


def _leave(board: Board, event: ev.MemberLeft) -> Board:
    _require_member(board, event.member_id)
    return replace(board, members=without(board.members, event.member_id))


def _alert(board: Board, event: ev.MembersAlerted) -> Board:
    call = get_call(board, event.call_id)
    if call.call.danger:
        raise Refused(
            "danger_no_members",
            "Arms or violence are spoken of: members of minimum units are never sent there.",
            call_id=event.call_id,
        )
    told = {a.member_id for a in call.alerts}
    for member_id in event.member_ids:
        _require_member(board, member_id)
        if member_id in told:
            raise Refused(
                "member_alerted",
                f"Member {member_id} was alerted already.",
                member_id=member_id,
                call_id=event.call_id,
            )
    require_order("Alerted", event.at, call.call.received_at)
    alerts = tuple(MemberAlert(m, event.at) for m in event.member_ids)
    return _put(board, replace(call, alerts=(*call.alerts, *alerts)))


def _answer(board: Board, event: ev.MemberAnswered) -> Board:
    call, alert = _get_alert(board, event.call_id, event.member_id)
    if alert.arrived_at is not None:
        raise Refused(
            "already_arrived", f"Member {event.member_id} is there.", call_id=event.call_id
        )
    require_order("Answered", event.at, alert.alerted_at)
    return _swap(board, call, alert, replace(alert, answered_at=event.at, coming=event.coming))


def _arrive(board: Board, event: ev.MemberArrived) -> Board:
    call, alert = _get_alert(board, event.call_id, event.member_id)
    if alert.arrived_at is not None:
        raise Refused(
            "milestone_known",
            f"Member {event.member_id} has arrived already.",
            call_id=event.call_id,
        )
    require_order("Arrived", event.at, alert.alerted_at, alert.answered_at)
    there = replace(
        alert, answered_at=alert.answered_at or event.at, coming=True, arrived_at=event.at
    )
    return _swap(board, call, alert, there)


def _get_alert(board: Board, call_id: str, member_id: str) -> tuple[CallOnBoard, MemberAlert]:
    call = get_call(board, call_id)
    for alert in call.alerts:
        if alert.member_id == member_id:
            return call, alert
    raise Refused(
        "member_not_alerted",
        f"Member {member_id} was not alerted to call {call_id}.",
        member_id=member_id,
        call_id=call_id,
    )


def _swap(board: Board, call: CallOnBoard, old: MemberAlert, new: MemberAlert) -> Board:
    alerts = tuple(new if a is old else a for a in call.alerts)
    return _put(board, replace(call, alerts=alerts))


def _put(board: Board, call: CallOnBoard) -> Board:
    return replace(board, calls=with_item(board.calls, call.call.id, call))


MEMBER_HANDLERS: dict[type, Callable[..., Board]] = {
    ev.MemberJoined: _join,
    ev.MemberConfirmed: _confirm,
    ev.MemberLeft: _leave,
    ev.MembersAlerted: _alert,
    ev.MemberAnswered: _answer,
    ev.MemberArrived: _arrive,
}
