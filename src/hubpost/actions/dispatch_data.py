"""The editable lists of data/dispatch, read and checked: words, templates, rules."""

import csv
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import hubpost
from hubpost.dispatch.call_kind import Keyword
from hubpost.dispatch.command_line import Template
from hubpost.model.call import CallCategory, Priority

_PACKAGE = Path(hubpost.__file__).parent


def get_dispatch_file(name: str, folder: Path | None = None) -> Path:
    """The file of this name in a folder of one's own, else as shipped. Raises FileNotFoundError."""
    roots = (_PACKAGE / "data" / "dispatch", _PACKAGE.parents[1] / "data" / "dispatch")
    for root in (folder, *roots) if folder else roots:
        if (path := root / name).is_file():
            return path
    raise FileNotFoundError(f"Expected data/dispatch/{name} beside the program; it is not there.")


@cache
def load_keywords(folder: Path | None = None) -> tuple[Keyword, ...]:
    """The words of keywords.csv. Raises ValueError naming the row that cannot be read."""
    path = get_dispatch_file("keywords.csv", folder)
    with path.open(encoding="utf-8", newline="") as file:
        rows = enumerate(csv.DictReader(file), 2)
        return tuple(_keyword(path.name, number, row) for number, row in rows)


@cache
def load_templates(folder: Path | None = None) -> Mapping[str, Template]:
    """The templates of templates.toml by id. Raises ValueError naming what cannot be read."""
    path = get_dispatch_file("templates.toml", folder)
    with path.open("rb") as file:
        raw = tomllib.load(file).get("templates", [])
    templates = [_template(path.name, entry) for entry in raw]
    return {t.id: t for t in templates}


def load_table(name: str, folder: Path | None = None) -> dict[str, Any]:
    """A TOML file of data/dispatch as it is."""
    with get_dispatch_file(name, folder).open("rb") as file:
        return tomllib.load(file)


def _keyword(file: str, number: int, row: dict[str, str]) -> Keyword:
    try:
        return Keyword(
            row["word"].strip(),
            CallCategory(row["category"]),
            Priority(int(row["priority"])),
            float(row["weight"]),
            {"yes": True, "no": False}[row["danger"]],
        )
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise ValueError(
            f"{file} row {number}: expected word, category, priority 1-4, weight and danger "
            f"yes or no; came {dict(row)!r}. Correct the row."
        ) from error


def _template(file: str, raw: dict[str, Any]) -> Template:
    try:
        return Template(
            id=raw["id"],
            category=CallCategory(raw["category"]) if "category" in raw else None,
            priority=Priority(raw["priority"]) if "priority" in raw else None,
            units_needed=int(raw.get("units_needed", 1)),
            danger=bool(raw.get("danger", False)),
            skills=tuple(raw.get("skills", ())),
            names={language: raw.get(language, raw["id"]) for language in ("zh", "en")},
            notes={language: raw.get(f"note_{language}", "") for language in ("zh", "en")},
        )
    except (KeyError, ValueError) as error:
        raise ValueError(
            f"{file}: expected id, category and priority 1-4 in each template; came {raw!r}. "
            "Correct it."
        ) from error
