"""The one vocabulary of events; console, simulator, evaluation and audit all read it.

`at` is when a thing happened, in UTC; when it was written down is the event row's own time.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from hubpost.model.aid_events import (
    AidCommitted,
    AidDeclined,
    AidOffered,
    AidReleased,
    AidRequested,
)
from hubpost.model.call import Call
from hubpost.model.call_events import (
    CallAmended,
    CallEscalated,
    CallMerged,
    CallNoted,
    CallsLinked,
    CallsUnlinked,
    CallTransferred,
    CallUnmerged,
)
from hubpost.model.member_events import (
    MemberAnswered,
    MemberArrived,
    MemberConfirmed,
    MemberJoined,
    MemberLeft,
    MembersAlerted,
)
from hubpost.model.road_events import RoadClosed, RoadConditionsSet, RoadReopened
from hubpost.model.station import HubGroup, Station
from hubpost.model.unit import Unit, UnitActivity
from hubpost.model.unit_events import (
    DuressCleared,
    DuressRaised,
    FieldActionRefused,
    PositionReported,
    UnitChecked,
    UnitCrewed,
    UnitFedBack,
    UnitMovedUp,
    UnitReserveSet,
    UnitStacked,
    UnitUnstacked,
)

#: Everything a reader of events needs, in one import.
__all__ = [
    "EVENT_TYPES",
    "AidCommitted",
    "AidDeclined",
    "AidOffered",
    "AidReleased",
    "AidRequested",
    "CallAmended",
    "CallCleared",
    "CallEscalated",
    "CallMerged",
    "CallNoted",
    "CallReceived",
    "CallStruckThrough",
    "CallTransferred",
    "CallUnmerged",
    "CallsLinked",
    "CallsUnlinked",
    "DuressCleared",
    "DuressRaised",
    "Event",
    "FieldActionRefused",
    "GroupsFormed",
    "MemberAnswered",
    "MemberArrived",
    "MemberConfirmed",
    "MemberJoined",
    "MemberLeft",
    "MembersAlerted",
    "PositionReported",
    "RoadClosed",
    "RoadConditionsSet",
    "RoadReopened",
    "StationOpened",
    "UnitAcknowledged",
    "UnitActivitySet",
    "UnitArrived",
    "UnitAssigned",
    "UnitChecked",
    "UnitCleared",
    "UnitCrewed",
    "UnitEnRoute",
    "UnitFedBack",
    "UnitJoined",
    "UnitMovedUp",
    "UnitReleased",
    "UnitReserveSet",
    "UnitStacked",
    "UnitUnstacked",
]


@dataclass(frozen=True, slots=True)
class StationOpened:
    """A station is on the board from now on; neighbour_ids are the stations it adjoins."""

    at: datetime
    station: Station
    neighbour_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitJoined:
    """A unit is on the board, at its station."""

    at: datetime
    unit: Unit


@dataclass(frozen=True, slots=True)
class GroupsFormed:
    """A signed plan is in force: these groups replace all groups before."""

    at: datetime
    groups: tuple[HubGroup, ...]
    plan_id: str = ""


@dataclass(frozen=True, slots=True)
class CallReceived:
    """接警: a call is taken."""

    at: datetime
    call: Call


@dataclass(frozen=True, slots=True)
class UnitAssigned:
    """派警: a unit is sent; override_reason says why when it was not the advice."""

    at: datetime
    call_id: str
    unit_id: str
    predicted_arrival_at: datetime | None = None
    override_reason: str | None = None


@dataclass(frozen=True, slots=True)
class UnitAcknowledged:
    """签收: the crew has the call."""

    at: datetime
    call_id: str
    unit_id: str


@dataclass(frozen=True, slots=True)
class UnitEnRoute:
    """出警: wheels are turning."""

    at: datetime
    call_id: str
    unit_id: str


@dataclass(frozen=True, slots=True)
class UnitArrived:
    """到达: the unit is at the place."""

    at: datetime
    call_id: str
    unit_id: str


@dataclass(frozen=True, slots=True)
class UnitCleared:
    """The unit has left the call and may be sent again."""

    at: datetime
    call_id: str
    unit_id: str


@dataclass(frozen=True, slots=True)
class UnitReleased:
    """The unit was called off before it arrived."""

    at: datetime
    call_id: str
    unit_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class UnitActivitySet:
    """A unit takes up something that is no call: casework, a meal, back at the station."""

    at: datetime
    unit_id: str
    activity: UnitActivity
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CallCleared:
    """办结: nothing more is to be done."""

    at: datetime
    call_id: str
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class CallStruckThrough:
    """The call should not have been entered; it stays readable, struck through."""

    at: datetime
    call_id: str
    reason: str


Event = (
    StationOpened
    | UnitJoined
    | GroupsFormed
    | CallReceived
    | UnitAssigned
    | UnitAcknowledged
    | UnitEnRoute
    | UnitArrived
    | UnitCleared
    | UnitReleased
    | UnitActivitySet
    | CallCleared
    | CallStruckThrough
    | CallAmended
    | CallNoted
    | CallMerged
    | CallUnmerged
    | CallsLinked
    | CallsUnlinked
    | CallEscalated
    | CallTransferred
    | UnitFedBack
    | UnitChecked
    | UnitStacked
    | UnitUnstacked
    | UnitCrewed
    | UnitReserveSet
    | UnitMovedUp
    | PositionReported
    | DuressRaised
    | DuressCleared
    | FieldActionRefused
    | MemberJoined
    | MemberConfirmed
    | MemberLeft
    | MembersAlerted
    | MemberAnswered
    | MemberArrived
    | AidRequested
    | AidOffered
    | AidCommitted
    | AidReleased
    | AidDeclined
    | RoadClosed
    | RoadReopened
    | RoadConditionsSet
)

EVENT_TYPES: dict[str, type] = {kind.__name__: kind for kind in get_args(Event)}
