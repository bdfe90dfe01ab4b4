"""Which days are worked, and when a period of law ends."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)


class ClockUnit(StrEnum):
    """What a period is counted in."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WORKDAYS = "workdays"
    MONTHS = "months"
    YEARS = "years"


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Days that differ from the plain week: True worked, False off.

    A year without any such day is unknown: the plain week stands in for it, provisionally.
    """

    changed: Mapping[date, bool] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def is_workday(self, day: date) -> bool:
        """Whether offices are open; in an unknown year, Monday to Friday."""
        return self.changed.get(day, day.weekday() < 5)

    def knows(self, day: date) -> bool:
        """Whether the holidays of this day's year have been announced."""
        return day.year in self.years

    def next_workday(self, day: date) -> date:
        """The day itself when it is worked, else the first worked day after it."""
        while not self.is_workday(day):
            day += _DAY
        return day

    def add_workdays(self, day: date, count: int) -> date:
        """The count-th worked day after a day."""
        for _ in range(count):
            day = self.next_workday(day + _DAY)
        return day


def make_calendar(changed: Mapping[date, bool]) -> WorkCalendar:
    """A calendar that knows the years it has days of."""
    return WorkCalendar(dict(changed), frozenset(d.year for d in changed))


@dataclass(frozen=True, slots=True)
class Clock:
    """A period: amount in a unit; rolls: whether an end on a holiday moves to the next workday.

    basis: "public" for law or published practice, "proposed" for our own default.
    """

    code: str
    amount: int
    unit: ClockUnit
    rolls: bool = False
    basis: str = "proposed"
    name_zh: str = ""


@dataclass(frozen=True, slots=True)
class Deadline:
    """The instant from which it is too late, UTC; provisional where holidays are not yet known."""

    at: datetime
    provisional: bool = False


def find_deadline(
    clock: Clock, start: datetime, calendar: WorkCalendar, zone: ZoneInfo
) -> Deadline:
    """When a period that starts at an instant is over.

    Minutes and hours run from the instant. Other units leave the day of the start out, and end
    with the last day, at midnight of the county's clock; a month without that day ends with its
    last day.
    Civil Code of China, articles 200 to 204.
    """
    if clock.unit in (ClockUnit.MINUTES, ClockUnit.HOURS):
        return Deadline((start + timedelta(**{clock.unit.value: clock.amount})).astimezone(UTC))
    first = start.astimezone(zone).date()
    last = _last_day(clock, first, calendar)
    counted = clock.rolls or clock.unit is ClockUnit.WORKDAYS
    if clock.rolls:
        last = calendar.next_workday(last)
    midnight = datetime.combine(last + _DAY, time(), zone).astimezone(UTC)
    known = calendar.knows(first) and calendar.knows(last)
    return Deadline(midnight, provisional=counted and not known)


def _last_day(clock: Clock, first: date, calendar: WorkCalendar) -> date:
    match clock.unit:
        case ClockUnit.WORKDAYS:
            return calendar.add_workdays(first, clock.amount)
        case ClockUnit.MONTHS:
            return add_months(first, clock.amount)
        case ClockUnit.YEARS:
            return add_months(first, 12 * clock.amount)
        case _:
            return first + timedelta(days=clock.amount)


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day where it has no such day."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    after = date(year + (month0 == 11), (month0 + 1) % 12 + 1, 1)
    return date(year, month0 + 1, min(day.day, (after - _DAY).day))
