"""What a county says of itself as a whole: name, time zone, datum, labels, numbers asked for."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from hubpost.model.county import Labels
from hubpost.tables.entries import KEYS, NOTES, Entries
from hubpost.tables.findings import Findings, show
from hubpost.tables.headers import closest, match_file
from hubpost.tables.problem_kinds import Kind
from hubpost.tables.problems import Problem, Severity
from hubpost.tables.schema import SHEETS

_LABELLED = (*(s.name for s in SHEETS), "roads")


@dataclass(frozen=True, slots=True)
class Settings:
    """What is said of a county as a whole. box: west, south, east, north, WGS-84 degrees."""

    name: str
    zone: ZoneInfo
    gcj02: bool = False
    name_en: str | None = None
    id: str | None = None
    roads: str | None = None
    labels: Labels = field(default_factory=Labels)
    hubs: int | None = None
    bases_per_hub: tuple[int, int] = (1, 2)
    border_stations: int | None = None
    box: tuple[float, float, float, float] | None = None


def settings_of(entries: Entries, findings: Findings) -> Settings:
    """The settings; what is missing or wrong becomes findings and takes its default."""
    _note_unknown_keys(entries, findings)
    return Settings(
        name=_text(entries, "name", findings, required="the county's name") or "",
        zone=_zone(entries, findings),
        gcj02=_gcj02(entries, findings),
        name_en=_text(entries, "name_en", findings),
        id=_text(entries, "id", findings),
        roads=_text(entries, "roads", findings),
        labels=Labels(
            *(_label(entries, key, findings) for key in ("synthetic", "estimated", "stand_in"))
        ),
        hubs=_count(entries, "hubs", findings, least=1),
        bases_per_hub=_bases_per_hub(entries, findings),
        border_stations=_count(entries, "border_stations", findings),
        box=_box(entries, findings),
    )


def note_labelled_columns(
    entries: Entries, headers: Mapping[str, Container[str]], findings: Findings
) -> None:
    """Warn of labels on a column that its sheet does not have; headers: sheet -> its columns."""
    for key in ("synthetic", "estimated", "stand_in"):
        words = entries.values.get(key, [])
        for word in words if isinstance(words, list) else [words]:
            sheet, _, column = str(word).partition(".")
            if column and sheet in headers and column not in headers[sheet]:
                _note(
                    entries, key, findings, "unknown_label", f"a column of {sheet}",
                    "It is kept; check its spelling.", found=show(str(word)), warning=True,
                )  # fmt: skip


def _note(
    entries: Entries, key: str, findings: Findings, kind: Kind, expected: str, fix: str,
    found: str | None = None, warning: bool = False,
) -> None:  # fmt: skip
    value = entries.values.get(key)
    seen = found if found is not None else "nothing" if value is None else show(repr(value))
    severity = Severity.WARNING if warning else Severity.PROBLEM
    row = entries.rows.get(key)
    findings.add(Problem(entries.file, row, key, expected, seen, fix, severity, kind, entries.tab))


def _note_unknown_keys(entries: Entries, findings: Findings) -> None:
    for key in entries.values:
        if key not in KEYS and key not in NOTES:
            near = closest(key, KEYS)
            hint = f" If {near} is meant, rename it." if near else ""
            _note(
                entries, key, findings, "unknown_key", "a key of the format", f"Not used.{hint}",
                found=key, warning=True,
            )  # fmt: skip


def _text(entries: Entries, key: str, findings: Findings, required: str = "") -> str | None:
    value = entries.values.get(key)
    if isinstance(value, str) and value.strip():
        return value.strip()
    if value is not None:
        _note(entries, key, findings, "bad_value", "a text in quotes", "Correct it.")
    elif required:
        _note(entries, key, findings, "missing_key", f"{key}, {required}", f"Add a line {key} = …")
    return None


def _zone(entries: Entries, findings: Findings) -> ZoneInfo:
    name = _text(entries, "timezone", findings, required="such as Asia/Shanghai")
    try:
        return ZoneInfo(name or "UTC")
    except (ValueError, OSError, LookupError):
        _note(
            entries, "timezone", findings, "unknown_timezone",
            "a time zone of the IANA list, such as Asia/Shanghai", "Correct the name.",
        )  # fmt: skip
        return ZoneInfo("UTC")


def _gcj02(entries: Entries, findings: Findings) -> bool:
    datum = (_text(entries, "datum", findings) or "wgs84").lower().replace("-", "")
    if datum not in ("wgs84", "gcj02"):
        _note(
            entries, "datum", findings, "unknown_datum", "wgs84 or gcj02",
            "BD-09 and other datums must be converted first.",
        )  # fmt: skip
    return datum == "gcj02"


def _label(entries: Entries, key: str, findings: Findings) -> frozenset[str]:
    value = entries.values.get(key, [])
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, list) or not all(isinstance(w, str) for w in words):
        _note(entries, key, findings, "bad_value", "a list of sheets", f'Write {key} = ["calls"].')
        return frozenset()
    named = [_in_english(word) for word in words]
    for word in named:
        _note_unknown_label(entries, key, word, findings)
    return frozenset(named)


def _in_english(label: str) -> str:
    """A label with the sheet's own name, where 警情 or the like is written."""
    sheet, dot, column = label.partition(".")
    return (match_file(sheet) or sheet) + dot + column


def _note_unknown_label(entries: Entries, key: str, word: str, findings: Findings) -> None:
    """A label that names no sheet would leave a figure without its word: that refuses."""
    if word.partition(".")[0] not in _LABELLED:
        _note(
            entries, key, findings, "unknown_label", "sheets, or columns as sheet.column",
            f"Use one of: {', '.join(_LABELLED)}.", found=show(word),
        )  # fmt: skip


def _whole(value: Any) -> int | None:
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 10:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _count(entries: Entries, key: str, findings: Findings, least: int = 0) -> int | None:
    if key not in entries.values:
        return None
    number = _whole(entries.values[key])
    if number is None or number < least:
        _note(
            entries, key, findings, "bad_value", f"a whole number, {least} or more", "Correct it."
        )
        return None
    return number


def _bases_per_hub(entries: Entries, findings: Findings) -> tuple[int, int]:
    value = entries.values.get("bases_per_hub", [1, 2])
    pair = value if isinstance(value, list) else [value, value]
    numbers = [_whole(v) for v in (pair if len(pair) == 2 else pair * 2)]
    match numbers:
        case [int(least), int(most)] if 0 <= least <= most and most >= 1:
            return least, most
    _note(
        entries, "bases_per_hub", findings, "bad_value", "least and most, such as [1, 2]",
        "Correct it.",
    )  # fmt: skip
    return 1, 2


def _box(entries: Entries, findings: Findings) -> tuple[float, float, float, float] | None:
    value = entries.values.get("box")
    if value is None:
        return None
    try:
        west, south, east, north = (float(v) for v in value)
    except (TypeError, ValueError):
        west, south, east, north = 0.0, 0.0, 0.0, 0.0
    if -180 <= west < east <= 180 and -90 <= south < north <= 90:
        return west, south, east, north
    _note(
        entries, "box", findings, "bad_value", "[west, south, east, north] in degrees",
        "Correct it.",
    )  # fmt: skip
    return None
