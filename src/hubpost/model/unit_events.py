"""What can happen to a unit beside the milestones of a call."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class UnitFedBack:
    """反馈: the crew reports what it found."""

    at: datetime
    call_id: str
    unit_id: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class UnitChecked:
    """The crew on scene says that all is well."""

    at: datetime
    call_id: str
    unit_id: str


@dataclass(frozen=True, slots=True)
class UnitStacked:
    """The call waits for this unit, which is active on another."""

    at: datetime
    call_id: str
    unit_id: str


@dataclass(frozen=True, slots=True)
class UnitUnstacked:
    """The call waits for this unit no longer."""

    at: datetime
    call_id: str
    unit_id: str


@dataclass(frozen=True, slots=True)
class UnitCrewed:
    """Who is aboard has changed: how many, and what they can do together."""

    at: datetime
    unit_id: str
    crew: int | None
    skills: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitReserveSet:
    """The unit is held back, or no longer."""

    at: datetime
    unit_id: str
    reserve: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class UnitMovedUp:
    """The unit drives to a station to cover it; station_id None sends it home."""

    at: datetime
    unit_id: str
    station_id: str | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PositionReported:
    """A device says where a unit is; at is when the satellites were heard.

    sent_at: by the device's clock; received_at: by ours. WGS-84 degrees.
    """

    at: datetime
    unit_id: str
    lon: float
    lat: float
    received_at: datetime
    sent_at: datetime | None = None
    accuracy_m: float | None = None


@dataclass(frozen=True, slots=True)
class DuressRaised:
    """The crew calls for help."""

    at: datetime
    unit_id: str


@dataclass(frozen=True, slots=True)
class DuressCleared:
    """Help is no longer needed; reason says how that is known."""

    at: datetime
    unit_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class FieldActionRefused:
    """A step taken in the field without signal could not be applied when it arrived.

    step: what the crew did; code: why the board refused it. Nothing was overwritten.
    """

    at: datetime
    unit_id: str
    call_id: str
    step: str
    code: str
