"""Scores by hand; weights that make no sense are refused with their name."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubpost.planning.indicator_table import make_indicator_table
from hubpost.planning.inputs import make_inputs
from hubpost.planning.params import BadPlanInput
from hubpost.planning.scaling import scale
from hubpost.planning.score_reasons import explain_score
from hubpost.planning.scores import Weights, make_score_card, read_default_weights, read_weights
from hubpost.planning.weightings import critic_weights, entropy_weights
from tests.planning.counties import small_county, straight_times


def sheet(**columns):
    return pl.DataFrame({"station_id": ["a", "b", "c"], "year": [2024] * 3, **columns})


def card_of(weights, **columns):
    county = small_county(indicators=sheet(**columns))
    return make_score_card(make_indicator_table(county, straight_times()), weights)


def test_scaling_by_rank_and_by_range():
    """Ranks 0, 1/2, 1; range keeps the distance; ties share a rank; all equal is the middle."""
    values = np.array([1.0, 2.0, 11.0])
    assert scale(values, "percentile").tolist() == [0.0, 0.5, 1.0]
    assert scale(values, "min-max").tolist() == [0.0, 0.1, 1.0]
    assert scale(np.array([3.0, 3.0, 5.0]), "percentile").tolist() == [0.25, 0.25, 1.0]
    assert scale(np.array([4.0, 4.0]), "percentile").tolist() == [0.5, 0.5]


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20))
def test_scaled_values_keep_their_order(values):
    """Whatever the scaling, a larger value never scores less, and all lie in 0..1."""
    for scaling in ("percentile", "min-max"):
        scaled = scale(np.array(values), scaling)
        assert ((scaled >= 0) & (scaled <= 1)).all()
        order = np.argsort(values, kind="stable")
        assert (np.diff(scaled[order]) >= 0).all()


def test_score_is_the_weighted_mean_with_directions():
    """P1 ranks 0, .5, 1 (weight 3); G5 falls as it rises, so 1, .5, 0 (weight 1)."""
    card = card_of(Weights({"P1": 3.0, "G5": 1.0}), P1=[1.0, 2.0, 3.0], G5=[10.0, 20.0, 30.0])
    assert card.scores == pytest.approx([0.25, 0.5, 0.75])
    assert card.weights == pytest.approx([0.75, 0.25])


def test_station_is_scored_on_what_is_known_of_it():
    """C1 unknown at b: b is scored on P1 alone."""
    card = card_of(Weights({"P1": 1.0, "C1": 1.0}), P1=[1.0, 2.0, 3.0], C1=[5.0, None, 9.0])
    assert card.scores == pytest.approx([0.0, 0.5, 1.0])


def test_code_without_any_value_falls_away_and_is_named():
    """W1 is nowhere given: its weight does not pull scores towards zero."""
    card = card_of(Weights({"P1": 1.0, "W1": 5.0}), P1=[1.0, 2.0, 3.0])
    assert card.unused == ("W1",)
    assert card.scores.tolist() == [0.0, 0.5, 1.0]


def test_station_without_any_indicator_is_refused_by_name():
    """c has neither P1 nor C1."""
    with pytest.raises(BadPlanInput, match="station c has no value"):
        card_of(Weights({"C1": 1.0, "C2": 1.0}), C1=[1.0, 2.0, None], C2=[1.0, None, None])


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("[weights]\nP1 = -1", "P1 must be a number >= 0"),
        ("[weights]\nP1 = 0\nI1 = 0", "all weights are zero"),
        ("[weights]\nXX = 1", "unknown indicator code 'XX'"),
        ("[weights]\nP1 = 'much'", "P1 must be a number"),
        ("[weights]\nP1 = true", "P1 must be a number"),
        ("[weights]\nP1 = inf", "P1 must be a number"),
        ("[weights]\nR1 = 1", "R1 has direction N"),
        ("scaling = 'log'\n[weights]\nP1 = 1", "scaling must be one of"),
        ("P1 = 1", r"table \[weights\]"),
        ("[weights\n", "cannot be read as TOML"),
    ],
)
def test_weights_without_sense_are_refused(tmp_path, text, word):
    """With the file's name and what was expected."""
    path = tmp_path / "weights.toml"
    path.write_text(text)
    with pytest.raises(BadPlanInput, match=word) as refused:
        read_weights(path)
    assert "weights.toml" in str(refused.value)


def test_default_weights_give_each_family_the_same():
    """Six families, one each, to six decimals."""
    weights = read_default_weights().by_code
    assert sum(weights.values()) == pytest.approx(6.0, abs=1e-4)
    assert sum(v for k, v in weights.items() if k[0] == "I") == pytest.approx(1.0, abs=1e-4)


def test_inputs_of_a_county_carry_its_labels_and_neighbours():
    """Estimated travel is said; adjacency holds both ways; the outside neighbour is known."""
    inputs = make_inputs(small_county(indicators=sheet(P2=[100.0, 200.0, 300.0])), straight_times())
    assert inputs.labels == ("estimated",)
    assert inputs.adjacent.tolist() == [
        [False, True, False],
        [True, False, True],
        [False, True, False],
    ]
    assert inputs.outside.tolist() == [False, False, True]


def test_reasons_add_up_to_the_score():
    """b is scored on P1 (rank .5) and a computed G2; what is unknown does not appear."""
    card = card_of(
        Weights({"P1": 3.0, "C1": 1.0, "G2": 1.0}), P1=[1.0, 2.0, 3.0], C1=[5.0, None, 9.0]
    )
    reasons = explain_score(card, "b")
    assert [(r.code, r.source) for r in reasons] == [("P1", "read"), ("G2", "computed")]
    assert reasons[0].share == pytest.approx(0.75)
    assert sum(r.adds for r in reasons) == pytest.approx(card.scores[1], abs=1e-8)
    with pytest.raises(KeyError):
        explain_score(card, "z")


def test_entropy_prefers_what_sets_stations_apart():
    """P1 falls on one station alone (entropy 0, weight 1); C1 is nearly even (0, 1, 1: ln 2/ln 3).

    Weights 1 and 1 - ln 2/ln 3, as shares.
    """
    weights = Weights({"P1": 1.0, "C1": 1.0})
    card = card_of(weights, P1=[0.0, 0.0, 7.0], C1=[0.0, 4.0, 4.0])
    even = 1 - np.log(2) / np.log(3)
    assert entropy_weights(card) == pytest.approx({"P1": 1 / (1 + even), "C1": even / (1 + even)})


def test_critic_weighs_conflict():
    """C2 repeats C1 and P1 runs against both: with equal spread, conflicts 4, 2, 2 of 8."""
    weights = Weights({"P1": 1.0, "C1": 1.0, "C2": 1.0})
    card = card_of(weights, P1=[3.0, 2.0, 1.0], C1=[1.0, 2.0, 3.0], C2=[10.0, 20.0, 30.0])
    assert critic_weights(card) == pytest.approx({"P1": 0.5, "C1": 0.25, "C2": 0.25})


def test_weights_from_data_without_spread_are_equal():
    """Nothing to tell stations apart by."""
    card = card_of(Weights({"C1": 1.0, "C2": 1.0}), C1=[1.0] * 3, C2=[2.0] * 3)
    assert entropy_weights(card) == {"C1": 0.5, "C2": 0.5}
    assert critic_weights(card) == {"C1": 0.5, "C2": 0.5}
