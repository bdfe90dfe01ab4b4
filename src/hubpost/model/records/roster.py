"""Rosters: staff with their skills, shifts, leave, swaps."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from hubpost.model.records.change import Change, Kind, Rules
from hubpost.model.records.machine import NOTHING, Machine, Move
from hubpost.model.records.record import Record
from hubpost.model.refused import Refused


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate and the last day it is good."""

    name: str
    until: date


@dataclass(frozen=True, slots=True)
class Secondment:
    """下沉: a stay at another station, both days included; rights there end with it."""

    station_id: str
    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff(Record):
    """人员: title is the service name; category officer, auxiliary or civilian."""

    rank: str = ""
    skills: tuple[str, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    secondments: tuple[Secondment, ...] = ()
    reason: str = ""

    def station_on(self, day: date) -> str:
        """Where the person serves on a day: the secondment's station while it lasts."""
        for stay in self.secondments:
            if stay.first <= day <= stay.last:
                return stay.station_id
        return self.station_id

    def holds(self, skill: str, day: date) -> bool:
        """Whether the person has a skill, or a certificate of it that is good on the day."""
        return skill in self.skills or any(
            c.name == skill and c.until >= day for c in self.certificates
        )


STAFF = Machine(
    "staff",
    "人员",
    {"active": "在岗", "left": "离岗"},
    (
        Move("join", "到岗", (NOTHING,), "active", ("title", "station_id", "category")),
        Move("edit", "修改", ("active",)),
        Move("second", "下沉", ("active",), None, ("secondments",)),
        Move("certify", "登记证书", ("active",), None, ("certificates",)),
        Move("leave", "离岗", ("active",), "left", ("reason",)),
    ),
)


def rule_staff(before: Staff | None, after: Staff, change: Change, rules: Rules) -> Staff:
    """The person's entry. Raises Refused when two secondments overlap."""
    stays = sorted(after.secondments, key=lambda s: s.first)
    for stay in stays:
        if stay.last < stay.first:
            raise Refused("field_wrong", f"A secondment ends ({stay.last}) before it begins.")
    for one, other in pairwise(stays):
        if other.first <= one.last:
            raise Refused("secondment_overlaps", f"{other.first} lies in another secondment.")
    closed = change.at if after.state == "left" else None
    return replace(after, closed_at=closed, due_at=None if closed else _next_expiry(after, rules))


def _next_expiry(staff: Staff, rules: Rules) -> datetime | None:
    """When the first certificate ends that was not renewed: what somebody must see to."""
    newest: dict[str, date] = {}
    for paper in staff.certificates:
        newest[paper.name] = max(paper.until, newest.get(paper.name, paper.until))
    if not newest:
        return None
    return datetime.combine(min(newest.values()) + timedelta(days=1), time(), rules.zone)


STAFF_KIND = Kind(Staff, STAFF, "员", rule_staff, private=("reason",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift(Record):
    """值班: owner_id is on duty from starts_at to ends_at; category is the post."""

    starts_at: datetime | None = None
    ends_at: datetime | None = None
    swapped_from: str = ""
    reason: str = ""


SHIFT = Machine(
    "shift",
    "值班",
    {
        "planned": "拟排",
        "published": "公布",
        "on": "在岗",
        "done": "交班",
        "absent": "缺岗",
        "cancelled": "取消",
    },
    (
        Move(
            "plan",
            "排班",
            (NOTHING,),
            "planned",
            ("owner_id", "station_id", "category", "starts_at", "ends_at"),
        ),
        Move("publish", "公布", ("planned",), "published"),
        Move("reassign", "换人", ("planned", "published"), None, ("owner_id", "reason")),
        Move("take_over", "接班", ("published",), "on"),
        Move("hand_over", "交班", ("on",), "done"),
        Move("note_absent", "缺岗", ("published",), "absent", ("reason",)),
        Move("cancel", "取消", ("planned", "published"), "cancelled", ("reason",)),
    ),
)


def rule_shift(before: Shift | None, after: Shift, change: Change, rules: Rules) -> Shift:
    """The shift. Raises Refused when it ends before it begins, or lasts over 24 hours."""
    if after.starts_at and after.ends_at:
        hours = (after.ends_at - after.starts_at).total_seconds() / 3600
        if not 0 < hours <= 24:
            raise Refused("field_wrong", f"Expected a shift of up to 24 hours, came {hours:.1f}.")
    if change.move == "reassign" and before is not None:
        after = replace(after, swapped_from=before.owner_id)
    closed = change.at if after.state in ("done", "absent", "cancelled") else None
    return replace(after, closed_at=closed)


SHIFT_KIND = Kind(Shift, SHIFT, "班", rule_shift, private=("reason",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave(Record):
    """请假: owner_id is away from first to last, both included."""

    first: date | None = None
    last: date | None = None
    reason: str = ""


LEAVE = Machine(
    "leave",
    "请假",
    {"asked": "申请", "granted": "批准", "refused": "不批", "withdrawn": "撤回"},
    (
        Move("ask", "申请", (NOTHING,), "asked", ("owner_id", "station_id", "first", "last")),
        Move("grant", "批准", ("asked",), "granted"),
        Move("refuse", "不批", ("asked",), "refused", ("reason",)),
        Move("withdraw", "撤回", ("asked", "granted"), "withdrawn"),
    ),
)


def rule_leave(before: Leave | None, after: Leave, change: Change, rules: Rules) -> Leave:
    """The leave. Raises Refused when it ends before it begins, or is granted by oneself."""
    if after.first and after.last and after.last < after.first:
        raise Refused("field_wrong", f"The leave ends ({after.last}) before it begins.")
    if change.move == "grant" and change.actor == after.owner_id:
        raise Refused("same_person", "Leave is granted by another.")
    return replace(after, closed_at=None if after.state == "asked" else change.at)


LEAVE_KIND = Kind(Leave, LEAVE, "假", rule_leave, private=("title", "reason"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap(Record):
    """调班: owner_id gives one shift to other_id, and takes back_shift_id of theirs if named."""

    shift_id: str = ""
    back_shift_id: str = ""
    other_id: str = ""
    reason: str = ""


SWAP = Machine(
    "swap",
    "调班",
    {
        "asked": "申请",
        "agreed": "对方同意",
        "approved": "批准",
        "refused": "不同意",
        "withdrawn": "撤回",
    },
    (
        Move("ask", "申请", (NOTHING,), "asked", ("owner_id", "other_id", "shift_id")),
        Move("agree", "对方同意", ("asked",), "agreed"),
        Move("approve", "批准", ("agreed",), "approved"),
        Move("refuse", "不同意", ("asked", "agreed"), "refused", ("reason",)),
        Move("withdraw", "撤回", ("asked", "agreed"), "withdrawn"),
    ),
)


def rule_swap(before: Swap | None, after: Swap, change: Change, rules: Rules) -> Swap:
    """The swap. Raises Refused when someone swaps with himself."""
    if after.owner_id == after.other_id:
        raise Refused("same_person", "A shift is swapped with another.")
    closed = change.at if after.state in ("approved", "refused", "withdrawn") else None
    return replace(after, closed_at=closed)


SWAP_KIND = Kind(Swap, SWAP, "调", rule_swap, private=("reason",))
