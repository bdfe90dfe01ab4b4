"""Periods of law over holidays, worked weekends and month ends, on the announced calendar."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubpost.model.records.work_calendar import (
    Clock,
    ClockUnit,
    add_months,
    find_deadline,
    make_calendar,
)
from tests.records.rules import ZONE, local, shipped_rules

RULES = shipped_rules()


def last_day(code: str, start: datetime) -> date:
    """The last day on which it is still in time."""
    return (RULES.deadline(code, start).at - timedelta(seconds=1)).astimezone(ZONE).date()


def clock(amount: int, unit: ClockUnit, rolls: bool = False) -> Clock:
    return Clock("x", amount, unit, rolls)


def days(start: date, count: int) -> list[date]:
    return [start + timedelta(days=i) for i in range(count)]


def test_national_day_2026_and_its_worked_weekends_are_as_announced():
    calendar = RULES.calendar
    assert [d.day for d in days(date(2026, 10, 1), 10) if not calendar.is_workday(d)] == [
        1, 2, 3, 4, 5, 6, 7,
    ]  # fmt: skip
    assert calendar.is_workday(date(2026, 10, 10))  # a Saturday worked in exchange
    assert calendar.is_workday(date(2026, 9, 20))  # a Sunday too
    assert not calendar.is_workday(date(2026, 10, 11))


@pytest.mark.parametrize(
    ("code", "start", "end"),
    [
        # The day of the start is not counted: 1 March + 7 days ends with 8 March.
        ("dispute_general", (2026, 3, 1, 23, 59), (2026, 3, 8)),
        # February has 28 days, and over the year's end.
        ("dispute_major", (2026, 1, 31, 8), (2026, 3, 2)),
        ("dispute_complex", (2026, 12, 20, 8), (2027, 1, 9)),
        # The 30th day is 2 October, in the holiday: the end moves to the first day worked.
        ("judicial_confirmation", (2026, 9, 2, 8), (2026, 10, 8)),
        # The 30th day is a worked Saturday, so it counts.
        ("judicial_confirmation", (2026, 9, 10, 8), (2026, 10, 10)),
        # Seven worked days from 28 September: 29, 30, then 8, 9, 10 (Saturday), 12, 13.
        ("police_second_mediation", (2026, 9, 28, 8), (2026, 10, 13)),
        # One year from a leap day ends with February.
        ("agreement_review", (2024, 2, 29, 8), (2025, 2, 28)),
    ],
)
def test_periods_end_as_counted_by_hand(code, start, end):
    assert last_day(code, local(*start)) == date(*end)


def test_hours_run_from_the_instant_through_any_holiday():
    start = local(2026, 10, 1, 23, 30)
    assert RULES.deadline("dispute_report", start).at == start + timedelta(hours=2)


def test_the_day_is_the_county_s_not_utc_s():
    """16:30 UTC is half past midnight in China: the day that is left out is the next one."""
    assert last_day("dispute_general", datetime(2026, 3, 1, 16, 30, tzinfo=UTC)) == date(2026, 3, 9)


def test_a_year_without_announced_holidays_is_said_to_be_provisional():
    assert RULES.deadline("judicial_confirmation", local(2026, 12, 20)).provisional
    assert not RULES.deadline("judicial_confirmation", local(2026, 9, 2)).provisional
    assert not RULES.deadline("dispute_major", local(2026, 12, 20)).provisional


def test_months_end_with_their_last_day():
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2026, 12, 15), 1) == date(2027, 1, 15)
    assert add_months(date(2026, 11, 30), 1) == date(2026, 12, 30)


moments = st.datetimes(datetime(2020, 1, 1), datetime(2026, 8, 1), timezones=st.just(UTC))


@given(moments, st.integers(1, 60))
def test_workdays_are_counted_as_by_crossing_off_days(start, amount):
    """Against a count made the slow way, day by day over the announced lists."""
    deadline = find_deadline(clock(amount, ClockUnit.WORKDAYS), start, RULES.calendar, ZONE)
    first = start.astimezone(ZONE).date()
    last = (deadline.at - timedelta(seconds=1)).astimezone(ZONE).date()
    between = days(first + timedelta(days=1), (last - first).days)
    assert sum(RULES.calendar.is_workday(d) for d in between) == amount
    assert RULES.calendar.is_workday(last)


@given(moments, st.integers(1, 400))
def test_a_rolled_end_is_worked_and_no_worked_day_was_passed_over(start, amount):
    plain = find_deadline(clock(amount, ClockUnit.DAYS), start, RULES.calendar, ZONE)
    rolled = find_deadline(clock(amount, ClockUnit.DAYS, True), start, RULES.calendar, ZONE)
    a, b = ((d.at - timedelta(seconds=1)).astimezone(ZONE).date() for d in (plain, rolled))
    assert RULES.calendar.is_workday(b)
    assert not any(RULES.calendar.is_workday(d) for d in days(a, (b - a).days))


@given(moments, moments, st.sampled_from(list(ClockUnit)), st.integers(1, 40))
def test_who_starts_later_is_never_due_earlier(one, other, unit, amount):
    early, late = sorted((one, other))
    ends = [find_deadline(clock(amount, unit), s, RULES.calendar, ZONE).at for s in (early, late)]
    assert ends[0] <= ends[1]
    assert early < ends[0]


def test_an_empty_calendar_is_the_plain_week():
    assert make_calendar({}).add_workdays(date(2026, 9, 30), 1) == date(2026, 10, 1)
