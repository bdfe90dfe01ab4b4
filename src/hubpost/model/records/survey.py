"""Surveys of familiarity and audits of the register: planned, drawn, asked, closed."""

from dataclasses import dataclass, replace
from enum import StrEnum

from hubpost.model.records.change import Change, Kind, Rules
from hubpost.model.records.machine import NOTHING, Machine, Move
from hubpost.model.records.record import Record
from hubpost.model.refused import Refused


class SurveyKind(StrEnum):
    """What is asked. Familiarity is two rates, always both shown."""

    REGISTER = "register"
    RESIDENTS_KNOW = "residents_know"
    OFFICERS_KNOW = "officers_know"


class Verdict(StrEnum):
    """The answer at one place; not reached is never correct, and is counted apart."""

    RIGHT = "right"
    WRONG = "wrong"
    OMITTED = "omitted"
    NOT_REACHED = "not_reached"


@dataclass(frozen=True, slots=True)
class Stratum:
    """A grid's register: so many entries, so many of them to draw."""

    grid_id: str
    size: int
    draw: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey(Record):
    """抽样: category is a SurveyKind; drawn holds register references, never persons.

    seed: given on the day of the draw, so that anyone can draw again and nobody could before.
    """

    margin: float = 0.05
    confidence: float = 0.95
    strata: tuple[Stratum, ...] = ()
    seed: int | None = None
    drawn: tuple[str, ...] = ()
    checker_station_id: str = ""
    reason: str = ""


SURVEY = Machine(
    "survey",
    "抽样调查",
    {
        "planned": "计划",
        "drawn": "已抽样",
        "in_field": "入户中",
        "closed": "完成",
        "dropped": "取消",
    },
    (
        Move(
            "plan",
            "计划",
            (NOTHING,),
            "planned",
            ("category", "station_id", "strata", "checker_station_id"),
        ),
        Move("draw", "抽样", ("planned",), "drawn", ("drawn",)),
        Move("start", "开始", ("drawn",), "in_field"),
        Move("close", "完成", ("in_field",), "closed"),
        Move("drop", "取消", ("planned", "drawn", "in_field"), "dropped", ("reason",)),
    ),
)


def rule_survey(before: Survey | None, after: Survey, change: Change, rules: Rules) -> Survey:
    """The survey. Raises Refused when a station would check itself, or a draw has no seed."""
    if after.category not in set(SurveyKind):
        raise Refused(
            "field_wrong", f"Expected one of {', '.join(SurveyKind)}, came {after.category!r}."
        )
    if after.checker_station_id == after.station_id:
        raise Refused("own_station", "Checkers come from another station. Name another one.")
    if change.move == "draw" and after.seed is None:
        raise Refused("field_missing", "A draw needs its seed.")
    return replace(after, closed_at=change.at if after.state in ("closed", "dropped") else None)


SURVEY_KIND = Kind(Survey, SURVEY, "抽", rule_survey, private=("reason",))


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyAnswer(Record):
    """抽样答卷: one drawn reference and what was found; owner_id is the checker."""

    survey_id: str = ""
    ref: str = ""
    grid_id: str = ""
    verdict: str = ""
    reason: str = ""


ANSWER = Machine(
    "answer",
    "抽样答卷",
    {"given": "已查", "struck": "划去"},
    (
        Move("give", "登记", (NOTHING,), "given", ("survey_id", "ref", "verdict", "owner_id")),
        Move("correct", "更正", ("given",), None, ("verdict", "reason")),
        Move("strike", "划去", ("given",), "struck", ("reason",)),
    ),
)


def rule_answer(
    before: SurveyAnswer | None, after: SurveyAnswer, change: Change, rules: Rules
) -> SurveyAnswer:
    """The answer. Raises Refused for an unknown verdict."""
    if after.verdict not in set(Verdict):
        raise Refused(
            "field_wrong", f"Expected one of {', '.join(Verdict)}, came {after.verdict!r}."
        )
    return replace(after, closed_at=change.at if after.state == "struck" else after.opened_at)


ANSWER_KIND = Kind(SurveyAnswer, ANSWER, "答", rule_answer, private=("reason",))
