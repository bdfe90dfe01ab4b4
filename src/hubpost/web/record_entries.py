"""Reading what a form of the records holds: what does not fit is refused, never cut or guessed."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import TypeVar

from hubpost.model.refused import Refused
from hubpost.model.station import Area

E = TypeVar("E", bound=StrEnum)
#: Days that a record may name; years beyond are slips of the keyboard.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)


def fits(field: str, text: str, most: int) -> str:
    """The text, when it is no longer than it may be. Raises Refused."""
    if len(text) > most:
        raise Refused(
            "text_long",
            f"{field}: expected at most {most} characters, came {len(text)}. Shorten it.",
            fields=field, most=str(most), came=str(len(text)),
        )  # fmt: skip
    return text


def read_day(field: str, text: str) -> date:
    """The day a field names, as 2026-03-01. Raises Refused for none, or a year out of range."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        raise Refused(
            "day_wrong",
            f"{field}: expected a day such as 2026-03-01, from 2000 to 2099, came {text[:20]!r}.",
            fields=field, came=text[:20],
        )  # fmt: skip
    return day


def read_span(first: str, last: str) -> tuple[date, date]:
    """Both days of a span; the last is the first where it is left blank. Raises Refused."""
    begin = read_day("first", first)
    end = read_day("last", last) if last else begin
    if end < begin:
        raise Refused(
            "days_reversed", f"{end} is before {begin}. Correct one of them.",
            first=str(begin), last=str(end),
        )  # fmt: skip
    return begin, end


def read_choice(field: str, known: type[E], text: str) -> E:
    """The code of a vocabulary that was chosen. Raises Refused."""
    return known(require_known(field, text, [k.value for k in known if k.value]))


def require_known(field: str, text: str, known: list[str]) -> str:
    """The code, when it is among those to choose from. Raises Refused."""
    if text not in known:
        raise Refused(
            "choice_unknown",
            f"{field}: expected one of {', '.join(known)}, came {text[:20]!r}. Choose one.",
            fields=field, came=text[:20],
        )  # fmt: skip
    return text


def read_count(field: str, text: str, least: int, most: int) -> int:
    """A whole number within its bounds. Raises Refused."""
    count = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else least - 1
    if not least <= count <= most:
        raise Refused(
            "number_wrong",
            f"{field}: expected a whole number from {least} to {most}, came {text[:20]!r}.",
            fields=field, least=str(least), most=str(most), came=text[:20],
        )  # fmt: skip
    return count


def read_area(areas: Sequence[Area], station_id: str, text: str) -> str | None:
    """A village of the station, None where none is named. Raises Refused."""
    if text and not any(a.id == text and a.station_id == station_id for a in areas):
        raise Refused("area_unknown", f"There is no village {text[:40]!r} at {station_id}.")
    return text or None
