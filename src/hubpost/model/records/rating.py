"""Ratings of services: five levels, four aspects, voluntary; bad ones corrected by the clock."""

from dataclasses import dataclass, field, replace
from enum import IntEnum

from hubpost.model.records.change import Change, Kind, Rules
from hubpost.model.records.machine import NOTHING, Machine, Move
from hubpost.model.records.record import Record
from hubpost.model.refused import Refused

#: 态度, 效率, 能力, 环境.
ASPECTS = ("attitude", "speed", "skill", "place")


class RatingLevel(IntEnum):
    """非常满意, 满意, 基本满意, 不满意, 非常不满意; 0 is not given."""

    NONE = 0
    VERY_GOOD = 1
    GOOD = 2
    FAIR = 3
    BAD = 4
    VERY_BAD = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating(Record):
    """评价: category is the number of the service; which case it was is not in the record.

    handler_id: whose work was rated, so that he or she neither sees nor corrects it. cleared:
    the citizen was satisfied when called back.
    """

    level: RatingLevel = RatingLevel.NONE
    aspects: tuple[int, ...] = ()
    handler_id: str = field(default="", repr=False)
    call_back: str = ""
    measure: str = ""
    reason: str = ""

    @property
    def bad(self) -> bool:
        """Whether it must be called back and corrected."""
        return self.level >= RatingLevel.BAD


RATING = Machine(
    "rating",
    "好差评",
    {
        "given": "已评",
        "opened": "差评待回访",
        "called_back": "已回访",
        "corrected": "已整改",
        "confirmed": "群众认可",
        "unfounded": "核实不属实",
    },
    (
        Move("give", "评价", (NOTHING,), "given", ("level", "category", "station_id")),
        Move("open", "差评立办", ("given",), "opened"),
        Move("call_back", "回访核实", ("opened",), "called_back", ("call_back",)),
        Move("correct", "整改", ("called_back",), "corrected", ("measure",)),
        Move("confirm", "群众认可", ("corrected",), "confirmed"),
        Move("not_content", "仍不满意", ("corrected",), "opened"),
        Move("unfounded", "核实不属实", ("called_back",), "unfounded", ("reason",)),
    ),
)


def rule_rating(before: Rating | None, after: Rating, change: Change, rules: Rules) -> Rating:
    """The rating with its clock. Raises Refused to its own handler, or for a good one."""
    if any(not 1 <= a <= len(RatingLevel) - 1 for a in after.aspects):
        raise Refused("field_wrong", "Expected each aspect from 1 (best) to 5.")
    if change.move == "open" and not after.bad:
        raise Refused("not_bad", "Only the two worst levels are opened for correction.")
    if change.move != "give" and change.actor == after.handler_id and after.handler_id:
        raise Refused("own_rating", "Whoever was rated does not handle the rating.")
    match after.state:
        case "given":
            return replace(after, closed_at=None if after.bad else change.at)
        case "opened":
            return replace(after, due_at=rules.deadline("rating_call_back", change.at).at)
        case "called_back":
            return replace(after, due_at=rules.deadline("rating_correct", after.opened_at).at)
        case "corrected":
            return replace(after, due_at=None)
        case _:
            return replace(after, due_at=None, closed_at=change.at)


RATING_KIND = Kind(
    Rating, RATING, "评", rule_rating, private=("title", "call_back", "measure", "reason")
)
