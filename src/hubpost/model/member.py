"""Members of minimum emergency response units 最小应急处置单元."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MemberRole(StrEnum):
    """Roles of a grid's minimum unit."""

    OFFICER = "officer"
    CADRE = "cadre"
    GRID_WORKER = "grid_worker"
    VOLUNTEER = "volunteer"


@dataclass(frozen=True, slots=True)
class GridMember:
    """A member of a police grid's minimum unit, with as little of the person as will do.

    grid_id: the village grid in it that he or she belongs to, or the police grid itself; area_id:
    the village that one lies in, of several the first. phone_masked: as `138****5678`;
    how the member is reached is kept outside the board and its events.
    """

    id: str
    role: MemberRole
    grid_id: str
    area_id: str
    station_id: str
    phone_masked: str = ""


@dataclass(frozen=True, slots=True)
class MemberOnBoard:
    """A member, and when the contact was last confirmed."""

    member: GridMember
    confirmed_at: datetime


@dataclass(frozen=True, slots=True)
class MemberAlert:
    """One member's part in a call; coming is None until the member answers."""

    member_id: str
    alerted_at: datetime
    answered_at: datetime | None = None
    coming: bool | None = None
    arrived_at: datetime | None = None
