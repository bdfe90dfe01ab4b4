"""What can happen to a call after it was taken, beside units being sent."""

from dataclasses import dataclass
from datetime import datetime

from hubpost.model.call import CallChange


@dataclass(frozen=True, slots=True)
class CallAmended:
    """What was taken down is put right; the first entry stays readable in its own event."""

    at: datetime
    call_id: str
    change: CallChange
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CallNoted:
    """A line is added to the call, by a unit or by the command room."""

    at: datetime
    call_id: str
    text: str
    unit_id: str | None = None


@dataclass(frozen=True, slots=True)
class CallMerged:
    """The call repeats another that is open; it can be taken apart again."""

    at: datetime
    call_id: str
    into_call_id: str


@dataclass(frozen=True, slots=True)
class CallUnmerged:
    """The call was no repetition after all; it is open again as it was."""

    at: datetime
    call_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CallsLinked:
    """Two calls have to do with each other, but are not the same."""

    at: datetime
    call_id: str
    other_call_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CallsUnlinked:
    """The two calls have nothing to do with each other."""

    at: datetime
    call_id: str
    other_call_id: str


@dataclass(frozen=True, slots=True)
class CallEscalated:
    """升级: units up to this tier are sought on equal terms; tier as on `CallOnBoard`."""

    at: datetime
    call_id: str
    tier: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CallTransferred:
    """移交: another command room handles the call from now on; room_id is its hub station."""

    at: datetime
    call_id: str
    room_id: str
    reason: str = ""
