"""Each kind's own rules on toy cases, and random walks through every machine."""

from datetime import date, datetime, time, timedelta

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from hubpost.model.records.change import Change, change_record, plain_record
from hubpost.model.records.kinds import KINDS
from hubpost.model.records.machine import NOTHING
from hubpost.model.refused import Refused
from tests.boards import NOON
from tests.records.rules import ZONE, local, make_move, shipped_rules

RULES = shipped_rules()
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def move(kind, record, name, at=NOON, actor="w1", add=None, **put):
    change = Change(name, at, actor, put, add or {})
    return change_record(KINDS[kind], record, change, RULES)


def open_one(kind, name, at=NOON, **put):
    return make_move(KINDS[kind], None, name, at, **put)


def refused(kind, record, name, at=NOON, **more):
    with pytest.raises(Refused) as caught:
        move(kind, record, name, at, **more)
    return caught.value.code


def midnight_after(day: date) -> datetime:
    return datetime.combine(day + DAY, time(), ZONE)


def proof(record_id, at):
    return {"evidence": ({"kind": "visit", "record_id": record_id, "at": at.isoformat()},)}


def test_a_task_is_complete_when_as_many_records_prove_it_and_not_before():
    task = open_one("task", "open", target=2, period_end=(NOON + DAY).isoformat())
    task = move("task", task, "prove", add=proof("v1", NOON))
    task = move("task", task, "prove", add=proof("v1", NOON))
    assert refused("task", task, "complete") == "not_proved"
    task = move("task", task, "prove", add=proof("v2", NOON))
    assert move("task", task, "complete").state == "done"


def test_presence_is_counted_in_days_of_the_county_s_clock():
    """15:59 and 16:01 UTC are two days in China; three visits on one day are one."""
    task = open_one("task", "open", target=2, by_days=True)
    late = datetime.combine(NOON.date(), time(15, 59), NOON.tzinfo)
    for i in range(3):
        task = move("task", task, "prove", add=proof(f"v{i}", late))
    assert task.progress(RULES) == 1
    task = move("task", task, "prove", late + 2 * HOUR, add=proof("v9", late + HOUR))
    assert move("task", task, "complete", late + 2 * HOUR).state == "done"


def test_nothing_to_report_is_one_move_where_the_list_allows_it():
    assert move("task", open_one("task", "open"), "report_nothing").nothing
    strict = open_one("task", "open", nothing_ok=False)
    assert refused("task", strict, "report_nothing") == "nothing_not_taken"


def test_a_task_is_missed_only_when_its_period_is_over_and_proof_may_still_come():
    task = open_one("task", "open", period_end=(NOON + DAY).isoformat())
    assert refused("task", task, "miss") == "not_due"
    missed = move("task", task, "miss", NOON + DAY)
    late = move("task", missed, "prove", NOON + DAY, add=proof("v1", NOON))
    assert move("task", late, "complete", NOON + DAY).state == "done"


def test_nobody_hands_over_to_himself():
    shift = open_one("handover", "offer")
    assert refused("handover", shift, "accept", to_id="w1") == "same_person"


def test_explosives_are_checked_by_two():
    with pytest.raises(Refused, match="checked by two"):
        open_one("visit", "record", category="explosives")
    with pytest.raises(Refused, match="checked by two"):
        open_one("visit", "record", category="explosives", second_id="w1")
    assert open_one("visit", "record", category="explosives", second_id="w2").second_id == "w2"


def test_a_hazard_is_due_at_the_end_of_its_day_and_again_after_a_failed_recheck():
    hazard = open_one("hazard", "find")
    assert refused("hazard", hazard, "order", fix_by="2026-02-28") == "field_wrong"
    hazard = move("hazard", hazard, "order", fix_by="2026-03-10")
    assert hazard.due_at == midnight_after(date(2026, 3, 10))
    hazard = move("hazard", hazard, "recheck_failed", NOON + 9 * DAY, fix_by="2026-03-20")
    assert hazard.due_at == midnight_after(date(2026, 3, 20))
    done = move("hazard", hazard, "recheck_passed", NOON + 12 * DAY)
    assert (done.state, done.due_at) == ("closed", None)


def test_a_village_grid_lies_in_a_police_grid_once():
    with pytest.raises(Refused, match="named twice"):
        open_one("police_grid", "draw", village_grid_ids=["g1", "g1"])


def answer(member_id, at, **more):
    return {"answers": ({"member_id": member_id, "at": at.isoformat(), **more},)}


def test_a_call_out_is_due_in_three_minutes_then_in_fifteen_on_the_scene():
    drill = open_one("call_out", "call", member_ids=["m1", "m2"])
    assert drill.due_at == NOON + timedelta(minutes=3)
    drill = move("call_out", drill, "answer", NOON + timedelta(minutes=2),
                 add=answer("m1", NOON + timedelta(minutes=2)))  # fmt: skip
    assert drill.due_at == NOON + timedelta(minutes=15)
    drill = move("call_out", drill, "answer", NOON + timedelta(minutes=9),
                 add=answer("m1", NOON + timedelta(minutes=9), arrived=True))  # fmt: skip
    assert drill.due_at is None
    assert (drill.on_scene_at - NOON).seconds == 9 * 60


def test_members_are_never_sent_to_an_armed_call_and_strangers_do_not_answer():
    with pytest.raises(Refused, match="never sent"):
        open_one("call_out", "call", armed=True)
    drill = open_one("call_out", "call")
    assert refused("call_out", drill, "answer", add=answer("m9", NOON)) == "member_unknown"


def test_a_volunteer_agrees_of_age_and_for_a_year():
    with pytest.raises(Refused, match="fill in"):
        open_one("volunteer", "give", adult=False)
    with pytest.raises(Refused, match="fill in"):
        open_one("volunteer", "give", agreed=False)
    consent = open_one("volunteer", "give", local(2026, 3, 1))
    assert consent.due_at == local(2027, 3, 2)
    assert refused("volunteer", consent, "lapse", local(2027, 3, 1, 23)) == "not_due"
    assert move("volunteer", consent, "lapse", local(2027, 3, 2)).state == "lapsed"


@pytest.mark.parametrize(
    ("service", "start", "due"),
    [
        ("5", (2026, 9, 30, 10), (2026, 10, 1)),  # on the spot: today
        ("16", (2026, 9, 20, 10), (2026, 10, 9)),  # 15 days end on 5 October, a holiday: the 8th
        ("18", (2026, 9, 30, 10), (2026, 10, 11)),  # 3 working days: 8, 9, and Saturday the 10th
        ("1", (2026, 12, 20, 10), (2027, 2, 19)),  # 60 days into an unannounced year
    ],
)
def test_service_limits_run_over_the_holidays(service, start, due):
    case = open_one("service", "receive", local(*start), category=service)
    assert case.due_at == local(*due)


def test_a_service_without_a_stated_limit_has_none_and_missing_papers_stop_the_clock():
    assert open_one("service", "receive", category="7").due_at is None
    with pytest.raises(Refused, match="no service"):
        open_one("service", "receive", category="99")
    case = open_one("service", "receive", local(2026, 3, 2, 9))
    waits = move("service", case, "ask_papers", local(2026, 3, 3, 9), missing="照片")
    assert waits.due_at == local(2026, 3, 11)
    again = move("service", waits, "papers_came", local(2026, 3, 9, 9))
    assert again.due_at == local(2026, 3, 25)


def test_only_bad_ratings_are_opened_and_never_by_whoever_was_rated():
    assert refused("rating", open_one("rating", "give", level=3), "open") == "not_bad"
    bad = open_one("rating", "give", local(2026, 9, 30, 10), level=4)
    assert refused("rating", bad, "open", local(2026, 9, 30, 10), actor="w9") == "own_rating"
    opened = move("rating", bad, "open", local(2026, 9, 30, 10))
    assert opened.due_at == local(2026, 10, 9)  # the next working day is 8 October
    called = move("rating", opened, "call_back", local(2026, 10, 8), call_back="久等")
    assert called.due_at == local(2026, 10, 14)  # five working days from the rating
    with pytest.raises(Refused, match="each aspect"):
        open_one("rating", "give", aspects=[0])


def test_an_agreement_is_reviewed_every_year_and_ends_at_the_end_of_its_last_day():
    draft = open_one("agreement", "draft")
    facts = {"parties": ["a", "b"], "joints": ["joint_response"], "signed_on": "2024-02-29"}
    assert refused("agreement", draft, "sign", **facts, expires_on="2024-02-29") == "field_wrong"
    wrong = {**facts, "joints": ["joint_picnic"], "expires_on": "2027-01-01"}
    assert refused("agreement", draft, "sign", **wrong) == "joint_unknown"
    signed = move("agreement", draft, "sign", **facts, expires_on="2026-06-30")
    assert signed.due_at == midnight_after(date(2025, 2, 28))
    at = local(2025, 12, 1, 9)
    reviewed = move("agreement", signed, "review", NOON,
                    add={"reviews": ({"at": at.isoformat(), "staff_id": "w1"},)})  # fmt: skip
    assert reviewed.due_at == midnight_after(date(2026, 6, 30))  # the expiry comes before
    assert refused("agreement", reviewed, "expire", local(2026, 6, 30, 23)) == "not_due"
    assert move("agreement", reviewed, "expire", local(2026, 7, 1)).state == "expired"


def test_a_bulletin_never_shares_a_cell_under_five():
    with pytest.raises(Refused, match="withheld"):
        open_one("bulletin", "draft", cells={"traffic": 4})
    assert open_one("bulletin", "draft", cells={"traffic": 0, "theft": None}).state == "drafted"


def test_acceptance_is_not_commitment_and_a_reply_may_be_asked_for_again():
    case = open_one("assistance", "request", local(2026, 9, 28, 9))
    assert refused("assistance", case, "commit", NOON + 365 * DAY, owner_id="w1") == (
        "move_not_permitted"
    )
    assert case.due_at == local(2026, 10, 11)  # worked: 29, 30, 8, 9 and Saturday the 10th


def test_secondments_do_not_overlap_and_permissions_follow_them():
    staff = open_one("staff", "join")
    stays = [
        {"station_id": "S", "first": "2026-01-01", "last": "2026-06-30"},
        {"station_id": "T", "first": "2026-06-30", "last": "2026-12-31"},
    ]
    assert refused("staff", staff, "second", secondments=stays) == "secondment_overlaps"
    staff = move("staff", staff, "second", secondments=stays[:1])
    assert staff.station_on(date(2026, 6, 30)) == "S"
    assert staff.station_on(date(2026, 7, 1)) == "Z"


def test_a_certificate_counts_until_its_last_day():
    until = [{"name": "driver", "until": "2026-03-01"}]
    staff = open_one("staff", "join", certificates=until, skills=["mediator"])
    assert staff.holds("driver", date(2026, 3, 1))
    assert not staff.holds("driver", date(2026, 3, 2))
    assert staff.holds("mediator", date(2030, 1, 1))


@pytest.mark.parametrize("ends", ["2026-03-02T00:00:00Z", "2026-03-03T00:00:01Z"])
def test_a_shift_lasts_up_to_a_day(ends):
    with pytest.raises(Refused, match="up to 24 hours"):
        open_one("shift", "plan", ends_at=ends)


def test_leave_is_granted_by_another_and_a_swap_takes_two():
    leave = open_one("leave", "ask", owner_id="w1")
    assert refused("leave", leave, "grant") == "same_person"
    assert move("leave", leave, "grant", actor="chief").state == "granted"
    with pytest.raises(Refused, match="with another"):
        open_one("swap", "ask", other_id="w1")


def test_a_station_does_not_check_itself_and_a_draw_has_a_seed():
    with pytest.raises(Refused, match="another station"):
        open_one("survey", "plan", checker_station_id="Z")
    assert refused("survey", open_one("survey", "plan"), "draw", drawn=["g1-1"]) == "field_missing"


class AnyLife(RuleBasedStateMachine):
    """Any kind, any moves, any pace, fields filled or left out: the table alone decides."""

    @initialize(name=st.sampled_from(sorted(KINDS)))
    def begin(self, name):
        self.kind, self.record, self.at = KINDS[name], None, NOON

    @rule(days=st.sampled_from([0, 1, 8, 100, 370]))
    def wait(self, days):
        self.at += timedelta(days=days, minutes=7)

    @rule(data=st.data(), bare=st.booleans())
    def attempt(self, data, bare):
        name = data.draw(st.sampled_from([m.name for m in self.kind.machine.moves]))
        state = self.record.state if self.record else NOTHING
        before = plain_record(self.record) if self.record else None
        allowed = state in self.kind.machine.find_move(name).sources
        try:
            after = (
                move(self.kind.name, self.record, name, self.at)
                if bare and self.record
                else make_move(self.kind, self.record, name, self.at)
            )
        except Refused as refusal:
            by_table = refusal.code == "move_not_permitted"
            assert by_table is not allowed, refusal.code  # noqa: PT017 - the walk goes on
            assert (plain_record(self.record) if self.record else None) == before
            return
        assert allowed
        target = self.kind.machine.find_move(name).target
        assert after.state == (state if target is None else target)
        self.record = after

    @invariant()
    def it_reads_back_as_it_was_written(self):
        if getattr(self, "record", None) is not None:
            body = msgspec.json.encode(self.record)
            assert msgspec.json.decode(body, type=self.kind.type) == self.record

    @invariant()
    def nothing_is_owed_in_a_state_that_no_move_leaves(self):
        record = getattr(self, "record", None)
        if record is not None and record.state in self.kind.machine.final_states:
            assert record.due_at is None
            assert record.closed_at is not None


AnyLife.TestCase.settings = settings(max_examples=120, stateful_step_count=25, deadline=None)
TestAnyLife = AnyLife.TestCase
