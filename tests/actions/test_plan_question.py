"""Questions of the workbench: read from an address, said back, and turned into weights."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubpost.actions.opening import county_travel
from hubpost.actions.plan_question import (
    PlanQuestion,
    question_of_fields,
    question_of_text,
    question_text,
    weights_of,
)
from hubpost.planning.indicator_table import make_indicator_table
from hubpost.planning.params import BadPlanInput
from hubpost.planning.scores import make_score_card, read_default_weights
from hubpost.planning.weightings import critic_weights
from hubpost.tables import read_county

COUNTS = st.none() | st.integers(0, 99)
WEIGHTS = st.sampled_from([0.0, 0.25, 1.0, 7.5])


@given(
    hubs=COUNTS,
    border=COUNTS,
    bases=st.none() | st.tuples(st.integers(0, 3), st.integers(0, 5)),
    joins=st.booleans(),
    alpha=WEIGHTS,
    gamma=WEIGHTS,
    weighting=st.sampled_from(["declared", "entropy", "critic"]),
    scaling=st.sampled_from([None, "percentile", "min-max"]),
    weights=st.dictionaries(st.sampled_from(["P1", "G2", "I7"]), WEIGHTS),
)
def test_an_address_says_the_whole_question(weights, **parts):
    question = PlanQuestion(weights=tuple(sorted(weights.items())), **parts)
    assert question_of_text(question_text(question)) == question


def test_the_countys_own_question_needs_no_words():
    assert question_text(PlanQuestion()) == ""
    assert question_of_text("") == PlanQuestion()
    assert question_of_fields({"hubs": " ", "P1": ""}) == PlanQuestion()


def test_everything_unreadable_is_named_at_once():
    with pytest.raises(BadPlanInput) as why:
        question_of_fields(
            {
                "hubs": "nine",
                "bases": "1..",
                "alpha": "-1",
                "P1": "nan",
                "moon": "1",
                "scaling": "x",
            }
        )
    assert [p.partition(":")[0] for p in why.value.problems] == [
        "hubs", "bases", "alpha", "P1", "moon", "scaling",
    ]  # fmt: skip


def test_a_question_of_any_length_is_not_read():
    with pytest.raises(BadPlanInput, match="characters"):
        question_of_text("P1:1;" * 1000)


def test_weights_come_from_the_data_where_asked_and_single_ones_are_replaced():
    """CRITIC weights of the declared card, P1 by hand; the scaling is the one asked for."""
    county = read_county("qianjiang")
    travel = county_travel(county, None)
    declared = read_default_weights()
    question = PlanQuestion(weighting="critic", weights=(("P1", 0.5),))
    weights = weights_of(question, county, travel)
    card = make_score_card(make_indicator_table(county, travel), declared)
    assert weights.by_code == critic_weights(card) | {"P1": 0.5}
    assert weights_of(PlanQuestion(), county, travel).by_code == declared.by_code
    assert weights_of(PlanQuestion(scaling="min-max"), county, travel).scaling == "min-max"


def test_weights_that_are_all_zero_are_refused():
    county = read_county("qianjiang")
    nothing = tuple((code, 0.0) for code in sorted(read_default_weights().by_code))
    with pytest.raises(BadPlanInput, match="all weights are zero"):
        weights_of(PlanQuestion(weights=nothing), county, county_travel(county, None))
