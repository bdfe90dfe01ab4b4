"""Tasks proved by the work itself, one tap for nothing, reminders, calendar, hand-over, burden."""

from datetime import date, timedelta

import pytest

from hubpost.actions.records import handovers, tasks, visits
from hubpost.actions.records.burden import burden_ledger
from hubpost.actions.records.extra_fields import add_field, list_fields
from hubpost.actions.records.rulebook import edit_list, load_rules, read_list
from hubpost.actions.records.visits import VisitReport
from hubpost.model.records.dispute import DisputeCategory
from hubpost.model.records.dispute_rule import DISPUTE_KIND
from hubpost.model.records.periods import period_of
from hubpost.model.records.task import TASK_KIND
from hubpost.model.records.visit import HAZARD_KIND, VISIT_KIND, VisitPlace
from hubpost.model.refused import Refused
from hubpost.storage.records.links import list_links
from hubpost.storage.records.reading import Filters, find_record, get_record, list_records
from tests.boards import founding_board
from tests.records.rules import ZONE
from tests.records.test_disputes import register, write

SUNDAY = date(2026, 3, 1)
POSTS = {("Z", "community_officer"): "w1"}


def lay_down(store, rules, day=SUNDAY):
    return write(store, tasks.lay_down_tasks, rules, day, POSTS)


def visit(store, rules, place=VisitPlace.HOUSEHOLD, actor="w1", **more):
    return write(store, visits.record_visit, rules, VisitReport("Z", place, **more), actor=actor)


def task(store, template, period, owner="w1", station="Z"):
    task_id = f"task:{template}:{period}:{station}" + (f":{owner}" if owner else "")
    return store.read(lambda c: get_record(c, TASK_KIND, task_id))


@pytest.mark.parametrize(
    ("cadence", "day", "name", "first", "last"),
    [
        ("D", (2026, 3, 1), "2026-03-01", (2026, 3, 1), (2026, 3, 1)),
        ("W", (2026, 3, 1), "2026-W09", (2026, 2, 23), (2026, 3, 1)),
        ("W", (2027, 1, 1), "2026-W53", (2026, 12, 28), (2027, 1, 3)),
        ("M", (2024, 2, 29), "2024-02", (2024, 2, 1), (2024, 2, 29)),
        ("Q", (2026, 12, 31), "2026-Q4", (2026, 10, 1), (2026, 12, 31)),
        ("T", (2027, 2, 1), "2026-autumn", (2026, 9, 1), (2027, 2, 28)),
        ("T", (2026, 8, 31), "2026-spring", (2026, 3, 1), (2026, 8, 31)),
        ("Y", (2026, 7, 1), "2026", (2026, 1, 1), (2026, 12, 31)),
    ],
)
def test_periods_by_hand(cadence, day, name, first, last):
    found = period_of(cadence, date(*day))
    assert (found.name, found.first, found.last) == (name, date(*first), date(*last))


def test_all_34_common_tasks_recur_or_come_with_an_event_and_each_recurring_one_is_proved(rules):
    common = rules.lists["common_tasks"]
    assert len(common) == 34
    proved = {t.id for t in tasks.list_templates(rules, "base")}
    recurring = {f"common.{r['no']}" for r in common if r["cadence"] != "E"}
    assert recurring <= proved


def test_each_kind_of_station_has_its_special_tasks(rules):
    for scope in ("hub", "base", "border"):
        special = [t for t in tasks.list_templates(rules, scope) if t.scope == scope]
        assert special
        rows = [r for r in rules.lists["special_tasks"] if r["station_type"] == scope]
        recurring = [r for r in rows if r["cadence"] != "E"]
        assert len(special) == len(recurring)


def test_a_station_s_list_follows_from_the_groups_in_force():
    board = founding_board()
    scopes = {s: tasks.station_scope(board, s) for s in "ZSTF"}
    assert scopes == {"Z": "hub", "S": "base", "T": "border", "F": "base"}


def test_tasks_are_laid_down_once_however_often_it_is_asked(records_store, rules):
    first = lay_down(records_store, rules)
    assert first > 4 * 20  # four stations
    assert lay_down(records_store, rules) == 0
    assert lay_down(records_store, rules, SUNDAY + timedelta(days=1)) > 0


def test_ten_household_visits_complete_the_weekly_task_by_themselves(records_store, rules):
    """Nine leave it open, the tenth completes it; nobody marks anything as done."""
    lay_down(records_store, rules)
    for _ in range(9):
        visit(records_store, rules)
    assert task(records_store, "common.7", "2026-W09").state == "open"
    last = visit(records_store, rules)
    done = task(records_store, "common.7", "2026-W09")
    assert done.state == "done"
    assert done.evidence[-1].record_id == last.id
    assert task(records_store, "common.8", "2026-W09").state == "open"
    assert task(records_store, "common.6", "2026-W09").progress(rules) == 1  # one day of four


def test_another_officer_s_visits_do_not_prove_a_task_that_has_an_owner(light_store, rules):
    lay_down(light_store, rules)
    visit(light_store, rules, actor="w2")
    assert task(light_store, "common.7", "2026-W09").evidence == ()


def test_a_visit_finds_a_dispute_and_a_hazard_and_proves_the_screening_too(light_store, rules):
    lay_down(light_store, rules)
    made = visit(
        light_store, rules, id="phone-7", note="走访", dispute="排水沟争执",
        dispute_category=DisputeCategory.NEIGHBOURS, hazard="电线老化", hazard_category="fire",
    )  # fmt: skip
    assert made.found == ("dispute", "hazard")
    linked = light_store.read(lambda c: list_links(c, "visit", made.id))
    assert [ref for _, ref in linked] == [
        ("dispute", "phone-7-dispute"),
        ("hazard", "phone-7-hazard"),
    ]
    found = light_store.read(lambda c: find_record(c, DISPUTE_KIND, "phone-7-dispute"))
    assert (found.title, found.source) == ("排水沟争执", "visit")
    again = visit(light_store, rules, id="phone-7", dispute="排水沟争执")
    assert again == made
    assert len(light_store.read(lambda c: list_records(c, VISIT_KIND))) == 1
    # The dispute has no owner yet, so it proves the station's task, not the officer's.
    assert task(light_store, "common.13", "2026-W09").state == "open"


def test_nothing_to_report_is_one_tap(light_store, rules):
    lay_down(light_store, rules)
    screening = task(light_store, "common.13", "2026-W09")
    done = write(light_store, tasks.report_nothing, rules, screening.id)
    assert (done.state, done.nothing) == ("done", True)
    household = task(light_store, "common.7", "2026-W09")
    with pytest.raises(Refused, match="cannot be reported"):
        write(light_store, tasks.report_nothing, rules, household.id)


def test_overdue_tasks_are_missed_and_late_proof_still_completes_them(light_store, rules, clock):
    lay_down(light_store, rules)
    clock.now += timedelta(days=1)
    missed = write(light_store, tasks.miss_overdue, rules)
    assert missed > 0
    patrol = task(light_store, "common.18", "2026-03-01", owner="")
    assert patrol.state == "missed"
    at = clock.now - timedelta(days=1)
    write(light_store, visits.record_activity, rules, "Z", "patrol", "夜巡", at=at)
    assert task(light_store, "common.18", "2026-03-01", owner="").state == "done"


def test_reminders_and_calendar_show_every_kind_of_thing_owed_by_the_day(light_store, rules, clock):
    """Noon UTC on Sunday 1 March: today's tasks, and the dispute's grading within 24 hours."""
    lay_down(light_store, rules)
    register(light_store, rules)
    owed = light_store.read(
        lambda c: tasks.list_reminders(c, rules, clock.now, station_id="Z", within_days=2)
    )
    assert {r.kind for r in owed} == {"task", "dispute"}
    assert {r.days_left for r in owed if r.kind == "task"} == {0}
    (grading,) = (r for r in owed if r.kind == "dispute")
    assert grading.days_left == 1
    week = light_store.read(
        lambda c: tasks.list_calendar(c, rules, SUNDAY, SUNDAY + timedelta(days=2), "Z")
    )
    assert [r.kind for r in week[SUNDAY + timedelta(days=1)]] == ["dispute"]
    assert len(week[SUNDAY]) > 5


def test_everything_open_goes_to_whoever_takes_over(light_store, rules):
    lay_down(light_store, rules)
    moved = write(light_store, tasks.hand_over_tasks, rules, "w1", "w2")
    held = light_store.read(lambda c: list_records(c, TASK_KIND, Filters(owner_id="w2")))
    assert len(held) == moved > 3
    assert {t.handed_from for t in held} == {"w1"}


def test_a_hand_over_lists_what_is_open_and_proves_the_duty_of_the_day(light_store, rules):
    lay_down(light_store, rules)
    case = register(light_store, rules)
    offered = write(light_store, handovers.offer_handover, rules, "Z", "平安", actor="w1")
    assert case.id in offered.open_items
    with pytest.raises(Refused, match="Another one"):
        write(light_store, handovers.accept_handover, rules, offered.id, actor="w1")
    assert (
        write(light_store, handovers.accept_handover, rules, offered.id, actor="w2").to_id == "w2"
    )
    assert task(light_store, "common.1", "2026-03-01", owner="").state == "done"


def test_hazards_are_followed_until_mended(light_store, rules):
    made = visit(light_store, rules, hazard="电线老化", id="v")
    assert made.found == ("hazard",)
    hazard = light_store.read(lambda c: find_record(c, HAZARD_KIND, "v-hazard"))
    write(light_store, visits.order_rectification, rules, hazard.id, date(2026, 3, 9))
    done = write(light_store, visits.recheck_hazard, rules, hazard.id, passed=True)
    assert done.state == "closed"


def test_a_new_field_needs_owner_use_and_an_end_within_the_year(light_store, rules):
    ask = {
        "label_zh": "犬只",
        "owner": "治安大队",
        "use": "春防统计",
        "expires_on": date(2026, 9, 1),
    }
    for missing in ("owner", "use"):
        with pytest.raises(Refused, match=missing):
            write(light_store, add_field, "visit", "dogs", **{**ask, missing: " "})
    with pytest.raises(Refused, match="within a year"):
        write(light_store, add_field, "visit", "dogs", **{**ask, "expires_on": date(2028, 1, 1)})
    write(light_store, add_field, "visit", "dogs", **ask)
    now = light_store.read(lambda c: load_rules(c, ZONE))
    assert [f["name"] for f in list_fields(now, "visit", date(2026, 9, 1))] == ["dogs"]
    assert list_fields(now, "visit", date(2026, 9, 2)) == []


def test_a_field_nobody_asked_for_or_that_has_ended_is_refused(light_store, rules, clock):
    from hubpost.actions.records.filing import open_record

    put = {"station_id": "Z", "category": "household", "owner_id": "w1", "extra": {"dogs": "2"}}
    with pytest.raises(Refused, match="no field of a visit"):
        write(light_store, open_record, rules, VISIT_KIND, "record", put)
    write(light_store, add_field, "visit", "dogs", label_zh="犬只", owner="大队", use="春防",
          expires_on=date(2026, 9, 1))  # fmt: skip
    now = light_store.read(lambda c: load_rules(c, ZONE))
    made = write(light_store, open_record, now, VISIT_KIND, "record", put)
    assert made.extra == {"dogs": "2"}
    clock.now += timedelta(days=250)
    with pytest.raises(Refused, match="has ended"):
        write(light_store, open_record, now, VISIT_KIND, "record", put)


def test_the_burden_ledger_counts_what_was_really_recorded(light_store, rules, clock):
    """Three household visits: by hand 3 × (18 − 4) fields and 3 × (8 − 1) minutes."""
    begin = clock.now
    for _ in range(3):
        visit(light_store, rules)
    end = clock.now + timedelta(seconds=1)
    rows = light_store.read(lambda c: burden_ledger(c, rules, begin, end, "Z"))
    (row,) = (r for r in rows if r.task == "common.7")
    assert (row.entries, row.fields_now, row.basis) == (3, 4, "proposed")
    assert (row.fields_saved, row.minutes_saved) == (3 * (18 - 4), 3 * (8 - 1))
    assert sum(r.entries for r in rows if r.kind == "dispute") == 0


def test_a_county_edits_its_own_lists_with_a_reason_and_new_clocks_still_come_in(light_store):
    held = list(light_store.read(lambda c: read_list(c, "clocks")))
    longer = [{**r, "amount": "10"} if r["code"] == "dispute_general" else r for r in held]
    with pytest.raises(Refused, match="only with a reason"):
        write(light_store, edit_list, "clocks", longer, reason=" ")
    with pytest.raises(Refused, match="cannot be removed"):
        write(light_store, edit_list, "clocks", longer[1:], reason="x")
    broken = [{**r, "amount": "soon"} for r in held]
    with pytest.raises(Refused, match="Correct the row"):
        write(light_store, edit_list, "clocks", broken, reason="x")
    write(light_store, edit_list, "clocks", longer, reason="县里规定")
    rules = light_store.read(lambda c: load_rules(c, ZONE))
    assert rules.clocks["dispute_general"].amount == 10
    assert set(rules.clocks) == {r["code"] for r in held}
