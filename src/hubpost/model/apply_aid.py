"""How a request for aid across the border moves: requested, offered, committed, released."""

from collections.abc import Callable
from dataclasses import replace

from hubpost.model import aid_events as ev
from hubpost.model.aid import AidCase, AidSide, AidState
from hubpost.model.board import Board
from hubpost.model.lookups import get_call, require_order, with_item, without
from hubpost.model.refused import Refused


def _request(board: Board, event: ev.AidRequested) -> Board:
    if event.aid_id in board.aid:
        raise Refused("aid_known", f"Aid {event.aid_id} was asked for already.")
    if event.side is AidSide.ASKED:
        get_call(board, event.call_id or "")
    case = AidCase(
        event.aid_id, event.partner_id, event.side, event.slip, event.at, call_id=event.call_id
    )
    return replace(board, aid=with_item(board.aid, event.aid_id, case))


def _offer(board: Board, event: ev.AidOffered) -> Board:
    case = _get_case(board, event.aid_id, AidState.REQUESTED, AidState.OFFERED)
    if not event.unit_names:
        raise Refused("offer_empty", "An offer names at least one unit.")
    require_order("Offered", event.at, case.requested_at)
    return _put(
        board,
        replace(
            case,
            state=AidState.OFFERED,
            offered_at=event.at,
            unit_names=event.unit_names,
            eta_s=event.eta_s,
        ),
    )


def _commit(board: Board, event: ev.AidCommitted) -> Board:
    case = _get_case(board, event.aid_id, AidState.OFFERED)
    require_order("Committed", event.at, case.offered_at)
    return _put(
        board,
        replace(
            case,
            state=AidState.COMMITTED,
            committed_at=event.at,
            call_id=event.call_id or case.call_id,
        ),
    )


def _release(board: Board, event: ev.AidReleased) -> Board:
    case = _get_case(board, event.aid_id, AidState.COMMITTED)
    require_order("Released", event.at, case.committed_at)
    return replace(board, aid=without(board.aid, event.aid_id))


def _decline(board: Board, event: ev.AidDeclined) -> Board:
    _get_case(board, event.aid_id, AidState.REQUESTED, AidState.OFFERED)
    return replace(board, aid=without(board.aid, event.aid_id))


def _get_case(board: Board, aid_id: str, *states: AidState) -> AidCase:
    case = board.aid.get(aid_id)
    if case is None:
        raise Refused("aid_unknown", f"Aid {aid_id} is not open.")
    if case.state not in states:
        raise Refused(
            "aid_out_of_order",
            f"Aid {aid_id} is {case.state.value}; expected {' or '.join(states)}.",
            state=case.state.value,
        )
    return case


def _put(board: Board, case: AidCase) -> Board:
    return replace(board, aid=with_item(board.aid, case.id, case))


AID_HANDLERS: dict[type, Callable[..., Board]] = {
    ev.AidRequested: _request,
    ev.AidOffered: _offer,
    ev.AidCommitted: _commit,
    ev.AidReleased: _release,
    ev.AidDeclined: _decline,
}
