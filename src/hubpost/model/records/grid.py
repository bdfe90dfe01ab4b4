"""Police grids, officers on village committees, call-outs of minimum units, volunteers' consent."""

from dataclasses import dataclass, replace
from datetime import datetime

from hubpost.model.records.change import Change, Kind, Rules
from hubpost.model.records.machine import NOTHING, Machine, Move
from hubpost.model.records.record import Record
from hubpost.model.refused import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliceGrid(Record):
    """警务网格: title is its name, owner_id its lead; it covers village grids."""

    village_grid_ids: tuple[str, ...] = ()
    area_ids: tuple[str, ...] = ()
    reason: str = ""


POLICE_GRID = Machine(
    "police_grid",
    "警务网格",
    {"active": "在用", "retired": "撤销"},
    (
        Move("draw", "划定", (NOTHING,), "active", ("station_id", "title", "village_grid_ids")),
        Move("redraw", "调整", ("active",), None, ("village_grid_ids",)),
        Move("assign", "指定网格长", ("active",), None, ("owner_id",)),
        Move("retire", "撤销", ("active",), "retired", ("reason",)),
    ),
)


def rule_grid(
    before: PoliceGrid | None, after: PoliceGrid, change: Change, rules: Rules
) -> PoliceGrid:
    """The grid; a village grid counts once."""
    if len(set(after.village_grid_ids)) != len(after.village_grid_ids):
        raise Refused("grid_twice", "A village grid is named twice. Name each once.")
    return replace(after, closed_at=change.at if after.state == "retired" else None)


POLICE_GRID_KIND = Kind(PoliceGrid, POLICE_GRID, "格", rule_grid, private=("reason",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting(Record):
    """兼职: the officer owner_id serves on the committee of the village area_id."""

    role: str = ""
    reason: str = ""


POSTING = Machine(
    "posting",
    "进班子",
    {"serving": "在任", "ended": "离任"},
    (
        Move("appoint", "任职", (NOTHING,), "serving", ("owner_id", "area_id", "station_id")),
        Move("end", "离任", ("serving",), "ended", ("reason",)),
    ),
)


def rule_posting(before: Posting | None, after: Posting, change: Change, rules: Rules) -> Posting:
    """The posting."""
    return replace(after, closed_at=change.at if after.state == "ended" else None)


POSTING_KIND = Kind(Posting, POSTING, "任职", rule_posting, private=("reason",))


@dataclass(frozen=True, slots=True)
class Answer:
    """A member's answer to a call-out, and when he or she was there."""

    member_id: str
    at: datetime
    coming: bool = True
    arrived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOut(Record):
    """召集: a drill or test of a grid's minimum unit; due_at first the reply, then the scene."""

    grid_id: str = ""
    member_ids: tuple[str, ...] = ()
    drill: bool = True
    armed: bool = False
    answers: tuple[Answer, ...] = ()
    lesson: str = ""
    reason: str = ""

    @property
    def acknowledged_at(self) -> datetime | None:
        """When the first member said to come."""
        return min((a.at for a in self.answers if a.coming), default=None)

    @property
    def on_scene_at(self) -> datetime | None:
        """When the first member was there."""
        return min((a.at for a in self.answers if a.arrived), default=None)


CALL_OUT = Machine(
    "call_out",
    "最小单元召集",
    {"called": "已召集", "stood_down": "解散", "reviewed": "已评估", "cancelled": "取消"},
    (
        Move("call", "召集", (NOTHING,), "called", ("grid_id", "member_ids", "station_id")),
        Move("answer", "应答", ("called",), None, ("answers",)),
        Move("stand_down", "解散", ("called",), "stood_down"),
        Move("review", "评估", ("stood_down",), "reviewed", ("lesson",)),
        Move("cancel", "取消", ("called",), "cancelled", ("reason",)),
    ),
)


def rule_call_out(before: CallOut | None, after: CallOut, change: Change, rules: Rules) -> CallOut:
    """The call-out with its clock. Raises Refused where members must not go, or are unknown."""
    if after.armed:
        raise Refused("danger_no_members", "Members are never sent to an armed or violent call.")
    strangers = sorted({a.member_id for a in after.answers} - set(after.member_ids))
    if strangers:
        raise Refused("member_unknown", f"{', '.join(strangers)} was not called out.")
    if after.state != "called":
        closed = change.at if after.state in ("reviewed", "cancelled") else None
        return replace(after, due_at=None, closed_at=closed)
    if after.on_scene_at is not None:
        return replace(after, due_at=None)
    code = "unit_acknowledge" if after.acknowledged_at is None else "unit_on_scene"
    return replace(after, due_at=rules.deadline(code, after.opened_at).at)


CALL_OUT_KIND = Kind(CallOut, CALL_OUT, "召", rule_call_out, private=("title", "lesson", "reason"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent(Record):
    """志愿者同意: title is a code, never a name; due_at is when it must be asked anew."""

    grid_id: str = ""
    text_version: str = ""
    adult: bool = False
    agreed: bool = False
    reason: str = ""


CONSENT = Machine(
    "volunteer",
    "志愿者同意",
    {"given": "已同意", "withdrawn": "已撤回", "lapsed": "已过期"},
    (
        Move("give", "同意", (NOTHING,), "given", ("text_version", "adult", "agreed")),
        Move("renew", "续签", ("given", "lapsed"), "given", ("text_version", "agreed")),
        Move("withdraw", "撤回", ("given", "lapsed"), "withdrawn"),
        Move("lapse", "过期", ("given",), "lapsed"),
    ),
)


def rule_consent(before: Consent | None, after: Consent, change: Change, rules: Rules) -> Consent:
    """The consent, good for a year. Raises Refused when it lapses before its time."""
    if change.move == "lapse":
        if before is None or before.due_at is None or change.at < before.due_at:
            raise Refused("not_due", "The consent is still good.")
        return replace(after, due_at=None)
    if after.state == "withdrawn":
        return replace(after, due_at=None, closed_at=change.at)
    return replace(after, due_at=rules.deadline("volunteer_consent", change.at).at)


CONSENT_KIND = Kind(Consent, CONSENT, "志", rule_consent, private=("reason",))


@dataclass(frozen=True, slots=True)
class BeatStop:
    """A stop of a round, in order; drive_s from the stop before."""

    area_id: str
    drive_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BeatPlan(Record):
    """巡防路线: what was proposed, and what the officer made of it; his own choice is final.

    estimated: driving times are estimates; status: of the solver, e.g. feasible or optimal.
    """

    proposed: tuple[BeatStop, ...] = ()
    chosen: tuple[str, ...] = ()
    drive_s: float = 0.0
    estimated: bool = False
    status: str = ""
    week: str = ""
    reason: str = ""


BEAT_PLAN = Machine(
    "beat_plan",
    "巡防路线",
    {"proposed": "建议", "chosen": "采用", "dropped": "不采用"},
    (
        Move("propose", "建议", (NOTHING,), "proposed", ("proposed", "station_id")),
        Move("choose", "采用", ("proposed",), "chosen", ("chosen", "owner_id")),
        Move("drop", "不采用", ("proposed",), "dropped", ("reason",)),
    ),
)


def rule_beat(before: BeatPlan | None, after: BeatPlan, change: Change, rules: Rules) -> BeatPlan:
    """The plan; the stops chosen may differ from those proposed in any way."""
    return replace(after, closed_at=None if after.state == "proposed" else change.at)


BEAT_PLAN_KIND = Kind(BeatPlan, BEAT_PLAN, "巡", rule_beat, private=("reason",))
