"""Taking a call, closing it, striking it through."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa

from hubpost.actions.advice import advise, keep_decision
from hubpost.actions.call_changes import without_id_numbers
from hubpost.actions.callers import known_caller
from hubpost.actions.command_room import CommandRoom
from hubpost.actions.places import home_station_id
from hubpost.dispatch.duplicates import DuplicateHit, list_duplicates
from hubpost.dispatch.recommendation import Recommendation
from hubpost.model.apply import Refused
from hubpost.model.call import Call, CallCategory, CallMode, Priority
from hubpost.model.events import CallCleared, CallReceived, CallStruckThrough
from hubpost.storage import schema
from hubpost.storage.transaction import Tx

#: Whether a call of this id was there before, and the last number of the day: one round trip.
_USED_AND_LAST = sa.select(
    sa.exists().where(schema.call.c.id == sa.bindparam("key_id")),
    sa.select(sa.func.max(schema.call.c.number_in_day))
    .where(schema.call.c.day == sa.bindparam("key_day"))
    .scalar_subquery(),
)


@dataclass(frozen=True, slots=True)
class CallReport:
    """What the call taker has: kind and place; the rest has defaults.

    station_id: the home station when known, else that of the nearest village.
    request_id: given by the sender, so that a report sent twice is taken once.
    caller_phone: kept masked, with a keyed hash that finds the caller's other calls.
    """

    category: CallCategory
    priority: Priority
    lon: float
    lat: float
    area_id: str | None = None
    station_id: str | None = None
    place_text: str = ""
    note: str = ""
    confirmed: bool = False
    units_needed: int = 1
    exercise: bool = False
    request_id: str | None = None
    mode: CallMode = CallMode.LIVE
    due_at: datetime | None = None
    danger: bool = False
    skills_needed: tuple[str, ...] = ()
    caller_phone: str | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class CallTaken:
    """A call as entered, with the advice at that moment and the open calls it may repeat."""

    call: Call
    advice: Recommendation
    duplicates: tuple[DuplicateHit, ...] = ()


def receive_call(
    tx: Tx, room: CommandRoom, report: CallReport, *, received_at: datetime | None = None
) -> CallTaken:
    """Take a call and advise on it: one commit of state, event, decision record and audit row.

    received_at: when it rang, now unless it is entered late (from a paper card after an outage):
    the event keeps this time, its row the time of entry. A call that is only logged is closed at
    once and gets no advice.
    Raises Refused when the place is outside the county, or the time lies ahead.
    """
    at = received_at or tx.now
    if at > tx.now:
        raise Refused("time_ahead", f"Received at {at.isoformat()} lies ahead of the clock.")
    _check_due(report, tx.now)
    known = tx.board.calls.get(report.request_id or "")
    if known is not None:
        return CallTaken(known.call, advise(room, tx.board, known.call.id, tx.now))
    call = _make_call(tx, room, report, at)
    seen = tx.last_event_id
    tx.record(CallReceived(at, call))
    if call.mode is CallMode.LOGGED:
        tx.record(CallCleared(tx.now, call.id, "logged only"))
        return CallTaken(call, Recommendation(call.id, (), (), (), (), room.rule.name))
    advice = advise(room, tx.board, call.id, tx.now)
    keep_decision(tx, room, advice, seen_event_id=seen, chosen=None)
    return CallTaken(call, advice, list_duplicates(tx.board, call))


def close_call(tx: Tx, call_id: str, outcome: str = "", *, at: datetime | None = None) -> None:
    """办结: nothing more is to be done. Raises Refused while units are active on it."""
    tx.record(CallCleared(at or tx.now, call_id, outcome))


def strike_call(tx: Tx, call_id: str, reason: str) -> None:
    """Strike a call through that should not have been entered; it stays readable."""
    if not reason.strip():
        raise Refused("reason_missing", "A call is struck through only with a reason. Give one.")
    tx.record(CallStruckThrough(tx.now, call_id, reason.strip()))


def _check_due(report: CallReport, now: datetime) -> None:
    """A scheduled call lies ahead, and no other call has a time it is due."""
    scheduled = report.mode is CallMode.SCHEDULED
    if scheduled != (report.due_at is not None) or (report.due_at and report.due_at <= now):
        raise Refused("due_time", "A scheduled call needs a time ahead; no other call has one.")


def _make_call(tx: Tx, room: CommandRoom, report: CallReport, at: datetime) -> Call:
    if report.request_id in tx.board.merged:
        raise Refused("call_known", "This report was taken before and merged into another call.")
    day = room.local(at).strftime("%Y%m%d")
    known = {"key_id": report.request_id or "", "key_day": day}
    used, last = tx.reading.execute(_USED_AND_LAST, known).one()
    if used:
        raise Refused("call_known", "This report was taken before and its call is closed.")
    return Call(
        id=report.request_id or uuid4().hex,
        # Gapless within the day: the writer's lock lets no two actions count at once.
        number=f"{day}-{(last or 0) + 1:04d}",
        received_at=at,
        category=report.category,
        priority=report.priority,
        lon=report.lon,
        lat=report.lat,
        station_id=report.station_id or home_station_id(room, tx.board, report.lon, report.lat),
        area_id=report.area_id,
        place_text=report.place_text.strip(),
        note=without_id_numbers(report.note),
        confirmed=report.confirmed,
        units_needed=report.units_needed,
        exercise=report.exercise,
        mode=report.mode,
        due_at=report.due_at,
        danger=report.danger,
        skills_needed=report.skills_needed,
        caller=known_caller(tx, report.caller_phone) if report.caller_phone else None,
        source=report.source,
    )
