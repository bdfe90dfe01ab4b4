"""What the law and the clocks ask of a dispute's moves: toy cases, and random walks."""

from datetime import date, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from hubpost.model.records.change import Change, change_record, plain_record
from hubpost.model.records.dispute import DISPUTE, Mediation
from hubpost.model.records.dispute_rule import DISPUTE_KIND
from hubpost.model.refused import Refused
from tests.boards import NOON
from tests.records.rules import ZONE, follow_up, local, make_move, shipped_rules, sitting, walk

RULES = shipped_rules()
TO_MEDIATING = "register grade triage accept start_mediation"
DAY = timedelta(days=1)


def move(dispute, name, at, put=None, add=None):
    return change_record(DISPUTE_KIND, dispute, Change(name, at, "w1", put or {}, add or {}), RULES)


def refused(dispute, name, at, put=None, add=None):
    with pytest.raises(Refused) as caught:
        move(dispute, name, at, put, add)
    return caught.value.code


def due_day(dispute) -> date:
    return (dispute.due_at - timedelta(seconds=1)).astimezone(ZONE).date()


@pytest.mark.parametrize(("level", "days"), [("general", 7), ("complex", 20), ("major", 30)])
def test_each_level_has_its_own_period_from_the_registration(level, days):
    opened = local(2026, 3, 2, 9)
    dispute = make_move(DISPUTE_KIND, None, "register", opened)
    dispute = move(dispute, "grade", opened + timedelta(hours=20), {"level": level})
    if level == "major":
        assert dispute.due_at == opened + timedelta(hours=22)  # two hours to report it
        dispute = move(dispute, "report_up", opened + timedelta(hours=21))
    assert due_day(dispute) == date(2026, 3, 2) + days * DAY


def test_a_matter_outside_the_jurisdiction_moves_on_within_24_hours():
    opened = local(2026, 3, 2, 9)
    dispute = make_move(DISPUTE_KIND, None, "register", opened, outside_jurisdiction=True)
    assert dispute.due_at == opened + DAY


def test_a_group_dispute_is_at_least_complex():
    dispute = make_move(DISPUTE_KIND, None, "register", NOON, people_count=10)
    assert dispute.group
    assert refused(dispute, "grade", NOON, {"level": "general"}) == "group_needs_level"
    assert move(dispute, "grade", NOON, {"level": "complex"}).state == "graded"
    assert not make_move(DISPUTE_KIND, None, "register", NOON, people_count=9).group


def test_mediation_needs_consent():
    dispute = walk(DISPUTE_KIND, "register grade triage accept")
    assert refused(dispute, "start_mediation", NOON + DAY) == "field_missing"


def test_police_mediation_is_held_twice_at_most_and_the_second_within_seven_working_days():
    dispute = walk(DISPUTE_KIND, TO_MEDIATING, local(2026, 9, 27, 8))
    first = local(2026, 9, 28, 10)
    dispute = move(dispute, "sit", first, add={"sittings": (sitting(first, "police"),)})
    in_time, late = local(2026, 10, 13, 23), local(2026, 10, 14, 0)
    code = refused(dispute, "sit", late, add={"sittings": (sitting(late, "police"),)})
    assert code == "second_mediation_late"
    dispute = move(dispute, "sit", in_time, add={"sittings": (sitting(in_time, "police"),)})
    code = refused(dispute, "sit", in_time, add={"sittings": (sitting(in_time, "police"),)})
    assert code == "mediated_twice"
    # The mediation committee may still try.
    assert move(dispute, "sit", late, add={"sittings": (sitting(late),)}).state == "mediating"


def test_police_mediation_is_barred_in_excluded_cases():
    dispute = walk(DISPUTE_KIND, TO_MEDIATING)
    dispute = move(dispute, "edit", NOON + DAY, {"exclusion": "gang_fight"})
    bad = {"sittings": (sitting(NOON + DAY, "police"),)}
    assert refused(dispute, "sit", NOON + DAY, add=bad) == "mediation_excluded"


def test_a_minor_s_guardian_must_be_present():
    dispute = walk(DISPUTE_KIND, TO_MEDIATING)
    at = NOON + DAY
    dispute = move(dispute, "edit", at, add={"parties": ({"key": "p1", "minor": True},)})
    alone = {"sittings": (sitting(at, attended=["p1"]),)}
    assert refused(dispute, "sit", at, add=alone) == "guardian_missing"
    both = {"sittings": (sitting(at, attended=["p1"], guardian_present=True),)}
    assert len(move(dispute, "sit", at, add=both).sittings) == 1


def test_judicial_confirmation_is_applied_for_within_thirty_days_that_roll_over_the_holiday():
    agreed = local(2026, 9, 2, 10)
    dispute = walk(DISPUTE_KIND, TO_MEDIATING + " sit", agreed - 10 * timedelta(hours=1))
    dispute = move(dispute, "agree", agreed, {"terms": "x"})
    assert dispute.confirm_by == local(2026, 10, 9)
    assert refused(dispute, "apply_confirmation", local(2026, 10, 9)) == "confirmation_late"
    dispute = move(dispute, "apply_confirmation", local(2026, 10, 8, 23, 59))
    assert (
        refused(dispute, "apply_confirmation", local(2026, 10, 8, 23, 59)) == "confirmation_known"
    )
    done = move(dispute, "note_confirmation", local(2026, 11, 1), {"confirmation": "confirmed"})
    assert done.confirmation == "confirmed"


def test_an_agreement_of_police_mediation_is_not_one_a_court_confirms():
    dispute = walk(DISPUTE_KIND, TO_MEDIATING)
    at = NOON + DAY
    dispute = move(dispute, "sit", at, add={"sittings": (sitting(at, "police"),)})
    dispute = move(dispute, "agree", at, {"terms": "x"})
    assert dispute.confirm_by is None
    assert refused(dispute, "apply_confirmation", at) == "not_confirmable"


def test_only_a_passed_follow_up_settles_and_both_follow_ups_are_owed():
    dispute = walk(DISPUTE_KIND, TO_MEDIATING + " sit agree performed", local(2026, 3, 2, 1))
    performed = dispute.performed_at
    assert due_day(dispute) == date(2026, 3, 9)
    at = performed + 7 * DAY
    assert refused(dispute, "settle", at) == "follow_up_missing"
    failed = move(dispute, "follow_up", at, add={"follow_ups": (follow_up(at, False),)})
    assert refused(failed, "settle", at) == "follow_up_missing"
    settled = move(make_move(DISPUTE_KIND, failed, "follow_up", at), "settle", at)
    assert settled.resolved
    assert due_day(settled) == date(2026, 4, 1)
    assert refused(settled, "archive", at) == "follow_up_missing"
    settled = make_move(DISPUTE_KIND, settled, "follow_up", performed + 30 * DAY)
    assert settled.due_at is None
    assert move(settled, "archive", performed + 31 * DAY).state == "archived"


def test_reopening_within_ninety_days_cancels_the_resolution_and_later_is_refused():
    moves = TO_MEDIATING + " sit agree performed follow_up settle"
    settled = walk(DISPUTE_KIND, moves, local(2026, 3, 2, 1))
    last = local(2026, 5, 31, 23, 59)  # settled on 2 March; the 90th day is 31 May
    assert refused(settled, "reopen", last + timedelta(minutes=1), {"reason": "x"}) == (
        "reopening_late"
    )
    again = move(settled, "reopen", last, {"reason": "x"})
    assert not again.resolved
    assert again.round == 2
    again = walk_on(again, "grade triage accept start_mediation", last)
    # A new round starts anew: no sitting, no follow-up of the old one counts.
    assert refused(again, "agree", last + DAY, {"terms": "y"}) == "field_missing"


def walk_on(dispute, moves, at):
    for name in moves.split():
        dispute = make_move(DISPUTE_KIND, dispute, name, at)
    return dispute


def test_an_extension_needs_a_reason_and_comes_once():
    dispute = walk(DISPUTE_KIND, "register grade")
    assert refused(dispute, "extend", NOON + DAY) == "field_missing"
    longer = move(dispute, "extend", NOON + DAY, {"extension_reason": "农忙"})
    assert longer.due_at == dispute.due_at + 31 * DAY  # 30 days from the midnight that ended it
    assert refused(longer, "extend", NOON + DAY, {"extension_reason": "x"}) == "extended_before"


def edit(dispute, actor, put, was):
    return change_record(DISPUTE_KIND, dispute, Change("edit", NOON, actor, put, was=was), RULES)


def test_two_people_editing_different_fields_keep_both_edits():
    opened = walk(DISPUTE_KIND, "register")
    shown = plain_record(opened)
    both = edit(edit(opened, "a", {"cause": "边界"}, shown), "b", {"people_count": 12}, shown)
    assert (both.cause, both.people_count) == ("边界", 12)


def test_two_people_editing_one_field_see_the_conflict_unless_they_agree():
    opened = walk(DISPUTE_KIND, "register")
    shown = plain_record(opened)
    first = edit(opened, "a", {"cause": "甲"}, shown)
    with pytest.raises(Refused) as caught:
        edit(first, "b", {"cause": "乙"}, shown)
    assert caught.value.code == "edit_conflict"
    assert caught.value.detail["theirs"] == '{"cause":"甲"}'
    assert edit(first, "b", {"cause": "甲"}, shown).cause == "甲"


def test_identity_numbers_are_taken_out_of_every_text():
    dispute = make_move(DISPUTE_KIND, None, "register", NOON, title="身份证11010519491231002X号")
    assert dispute.title == "身份证[ID]号"
    with_note = {"sittings": (sitting(NOON, note="证 110105 19491231 0021"),)}
    dispute = walk_on(dispute, "grade triage accept start_mediation", NOON)
    assert move(dispute, "sit", NOON, add=with_note).sittings[0].note == "证 [ID]"


@pytest.mark.parametrize("field", ["state", "version", "due_at", "closed_at", "id", "no_such"])
def test_nobody_sets_by_hand_what_follows_from_the_moves(field):
    dispute = walk(DISPUTE_KIND, "register")
    assert refused(dispute, "edit", NOON, {field: "x"}) == "field_unknown"


@pytest.mark.parametrize(
    "put", [{"people_count": "many"}, {"people_count": 0}, {"category": "gossip"}, {"level": "x"}]
)
def test_a_wrong_value_is_refused(put):
    code = refused(walk(DISPUTE_KIND, "register"), "edit", NOON, put)
    assert code in ("field_wrong", "field_untyped")


class DisputeLife(RuleBasedStateMachine):
    """Any moves in any order at any pace, with good and bad facts, against the rules restated."""

    def __init__(self):
        super().__init__()
        self.at = local(2026, 8, 20, 9)
        self.dispute = make_move(DISPUTE_KIND, None, "register", self.at)
        self.police: list = []

    @rule(days=st.sampled_from([0, 0, 0, 1, 3, 12, 40, 100]))
    def wait(self, days):
        self.at += timedelta(days=days, hours=1)

    @rule(name=st.sampled_from([m.name for m in DISPUTE.moves]))
    def attempt(self, name):
        self._try(name, lambda: make_move(DISPUTE_KIND, self.dispute, name, self.at))

    @precondition(lambda self: self.dispute.state == "mediating")
    @rule(mediation=st.sampled_from(list(Mediation)))
    def hold(self, mediation):
        add = {"sittings": (sitting(self.at, mediation.value),)}
        if self._try("sit", lambda: move(self.dispute, "sit", self.at, add=add)):
            self.police += [self.at] if mediation == "police" else []

    @precondition(lambda self: self.dispute.state in ("following_up", "settled"))
    @rule(passed=st.booleans())
    def ask(self, passed):
        add = {"follow_ups": (follow_up(self.at, passed),)}
        self._try("follow_up", lambda: move(self.dispute, "follow_up", self.at, add=add))

    @precondition(lambda self: self.dispute.state in DISPUTE.states)
    @rule(count=st.integers(1, 30), level=st.sampled_from(["general", "complex", "major"]))
    def weigh(self, count, level):
        self._try("edit", lambda: move(self.dispute, "edit", self.at, {"people_count": count}))
        self._try("grade", lambda: move(self.dispute, "grade", self.at, {"level": level}))

    def _try(self, name, make):
        before = plain_record(self.dispute)
        allowed = self.dispute.state in DISPUTE.find_move(name).sources
        try:
            after = make()
        except Refused as refusal:
            by_table = refusal.code == "move_not_permitted"
            assert by_table is not allowed, refusal.code  # noqa: PT017 - the walk goes on
            assert plain_record(self.dispute) == before
            return False
        assert allowed
        if name == "reopen":
            assert self.at < RULES.deadline("dispute_reopen", self.dispute.settled_at).at
            self.police = []
        self.dispute = after
        return True

    @invariant()
    def settled_only_after_a_passed_follow_up_of_this_round(self):
        d = self.dispute
        if d.state == "settled":
            assert any(f.passed for f in d.follow_ups[d.follow_ups_before :])
            assert d.agreed_at <= d.performed_at <= d.settled_at

    @invariant()
    def police_mediation_stays_within_the_law(self):
        assert len(self.police) <= 2
        if len(self.police) == 2:
            by = RULES.deadline("police_second_mediation", self.police[0]).at
            assert self.police[1] < by

    @invariant()
    def something_is_owed_as_long_as_it_is_open(self):
        d = self.dispute
        if d.open:
            assert d.due_at is not None
        if d.state in ("archived", "struck", "withdrawn", "declined", "transferred"):
            assert d.due_at is None
            assert d.closed_at is not None

    @invariant()
    def confirmation_was_applied_for_in_time(self):
        if self.dispute.confirmation:
            assert self.dispute.confirm_by is not None


DisputeLife.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestDisputeLife = DisputeLife.TestCase
