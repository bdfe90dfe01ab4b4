"""What a county wants of its secondments: an editable TOML file over the shipped proposals."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hubpost.planning.defaults import get_default_file
from hubpost.planning.params import BadPlanInput
from hubpost.planning.secondment import SecondmentParams

_CALENDAR = (
    "months", "large_months", "segment_months", "segments", "rest_months", "start_step_months",
    "overlap_months",
)  # fmt: skip
_WEIGHTS = ("seat", "skill", "distance", "fairness", "preference", "change")
_AT_LEAST_0 = ("rest_months", "overlap_months")


@dataclass(frozen=True, slots=True)
class SecondmentSettings:
    """params: calendar and weights. keep: section -> officers who stay; keep_share: of the others.

    hub_skills, hub_ranks: wanted at every hub. default_cycle: where no officer has one. sources:
    the files these came from, the shipped proposals first.
    """

    params: SecondmentParams = field(default_factory=SecondmentParams)
    keep_share: float = 0.75
    keep: Mapping[str, int] = field(default_factory=dict)
    hub_skills: tuple[str, ...] = ()
    hub_ranks: tuple[str, ...] = ()
    default_cycle: str = "small"
    sources: tuple[str, ...] = ()


def read_settings(*paths: Path) -> SecondmentSettings:
    """The shipped proposals with the files laid over them, the last one last.

    Raises BadPlanInput listing everything wrong with the files.
    """
    files = (get_default_file("secondment.toml"), *paths)
    problems: list[str] = []
    body: dict[str, dict[str, Any]] = {}
    for path in files:
        for name, value in _tables(path, problems).items():
            body[name] = {**body.get(name, {}), **value}
    problems += _problems_of(body)
    if problems:
        raise BadPlanInput(problems)
    weights: dict[str, Any] = {f"{k}_weight": float(v) for k, v in body["weights"].items()}
    return SecondmentSettings(
        SecondmentParams(**body["calendar"], **weights),
        keep_share=float(body["headquarters"]["keep_share"]),
        keep=body["keep"],
        hub_skills=tuple(body["wanted"]["hub_skills"]),
        hub_ranks=tuple(body["wanted"]["hub_ranks"]),
        default_cycle=body["default"]["cycle"],
        sources=tuple(path.name for path in files),
    )


def _tables(path: Path, problems: list[str]) -> dict[str, dict[str, Any]]:
    """The tables of one file by name; keys and tables that are not known are problems."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as reason:
        problems.append(f"{path.name}: cannot be read as TOML: {reason}")
        return {}
    known = {
        "calendar": _CALENDAR, "weights": _WEIGHTS, "headquarters": ("keep_share", "keep"),
        "wanted": ("hub_skills", "hub_ranks"),
    }  # fmt: skip
    found: dict[str, dict[str, Any]] = {}
    if "default_cycle" in raw:
        found["default"] = {"cycle": raw.pop("default_cycle")}
    for name, table in raw.items():
        if name not in known or not isinstance(table, dict):
            problems.append(f"{path.name}: {name} is not one of default_cycle, {', '.join(known)}")
            continue
        strange = sorted(set(table) - set(known[name]))
        problems += [f"{path.name}: {name}.{k} is not one of {', '.join(known[name])}"
                     for k in strange]  # fmt: skip
        found[name] = {k: v for k, v in table.items() if k in known[name] and k != "keep"}
        keep = table.get("keep", {})
        if isinstance(keep, dict):
            found.setdefault("keep", {}).update(keep)
        else:
            problems.append(f"{path.name}: headquarters.keep must be a table of section = officers")
    return found


def _problems_of(body: Mapping[str, Mapping[str, Any]]) -> list[str]:
    problems = []
    for name, value in body.get("calendar", {}).items():
        least = 0 if name in _AT_LEAST_0 else 1
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            problems.append(f"calendar.{name}: expected a whole number from {least}, got {value!r}")
    for name, value in body.get("weights", {}).items():
        if not _number(value) or not 0 <= value < float("inf"):
            problems.append(f"weights.{name}: expected a number from 0, got {value!r}")
    share = body.get("headquarters", {}).get("keep_share", 0)
    if not _number(share) or not 0 <= share <= 1:
        problems.append(f"headquarters.keep_share: expected 0 to 1, got {share!r}")
    for section, value in body.get("keep", {}).items():
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            problems.append(f"headquarters.keep.{section}: expected officers from 0, got {value!r}")
    for name, value in body.get("wanted", {}).items():
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            problems.append(f"wanted.{name}: expected a list of words, got {value!r}")
    cycle = body.get("default", {}).get("cycle", "small")
    if cycle not in ("large", "small"):
        problems.append(f"default_cycle: expected large or small, got {cycle!r}")
    return problems


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
