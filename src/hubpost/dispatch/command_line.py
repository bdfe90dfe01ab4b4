"""The command line of the call taker: one line of text to what it asks for.

A call:  `堰塘村 围墙垮塌 堵路 p3`  place, what happened, and marks in any order:
    p1…p4 or 一级…四级     priority              x2          units needed
    !                     place confirmed        /road       template
    c:traffic             kind of call           +mediator   a skill the crew needs
    13812345678           caller                 @14:05      received at, entered late
    >18:30                scheduled for          #log #ex #paper   log only, exercise, paper card
    ^                     arms or violence
A step:  `0003 派 水市1`, `0003 结 已处理`   number of the day, verb, unit, call, room or text.
A unit:  `水市1 备`, `水市1 编 3 +armed`, `水市1 移 濯水`   call sign, verb, station or text.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hubpost.dispatch.call_kind import Keyword, KindGuess, guess_kind
from hubpost.dispatch.command_verbs import UNIT_VERBS, VERBS, WITHOUT_UNIT
from hubpost.dispatch.gazetteer import Gazetteer, PlaceGuess, find_place
from hubpost.model.call import CallCategory, CallMode, Priority

_LEVELS = {"一级": 1, "二级": 2, "三级": 3, "四级": 4}
_KINDS = {
    "刑事": "criminal",
    "治安": "public_order",
    "交通": "traffic",
    "纠纷": "dispute",
    "求助": "assistance",
    "灾害": "fire_disaster",
    "举报": "report",
    "咨询": "enquiry",
    "无效": "invalid",
}


@dataclass(frozen=True, slots=True)
class Template:
    """What a template fills in; None leaves it to the words."""

    id: str
    category: CallCategory | None = None
    priority: Priority | None = None
    units_needed: int = 1
    danger: bool = False
    skills: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LineProblem:
    """What could not be read: a code and the word it is about."""

    code: str
    word: str


@dataclass(frozen=True, slots=True)
class CallLine:
    """A call as typed. category and priority are None when neither said nor guessed.

    guess: what the words alone hint at. at, due: (hour, minute) by the county's clock.
    """

    text: str
    place: PlaceGuess
    note: str
    guess: KindGuess
    category: CallCategory | None = None
    priority: Priority | None = None
    units_needed: int = 1
    confirmed: bool = False
    danger: bool = False
    skills: tuple[str, ...] = ()
    caller_phone: str | None = None
    at: tuple[int, int] | None = None
    due: tuple[int, int] | None = None
    mode: CallMode = CallMode.LIVE
    exercise: bool = False
    source: str = ""
    template_id: str | None = None
    problems: tuple[LineProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step on an open call: number of the day as typed, what to do, to whom, text.

    unit_name: the unit, for a merge or link the other call's number, for a transfer the room.
    """

    number: str
    step: str
    unit_name: str
    text: str


@dataclass(frozen=True, slots=True)
class UnitLine:
    """What one unit is to do, apart from any call: its call sign as typed, a step, text."""

    unit_name: str
    step: str
    text: str


_STEP = re.compile(r"^(?:(\d{8})-)?(\d{3,5})\s+(\S+)\s*(.*)$")


def read_line(
    text: str,
    gazetteer: Gazetteer,
    keywords: Iterable[Keyword],
    templates: Mapping[str, Template],
    unit_names: Iterable[str] = (),
) -> CallLine | StepLine | UnitLine:
    """Read one line. Never raises: what cannot be read is in `problems`, or left open.

    unit_names: the call signs of the board; without them no line is about a unit alone, and a
    call sign within a step is one word.
    """
    tidy = " ".join(unicodedata.normalize("NFKC", text).split())
    names = tuple(unit_names)
    step = _STEP.match(tidy)
    if step and step.group(3).casefold() in VERBS:
        return _read_step(step, names)
    unit, rest = _split_name(tidy, names)
    verb, _, said = rest.partition(" ")
    if unit and verb.casefold() in UNIT_VERBS:
        return UnitLine(unit, UNIT_VERBS[verb.casefold()], said.strip())
    return _read_call(tidy, gazetteer, tuple(keywords), templates)


def _read_step(match: re.Match[str], names: tuple[str, ...]) -> StepLine:
    day, number, verb, rest = match.groups()
    step = VERBS[verb.casefold()]
    unit, text = ("", rest) if step in WITHOUT_UNIT else _split_name(rest, names)
    if not unit and step not in WITHOUT_UNIT:
        unit, _, text = rest.partition(" ")
    return StepLine(f"{day}-{number}" if day else number, step, unit, text.strip())


def _split_name(text: str, names: tuple[str, ...]) -> tuple[str, str]:
    """The longest call sign that a text begins with, as typed, and what follows; else nothing.

    Call signs may hold spaces, and one may begin with another.
    """
    said = text.casefold() + " "
    lengths = (len(n) for n in names if said.startswith(n.casefold() + " "))
    length = max(lengths, default=0)
    return text[:length], text[length:].strip()


def _read_call(
    text: str,
    gazetteer: Gazetteer,
    keywords: tuple[Keyword, ...],
    templates: Mapping[str, Template],
) -> CallLine:
    marks: dict[str, Any] = {}
    problems: list[LineProblem] = []
    words = []
    for word in text.split():
        read = _read_mark(word, templates)
        if read is None:
            words.append(word)
        elif isinstance(read, LineProblem):
            problems.append(read)
        else:
            skills = marks.get("skills", ()) + read.get("skills", ())
            marks |= read | ({"skills": skills} if skills else {})
    said = " ".join(words)
    place = find_place(said, gazetteer)
    if place.problem:
        problems.append(LineProblem(place.problem, place.said))
    template = templates.get(marks.pop("template_id", ""))
    guess = guess_kind(place.rest, keywords)
    line = CallLine(text, place, place.rest, guess, problems=tuple(problems), **marks)
    return _fill_in(line, template)


def _fill_in(line: CallLine, template: Template | None) -> CallLine:
    """What is typed wins over the template, and the template over the guess."""
    shape = template or Template("")
    return replace(
        line,
        category=line.category or shape.category or line.guess.category,
        priority=line.priority or shape.priority or line.guess.priority,
        units_needed=line.units_needed if line.units_needed > 1 else shape.units_needed,
        danger=line.danger or shape.danger or line.guess.danger,
        skills=tuple(dict.fromkeys((*line.skills, *shape.skills))),
        template_id=template.id if template else None,
    )


def _read_mark(word: str, templates: Mapping[str, Template]) -> dict[str, Any] | LineProblem | None:
    if word in ("!", "确认"):
        return {"confirmed": True}
    if word == "^":
        return {"danger": True}
    if word in _LEVELS:
        return {"priority": Priority(_LEVELS[word])}
    if re.fullmatch(r"1\d{10}", word):
        return {"caller_phone": word}
    for pattern, read in _MARKS:
        if match := pattern.fullmatch(word):
            answer: dict[str, Any] | LineProblem = read(match, templates)
            return answer
    return None


def _priority(m: re.Match[str], _: Mapping[str, Template]) -> dict[str, Any] | LineProblem:
    if m[1] not in "1234":
        return LineProblem("priority_unknown", m[0])
    return {"priority": Priority(int(m[1]))}


def _units(m: re.Match[str], _: Mapping[str, Template]) -> dict[str, Any] | LineProblem:
    count = int(m[1])
    return {"units_needed": count} if 1 <= count <= 20 else LineProblem("units_unlikely", m[0])


def _template(m: re.Match[str], known: Mapping[str, Template]) -> dict[str, Any] | LineProblem:
    if m[1] in known:
        return {"template_id": m[1]}
    return LineProblem("template_unknown", m[0])


def _kind(m: re.Match[str], _: Mapping[str, Template]) -> dict[str, Any] | LineProblem:
    name = _KINDS.get(m[1], m[1].casefold())
    if name not in set(CallCategory):
        return LineProblem("category_unknown", m[0])
    return {"category": CallCategory(name)}


def _clock(name: str) -> Callable[..., dict[str, Any] | LineProblem]:
    def read(m: re.Match[str], _: Mapping[str, Template]) -> dict[str, Any] | LineProblem:
        hour, minute = int(m[1]), int(m[2])
        if hour > 23 or minute > 59:
            return LineProblem("time_impossible", m[0])
        mode = {"mode": CallMode.SCHEDULED} if name == "due" else {}
        return {name: (hour, minute), **mode}

    return read


def _flag(m: re.Match[str], _: Mapping[str, Template]) -> dict[str, Any] | LineProblem:
    flags: dict[str, dict[str, Any]] = {
        "log": {"mode": CallMode.LOGGED},
        "仅登记": {"mode": CallMode.LOGGED},
        "ex": {"exercise": True},
        "演练": {"exercise": True},
        "paper": {"source": "paper"},
        "补录": {"source": "paper"},
    }
    return flags.get(m[1].casefold(), LineProblem("flag_unknown", m[0]))


def _skill(m: re.Match[str], _: Mapping[str, Template]) -> dict[str, Any]:
    return {"skills": (m[1].casefold(),)}


_MARKS: tuple[tuple[re.Pattern[str], Callable[..., Any]], ...] = (
    (re.compile(r"[pP](\d)"), _priority),
    (re.compile(r"[xX](\d{1,3})"), _units),
    (re.compile(r"/(\w+)"), _template),
    (re.compile(r"(?:[cC]|类):(\w+)"), _kind),
    (re.compile(r"@(\d{1,2}):(\d{2})"), _clock("at")),
    (re.compile(r">(\d{1,2}):(\d{2})"), _clock("due")),
    (re.compile(r"#(\w+)"), _flag),
    (re.compile(r"\+(\w+)"), _skill),
)
