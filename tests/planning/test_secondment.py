"""Secondments: small rosters on paper, the invariants of a full one, and re-planning."""

import subprocess
import sys
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from hubpost.planning.secondment import SecondedOfficer, SecondmentParams, SecondmentPost, Tour
from hubpost.planning.secondment_greedy import take_greedily
from hubpost.planning.secondment_solver import plan_secondments
from hubpost.planning.secondment_tours import possible_tours

SHORT = SecondmentParams(
    months=6, large_months=6, segment_months=2, segments=2, rest_months=1, start_step_months=1,
    overlap_months=0,
)  # fmt: skip


def officer(id_, cycle="large", km=10.0, posts=("P",), **more):
    return SecondedOfficer(id_, more.pop("section", "S"), cycle, dict.fromkeys(posts, km), **more)


def test_nearer_officer_goes():
    """One seat, two officers: the one 10 km away for six months, not the one 50 km away."""
    roster = plan_secondments(
        [officer("far", km=50.0), officer("near")], [SecondmentPost("P")], SHORT
    )
    assert roster.status == "optimal"
    assert roster.tours == (Tour("near", "P", 0, 6, 6),)
    assert roster.empty == ()
    assert roster.longest_km == 10.0


def test_small_cycles_take_turns_with_rest():
    """Two officers of two segments of two months fill four of six months each at most: all six
    months are held in turns, and nobody starts within a month of the last segment.
    """
    roster = plan_secondments(
        [officer("a", "small"), officer("b", "small")], [SecondmentPost("P")], SHORT
    )
    assert roster.empty == ()
    for who in "ab":
        mine = sorted(t for t in roster.tours if t.officer_id == who)
        assert len(mine) <= 2
        assert all(later.start >= early.end + 1 for early, later in pairwise(mine))


def test_headquarters_keeps_its_minimum():
    """A section of two that must keep one sends one; the second seat stays empty and is told."""
    params = SecondmentParams(months=6, large_months=6, keep_at_headquarters={"S": 1})
    roster = plan_secondments([officer("a"), officer("b")], [SecondmentPost("P", seats=2)], params)
    assert len(roster.tours) == 1
    assert roster.empty == tuple(("P", m, 1) for m in range(6))


def test_skill_is_worth_a_longer_way():
    """The traffic officer goes although another lives nearer."""
    roster = plan_secondments(
        [officer("near", km=1.0), officer("able", km=40.0, skills=frozenset({"traffic"}))],
        [SecondmentPost("P", skills=frozenset({"traffic"}))],
        SHORT,
    )
    assert [t.officer_id for t in roster.tours] == ["able"]
    assert roster.missing_skills == ()


def test_preference_decides_between_equal_ways():
    """Two posts, two officers, same distances: each gets the post wanted."""
    both = ("P", "Q")
    roster = plan_secondments(
        [officer("a", posts=both, preference={"Q": 1.0}), officer("b", posts=both)],
        [SecondmentPost("P"), SecondmentPost("Q")],
        SHORT,
    )
    assert {(t.officer_id, t.post_id) for t in roster.tours} == {("a", "Q"), ("b", "P")}


def test_fairness_shortens_the_longest_way():
    """Total 10 + 60 or 40 + 40 km: the second is fairer, and chosen once fairness weighs enough."""
    officers = [
        SecondedOfficer("a", "S", "large", {"P": 10.0, "Q": 40.0}),
        SecondedOfficer("b", "S", "large", {"P": 40.0, "Q": 60.0}),
    ]
    posts = [SecondmentPost("P"), SecondmentPost("Q")]
    short = {"months": 6, "large_months": 6}
    plain = plan_secondments(officers, posts, SecondmentParams(**short, fairness_weight=0.0))
    fair = plan_secondments(officers, posts, SecondmentParams(**short, fairness_weight=10.0))
    assert (plain.longest_km, fair.longest_km) == (60.0, 40.0)


def test_handover_overlaps_with_the_successor():
    """Two-month segments go on for one more month beside the next, except at the calendar's end."""
    params = SecondmentParams(
        months=4, large_months=4, segment_months=2, segments=1, rest_months=0,
        start_step_months=2, overlap_months=1,
    )  # fmt: skip
    roster = plan_secondments(
        [officer("a", "small"), officer("b", "small")], [SecondmentPost("P")], params
    )
    assert [
        (t.start, t.end, t.handed_over) for t in sorted(roster.tours, key=lambda t: t.start)
    ] == [
        (0, 2, 3),
        (2, 4, 4),
    ]


def full_question():
    """63 officers in seven sections, 25 posts; distances and skills by a seeded draw."""
    rng = np.random.default_rng(7)
    posts = [SecondmentPost(f"p{k:02d}", seats=2) for k in range(9)]
    posts += [SecondmentPost(f"p{k:02d}") for k in range(9, 25)]
    officers = []
    for k in range(63):
        near = rng.choice(25, 8, replace=False)
        km = {f"p{j:02d}": float(rng.integers(5, 80)) for j in sorted(near)}
        cycle = "large" if k % 3 == 0 else "small"
        officers.append(SecondedOfficer(f"o{k:02d}", f"s{k % 7}", cycle, km))
    keep = {f"s{k}": 4 for k in range(7)}
    return officers, posts, SecondmentParams(keep_at_headquarters=keep, time_limit_s=20, gap=0.02)


def test_sixty_three_officers_keep_every_rule():
    """Large cycles of 24 months, small of 12 in three segments; the bound is within 2 %."""
    officers, posts, params = full_question()
    roster = plan_secondments(officers, posts, params)
    assert roster.status in ("optimal", "feasible")
    assert roster.bound <= roster.objective
    of = {o.id: o for o in officers}
    held = Counter((t.post_id, m) for t in roster.tours for m in range(t.start, t.end))
    away = Counter(
        (of[t.officer_id].section, m) for t in roster.tours for m in range(t.start, t.handed_over)
    )
    assert all(held[p.id, m] <= p.seats for p in posts for m in range(24))
    assert max(away.values()) <= 9 - 4
    lengths = {"large": 24, "small": 4}
    per_officer = Counter(t.officer_id for t in roster.tours)
    assert all(per_officer[o.id] <= (1 if o.cycle == "large" else 3) for o in officers)
    assert all(t.end - t.start == lengths[of[t.officer_id].cycle] for t in roster.tours)
    empty = sum(n for _, _, n in roster.empty)
    assert empty == sum(p.seats for p in posts) * 24 - sum(held.values())


def test_replanning_changes_as_little_as_it_can():
    """Month 2, b falls ill: the tour of a, under way, stays; only b's tours are given up."""
    officers = [officer("a", "small"), officer("b", "small"), officer("c", "small")]
    before = plan_secondments(officers, [SecondmentPost("P")], SHORT)
    ill = next(t for t in before.tours if t.start >= 2).officer_id
    after_officers = [
        officer(o.id, "small", away=frozenset(range(2, 6)) if o.id == ill else frozenset())
        for o in officers
    ]
    after = plan_secondments(
        after_officers, [SecondmentPost("P")], SHORT, former=before.tours, now_month=2
    )
    assert after.status == "optimal"
    assert after.changed
    assert all(t.officer_id == ill for t in after.changed)
    assert all(t in after.tours for t in before.tours if t.start < 2 and t.officer_id != ill)
    assert after.empty == ()


def test_unchanged_question_changes_nothing():
    """Re-planning without news keeps every tour."""
    officers = [officer("a", "small"), officer("b", "small")]
    before = plan_secondments(officers, [SecondmentPost("P")], SHORT)
    after = plan_secondments(officers, [SecondmentPost("P")], SHORT, former=before.tours)
    assert after.changed == ()
    assert after.tours == before.tours


def test_questions_without_sense_are_refused_all_at_once():
    """Unknown post, unknown cycle, double id."""
    with pytest.raises(ValueError, match="no post Z") as refused:
        plan_secondments(
            [officer("a", posts=("Z",)), officer("a", "tiny")], [SecondmentPost("P")], SHORT
        )
    assert "cycle must be" in str(refused.value)
    assert "given twice" in str(refused.value)


def test_nobody_to_send_leaves_every_seat_empty():
    """All away: an honest empty roster."""
    away = officer("a", away=frozenset({3}))
    roster = plan_secondments([away], [SecondmentPost("P")], SHORT)
    assert roster.tours == ()
    assert len(roster.empty) == 6


def test_stopped_early_keeps_the_best_found_with_its_bound():
    """Ctrl-C at the first news: a legal roster labelled feasible, its bound below it."""

    def stop(best, bound):
        raise KeyboardInterrupt

    officers, posts, params = full_question()
    roster = plan_secondments(officers, posts, params, progress=stop)
    assert roster.status == "feasible"
    assert roster.tours
    assert 0 <= roster.bound < roster.objective
    held = Counter((t.post_id, m) for t in roster.tours for m in range(t.start, t.end))
    assert all(held[p.id, m] <= p.seats for p in posts for m in range(24))


def test_greedy_start_keeps_every_rule():
    """Seats, cycles, rest and headquarters, with running tours kept; None where those collide."""
    officers, posts, params = full_question()
    tours = possible_tours(tuple(officers), params, (), 0)
    chosen = [
        tours[k] for k in take_greedily(tours, officers, posts, params, 0, np.zeros(len(tours)))
    ]
    of = {o.id: o for o in officers}
    held = Counter((t.post_id, m) for t in chosen for m in range(t.start, t.end))
    away = Counter(
        (of[t.officer_id].section, m) for t in chosen for m in range(t.start, t.handed_over)
    )
    assert all(held[p.id, m] <= p.seats for p in posts for m in range(24))
    assert max(away.values()) <= 9 - 4
    for who in of:
        mine = sorted((t for t in chosen if t.officer_id == who), key=lambda t: t.start)
        assert len(mine) <= (1 if of[who].cycle == "large" else 3)
        assert all(b.start >= a.handed_over + params.rest_months for a, b in pairwise(mine))
    both = [Tour("a", "P", 0, 6, 6), Tour("b", "P", 0, 6, 6)]
    crowd = take_greedily(
        both, [officer("a"), officer("b")], [SecondmentPost("P")], SHORT, 1, np.zeros(2)
    )
    assert crowd is None


def test_a_tour_under_way_is_cut_where_its_officer_must_leave():
    """a, on the seat for six months, is called away from month 4 on: done to there, b after."""
    ill = officer("a", away=frozenset({4, 5}))
    former = (Tour("a", "P", 0, 6, 6),)
    roster = plan_secondments(
        [ill, officer("b", "small")], [SecondmentPost("P")], SHORT, former=former, now_month=2
    )
    assert Tour("a", "P", 0, 4, 4) in roster.tours
    assert roster.changed == former
    assert roster.empty == ()
    assert {t.officer_id for t in roster.tours if t.start >= 4} == {"b"}


def test_officers_who_stay_count_for_their_section_only():
    """A section of three that must keep two sends the one with a cycle."""
    params = SecondmentParams(months=6, large_months=6, keep_at_headquarters={"S": 2})
    stays = [SecondedOfficer(i, "S", "stays", {}) for i in "xy"]
    roster = plan_secondments([officer("a"), *stays], [SecondmentPost("P")], params)
    assert [t.officer_id for t in roster.tours] == ["a"]
    tight = SecondmentParams(months=6, large_months=6, keep_at_headquarters={"S": 3})
    assert plan_secondments([officer("a"), *stays], [SecondmentPost("P")], tight).tours == ()


def test_the_solver_says_nothing_on_stdout():
    """A process of its own, as the banner comes once in each: stdout stays empty."""
    code = "from hubpost.planning.quiet_solver import quiet_solver; quiet_solver().run()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout == b""
