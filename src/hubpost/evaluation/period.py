"""Periods of local days, and the part of two years that may be compared."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Local days from start up to, not including, end; empty when end <= start."""

    start: date
    end: date

    @property
    def days(self) -> int:
        return max(0, (self.end - self.start).days)

    @property
    def last_day(self) -> date:
        return self.end - timedelta(days=1)

    @property
    def is_month(self) -> bool:
        """Whether it is exactly one month of the calendar."""
        return self.start.day == 1 and self.end == (self.start + timedelta(days=31)).replace(day=1)

    @property
    def is_year(self) -> bool:
        """Whether it is exactly one year of the calendar."""
        return (self.start.month, self.start.day) == (1, 1) and self.end == _shifted(self.start, 1)

    def meet(self, other: "Period") -> "Period":
        """The days that lie in both."""
        return Period(max(self.start, other.start), min(self.end, other.end))

    def years_on(self, years: int) -> "Period":
        """The same calendar days so many years on; 29 February becomes 1 March."""
        return Period(_shifted(self.start, years), _shifted(self.end, years))


def period_of(first: date, last: date) -> Period:
    """The period of days first to last, both counted. Raises ValueError when last is earlier."""
    if last < first:
        raise ValueError(f"Expected --to on or after --from {first}, came {last}.")
    return Period(first, last + timedelta(days=1))


def _shifted(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


@dataclass(frozen=True, slots=True)
class Windows:
    """now: the period as far as observed. this_year, last_year: what is compared; equal calendar
    days of both. statement: "ok", "part_period", or why nothing can be compared.
    """

    now: Period
    this_year: Period
    last_year: Period
    statement: str = "ok"


def windows(period: Period, observed: Period) -> Windows:
    """The days that year on year may use, when data were observed only within `observed`.

    A station founded in July is compared July to December with July to December: half a year
    against a whole one would take the season for a change.
    """
    now = period.meet(observed)
    last_year = period.years_on(-1).meet(observed).meet(now.years_on(-1))
    this_year = now.meet(last_year.years_on(1))
    if not now.days:
        return Windows(now, now, now, "empty_period")
    if not last_year.days or not this_year.days:
        return Windows(now, this_year, last_year, "no_base_period")
    whole = this_year == period
    return Windows(now, this_year, last_year, "ok" if whole else "part_period")
