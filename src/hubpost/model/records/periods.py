"""Periods in which a task is owed: days, weeks, months, quarters, school terms, years."""

from dataclasses import dataclass
from datetime import date, timedelta

from hubpost.model.records.work_calendar import add_months

_DAY = timedelta(days=1)
#: Cadences of the task lists; E (with an event) has no period: the event's own record is the task.
CADENCES = ("D", "W", "M", "Q", "T", "Y")


@dataclass(frozen=True, slots=True)
class Period:
    """Days from first to last, both included; name is unique within its cadence."""

    cadence: str
    name: str
    first: date
    last: date


def period_of(cadence: str, day: date) -> Period:
    """The period a day lies in: ISO weeks, calendar months and quarters, terms from March and
    September. Raises ValueError for a cadence without periods.
    """
    match cadence:
        case "D":
            return Period("D", day.isoformat(), day, day)
        case "W":
            monday = day - timedelta(days=day.weekday())
            year, week, _ = day.isocalendar()
            return Period("W", f"{year}-W{week:02d}", monday, monday + 6 * _DAY)
        case "M":
            return _months("M", f"{day:%Y-%m}", day.replace(day=1), 1)
        case "Q":
            quarter = (day.month - 1) // 3
            first = date(day.year, 3 * quarter + 1, 1)
            return _months("Q", f"{day.year}-Q{quarter + 1}", first, 3)
        case "T":
            return _term(day)
        case "Y":
            return _months("Y", str(day.year), date(day.year, 1, 1), 12)
        case _:
            raise ValueError(f"Expected one of {', '.join(CADENCES)}, came {cadence!r}.")


def split_cadence(text: str) -> tuple[str, ...]:
    """The cadences with periods in an entry such as `D/W/M`."""
    return tuple(c for c in text.replace(" ", "").split("/") if c in CADENCES)


def _term(day: date) -> Period:
    spring = 3 <= day.month <= 8
    year = day.year - (day.month < 3)
    first = date(year, 3 if spring else 9, 1)
    return _months("T", f"{year}-{'spring' if spring else 'autumn'}", first, 6)


def _months(cadence: str, name: str, first: date, count: int) -> Period:
    return Period(cadence, name, first, add_months(first, count) - _DAY)
