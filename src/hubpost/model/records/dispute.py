"""Disputes: the case file and its table of moves. Levels are of the dispute, never of a person."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from hubpost.model.records.machine import NOTHING, Machine, Move
from hubpost.model.records.record import Record

#: So many people make it a group dispute 群体性纠纷.
GROUP_FROM = 10


class DisputeLevel(StrEnum):
    """纠纷等级: 一般, 复杂, 重大."""

    UNGRADED = ""
    GENERAL = "general"
    COMPLEX = "complex"
    MAJOR = "major"


class DisputeCategory(StrEnum):
    """纠纷类别."""

    FAMILY = "family"
    NEIGHBOURS = "neighbours"
    LAND = "land"
    HOMESTEAD = "homestead"
    DEBT = "debt"
    LABOUR = "labour"
    WORKS_DAMAGE = "works_damage"
    TRAFFIC = "traffic"
    CONSUMER = "consumer"
    SCHOOL = "school"
    OTHER = "other"


class Body(StrEnum):
    """Who handles a dispute."""

    STATION = "station"
    GOVERNANCE_CENTRE = "governance_centre"
    VILLAGE = "village"
    JUSTICE_OFFICE = "justice_office"
    COURT = "court"
    OTHER = "other"


class Mediation(StrEnum):
    """Under which law a sitting is held."""

    POLICE = "police"
    PEOPLE = "people"
    JUDICIAL = "judicial"
    ADMINISTRATIVE = "administrative"


@dataclass(frozen=True, slots=True)
class Party:
    """One side's member by key; name and contact are kept apart, with the persons.

    minor: under 18, so that a guardian must attend.
    """

    key: str
    side: str = ""
    minor: bool = False
    organisation: bool = False


@dataclass(frozen=True, slots=True)
class Handler:
    """A body that takes part, and since when."""

    body: Body
    staff_id: str
    since: datetime
    lead: bool = False


@dataclass(frozen=True, slots=True)
class Sitting:
    """One sitting of a mediation; attended holds party keys."""

    at: datetime
    mediation: Mediation
    staff_id: str
    attended: tuple[str, ...] = ()
    guardian_present: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """回访: asked whether the agreement is kept."""

    at: datetime
    passed: bool
    staff_id: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute(Record):
    """纠纷: one case file; category is one of DisputeCategory, due_at the next thing owed.

    resolve_by: end of the level's period. exclusion: code of the reason why police mediation is
    barred. round: 1, and one more after each reopening; sittings_before and follow_ups_before
    belong to earlier rounds. provisional: a deadline rests on holidays not yet announced.
    """

    level: DisputeLevel = DisputeLevel.UNGRADED
    source: str = ""
    call_id: str | None = None
    lon: float | None = None
    lat: float | None = None
    place_text: str = ""
    cause: str = ""
    people_count: int = 2
    outside_jurisdiction: bool = False
    exclusion: str = ""
    consented: bool = False
    parties: tuple[Party, ...] = ()
    handlers: tuple[Handler, ...] = ()
    sittings: tuple[Sitting, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    terms: str = ""
    perform_by: date | None = None
    graded_at: datetime | None = None
    resolve_by: datetime | None = None
    extension_reason: str = ""
    report_by: datetime | None = None
    reported_at: datetime | None = None
    agreed_at: datetime | None = None
    performed_at: datetime | None = None
    confirmation: str = ""
    confirm_by: datetime | None = None
    settled_at: datetime | None = None
    transferred_to: str = ""
    reason: str = ""
    round: int = 1
    sittings_before: int = 0
    follow_ups_before: int = 0
    provisional: bool = False

    @property
    def group(self) -> bool:
        """Whether ten or more people are in it."""
        return self.people_count >= GROUP_FROM

    @property
    def open(self) -> bool:
        """Whether the matter itself is still unsettled."""
        return self.state in OPEN_STATES

    @property
    def owes_follow_up(self) -> bool:
        """Whether it is settled and its clock is that of the second follow-up, not the matter's."""
        return self.state == "settled" and self.due_at is not None

    @property
    def resolved(self) -> bool:
        """Settled after a passed follow-up, or handed on lawfully."""
        return self.settled_at is not None or (
            bool(self.transferred_to) and self.state in ("transferred", "archived")
        )


_BEFORE = ("registered", "graded", "triaged", "accepted", "reopened")
_WORKED = ("accepted", "mediating", "not_agreed", "escalated")
_KEPT = ("agreed", "performing", "following_up")
OPEN_STATES = (*_BEFORE, "mediating", "not_agreed", "escalated", *_KEPT)
_HANDED = ("registered", "graded", "triaged", "reopened", *_WORKED)

DISPUTE = Machine(
    "dispute",
    "纠纷",
    {
        "registered": "登记",
        "graded": "评估定级",
        "triaged": "分流",
        "accepted": "受理",
        "mediating": "调解中",
        "agreed": "达成",
        "not_agreed": "未达成",
        "performing": "履行中",
        "following_up": "回访",
        "settled": "办结",
        "archived": "归档",
        "escalated": "升级",
        "transferred": "移送",
        "declined": "拒绝",
        "withdrawn": "撤回",
        "reopened": "重开",
        "struck": "划去",
    },
    (
        Move("register", "登记", (NOTHING,), "registered", ("category", "station_id", "title")),
        Move("grade", "评估定级", ("registered", "reopened"), "graded", ("level",)),
        Move("regrade", "调整等级", ("graded", "triaged", *_WORKED), None, ("level",)),
        Move("report_up", "上报", ("graded", "triaged", *_WORKED)),
        Move("triage", "分流", ("graded", "escalated"), "triaged", ("handlers",)),
        Move("accept", "受理", ("triaged",), "accepted", ("owner_id",)),
        Move("decline", "不予受理", ("graded", "triaged"), "declined", ("reason",)),
        Move(
            "start_mediation",
            "开始调解",
            ("accepted", "not_agreed", "escalated"),
            "mediating",
            ("consented", "owner_id"),
        ),
        Move("sit", "调解一次", ("mediating",), None, ("sittings",)),
        Move("agree", "达成协议", ("mediating",), "agreed", ("terms", "sittings")),
        Move("fail", "未达成", ("mediating",), "not_agreed", ("reason",)),
        Move("start_performing", "开始履行", ("agreed",), "performing"),
        Move("performed", "履行完毕", ("agreed", "performing"), "following_up"),
        Move("breach", "未履行", _KEPT, "not_agreed", ("reason",)),
        Move("follow_up", "回访", ("following_up", "settled"), None, ("follow_ups",)),
        Move("settle", "办结", ("following_up",), "settled"),
        Move("archive", "归档", ("settled", "transferred", "declined", "withdrawn"), "archived"),
        Move("apply_confirmation", "申请司法确认", _KEPT),
        Move("note_confirmation", "司法确认结果", _KEPT, None, ("confirmation",)),
        Move("escalate", "升级", ("triaged", "accepted", "mediating", "not_agreed"), "escalated",
             ("reason",)),
        Move("transfer", "移送", _HANDED, "transferred", ("transferred_to", "reason")),
        Move("withdraw", "撤回", (*_HANDED, "agreed", "performing"), "withdrawn", ("reason",)),
        Move("reopen", "重开", ("settled", "archived"), "reopened", ("reason",)),
        Move("extend", "延期", ("graded", "triaged", *_WORKED), None, ("extension_reason",)),
        Move("add_handler", "增加协办", (*_BEFORE, *_WORKED, *_KEPT), None, ("handlers",)),
        Move("edit", "修改", OPEN_STATES),
        Move("strike", "划去", ("registered", "graded"), "struck", ("reason",)),
    ),
)  # fmt: skip
