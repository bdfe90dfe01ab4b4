"""Reading the new-call form: a CallReport, or every problem at once."""

import re
from dataclasses import dataclass
from datetime import datetime
from math import isfinite

from hubpost.actions.calls import CallReport
from hubpost.actions.command_room import CommandRoom
from hubpost.model.call import CallCategory, CallMode, Priority
from hubpost.model.station import Area
from hubpost.web.languages import mark as _

PLACE_LENGTH = 200
NOTE_LENGTH = 1000
_REQUEST_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a field: a message id, and what came."""

    field: str
    message: str
    found: str = ""


class BadForm(ValueError):
    """The form cannot be taken; `problems` lists all that is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(f"{p.field}: {p.message}" for p in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class CallForm:
    """The fields as they came, all text."""

    category: str = ""
    priority: str = ""
    lon: str = ""
    lat: str = ""
    area_id: str = ""
    place_text: str = ""
    note: str = ""
    confirmed: str = ""
    units_needed: str = "1"
    exercise: str = ""
    request_id: str = ""
    caller_phone: str = ""
    danger: str = ""
    mode: str = "live"
    due_at: str = ""
    received_at: str = ""


def read_call_form(form: CallForm, room: CommandRoom) -> tuple[CallReport, datetime | None]:
    """The report a form stands for, and when it rang if that was earlier.

    Raises BadForm with every problem.
    """
    problems: list[Problem] = []
    category = _read_category(form.category, problems)
    priority = _read_priority(form.priority, problems)
    area = _read_area(form.area_id, room, problems)
    lon, lat = _read_point(form, area, problems)
    units = _read_units(form.units_needed, problems)
    mode = _read_mode(form.mode, problems)
    due_at = _read_time("due_at", form.due_at, room, problems)
    received_at = _read_time("received_at", form.received_at, room, problems)
    if not _REQUEST_ID.fullmatch(form.request_id):
        problems.append(Problem("request_id", _("Reload the page: the form is not a fresh one.")))
    for field, text, length in (
        ("place_text", form.place_text, PLACE_LENGTH),
        ("note", form.note, NOTE_LENGTH),
    ):
        if len(text) > length:
            problems.append(Problem(field, _("Shorten the text."), f"{len(text)} > {length}"))
    if problems:
        raise BadForm(problems)
    report = CallReport(
        category=CallCategory(category),
        priority=Priority(priority),
        lon=lon,
        lat=lat,
        area_id=area.id if area else None,
        station_id=area.station_id if area else None,
        place_text=_clean(form.place_text),
        note=_clean(form.note),
        confirmed=bool(form.confirmed),
        units_needed=units,
        exercise=bool(form.exercise),
        request_id=form.request_id,
        mode=mode,
        due_at=due_at if mode is CallMode.SCHEDULED else None,
        danger=bool(form.danger),
        caller_phone=form.caller_phone.strip()[:40] or None,
        source="paper" if received_at else "",
    )
    return report, received_at


def _read_mode(text: str, problems: list[Problem]) -> CallMode:
    if text not in set(CallMode):
        problems.append(Problem("mode", _("Choose what kind of entry it is."), text))
        return CallMode.LIVE
    return CallMode(text)


def _read_time(
    field: str, text: str, room: CommandRoom, problems: list[Problem]
) -> datetime | None:
    """A moment by the county's clock, as the browser writes it; None when left blank."""
    if not text.strip():
        return None
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=room.zone)
    except ValueError:
        problems.append(Problem(field, _("Give a date and a time."), text[:40]))
        return None


def _read_category(text: str, problems: list[Problem]) -> str:
    if text not in set(CallCategory):
        problems.append(Problem("category", _("Choose what kind of call it is."), text))
    return text


def _read_priority(text: str, problems: list[Problem]) -> int:
    if text not in {str(p.value) for p in Priority}:
        problems.append(Problem("priority", _("Choose a priority from 1 to 4."), text))
        return 0
    return int(text)


def _read_area(text: str, room: CommandRoom, problems: list[Problem]) -> Area | None:
    area = next((a for a in room.areas if a.id == text), None)
    if text and area is None:
        problems.append(Problem("area_id", _("Choose a village from the list."), text))
    return area


def _read_point(form: CallForm, area: Area | None, problems: list[Problem]) -> tuple[float, float]:
    """The point given, else the village's own."""
    if area is not None and not form.lon and not form.lat:
        return area.lon, area.lat
    lon, lat = _number(form.lon), _number(form.lat)
    if not form.lon and not form.lat:
        message = _("Give a place: search a village, or click the map.")
        problems.append(Problem("place", message))
    elif lon is None or lat is None or abs(lon) > 180 or abs(lat) > 90:
        found = f"{form.lon[:20]}, {form.lat[:20]}"
        problems.append(Problem("place", _("The point on the map is not a valid one."), found))
    return lon or 0.0, lat or 0.0


def _read_units(text: str, problems: list[Problem]) -> int:
    if not re.fullmatch(r"[1-9]", text):
        problems.append(Problem("units_needed", _("Give a number of units from 1 to 9."), text))
        return 1
    return int(text)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) else None


def _clean(text: str) -> str:
    """Without control characters, which no keyboard means."""
    return "".join(c for c in text if c.isprintable() or c == "\n").strip()
