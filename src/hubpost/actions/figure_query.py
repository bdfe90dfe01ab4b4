"""What figures are asked for, and what is said while they cannot be answered yet."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hubpost.evaluation.period import Period


@dataclass(frozen=True, slots=True)
class FigureQuery:
    """What a screen asks for: a period of local days, and a kind of call; "" is every kind."""

    period: Period
    kind: str = ""

    @property
    def days(self) -> Period:
        """The period and the same days a year before, with what lies between."""
        return Period(self.period.years_on(-1).start, self.period.end)


@dataclass(frozen=True, slots=True)
class Reading:
    """How far the first reading of the calls has come. calls: of how many; 0 is not known yet.

    since: when it began. checking: all are read and are being checked.
    """

    done: int
    calls: int
    since: datetime
    checking: bool = False


class StillReading(Exception):
    """The calls are being read for the first time; `reading` tells how far it has come."""

    def __init__(self, reading: Reading) -> None:
        super().__init__(f"{reading.done} of {reading.calls} calls are read.")
        self.reading = reading


def default_period(span: Period | None, today: date) -> Period:
    """The last twelve whole months that hold calls; this year so far where there are none."""
    if span is None:
        return Period(today.replace(month=1, day=1), today + timedelta(days=1))
    end = span.end
    return Period(max(span.start, year_before(end)), end)


def instants(days: Period, timezone: str) -> tuple[datetime, datetime]:
    """The first instant of a period of local days, and the first after it, UTC."""
    zone = ZoneInfo(timezone)
    start, end = (datetime.combine(d, time(), zone).astimezone(UTC) for d in (days.start, days.end))
    return start, end


def year_before(day: date) -> date:
    """The same calendar day a year earlier."""
    return Period(day, day).years_on(-1).start
