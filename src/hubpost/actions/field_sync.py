"""What a crew did without signal, applied once, in order, with its own times; conflicts told."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import msgspec

from hubpost.actions import assignments, call_changes, units
from hubpost.actions.idempotency import find_reply, keep_reply
from hubpost.model import events as ev
from hubpost.model.apply import Refused
from hubpost.storage.transaction import Tx

#: A device whose clock is further off than this has its times moved by the difference.
SKEW_TOLERATED_S = 5.0
#: No step is taken to be older than this; a queue that old is entered by hand.
OLDEST = timedelta(days=7)
#: The longest queue taken at once.
MOST = 200


@dataclass(frozen=True, slots=True)
class FieldAction:
    """One tap: id is made on the device, at is the device's clock. step: a key of STEPS."""

    id: str
    step: str
    unit_id: str
    at: datetime
    call_id: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class FieldResult:
    """What became of a tap.

    outcome: `applied`, `repeated` (done before; nothing is done twice) or `conflict` (nothing was
    changed; code and message say why). at: the time it was given, corrected for the device's clock.
    """

    id: str
    outcome: str
    at: datetime
    code: str = ""
    message: str = ""
    detail: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SyncReply:
    """Results in the order they were sent; skew_s: how far the device's clock was ahead."""

    results: tuple[FieldResult, ...]
    skew_s: float
    event_id: int


def sync_actions(
    tx: Tx, unit_id: str, actions: Sequence[FieldAction], *, sent_at: datetime
) -> SyncReply:
    """Apply a device's queue: each tap once, in the order given, each standing or falling alone.

    sent_at: the device's clock when it sent; the difference to ours corrects the taps' times.
    A tap that the board refuses is a conflict: nothing is overwritten, the refusal is recorded for
    the command room to see, and the taps after it are tried. Raises Refused for a queue of another
    unit, out of order, too long, or whose times cannot be.
    """
    _check(unit_id, actions)
    skew_s = (sent_at - tx.now).total_seconds()
    results = tuple(_apply_once(tx, action, skew_s) for action in actions)
    return SyncReply(results, skew_s, tx.last_event_id)


def _check(unit_id: str, actions: Sequence[FieldAction]) -> None:
    if len(actions) > MOST:
        raise Refused("queue_too_long", f"Expected at most {MOST} actions, came {len(actions)}.")
    for action in actions:
        if action.unit_id != unit_id:
            raise Refused("unit_of_another", "A device sends the actions of its own unit only.")
        if action.step not in STEPS:
            raise Refused("step_unknown", f"Expected one of {', '.join(STEPS)}: {action.step!r}.")
        if action.at.tzinfo is None:
            raise Refused("zone_missing", "Expected times with a zone.")
    times = [a.at for a in actions]
    if times != sorted(times):
        raise Refused("queue_out_of_order", "Expected the actions in the order of their times.")


def _apply_once(tx: Tx, action: FieldAction, skew_s: float) -> FieldResult:
    key = f"field:{action.unit_id}:{action.id}"
    fingerprint = hashlib.sha256(msgspec.json.encode(action, order="sorted")).hexdigest()
    try:
        held = find_reply(tx.conn, key, fingerprint)
    except Refused as refused:
        return FieldResult(action.id, "conflict", action.at, refused.code, str(refused))
    if held is not None:
        before = msgspec.convert(held["reply"], FieldResult)
        return replace(before, outcome="repeated") if before.outcome == "applied" else before
    result = _apply(tx, action, _own_time(tx, action, skew_s))
    keep_reply(tx, key, fingerprint, result)
    return result


def _own_time(tx: Tx, action: FieldAction, skew_s: float) -> datetime:
    """When the tap was made by our clock: never ahead of it."""
    moved = action.at
    if abs(skew_s) > SKEW_TOLERATED_S:
        moved -= timedelta(seconds=skew_s)
    return min(moved, tx.now)


def _apply(tx: Tx, action: FieldAction, at: datetime) -> FieldResult:
    if tx.now - at > OLDEST:
        message = "The action is more than a week old. Enter it by hand."
        return _conflict(tx, action, at, "action_too_old", message, {})
    try:
        with tx.attempt():
            STEPS[action.step](tx, action, at)
    except Refused as refused:
        return _conflict(tx, action, at, refused.code, str(refused), refused.detail)
    return FieldResult(action.id, "applied", at)


def _conflict(
    tx: Tx, action: FieldAction, at: datetime, code: str, message: str, detail: dict[str, str]
) -> FieldResult:
    if action.unit_id in tx.board.units:
        tx.record(ev.FieldActionRefused(at, action.unit_id, action.call_id, action.step, code))
    return FieldResult(action.id, "conflict", at, code, message, dict(detail))


def _step(do: Callable[..., None]) -> Callable[[Tx, FieldAction, datetime], None]:
    return lambda tx, a, at: do(tx, a.call_id, a.unit_id, at=at)


def _note(tx: Tx, action: FieldAction, at: datetime) -> None:
    text = call_changes.without_id_numbers(action.text)
    if not text:
        raise Refused("note_empty", "Expected a line of text.")
    tx.record(ev.CallNoted(at, action.call_id, text, action.unit_id))


def _feed_back(tx: Tx, action: FieldAction, at: datetime) -> None:
    text = call_changes.without_id_numbers(action.text)
    tx.record(ev.UnitFedBack(at, action.call_id, action.unit_id, text))


def _check_in(tx: Tx, action: FieldAction, at: datetime) -> None:
    tx.record(ev.UnitChecked(at, action.call_id, action.unit_id))


def _duress(tx: Tx, action: FieldAction, at: datetime) -> None:
    units.raise_duress(tx, action.unit_id, at=at)


#: What a crew can tap, by the name it has in the queue.
STEPS: dict[str, Callable[[Tx, FieldAction, datetime], None]] = {
    **{name: _step(do) for name, do in assignments.STEPS.items()},
    "note": _note,
    "feedback": _feed_back,
    "check": _check_in,
    "duress": _duress,
}
