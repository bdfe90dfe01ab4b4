"""What a person asks of the planner on the screen, and how an address says it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from math import isfinite

from hubpost.model.county import County
from hubpost.planning.indicator_codes import list_indicator_codes
from hubpost.planning.indicator_table import make_indicator_table
from hubpost.planning.params import BadPlanInput, GroupingParams
from hubpost.planning.scaling import SCALINGS
from hubpost.planning.scores import ScoreCard, Weights, make_score_card, read_default_weights
from hubpost.planning.weightings import critic_weights, entropy_weights
from hubpost.roads.travel_times import TravelTimes

#: Where the weights of the indicators come from before single ones are changed.
WEIGHTINGS = ("declared", "entropy", "critic")
_DERIVED: dict[str, Callable[[ScoreCard], dict[str, float]]] = {
    "entropy": entropy_weights,
    "critic": critic_weights,
}
MOST_TEXT = 2_000


@dataclass(frozen=True, slots=True)
class PlanQuestion:
    """None takes what the county asks for; the default question is the county's own.

    hubs, border: numbers of stations. bases: (least, most) for each hub. joins: border stations
    join groups. alpha, beta, gamma: weights of the three terms. weighting: one of WEIGHTINGS.
    scaling: None takes the declared one. weights: (indicator code, weight) that replace those of
    the weighting.
    """

    hubs: int | None = None
    bases: tuple[int, int] | None = None
    border: int | None = None
    joins: bool = False
    alpha: float = 1.0
    beta: float = 1.0
    gamma: float = 1.0
    weighting: str = "declared"
    scaling: str | None = None
    weights: tuple[tuple[str, float], ...] = field(default=())

    def as_params(self, time_limit_s: float) -> GroupingParams:
        """The same question to the planner."""
        return GroupingParams(
            hubs=self.hubs,
            bases_per_hub=self.bases,
            border_stations=self.border,
            border_joins=self.joins,
            alpha=self.alpha,
            beta=self.beta,
            gamma=self.gamma,
            time_limit_s=time_limit_s,
        )


def question_text(question: PlanQuestion) -> str:
    """The question as text for an address: `hubs:8;bases:1-2;P1:0.3`; empty for the default."""
    plain = PlanQuestion()
    parts = [
        f"{name}:{value}"
        for name in ("hubs", "border", "alpha", "beta", "gamma", "weighting", "scaling")
        if (value := getattr(question, name)) != getattr(plain, name)
    ]
    if question.bases is not None:
        parts.append(f"bases:{question.bases[0]}-{question.bases[1]}")
    if question.joins:
        parts.append("joins:1")
    return ";".join(parts + [f"{code}:{weight:g}" for code, weight in question.weights])


def question_of_text(text: str) -> PlanQuestion:
    """The question that an address names. Raises BadPlanInput listing all that is wrong."""
    if len(text) > MOST_TEXT:
        raise BadPlanInput([f"the question has more than {MOST_TEXT} characters"])
    return question_of_fields(
        {
            name: value
            for name, _, value in (part.partition(":") for part in text.split(";") if part)
        }
    )


def question_of_fields(fields: Mapping[str, str]) -> PlanQuestion:
    """The question of named values as text; blank ones are not asked.

    Raises BadPlanInput listing every value that cannot be read, and every unknown name.
    """
    codes = {c.code for c in list_indicator_codes()}
    given = {name: value.strip() for name, value in fields.items() if value.strip()}
    problems: list[str] = []
    read: dict[str, object] = {}
    for name, value in given.items():
        reader = _READERS.get(name) or (_weight if name in codes else None)
        try:
            if reader is None:
                raise ValueError("a part of a question that is known")
            read[name] = reader(value)
        except ValueError as expected:
            problems.append(f"{name}: expected {expected}, got {value[:40]!r}")
    if problems:
        raise BadPlanInput(problems)
    weights = tuple((code, float(read.pop(code))) for code in sorted(codes & set(read)))  # type: ignore[arg-type]
    return replace(PlanQuestion(weights=weights), **read)  # type: ignore[arg-type]


def in_fewest_words(question: PlanQuestion) -> PlanQuestion:
    """The same question without what it would get anyway: a form sends every field."""
    usual = question.scaling == read_default_weights().scaling
    return replace(question, scaling=None) if usual else question


def weights_of(question: PlanQuestion, county: County, travel: TravelTimes) -> Weights:
    """The indicator weights that a question means.

    Raises BadPlanInput where all are zero, or a county has no indicator to weigh by.
    """
    declared = read_default_weights()
    scaling = question.scaling or declared.scaling
    by_code = dict(declared.by_code)
    if question.weighting in _DERIVED:
        card = make_score_card(
            make_indicator_table(county, travel), Weights(by_code, scaling, declared.source)
        )
        by_code = _DERIVED[question.weighting](card)
    return Weights(by_code | dict(question.weights), scaling, question.weighting)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 4:
        raise ValueError("a whole number")
    return int(text)


def _range(text: str) -> tuple[int, int]:
    low, _, high = text.partition("-")
    try:
        return _count(low), _count(high or low)
    except ValueError:
        raise ValueError("MIN-MAX as in 1-2") from None


def _weight(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise ValueError("a number >= 0") from None
    if not isfinite(value) or value < 0:
        raise ValueError("a number >= 0")
    return value


def _yes(text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError("0 or 1")
    return text == "1"


def _one_of(known: tuple[str, ...]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in known:
            raise ValueError(f"one of {', '.join(known)}")
        return text

    return read


_READERS: dict[str, Callable[[str], object]] = {
    "hubs": _count,
    "bases": _range,
    "border": _count,
    "joins": _yes,
    "alpha": _weight,
    "beta": _weight,
    "gamma": _weight,
    "weighting": _one_of(WEIGHTINGS),
    "scaling": _one_of(SCALINGS),
}
