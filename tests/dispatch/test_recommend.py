"""The advice: the founding case by hand, the tiers, and what must hold on any board."""

from math import inf

from hypothesis import given
from hypothesis import strategies as st

from hubpost.dispatch.recommend import recommend_unit
from hubpost.dispatch.rule import HUB_GROUP, MUTUAL_AID, NEAREST, OWN_STATION, RULES, best_idx
from hubpost.model.apply import apply
from hubpost.model.events import UnitActivitySet, UnitArrived, UnitAssigned, UnitCleared
from hubpost.model.unit import Availability, UnitActivity, availability_of
from tests.boards import NOON, at, call, founding_board, received

#: Minutes to the place of the founding call: home over half an hour, neighbour ten.
FAR_FROM_HOME = {"Z1": 33 * 60.0, "S1": 10 * 60.0, "T1": 25 * 60.0, "F1": 50 * 60.0}


def codes(advice) -> list[str]:
    return [r.code for r in advice.reasons]


def busy(unit_id: str) -> UnitActivitySet:
    return UnitActivitySet(NOON, unit_id, UnitActivity.CASEWORK)


def test_founding_case_sends_the_free_neighbour_and_says_home_is_busy_and_far():
    advice = recommend_unit(founding_board(busy("Z1")), call(), FAR_FROM_HOME, MUTUAL_AID)
    assert advice.choice.unit_id == "S1"
    assert advice.choice.eta_s == 10 * 60 + 120
    assert codes(advice) == ["own_busy", "nearest_in_group"]
    assert advice.reasons[0].facts == {"station_id": "Z", "eta_s": 33 * 60 + 120.0}


def test_before_the_reform_the_founding_call_waits():
    advice = recommend_unit(founding_board(busy("Z1")), call(), FAR_FROM_HOME, OWN_STATION)
    assert advice.choice is None
    assert codes(advice) == ["own_busy", "no_unit_free"]


def test_neighbour_goes_even_when_home_is_free_but_far():
    advice = recommend_unit(founding_board(), call(), FAR_FROM_HOME, HUB_GROUP)
    assert advice.choice.unit_id == "S1"
    assert codes(advice) == ["own_slower", "nearest_in_group"]


def test_home_is_kept_when_the_neighbour_saves_less_than_a_minute():
    advice = recommend_unit(founding_board(), call(), {"Z1": 600, "S1": 550}, HUB_GROUP)
    assert advice.choice.unit_id == "Z1"
    assert codes(advice) == ["own_kept"]


def test_beyond_the_group_only_when_it_is_empty_or_a_quarter_of_an_hour_slower():
    board = founding_board()
    near = recommend_unit(board, call(), {"Z1": 1200, "T1": 400}, MUTUAL_AID)
    assert near.choice.unit_id == "Z1"
    sooner = recommend_unit(board, call(), {"Z1": 1800, "T1": 400}, MUTUAL_AID)
    assert (sooner.choice.unit_id, codes(sooner)) == ("T1", ["own_slower", "beyond_group_sooner"])
    empty = founding_board(busy("Z1"), busy("S1"))
    alone = recommend_unit(empty, call(), FAR_FROM_HOME, MUTUAL_AID)
    assert (alone.choice.unit_id, alone.choice.tier) == ("T1", "neighbour")
    assert codes(alone) == ["own_busy", "beyond_group_none_free"]


def test_the_group_policy_never_leaves_the_group():
    empty = founding_board(busy("Z1"), busy("S1"))
    advice = recommend_unit(empty, call(), FAR_FROM_HOME, HUB_GROUP)
    assert advice.choice is None
    assert {c.unit_id: c.barred for c in advice.barred} == {
        "Z1": "casework",
        "S1": "casework",
        "T1": "outside_policy",
        "F1": "outside_policy",
    }


def test_a_unit_at_a_meal_goes_only_to_calls_of_life_and_death():
    board = founding_board(UnitActivitySet(NOON, "S1", UnitActivity.MEAL), busy("Z1"))
    grave = recommend_unit(board, call(priority=1), FAR_FROM_HOME, HUB_GROUP)
    assert (grave.choice.unit_id, codes(grave)[-1]) == ("S1", "at_meal_or_training")
    assert recommend_unit(board, call(priority=2), FAR_FROM_HOME, HUB_GROUP).choice is None


def test_several_units_are_the_best_of_the_ranking_and_a_shortfall_is_named():
    board = founding_board(received(units_needed=3))
    advice = recommend_unit(board, call(units_needed=3), {"Z1": 300, "S1": 200}, HUB_GROUP)
    assert [c.unit_id for c in advice.choices] == ["S1", "Z1"]
    assert codes(advice)[-1] == "fewer_than_needed"


def test_a_unit_already_sent_counts_towards_those_needed():
    board = founding_board(received(), UnitAssigned(at(1), "c1", "S1"))
    advice = recommend_unit(board, call(), FAR_FROM_HOME, MUTUAL_AID)
    assert (advice.choices, codes(advice)) == ((), ["enough_units"])
    assert {c.barred for c in advice.barred if c.unit_id == "S1"} == {"on_this_call"}


def test_a_unit_on_its_way_back_has_no_turnout():
    board = founding_board(
        received(),
        UnitAssigned(at(1), "c1", "S1"),
        UnitArrived(at(9), "c1", "S1"),
        UnitCleared(at(20), "c1", "S1"),
    )
    advice = recommend_unit(board, call("c2"), {"S1": 60.0}, HUB_GROUP)
    assert advice.choice.eta_s == 60.0


def test_nobody_can_drive_there_is_said_and_not_a_big_number():
    advice = recommend_unit(founding_board(), call(), {}, NEAREST)
    assert advice.choice is None
    assert codes(advice) == ["own_unreachable", "no_way_there"]
    assert all(c.eta_s == inf for c in advice.barred)


def test_ties_go_to_the_unit_that_joined_first():
    assert best_idx([5.0, 5.0], [0, 0], [2, 2], 2, NEAREST.penalty_s, 1) == 0


@given(
    travel=st.lists(st.one_of(st.floats(1, 7200), st.just(inf)), min_size=4, max_size=4),
    activities=st.lists(
        st.sampled_from(["at_station", "casework", "meal", "off_duty"]), min_size=4, max_size=4
    ),
    priority=st.integers(1, 4),
    rule=st.sampled_from(sorted(RULES)),
)
def test_on_any_board_the_choice_is_free_reachable_permitted_and_none_scores_better(
    travel, activities, priority, rule
):
    """Invariants of every recommendation, whatever the board."""
    board = founding_board()
    for unit_id, activity in zip(board.units, activities, strict=True):
        board = apply(board, UnitActivitySet(NOON, unit_id, UnitActivity(activity)))
    advice = recommend_unit(
        board, call(priority=priority), dict(zip(board.units, travel, strict=True)), RULES[rule]
    )
    shown = {c.unit_id for c in (*advice.ranked, *advice.barred)}
    assert shown == set(board.units)
    assert not {c.unit_id for c in advice.ranked} & {c.unit_id for c in advice.barred}
    assert [c.score_s for c in advice.ranked] == sorted(c.score_s for c in advice.ranked)
    for candidate in advice.ranked:
        state = availability_of(board.units[candidate.unit_id].activity)
        assert candidate.score_s < inf
        assert state is not Availability.NOT_AVAILABLE
        assert state is Availability.AVAILABLE or priority == 1
    assert (advice.choice is None) == (not advice.ranked)
