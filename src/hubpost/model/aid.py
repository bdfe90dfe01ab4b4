"""Mutual aid across the county border: what is asked, offered, promised and ended."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hubpost.model.call import CallCategory, Priority


class AidSide(StrEnum):
    """asked: we need help; asked_of_us: the partner needs it."""

    ASKED = "asked"
    ASKED_OF_US = "asked_of_us"


class AidState(StrEnum):
    """An offer is no promise: only a commitment sends a unit."""

    REQUESTED = "requested"
    OFFERED = "offered"
    COMMITTED = "committed"


@dataclass(frozen=True, slots=True)
class AidSlip:
    """What the other side sees of a call: case-scoped and redacted.

    No caller, no names, no note beyond the line written for the partner; the place is rounded to
    about ten metres.
    """

    case_no: str
    category: CallCategory
    priority: Priority
    lon: float
    lat: float
    place_text: str
    line: str
    danger: bool
    units_needed: int
    exercise: bool = False


@dataclass(frozen=True, slots=True)
class AidCase:
    """One request for aid as this side sees it.

    call_id: our own call: the one we need help with, or the one taken for the partner's.
    unit_names: what the giver calls the units it offers or sends.
    """

    id: str
    partner_id: str
    side: AidSide
    slip: AidSlip
    requested_at: datetime
    state: AidState = AidState.REQUESTED
    call_id: str | None = None
    offered_at: datetime | None = None
    committed_at: datetime | None = None
    eta_s: float | None = None
    unit_names: tuple[str, ...] = ()
