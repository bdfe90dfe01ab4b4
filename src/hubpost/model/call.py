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


@dataclass(frozen=True, slots=True)
class Call:
    """A call for service as it was taken.

    station_id: the home station, whose territory the place lies in.
    number: the call number of the day, shown to people; id is the key.
    confirmed: whether the place was confirmed with the caller.
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

    @property
    def place(self) -> Place:
        return Place(self.lon, self.lat, None, self.area_id)


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
    """One unit's part in a call; a leg that has not happened is None, never zero."""

    unit_id: str
    assigned_at: datetime
    predicted_arrival_at: datetime | None = None
    acknowledged_at: datetime | None = None
    enroute_at: datetime | None = None
    arrived_at: datetime | None = None
    cleared_at: datetime | None = None

    @property
    def active(self) -> bool:
        return self.cleared_at is None
