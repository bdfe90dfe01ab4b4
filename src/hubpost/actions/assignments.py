"""Sending units and following them: 派警 签收 出警 到达, clear, call off."""

from collections.abc import Callable
from datetime import datetime

from hubpost.actions.advice import advise, keep_decision, predicted_arrival
from hubpost.actions.command_room import CommandRoom
from hubpost.actions.minimum_units import alert_with_first_unit
from hubpost.model import events as ev
from hubpost.model.apply import Refused
from hubpost.storage.transaction import Tx


def assign_unit(
    tx: Tx,
    room: CommandRoom,
    call_id: str,
    unit_id: str,
    *,
    override_reason: str | None = None,
    at: datetime | None = None,
) -> None:
    """Send a unit, and keep the advice that stood at that moment beside the choice.

    at: when it was sent, where that is entered late; no arrival is then predicted.

    Two dispatchers who send the same unit at once: the writer takes them one after the other,
    and the board refuses the second. Raises Refused, also when the unit is not the advice and
    no reason is given.
    """
    advice = advise(room, tx.board, call_id, tx.now)
    advised = {c.unit_id for c in advice.choices}
    candidate = next((c for c in (*advice.ranked, *advice.barred) if c.unit_id == unit_id), None)
    seen = tx.last_event_id
    arrival = predicted_arrival(candidate, tx.now) if candidate and at is None else None
    reason = (override_reason or "").strip() or None
    tx.record(ev.UnitAssigned(at or tx.now, call_id, unit_id, arrival, reason))
    if unit_id not in advised and reason is None:
        raise Refused(
            "override_reason_missing",
            f"Unit {unit_id} is not the advice for this call. Give a reason for choosing it.",
            unit_id=unit_id,
        )
    keep_decision(tx, room, advice, seen_event_id=seen, chosen=unit_id)
    if at is None:
        alert_with_first_unit(tx, room, call_id)


def acknowledge(tx: Tx, call_id: str, unit_id: str, *, at: datetime | None = None) -> None:
    """签收: the crew has the call."""
    tx.record(ev.UnitAcknowledged(at or tx.now, call_id, unit_id))


def set_off(tx: Tx, call_id: str, unit_id: str, *, at: datetime | None = None) -> None:
    """出警: wheels are turning."""
    tx.record(ev.UnitEnRoute(at or tx.now, call_id, unit_id))


def arrive(tx: Tx, call_id: str, unit_id: str, *, at: datetime | None = None) -> None:
    """到达: the unit is at the place."""
    tx.record(ev.UnitArrived(at or tx.now, call_id, unit_id))


def clear_unit(tx: Tx, call_id: str, unit_id: str, *, at: datetime | None = None) -> None:
    """The unit leaves the call and may be sent again; when it was the last, the call closes."""
    when = at or tx.now
    tx.record(ev.UnitCleared(when, call_id, unit_id))
    call = tx.board.calls[call_id]
    if not call.active_unit_ids and any(r.arrived_at for r in call.responses):
        tx.record(ev.CallCleared(when, call_id))


def release_unit(tx: Tx, call_id: str, unit_id: str, reason: str = "") -> None:
    """Call a unit off before it has arrived."""
    tx.record(ev.UnitReleased(tx.now, call_id, unit_id, reason.strip()))


#: The steps a unit takes on a call, by the name they have in addresses and on buttons.
STEPS: dict[str, Callable[..., None]] = {
    "acknowledge": acknowledge,
    "set-off": set_off,
    "arrive": arrive,
    "clear": clear_unit,
}
