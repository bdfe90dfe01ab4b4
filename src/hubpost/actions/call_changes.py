"""What can be put right, joined or moved about an open call."""

import re
from dataclasses import replace

from hubpost.actions.command_room import CommandRoom
from hubpost.actions.places import home_station_id
from hubpost.model import events as ev
from hubpost.model.apply import Refused
from hubpost.model.call import CallChange
from hubpost.storage.transaction import Tx

#: Numbers an officer might type by mistake or habit; calls do not keep them.
ID_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


def without_id_numbers(text: str) -> str:
    """A text with identity numbers struck out."""
    return ID_NUMBER.sub("[ID]", text.strip())


def amend_call(
    tx: Tx, room: CommandRoom, call_id: str, change: CallChange, reason: str = ""
) -> None:
    """Put right what was taken down: kind, priority, place, note; a new place finds its station.

    Raises Refused when the place is outside the county, or nothing changes.
    """
    if change.lon is not None and change.lat is not None and change.station_id is None:
        station_id = home_station_id(room, tx.board, change.lon, change.lat)
        change = replace(change, station_id=station_id)
    if change.note is not None:
        change = replace(change, note=without_id_numbers(change.note))
    tx.record(ev.CallAmended(tx.now, call_id, change, reason.strip()))


def note_call(tx: Tx, call_id: str, text: str, *, unit_id: str | None = None) -> None:
    """Add a line. Raises Refused when it is empty."""
    if not text.strip():
        raise Refused("note_empty", "Expected a line of text.")
    tx.record(ev.CallNoted(tx.now, call_id, without_id_numbers(text), unit_id))


def merge_calls(tx: Tx, call_id: str, into_call_id: str) -> None:
    """并案: the call repeats another. It can be taken apart while that one is open."""
    tx.record(ev.CallMerged(tx.now, call_id, into_call_id))


def unmerge_call(tx: Tx, call_id: str, reason: str = "") -> None:
    """撤并: the call stands on its own again, as it was."""
    tx.record(ev.CallUnmerged(tx.now, call_id, reason.strip()))


def link_calls(tx: Tx, call_id: str, other_call_id: str, reason: str = "") -> None:
    """关联: the two have to do with each other."""
    tx.record(ev.CallsLinked(tx.now, call_id, other_call_id, reason.strip()))


def unlink_calls(tx: Tx, call_id: str, other_call_id: str) -> None:
    """取消关联."""
    tx.record(ev.CallsUnlinked(tx.now, call_id, other_call_id))


def escalate_call(tx: Tx, call_id: str, tier: int | None = None, reason: str = "") -> int:
    """升级: seek units of the next tier, or of the one given, on equal terms; the tier now."""
    known = tx.board.calls.get(call_id)
    wanted = tier if tier is not None else (known.tier + 1 if known else 1)
    tx.record(ev.CallEscalated(tx.now, call_id, wanted, reason.strip()))
    return wanted


def transfer_call(tx: Tx, call_id: str, room_id: str, reason: str) -> None:
    """移交: another command room handles the call. Raises Refused without a reason."""
    if not reason.strip():
        raise Refused("reason_missing", "A call is handed over only with a reason. Give one.")
    tx.record(ev.CallTransferred(tx.now, call_id, room_id, reason.strip()))
