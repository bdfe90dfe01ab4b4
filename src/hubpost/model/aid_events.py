"""What can happen to a request for aid across the county border."""

from dataclasses import dataclass
from datetime import datetime

from hubpost.model.aid import AidSide, AidSlip


@dataclass(frozen=True, slots=True)
class AidRequested:
    """求援: help is asked, by us for call_id or of us."""

    at: datetime
    aid_id: str
    partner_id: str
    side: AidSide
    slip: AidSlip
    call_id: str | None = None


@dataclass(frozen=True, slots=True)
class AidOffered:
    """The giver could send these units; nothing is promised yet. eta_s: seconds to the place."""

    at: datetime
    aid_id: str
    unit_names: tuple[str, ...]
    eta_s: float | None = None


@dataclass(frozen=True, slots=True)
class AidCommitted:
    """The giver has sent the units; on the giver's side call_id is the call taken for it."""

    at: datetime
    aid_id: str
    call_id: str | None = None


@dataclass(frozen=True, slots=True)
class AidReleased:
    """The help is over."""

    at: datetime
    aid_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AidDeclined:
    """The giver cannot help, or the asker no longer needs it before any commitment."""

    at: datetime
    aid_id: str
    reason: str = ""
