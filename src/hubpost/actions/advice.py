"""Asking for the advice on a call, and keeping what it was and what it saw."""

from dataclasses import replace
from datetime import datetime, timedelta
from math import isfinite

import msgspec

from hubpost.actions.command_room import CommandRoom
from hubpost.actions.road_notes import notes_of_roads, with_eta_range
from hubpost.dispatch.cover import stations_at_stake, with_cover
from hubpost.dispatch.origins import list_origins
from hubpost.dispatch.recommend import recommend_unit
from hubpost.dispatch.recommendation import Candidate, Recommendation
from hubpost.model.apply import Refused
from hubpost.model.board import Board
from hubpost.storage.sealed import seal_value
from hubpost.storage.statements import INSERT_DECISION
from hubpost.storage.transaction import Tx

#: Free and barred units an advice lists, beside those of the home station.
LISTED = 20


def advise(
    room: CommandRoom, board: Board, call_id: str, now: datetime | None = None
) -> Recommendation:
    """The advice for an open call as the board stands, with the cover it leaves behind.

    now: tells fresh positions from old ones, and which closures are in force; without it units are
    taken to be where their state says, and roads to be open. Raises Refused when the call is not
    open.
    """
    if call_id not in board.calls:
        raise Refused("call_not_open", f"Call {call_id} is not open.", call_id=call_id)
    call = board.calls[call_id].call
    origins = list_origins(board, now) if now else None
    travel = room.travel_at(board, now)
    travel_s = room.unit_travel_s(board, call.place, origins, travel)
    advice = recommend_unit(board, call, travel_s, room.rule, origins=origins, keep=LISTED)
    stakes = stations_at_stake(board, advice)
    if stakes:
        seat_s = room.station_travel_s(board, stakes, origins, travel)
        advice = with_cover(board, advice, seat_s)
    if now is None:
        return advice
    seen = notes_of_roads(room.roads_seen(board, now))
    return replace(with_eta_range(advice, room), notes=(*advice.notes, *seen))


def predicted_arrival(candidate: Candidate, now: datetime) -> datetime | None:
    """When a unit sent now would be there; None when it cannot get there."""
    return now + timedelta(seconds=candidate.eta_s) if isfinite(candidate.eta_s) else None


def keep_decision(
    tx: Tx, room: CommandRoom, advice: Recommendation, *, seen_event_id: int, chosen: str | None
) -> None:
    """Store a recommendation with the board it saw (by event id), and what was chosen.

    Beside it the closures, weather and light it reckoned with, because they begin and end by the
    clock and not by an event.
    """
    seen = msgspec.to_builtins(room.roads_seen(tx.board, tx.now))
    # JSON knows no infinity: unreachable is written as null.
    body = {
        "advice": advice,
        "words": room.time_words,
        "roads": seen,
    }
    row = {
        "call_id": advice.call_id,
        "at": tx.now,
        "actor": tx.actor,
        "rule": advice.rule,
        "seen_event_id": seen_event_id,
        "chosen_unit_id": chosen,
        "body": seal_value(
            tx.sealing,
            "decision",
            "body",
            msgspec.json.encode(body).decode(),
            advice.call_id,
            seen_event_id,
        ),
    }
    tx.keep(INSERT_DECISION, row)
