"""Rosters: cover by hand, rest and leave, swaps as one, secondments, calendar feeds."""

from datetime import date, datetime, timedelta
from functools import partial

import icalendar
import pytest
import sqlalchemy as sa

from hubpost.actions.identity.accounts import create_account, revoke_grant
from hubpost.actions.identity.api_tokens import issue_api_token
from hubpost.actions.records import rosters, staff
from hubpost.model.access import Grant, Role, ScopeKind, Where, permits
from hubpost.model.records.change import plain_record
from hubpost.model.records.cover import CoverNeed, list_cover_gaps
from hubpost.model.records.roster import SHIFT_KIND, Certificate, Leave, Shift, Staff
from hubpost.model.refused import Refused
from hubpost.reporting.ical import write_duty_feed
from hubpost.storage.identity.queries import find_account, list_grants
from hubpost.storage.identity.tables import access_grant
from hubpost.storage.records.reading import get_record
from tests.boards import NOON
from tests.records.rules import ZONE, local
from tests.records.test_disputes import write

DAY = date(2026, 3, 2)


def shift(owner, begin, end, category="duty", state="published"):
    return Shift(
        id=f"{owner}-{begin:%d%H}", station_id="Z", owner_id=owner, category=category, state=state,
        opened_at=NOON, starts_at=begin, ends_at=end,
    )  # fmt: skip


def person(staff_id, *skills, **more):
    return Staff(id=staff_id, station_id="Z", title=staff_id, opened_at=NOON, skills=skills, **more)


def gaps_of(needs, shifts, staff=(), leave=(), day=DAY):
    people = {s.id: s for s in staff}
    found = list_cover_gaps(needs, shifts, people, leave, day, ZONE)
    return [(g.begin.hour, g.end.hour, g.present) for g in found]


def test_gaps_are_cut_where_shifts_begin_and_end():
    """Two wanted; a from 8 to 20, b from 8 to 14: none before 8, one from 14, none from 20."""
    two = [CoverNeed("duty", 2)]
    on = [shift("a", local(2026, 3, 2, 8), local(2026, 3, 2, 20)),
          shift("b", local(2026, 3, 2, 8), local(2026, 3, 2, 14))]  # fmt: skip
    assert gaps_of(two, on) == [(0, 8, 0), (14, 20, 1), (20, 0, 0)]
    assert gaps_of([CoverNeed("duty", 0)], []) == []


def test_a_shift_over_midnight_covers_both_days():
    night = [shift("a", local(2026, 3, 1, 20), local(2026, 3, 2, 8))]
    assert gaps_of([CoverNeed("duty", 1)], night) == [(8, 0, 0)]
    assert gaps_of([CoverNeed("duty", 1)], night, day=date(2026, 3, 1)) == [(0, 20, 0)]


def test_absence_leave_and_lapsed_certificates_do_not_cover():
    whole = (local(2026, 3, 2), local(2026, 3, 3))
    one = [CoverNeed("duty", 1)]
    assert gaps_of(one, [shift("a", *whole, state="absent")]) == [(0, 0, 0)]
    away = Leave(
        id="l", station_id="Z", owner_id="a", opened_at=NOON, state="granted", first=DAY, last=DAY
    )
    assert gaps_of(one, [shift("a", *whole)], leave=[away]) == [(0, 0, 0)]
    driver = [CoverNeed("duty", 1, "driver")]
    assert gaps_of(driver, [shift("a", *whole)], [person("a")]) == [(0, 0, 0)]
    lapsed = person("a", certificates=(Certificate("driver", date(2026, 3, 1)),))
    assert gaps_of(driver, [shift("a", *whole)], [lapsed]) == [(0, 0, 0)]
    assert gaps_of(driver, [shift("a", *whole)], [person("a", "driver")]) == []


@pytest.fixture
def team(light_store, rules):
    for i in "abc":
        write(light_store, staff.add_staff, rules, i, f"民警{i}", "S", skills=("driver",))
    return light_store


def plan(store, rules, owner, day=2, hours=24, station=None):
    begin = local(2026, 3, day)
    return write(
        store, rosters.plan_shift, rules, owner, "duty", begin, begin + timedelta(hours=hours),
        station_id=station,
    )  # fmt: skip


def test_nobody_is_planned_twice_without_rest_or_on_leave(team, rules):
    plan(team, rules, "a")
    with pytest.raises(Refused, match="8 hours of rest"):
        plan(team, rules, "a", day=3)
    plan(team, rules, "a", day=4)
    asked = write(team, rosters.ask_leave, rules, "b", "S", date(2026, 3, 6), date(2026, 3, 8))
    write(team, rosters.grant_leave, rules, asked.id, actor="chief")
    with pytest.raises(Refused, match="on leave"):
        plan(team, rules, "b", day=8)


def test_a_roster_is_published_only_when_every_hour_is_covered(team, rules):
    plan(team, rules, "a")
    publish = lambda last: write(  # noqa: E731
        team, rosters.publish_roster, rules, "S", DAY, last
    )
    with pytest.raises(Refused, match="0 of 1 at duty"):
        publish(date(2026, 3, 3))
    assert publish(DAY) == 1


def test_leave_that_would_open_a_gap_is_refused_and_nothing_is_kept(team, rules):
    plan(team, rules, "a")
    asked = write(team, rosters.ask_leave, rules, "a", "S", DAY, DAY)
    with pytest.raises(Refused, match="Find someone first"):
        write(team, rosters.grant_leave, rules, asked.id, actor="chief")
    from hubpost.model.records.roster import LEAVE_KIND

    assert team.read(lambda c: get_record(c, LEAVE_KIND, asked.id)).state == "asked"
    plan(team, rules, "b")
    assert write(team, rosters.grant_leave, rules, asked.id, actor="chief").state == "granted"


def test_a_swap_moves_both_shifts_or_none_and_takes_the_other_one_s_word(team, rules):
    mine, theirs = plan(team, rules, "a"), plan(team, rules, "b", day=4)
    asked = write(team, rosters.ask_swap, rules, mine.id, "b", theirs.id)
    with pytest.raises(Refused, match="Only the one"):
        write(team, rosters.agree_swap, rules, asked.id, actor="a")
    write(team, rosters.agree_swap, rules, asked.id, actor="b")
    with pytest.raises(Refused, match="Find someone first"):  # 3 March is covered by nobody
        write(team, rosters.approve_swap, rules, asked.id, actor="chief")
    held = team.read(lambda c: get_record(c, SHIFT_KIND, mine.id))
    assert held.owner_id == "a"
    plan(team, rules, "c", day=3)
    write(team, rosters.approve_swap, rules, asked.id, actor="chief")
    owners = [
        team.read(lambda c, i=i: get_record(c, SHIFT_KIND, i)).owner_id
        for i in (mine.id, theirs.id)
    ]
    assert owners == ["b", "a"]


def test_rights_at_a_station_begin_and_end_with_the_secondment(team, rules):
    write(team, staff.second_staff, rules, "a", "Z", DAY, date(2026, 3, 31))
    may = lambda station, day: team.read(  # noqa: E731
        lambda c: staff.may_act_at(c, "a", station, day)
    )
    assert [may("Z", d) for d in (date(2026, 3, 1), DAY, date(2026, 3, 31), date(2026, 4, 1))] == [
        False, True, True, False,
    ]  # fmt: skip
    assert may("S", date(2026, 4, 1))
    assert not may("S", DAY)
    assert plan(team, rules, "a").station_id == "Z"
    with pytest.raises(Refused, match="no station"):
        write(team, staff.second_staff, rules, "b", "Q", DAY, DAY)


def test_the_feed_is_read_back_by_another_reader_with_the_same_times(team, rules):
    one = plan(team, rules, "a", hours=12)
    feed = write_duty_feed([one], {"S": "水市派出所"}, {"duty": "值班"}, ZONE, synthetic=True)
    calendar = icalendar.Calendar.from_ical(feed)
    (event,) = calendar.walk("VEVENT")
    assert event["DTSTART"].dt == local(2026, 3, 2)
    assert event["DTEND"].dt == local(2026, 3, 2, 12)
    assert str(event["SUMMARY"]) == "值班 · 水市派出所(合成)"
    assert event["UID"] == f"{one.id}@hubpost"
    assert write_duty_feed([one], {}, {}, ZONE) == write_duty_feed([one], {}, {}, ZONE)


def test_a_cancelled_shift_is_cancelled_in_the_feed(team, rules):
    one = plan(team, rules, "a")
    gone = write(team, rosters.advance_shift, rules, one.id, "cancel", "会议")
    (event,) = icalendar.Calendar.from_ical(write_duty_feed([gone], {}, {}, ZONE)).walk("VEVENT")
    assert event["STATUS"] == "CANCELLED"
    assert int(event["SEQUENCE"]) == gone.version


def test_the_roster_of_a_day_shows_shifts_absences_and_gaps(team, rules):
    plan(team, rules, "a", hours=12)
    (day,) = write(team, rosters.list_roster, rules, "S", DAY, DAY)
    assert [s.owner_id for s in day.shifts] == ["a"]
    assert {(g.need.skill, g.present) for g in day.gaps} == {("", 0), ("driver", 0)}
    assert isinstance(plain_record(day.shifts[0])["starts_at"], str)
    assert isinstance(day.shifts[0].starts_at, datetime)


@pytest.mark.parametrize("first_comes", ["account", "secondment"])
def test_a_secondment_gives_its_account_rights_there_for_just_these_days(
    records_store, rules, first_comes
):
    """The last day included, by the county's clock, whichever of the two is entered first."""
    do = partial(write, records_store)
    do(staff.add_staff, rules, "Zhang", "张警官", "S")
    steps = {
        "account": lambda: do(create_account, "zhang"),
        "secondment": lambda: do(staff.second_staff, rules, "Zhang", "Z", DAY, date(2026, 3, 31)),
    }
    for step in sorted(steps, key=lambda s: s != first_comes):
        steps[step]()
    account = records_store.read(lambda c: find_account(c, "zhang").id)
    (grant,) = records_store.read(lambda c: list_grants(c, account))
    there = Where(station_id="Z")
    for at, allowed in [
        (local(2026, 3, 1, 23, 59), False),
        (local(2026, 3, 2, 0, 0), True),
        (local(2026, 3, 31, 23, 59), True),
        (local(2026, 4, 1, 0, 0), False),
    ]:
        assert permits([grant], "record.write", there, at) is allowed
    assert not permits([grant], "record.write", Where(station_id="Q"), local(2026, 3, 10))


def grants_of(store, name):
    account = store.read(lambda c: find_account(c, name).id)
    return [(g.role, g.scope_id) for g in store.read(lambda c: list_grants(c, account))]


def test_an_account_made_later_has_no_right_of_a_stay_that_is_over(team, rules):
    """By the clock it is 1 March: February is over, April still to come and dated so."""
    write(team, staff.add_staff, rules, "zhang", "张警官", "S")
    write(team, staff.second_staff, rules, "zhang", "Z", date(2026, 2, 1), date(2026, 2, 28))
    write(team, staff.second_staff, rules, "zhang", "F", date(2026, 4, 1), date(2026, 4, 30))
    account = write(team, create_account, "zhang")
    (grant,) = team.read(lambda c: list_grants(c, account))
    assert (grant.scope_id, grant.valid_from) == ("F", local(2026, 4, 1))


def test_who_has_left_has_no_rights_of_a_stay_before_or_after_the_account_is_made(team, rules):
    for name in ("li", "wu"):
        write(team, staff.add_staff, rules, name, name, "S")
        write(team, staff.second_staff, rules, name, "Z", DAY, date(2026, 3, 31))
    write(team, create_account, "li")
    assert grants_of(team, "li") == [(Role.OFFICER, "Z")]
    for name in ("li", "wu"):
        write(team, staff.leave_staff, rules, name, "调离")
    write(team, create_account, "wu")
    assert grants_of(team, "li") == grants_of(team, "wu") == []


def test_a_stay_called_back_ends_permission_and_duty_on_the_same_day(team, rules):
    account = write(team, create_account, "zhang")
    write(team, staff.add_staff, rules, "zhang", "张警官", "S")
    write(team, staff.second_staff, rules, "zhang", "F", DAY, date(2026, 3, 31))
    write(team, staff.recall_staff, rules, "zhang", date(2026, 3, 9))
    (grant,) = team.read(lambda c: list_grants(c, account))
    assert grant.valid_to == local(2026, 3, 10)
    serves = lambda d: team.read(lambda c: staff.may_act_at(c, "zhang", "F", d))  # noqa: E731
    assert (serves(date(2026, 3, 9)), serves(date(2026, 3, 10))) == (True, False)
    with pytest.raises(Refused, match="no secondment"):
        write(team, staff.recall_staff, rules, "zhang", date(2026, 3, 20))


def test_nobody_seconds_himself_and_so_gives_himself_a_right(team, rules):
    with pytest.raises(Refused, match="Another person"):
        team.write(lambda tx: staff.second_staff(tx, rules, "a", "F", DAY, DAY), actor="A")


def test_a_program_named_like_a_person_s_sign_has_no_rights_of_the_stay(team, rules):
    write(team, staff.add_staff, rules, "feed", "费警官", "S")
    write(team, staff.second_staff, rules, "feed", "Z", DAY, DAY)
    own = Grant(Role.EVALUATOR, ScopeKind.STATION, "S", None, local(2026, 6, 1))
    write(team, issue_api_token, "feed", own)
    write(team, staff.second_staff, rules, "feed", "F", date(2026, 5, 1), date(2026, 5, 1))
    assert grants_of(team, "feed") == [(Role.EVALUATOR, "S")]


def test_a_role_an_administrator_took_back_is_not_given_again_by_the_next_stay(team, rules):
    account = write(team, create_account, "zhang")
    write(team, staff.add_staff, rules, "zhang", "张警官", "S")
    write(team, staff.second_staff, rules, "zhang", "Z", DAY, DAY)
    held = team.read(lambda c: c.execute(sa.select(access_grant.c.id)).scalar_one())
    write(team, revoke_grant, held)
    write(team, staff.second_staff, rules, "zhang", "F", date(2026, 5, 1), date(2026, 5, 1))
    assert [g.scope_id for g in team.read(lambda c: list_grants(c, account))] == ["F"]


def test_duty_is_planned_only_where_one_serves_on_that_day(team, rules):
    inside, after = local(2026, 3, 10), local(2026, 4, 10)
    far = next(s for s in team.board.stations if team.board.hub_id_of(s) != "Z")
    with pytest.raises(Refused, match="serves at"):
        write(team, rosters.plan_shift, rules, "a", "duty", inside, inside + timedelta(days=1),
              station_id=far)  # fmt: skip
    write(team, staff.second_staff, rules, "a", far, DAY, date(2026, 3, 31))
    write(team, rosters.plan_shift, rules, "a", "duty", inside, inside + timedelta(days=1),
          station_id=far)  # fmt: skip
    with pytest.raises(Refused, match="serves at"):
        write(team, rosters.plan_shift, rules, "a", "duty", after, after + timedelta(days=1),
              station_id=far)  # fmt: skip
    assert [s.id for s in team.read(lambda c: staff.list_serving(c, far, DAY))] == ["a"]


def test_a_certificate_s_end_is_owed_until_it_is_renewed(team, rules):
    held = write(team, staff.certify_staff, rules, "a", "driver", date(2026, 6, 30))
    assert held.due_at == local(2026, 7, 1)
    held = write(team, staff.certify_staff, rules, "a", "mediator", date(2026, 4, 30))
    assert held.due_at == local(2026, 5, 1)
    held = write(team, staff.certify_staff, rules, "a", "mediator", date(2028, 4, 30))
    assert held.due_at == local(2026, 7, 1)
