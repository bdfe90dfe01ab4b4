"""A person asks what is held of him or her, to have it put right, or to have it deleted."""

from dataclasses import dataclass, replace

from hubpost.model.records.change import Change, Kind, Rules
from hubpost.model.records.machine import NOTHING, Machine, Move
from hubpost.model.records.record import Record
from hubpost.model.refused import Refused

#: What may be asked: to see, to have put right, to have deleted (PIPL Art. 45 to 47).
ASKED = ("access", "correct", "erase")


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectRequest(Record):
    """个人信息申请: category is one of ASKED; the person's own details lie apart, as ever.

    title: what is asked, in the person's words. proof: how it was made sure that the person is who
    he or she says, or whom the representative acts for. places: where something was found or done.
    """

    proof: str = ""
    places: int = 0
    reason: str = ""


SUBJECT_REQUEST = Machine(
    "subject_request",
    "个人信息申请",
    {
        "registered": "已登记",
        "provided": "已提供",
        "corrected": "已更正",
        "erased": "已删除",
        "refused": "不予办理",
        "withdrawn": "撤回",
    },
    (
        Move("register", "登记", (NOTHING,), "registered", ("category", "owner_id", "proof")),
        Move("provide", "提供查阅", ("registered",), "provided"),
        Move("correct", "更正", ("registered",), "corrected", ("reason",)),
        Move("erase", "删除", ("registered",), "erased", ("reason",)),
        Move("refuse", "不予办理", ("registered",), "refused", ("reason",)),
        Move("withdraw", "撤回", ("registered",), "withdrawn"),
    ),
)


def rule_subject(
    before: SubjectRequest | None, after: SubjectRequest, change: Change, rules: Rules
) -> SubjectRequest:
    """The request with its time limit. Raises Refused for something else that is asked."""
    if after.category not in ASKED:
        raise Refused(
            "subject_unlikely", f"Expected one of {', '.join(ASKED)}, came {after.category!r}."
        )
    if after.state == "registered":
        return replace(after, due_at=rules.deadline("subject_request", change.at).at)
    return replace(after, due_at=None, closed_at=change.at)


SUBJECT_KIND = Kind(
    SubjectRequest, SUBJECT_REQUEST, "信", rule_subject, texts=(),
    private=("title", "proof", "reason"),
)  # fmt: skip
