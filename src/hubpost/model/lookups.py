"""Finding things on a board, or refusing by name; and changed copies of its mappings."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from hubpost.model.board import Board, CallOnBoard, UnitOnBoard
from hubpost.model.call import Response
from hubpost.model.refused import Refused

K = TypeVar("K")
V = TypeVar("V")


def with_item(mapping: Mapping[K, V], key: K, value: V) -> dict[K, V]:
    """A copy with one entry set."""
    return {**mapping, key: value}


def without(mapping: Mapping[K, V], key: K) -> dict[K, V]:
    """A copy without one entry."""
    return {k: v for k, v in mapping.items() if k != key}


def get_call(board: Board, call_id: str) -> CallOnBoard:
    """The open call of this id. Raises Refused."""
    if call_id not in board.calls:
        raise Refused("call_not_open", f"Call {call_id} is not open.", call_id=call_id)
    return board.calls[call_id]


def get_unit(board: Board, unit_id: str) -> UnitOnBoard:
    """The unit of this id. Raises Refused."""
    if unit_id not in board.units:
        raise Refused("unit_unknown", f"Unit {unit_id} is not on the board.", unit_id=unit_id)
    return board.units[unit_id]


def get_response(board: Board, call_id: str, unit_id: str) -> tuple[CallOnBoard, Response]:
    """The call and the response this unit is active on in it. Raises Refused."""
    call = get_call(board, call_id)
    response = call.find_active(unit_id)
    if response is None:
        raise Refused(
            "unit_not_on_call",
            f"Unit {unit_id} is not active on call {call_id}.",
            unit_id=unit_id,
            call_id=call_id,
        )
    return call, response


def require_order(what: str, at: datetime, *earlier: datetime | None) -> None:
    """Raises Refused when a time is before any of those that must come first."""
    latest = max((t for t in earlier if t is not None), default=None)
    if latest is not None and at < latest:
        raise Refused(
            "time_runs_backwards",
            f"{what} at {at.isoformat()} is before {latest.isoformat()}. Correct the time.",
            at=at.isoformat(),
            earlier=latest.isoformat(),
        )


def swap_response(call: CallOnBoard, old: Response, new: Response) -> CallOnBoard:
    """The call with one response changed."""
    return replace(call, responses=tuple(new if r is old else r for r in call.responses))
