"""What can happen to a minimum unit and its members."""

from dataclasses import dataclass
from datetime import datetime

from hubpost.model.member import GridMember


@dataclass(frozen=True, slots=True)
class MemberJoined:
    """A member is on the list of a grid's minimum unit."""

    at: datetime
    member: GridMember


@dataclass(frozen=True, slots=True)
class MemberConfirmed:
    """The contact of a member was tried and found right."""

    at: datetime
    member_id: str


@dataclass(frozen=True, slots=True)
class MemberLeft:
    """A member is off the list."""

    at: datetime
    member_id: str


@dataclass(frozen=True, slots=True)
class MembersAlerted:
    """Members near the place are told of a call, beside the police unit."""

    at: datetime
    call_id: str
    member_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MemberAnswered:
    """A member says whether he or she comes."""

    at: datetime
    call_id: str
    member_id: str
    coming: bool


@dataclass(frozen=True, slots=True)
class MemberArrived:
    """A member is at the place."""

    at: datetime
    call_id: str
    member_id: str
