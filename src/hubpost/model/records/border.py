"""Cooperation across the border: agreements with their joints, joint actions, case assistance."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from hubpost.model.records.change import Change, Kind, Rules
from hubpost.model.records.machine import NOTHING, Machine, Move
from hubpost.model.records.record import Record
from hubpost.model.refused import Refused


@dataclass(frozen=True, slots=True)
class Review:
    """年审: what the yearly review found."""

    at: datetime
    staff_id: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BorderAgreement(Record):
    """协作协议: partner is the outside township or county; joints are codes of the list.

    due_at: the next yearly review, or the expiry when that comes sooner.
    """

    partner: str = ""
    parties: tuple[str, ...] = ()
    joints: tuple[str, ...] = ()
    signed_on: date | None = None
    expires_on: date | None = None
    reviews: tuple[Review, ...] = ()
    reason: str = ""


AGREEMENT = Machine(
    "agreement",
    "六联协作协议",
    {"draft": "草案", "in_force": "生效", "expired": "到期", "ended": "终止"},
    (
        Move("draft", "起草", (NOTHING,), "draft", ("station_id", "partner")),
        Move("amend", "修订", ("draft", "in_force")),
        Move(
            "sign",
            "签订",
            ("draft",),
            "in_force",
            ("parties", "joints", "signed_on", "expires_on"),
        ),
        Move("review", "年审", ("in_force",), None, ("reviews",)),
        Move("renew", "续签", ("in_force", "expired"), "in_force", ("signed_on", "expires_on")),
        Move("expire", "到期", ("in_force",), "expired"),
        Move("end", "终止", ("draft", "in_force", "expired"), "ended", ("reason",)),
    ),
)


def rule_agreement(
    before: BorderAgreement | None, after: BorderAgreement, change: Change, rules: Rules
) -> BorderAgreement:
    """The agreement with its review due. Raises Refused for unknown joints or wrong days."""
    known = {r["code"] for r in rules.lists["six_joints"]}
    strange = sorted(set(after.joints) - known)
    if strange:
        raise Refused("joint_unknown", f"{', '.join(strange)} is not in the list of joints.")
    if change.move in ("sign", "renew", "amend") and after.state == "in_force":
        _require_days(after)
    end = _midnight(after.expires_on, rules)
    if change.move == "expire" and (end is None or change.at < end):
        raise Refused("not_due", f"The agreement runs until {after.expires_on}.")
    if change.move == "review" and before and len(after.reviews) != len(before.reviews) + 1:
        raise Refused("field_missing", "Say what the review found.")
    if after.state != "in_force":
        closed = change.at if after.state == "ended" else None
        return replace(after, due_at=None, closed_at=closed)
    begun = after.reviews[-1].at if after.reviews else _begin(after, change, rules)
    review = rules.deadline("agreement_review", begun).at
    return replace(after, due_at=min(review, end) if end else review)


def _require_days(after: BorderAgreement) -> None:
    if not after.signed_on or not after.expires_on or after.expires_on <= after.signed_on:
        raise Refused(
            "field_wrong",
            f"Expected an expiry after the signing, came {after.signed_on} to {after.expires_on}.",
        )


def _begin(after: BorderAgreement, change: Change, rules: Rules) -> datetime:
    signed = after.signed_on
    return datetime.combine(signed, time(), rules.zone) if signed else change.at


def _midnight(day: date | None, rules: Rules) -> datetime | None:
    """The midnight that ends a day."""
    return datetime.combine(day + timedelta(days=1), time(), rules.zone) if day else None


AGREEMENT_KIND = Kind(
    BorderAgreement,
    AGREEMENT,
    "协",
    rule_agreement,
    texts=("title", "partner"),
    private=("reason",),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JointAction(Record):
    """联合行动: category is meeting, patrol, drill, analysis, mediation or review."""

    agreement_id: str = ""
    planned_at: datetime | None = None
    held_at: datetime | None = None
    partner: str = ""
    outcome: str = ""
    reason: str = ""


JOINT_CATEGORIES = ("meeting", "patrol", "drill", "analysis", "mediation", "review")

JOINT_ACTION = Machine(
    "joint_action",
    "联合行动",
    {"planned": "计划", "held": "已开展", "cancelled": "取消"},
    (
        Move("plan", "计划", (NOTHING,), "planned", ("category", "station_id", "planned_at")),
        Move("postpone", "改期", ("planned",), None, ("planned_at", "reason")),
        Move("hold", "开展", ("planned",), "held", ("outcome",)),
        Move("record", "补记", (NOTHING,), "held", ("category", "station_id", "outcome")),
        Move("cancel", "取消", ("planned",), "cancelled", ("reason",)),
    ),
)


def rule_joint(
    before: JointAction | None, after: JointAction, change: Change, rules: Rules
) -> JointAction:
    """The action, due when it is planned. Raises Refused for an unknown category."""
    if after.category not in JOINT_CATEGORIES:
        raise Refused(
            "field_wrong",
            f"Expected one of {', '.join(JOINT_CATEGORIES)}, came {after.category!r}.",
        )
    if after.state == "planned":
        return replace(after, due_at=after.planned_at)
    held = change.at if after.state == "held" else None
    return replace(after, due_at=None, held_at=held, closed_at=change.at)


JOINT_ACTION_KIND = Kind(
    JointAction, JOINT_ACTION, "联", rule_joint, private=("title", "outcome", "reason")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin(Record):
    """警情互通: a week's aggregate counts by category; None where fewer than five are withheld."""

    week: str = ""
    partner: str = ""
    cells: dict[str, int | None] = field(default_factory=dict)
    reason: str = ""


BULLETIN = Machine(
    "bulletin",
    "警情互通通报",
    {"drafted": "草拟", "sent": "已发", "withdrawn": "撤回"},
    (
        Move("draft", "草拟", (NOTHING,), "drafted", ("week", "partner", "station_id")),
        Move("send", "发送", ("drafted",), "sent"),
        Move("withdraw", "撤回", ("drafted", "sent"), "withdrawn", ("reason",)),
    ),
)


def rule_bulletin(
    before: Bulletin | None, after: Bulletin, change: Change, rules: Rules
) -> Bulletin:
    """The bulletin. Raises Refused when a cell under five would be shared."""
    small = [name for name, count in after.cells.items() if count is not None and 0 < count < 5]
    if small:
        raise Refused("cell_small", f"Cells under five are withheld: {', '.join(small)}.")
    return replace(after, closed_at=None if after.state == "drafted" else change.at)


BULLETIN_KIND = Kind(Bulletin, BULLETIN, "通", rule_bulletin, private=("reason",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Assistance(Record):
    """案件协办: request, offer, commitment, release; acceptance is not yet commitment.

    incoming: asked of us. slip: what the other side sees, case-scoped and redacted.
    """

    partner: str = ""
    incoming: bool = False
    case_no: str = ""
    slip: str = ""
    offer: str = ""
    reply: str = ""
    reason: str = ""


ASSISTANCE = Machine(
    "assistance",
    "案件协办",
    {
        "requested": "请求",
        "offered": "可协助",
        "committed": "承诺",
        "replied": "已答复",
        "released": "结束",
        "declined": "谢绝",
        "withdrawn": "撤回",
    },
    (
        Move("request", "请求", (NOTHING,), "requested", ("station_id", "partner", "slip")),
        Move("offer", "可协助", ("requested",), "offered", ("offer",)),
        Move("commit", "承诺", ("offered",), "committed", ("owner_id",)),
        Move("reply", "答复", ("committed",), "replied", ("reply",)),
        Move("ask_again", "追问", ("replied",), "committed", ("reason",)),
        Move("release", "结束", ("committed", "replied"), "released"),
        Move("decline", "谢绝", ("requested", "offered"), "declined", ("reason",)),
        Move("withdraw", "撤回", ("requested", "offered", "committed"), "withdrawn", ("reason",)),
    ),
)


def rule_assistance(
    before: Assistance | None, after: Assistance, change: Change, rules: Rules
) -> Assistance:
    """The request with its reply due."""
    if after.state in ("requested", "offered", "committed"):
        begun = change.at if change.move in ("request", "ask_again") else None
        due = rules.deadline("assistance_reply", begun).at if begun else after.due_at
        return replace(after, due_at=due, closed_at=None)
    return replace(after, due_at=None, closed_at=None if after.state == "replied" else change.at)


ASSISTANCE_KIND = Kind(
    Assistance,
    ASSISTANCE,
    "助",
    rule_assistance,
    texts=("title", "case_no", "partner"),
    private=("title", "slip", "offer", "reply", "reason"),
)
