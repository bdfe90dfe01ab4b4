"""The ranking in arrays is the rule asked again and again; short lists lose no reason."""

from dataclasses import replace
from datetime import timedelta
from math import inf

from hypothesis import given
from hypothesis import strategies as st

from hubpost.dispatch.origins import list_origins
from hubpost.dispatch.recommend import recommend_unit
from hubpost.dispatch.rule import MUTUAL_AID, NOT_AVAILABLE, RULES, TIER_NAMES, best_idx
from hubpost.dispatch.unit_view import view_units
from hubpost.model import events as ev
from hubpost.model.apply import replay
from hubpost.model.call import CallChange
from hubpost.model.unit import UnitActivity
from tests.boards import NOON, at, call, founding_board, founding_events, received, unit

ACTIVITIES = ["at_station", "returning", "casework", "meal", "rest", "training", "off_duty"]


def many_units(draw_activity, draw_reserve):
    """Four stations with three units each, in states drawn by the test."""
    events = founding_events()
    joined = [ev.UnitJoined(NOON, unit(f"{s}{i}", s, None)) for s in "ZSTF" for i in (2, 3)]
    board = replay([*events[:-1], *joined, events[-1]])
    for unit_id in list(board.units):
        board = replay(
            [
                ev.UnitActivitySet(NOON, unit_id, UnitActivity(draw_activity(unit_id))),
                ev.UnitReserveSet(NOON, unit_id, draw_reserve(unit_id)),
            ],
            board,
        )
    return board


@st.composite
def boards(draw):
    board = many_units(lambda _: draw(st.sampled_from(ACTIVITIES)), lambda _: draw(st.booleans()))
    seconds = st.one_of(st.integers(0, 40).map(lambda n: n * 60.0), st.just(inf))
    return board, {u: draw(seconds) for u in board.units}


@given(boards(), st.integers(1, 4), st.sampled_from(sorted(RULES)))
def test_the_ranking_is_the_rule_asked_again_and_again(drawn, priority, rule_name):
    """What the simulator compiles and what the console shows are one rule, ties included."""
    board, travel_s = drawn
    rule = RULES[rule_name]
    advice = recommend_unit(board, call(priority=priority), travel_s, rule)
    by_id = {c.unit_id: c for c in (*advice.ranked, *advice.barred)}
    view = view_units(board.units)
    candidates = [by_id[u] for u in view.unit_ids]
    eta = [c.eta_s + (rule.reserve_s if c.reserve else 0.0) for c in candidates]
    tier = [TIER_NAMES.index(c.tier) for c in candidates]
    left, order = list(view.availability), []
    while (
        idx := best_idx(eta, tier, left, priority, rule.penalty_s, rule.conditional_priority)
    ) >= 0:
        order.append(view.unit_ids[idx])
        left[idx] = NOT_AVAILABLE
    assert [c.unit_id for c in advice.ranked] == order


@given(boards(), st.integers(1, 4), st.sampled_from(sorted(RULES)), st.integers(1, 4))
def test_a_short_list_gives_the_same_advice_for_the_same_reasons(drawn, priority, rule_name, keep):
    board, travel_s = drawn
    wanted = replace(call(priority=priority), units_needed=2)
    whole = recommend_unit(board, wanted, travel_s, RULES[rule_name])
    short = recommend_unit(board, wanted, travel_s, RULES[rule_name], keep=keep)
    assert (short.choices, short.reasons) == (whole.choices, whole.reasons)
    assert short.ranked[:keep] == whole.ranked[:keep]
    assert short.left_out + len(short.ranked) + len(short.barred) == len(board.units)


def test_escalation_seeks_further_tiers_on_equal_terms():
    """T is nearer but beyond the group: it goes once the call is escalated to its tier."""
    travel_s = {"Z1": 900.0, "T1": 600.0}
    board = founding_board(received())
    assert recommend_unit(board, call(), travel_s, MUTUAL_AID).choice.unit_id == "Z1"
    further = replay([ev.CallEscalated(at(1), "c1", 2)], board)
    advice = recommend_unit(further, call(), travel_s, MUTUAL_AID)
    assert (advice.choice.unit_id, [n.code for n in advice.notes]) == ("T1", ["escalated"])
    group_only = recommend_unit(further, call(), travel_s, RULES["group"])
    assert group_only.choice.unit_id == "T1"


def test_a_reserve_goes_when_no_other_will_do():
    board = founding_board(ev.UnitReserveSet(NOON, "S1", True))
    near = recommend_unit(board, call(), {"S1": 300.0, "Z1": 700.0}, MUTUAL_AID)
    assert near.choice.unit_id == "Z1"
    alone = recommend_unit(board, call(), {"S1": 300.0}, MUTUAL_AID)
    assert [n.code for n in alone.notes] == ["reserve_used"]


def test_a_crew_without_the_skill_is_not_sent_and_the_lack_is_named():
    wanted = replace(call(), skills_needed=("mediator",))
    travel_s = {"S1": 300.0, "Z1": 700.0}
    board = founding_board(ev.UnitCrewed(NOON, "Z1", 2, ("mediator", "first_aid")))
    assert recommend_unit(board, wanted, travel_s, MUTUAL_AID).choice.unit_id == "Z1"
    nobody = recommend_unit(founding_board(), wanted, travel_s, MUTUAL_AID)
    assert nobody.choice is None
    assert {c.barred for c in nobody.barred} == {"lacks_skill"}
    assert nobody.notes[0].code == "skill_short"


def test_when_nobody_is_free_the_busy_unit_that_is_soonest_is_named():
    board = founding_board(
        received(),
        received(call_id="c2"),
        ev.UnitAssigned(at(1), "c1", "S1"),
        *(ev.UnitActivitySet(at(1), u, UnitActivity.OFF_DUTY) for u in ("Z1", "T1", "F1")),
    )
    advice = recommend_unit(board, call("c2"), {"S1": 240.0, "Z1": 60.0}, MUTUAL_AID)
    assert advice.choice is None
    (note,) = advice.notes
    assert (note.code, note.facts) == ("stack_on", {"unit_id": "S1", "eta_s": 360.0})


def test_the_partner_across_the_border_is_named_once_the_call_was_escalated_that_far():
    off = [ev.UnitActivitySet(NOON, u, UnitActivity.OFF_DUTY) for u in ("Z1", "S1", "T1", "F1")]
    board = founding_board(received(), *off, ev.CallEscalated(at(1), "c1", 3))
    advice = recommend_unit(board, call(), {}, MUTUAL_AID)
    assert [n.code for n in advice.notes] == ["escalated", "ask_partner"]


def test_a_fresh_fix_counts_and_an_old_one_falls_back_to_the_station_and_says_so():
    fix = ev.PositionReported(at(1), "S1", 108.9, 29.1, at(1))
    board = founding_board(fix)
    soon = list_origins(board, at(3))["S1"]
    assert (soon.code, soon.place.lon, soon.fix_age_s) == ("fix", 108.9, 120)
    later = list_origins(board, at(1) + timedelta(minutes=5, seconds=1))
    assert (later["S1"].code, later["S1"].place.id) == ("fix_old", "S")
    advice = recommend_unit(board, call(), {"S1": 300.0}, MUTUAL_AID, origins=later)
    (note,) = advice.notes
    assert (note.code, note.facts["age_s"]) == ("fix_old", 301.0)
    assert "Z1" not in list_origins(board, at(3))


def test_what_a_merge_of_the_record_changes_does_not_change_the_choice():
    """The advice reads priority and skills of the call it is given, nothing else of its past."""
    noted = founding_board(received(), ev.CallAmended(at(1), "c1", CallChange(note="x")))
    plain = founding_board(received())
    args = (call(), {"S1": 300.0, "Z1": 700.0}, MUTUAL_AID)
    assert recommend_unit(noted, *args) == recommend_unit(plain, *args)
