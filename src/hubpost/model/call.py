"""Calls for service and their milestones."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from hubpost.model.place import Place


class CallCategory(StrEnum):
    """Kinds of call 警情类别; local codes map onto these."""

    CRIMINAL = "criminal"
    PUBLIC_ORDER = "public_order"
    TRAFFIC = "traffic"
    DISPUTE = "dispute"
    ASSISTANCE = "assistance"
    FIRE_DISASTER = "fire_disaster"
    REPORT = "report"
    ENQUIRY = "enquiry"
    INVALID = "invalid"


class Priority(IntEnum):
    """警情等级: 1 life or danger now, 2 ongoing, 3 can wait, 4 refer to 12345."""

    LIFE = 1
    ONGOING = 2
    CAN_WAIT = 3
    REFER = 4


class CallMode(StrEnum):
    """live: to be answered now; scheduled: at due_at; logged: kept for the record only."""

    LIVE = "live"
    SCHEDULED = "scheduled"
    LOGGED = "logged"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who called, as far as it is kept: the number masked, and a keyed hash to find it again."""

    masked: str
    key: str


@dataclass(frozen=True, slots=True)
class Call:
    """A call for service as it was taken.

    station_id: the home station, whose territory the place lies in.
    number: the call number of the day, shown to people; id is the key.
    confirmed: whether the place was confirmed with the caller.
    danger: arms or violence are spoken of; no minimum unit is then alerted.
    skills_needed: skill codes the crew must have. due_at: of a scheduled call only.
    source: how it came: `phone`, `paper` (entered after an outage), `partner`, `simulator`.
    """

    id: str
    received_at: datetime
    category: CallCategory
    priority: Priority
    lon: float
    lat: float
    station_id: str
    number: str = ""
    area_id: str | None = None
    place_text: str = ""
    note: str = ""
    confirmed: bool = False
    units_needed: int = 1
    exercise: bool = False
    mode: CallMode = CallMode.LIVE
    due_at: datetime | None = None
    danger: bool = False
    skills_needed: tuple[str, ...] = ()
    caller: Caller | None = None
    source: str = ""

    @property
    def place(self) -> Place:
        return Place(self.lon, self.lat, None, self.area_id)


@dataclass(frozen=True, slots=True)
class CallChange:
    """What is put right about a call; None leaves a field as it was.

    A new place is given whole: lon, lat and station_id together.
    """

    category: CallCategory | None = None
    priority: Priority | None = None
    lon: float | None = None
    lat: float | None = None
    station_id: str | None = None
    area_id: str | None = None
    place_text: str | None = None
    note: str | None = None
    confirmed: bool | None = None
    units_needed: int | None = None
    mode: CallMode | None = None
    danger: bool | None = None
    skills_needed: tuple[str, ...] | None = None

    def fields(self) -> dict[str, object]:
        """The fields that change, by name; a new place takes its area along, even None."""
        given = {name: getattr(self, name) for name in self.__dataclass_fields__}
        changes = {name: value for name, value in given.items() if value is not None}
        return changes | ({"area_id": self.area_id} if self.lon is not None else {})


@dataclass(frozen=True, slots=True)
class Note:
    """A line written to an open call, by the unit named or by the command room."""

    at: datetime
    text: str
    unit_id: str | None = None


class CallState(StrEnum):
    """How far a call has come: the furthest milestone any of its units has reached."""

    RECEIVED = "received"
    ASSIGNED = "assigned"
    ACKNOWLEDGED = "acknowledged"
    EN_ROUTE = "en_route"
    ARRIVED = "arrived"
    UNITS_CLEARED = "units_cleared"


@dataclass(frozen=True, slots=True)
class Response:
    """One unit's part in a call; a leg that has not happened is None, never zero.

    checked_at: when the crew last said on scene that all is well.
    """

    unit_id: str
    assigned_at: datetime
    predicted_arrival_at: datetime | None = None
    acknowledged_at: datetime | None = None
    enroute_at: datetime | None = None
    arrived_at: datetime | None = None
    cleared_at: datetime | None = None
    feedback_at: datetime | None = None
    checked_at: datetime | None = None

    @property
    def active(self) -> bool:
        return self.cleared_at is None
