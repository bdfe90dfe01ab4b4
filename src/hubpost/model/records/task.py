"""Tasks: what is owed in a period, proved by records that exist anyway."""

from dataclasses import dataclass, replace
from datetime import datetime

from hubpost.model.records.change import Change, Kind, Rules
from hubpost.model.records.machine import NOTHING, Machine, Move
from hubpost.model.records.record import Record
from hubpost.model.refused import Refused


@dataclass(frozen=True, slots=True)
class Evidence:
    """A record that proves part of a task, and when its work was done."""

    kind: str
    record_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Record):
    """任务: template is `scope.no`, e.g. `common.7`; category its cadence.

    target: so many pieces of evidence, or days with evidence when by_days. due_at: the end of
    the period. nothing: reported with one tap that there was nothing.
    """

    template: str = ""
    period: str = ""
    period_end: datetime | None = None
    target: int = 1
    by_days: bool = False
    nothing_ok: bool = False
    evidence: tuple[Evidence, ...] = ()
    nothing: bool = False
    reason: str = ""
    handed_from: str = ""

    def progress(self, rules: Rules) -> int:
        """How much of the target is proved; a record proves once."""
        if self.by_days:
            return len({e.at.astimezone(rules.zone).date() for e in self.evidence})
        return len({(e.kind, e.record_id) for e in self.evidence})


TASK = Machine(
    "task",
    "任务",
    {"open": "待办", "done": "完成", "missed": "逾期未完成", "waived": "免除"},
    (
        Move("open", "下达", (NOTHING,), "open", ("template", "period", "period_end")),
        Move("prove", "自动佐证", ("open", "missed"), None, ("evidence",)),
        Move("complete", "完成", ("open", "missed"), "done"),
        Move("report_nothing", "本期无", ("open",), "done"),
        Move("hand_over", "移交", ("open", "missed"), None, ("owner_id",)),
        Move("miss", "逾期", ("open",), "missed"),
        Move("waive", "免除", ("open", "missed"), "waived", ("reason",)),
    ),
)


def rule_task(before: Task | None, after: Task, change: Change, rules: Rules) -> Task:
    """The task with its due time. Raises Refused when it is not proved, or not yet missed."""
    if change.move == "complete" and after.progress(rules) < after.target:
        raise Refused(
            "not_proved",
            f"{after.progress(rules)} of {after.target} done. The records of the work prove the "
            "rest as they are entered.",
        )
    if change.move == "report_nothing":
        if not after.nothing_ok:
            raise Refused("nothing_not_taken", "This task cannot be reported with nothing to do.")
        after = replace(after, nothing=True)
    if change.move == "miss" and after.period_end is not None and change.at < after.period_end:
        raise Refused("not_due", "The period is not over yet.")
    if change.move == "hand_over" and before is not None:
        after = replace(after, handed_from=before.owner_id)
    if after.state in ("done", "waived"):
        return replace(after, due_at=None, closed_at=change.at)
    return replace(after, due_at=after.period_end)


TASK_KIND = Kind(Task, TASK, "任", rule_task)
