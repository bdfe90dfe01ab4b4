"""Surveys: sizes as published, draws anyone can repeat, intervals and acceptance numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubpost.actions.records import surveys
from hubpost.evaluation.stratified_draw import allocate, draw
from hubpost.model.records.survey import SurveyKind, Verdict
from hubpost.model.refused import Refused
from tests.records.test_disputes import write

SIZES = {"g1": 250, "g2": 100, "g3": 50}


def plan(store, rules, sizes=SIZES, kind=SurveyKind.REGISTER):
    return write(store, surveys.plan_survey, rules, kind, "Z", sizes, checker_station_id="T")


def register(sizes=SIZES):
    return {g: [f"{g}-{i:04d}" for i in range(n)] for g, n in sizes.items()}


def in_field(store, rules, sizes=SIZES, seed=7):
    survey = plan(store, rules, sizes)
    drawn = write(store, surveys.draw_survey, rules, survey.id, register(sizes), seed)
    write(store, surveys.advance_survey, rules, survey.id, "start")
    return drawn


@pytest.mark.parametrize(("population", "needed"), [(400, 197), (1200, 292), (8000, 367)])
def test_the_planner_gives_the_published_sizes(light_store, rules, population, needed):
    survey = plan(light_store, rules, {"g1": population})
    assert sum(s.draw for s in survey.strata) == needed


sizes = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(1, 60), min_size=1)


@given(sizes, st.data())
def test_an_allocation_sums_fits_and_stays_within_one_of_proportion(held, data):
    total = data.draw(st.integers(0, sum(held.values())))
    shares = allocate(held, total)
    assert sum(shares.values()) == total
    assert all(0 <= shares[s] <= held[s] for s in held)
    if total >= 2 * len(held):
        have = sum(held.values())
        assert all(shares[s] >= 1 or total * held[s] / have < 1 for s in held)


@given(sizes, st.integers(0, 10**6))
def test_the_same_seed_draws_the_same_in_any_order_and_another_one_differs_in_general(held, seed):
    entries = register(held)
    shares = {s: (n + 1) // 2 for s, n in held.items()}
    first = draw(entries, shares, seed)
    mixed = {s: list(reversed(entries[s])) for s in reversed(list(entries))}
    assert draw(mixed, shares, seed) == first
    assert len(set(first)) == len(first) == sum(shares.values())


def test_each_entry_of_a_stratum_is_drawn_equally_often():
    """4,000 seeds, 3 of 10: each entry about 1,200 times; the bound is five standard deviations."""
    entries = {"g": [str(i) for i in range(10)]}
    counts = dict.fromkeys(entries["g"], 0)
    for seed in range(4_000):
        for ref in draw(entries, {"g": 3}, seed):
            counts[ref] += 1
    sd = (4_000 * 0.3 * 0.7) ** 0.5
    assert all(abs(c - 1_200) < 5 * sd for c in counts.values())


def test_a_draw_is_for_the_register_it_was_planned_for(light_store, rules):
    survey = plan(light_store, rules)
    for wrong in ({**register(), "g9": ["x"]}, {**register(), "g3": ["g3-0001"]}):
        with pytest.raises(Refused, match="Plan the survey anew"):
            write(light_store, surveys.draw_survey, rules, survey.id, wrong, 1)
    drawn = write(light_store, surveys.draw_survey, rules, survey.id, register(), 42)
    assert len(drawn.drawn) == 197
    assert drawn.seed == 42


def test_only_what_was_drawn_is_checked_and_never_by_the_station_itself(records_store, rules):
    survey = in_field(records_store, rules)
    give = lambda ref, verdict=Verdict.RIGHT, checker="T": write(  # noqa: E731
        records_store, surveys.give_answer, rules, survey.id, ref, verdict,
        checker_station_id=checker,
    )  # fmt: skip
    with pytest.raises(Refused, match="was not drawn"):
        give("g9-0001")
    with pytest.raises(Refused, match="does not check itself"):
        give(survey.drawn[0], checker="Z")
    give(survey.drawn[0])
    give(survey.drawn[0])  # sent twice by a phone
    give("new house", Verdict.OMITTED)
    result = records_store.read(lambda c: surveys.survey_result(c, survey.id))
    assert (result.right, result.omitted, result.reached) == (1, 1, 1)


def test_fifty_seven_of_sixty_is_not_yet_ninety_five_percent(light_store, rules):
    """57 of 60: 95 %, really 86.3 to 98.3 %; shown only with 124 checked and 2 more... wrong 3."""
    survey = in_field(light_store, rules)
    for i, ref in enumerate(survey.drawn[:60]):
        verdict = Verdict.RIGHT if i < 57 else Verdict.WRONG
        write(
            light_store, surveys.give_answer, rules, survey.id, ref, verdict, checker_station_id="T"
        )
    result = light_store.read(lambda c: surveys.survey_result(c, survey.id))
    assert result.share.value == pytest.approx(0.95)
    assert (round(result.share.low, 3), round(result.share.high, 3)) == (0.863, 0.983)
    assert not result.shows
    assert result.needed == 153  # with three wrong; 59, 93, 124 with none, one and two
    assert result.worst.counts == {"hits": 57, "of": 197}


def test_fifty_nine_without_a_mistake_show_ninety_five_percent(light_store, rules):
    survey = in_field(light_store, rules)
    for ref in survey.drawn[:58]:
        write(
            light_store,
            surveys.give_answer,
            rules,
            survey.id,
            ref,
            Verdict.RIGHT,
            checker_station_id="T",
        )
    shown = lambda: light_store.read(lambda c: surveys.survey_result(c, survey.id))  # noqa: E731
    assert not shown().shows
    write(
        light_store,
        surveys.give_answer,
        rules,
        survey.id,
        survey.drawn[58],
        Verdict.RIGHT,
        checker_station_id="T",
    )
    assert shown().shows


def test_not_at_home_is_never_right(light_store, rules):
    survey = in_field(light_store, rules)
    write(
        light_store,
        surveys.give_answer,
        rules,
        survey.id,
        survey.drawn[0],
        Verdict.NOT_REACHED,
        checker_station_id="T",
    )
    result = light_store.read(lambda c: surveys.survey_result(c, survey.id))
    assert result.share.value is None
    assert (result.worst.value, result.reached) == (0.0, 0)


def test_familiarity_is_always_two_rates(light_store, rules):
    one = plan(light_store, rules, {"g1": 40}, SurveyKind.RESIDENTS_KNOW)
    other = plan(light_store, rules, {"g1": 12}, SurveyKind.OFFICERS_KNOW)
    both = light_store.read(lambda c: surveys.familiarity(c, one.id, other.id))
    assert len(both) == 2
    with pytest.raises(Refused, match="nothing to draw"):
        plan(light_store, rules, {})
