"""The grouping of DESIGN section 5: solved on paper, by brute force, and by a second solver."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubpost.model.station import StationType
from hubpost.planning.grouping import make_plan
from hubpost.planning.params import BadPlanInput, GroupingParams
from tests.planning.toys import brute_force, random_inputs, toy_inputs

LINE = {"AB": 900.0, "BC": 60.0, "CD": 1800.0}


def line_county(**given: object):
    """A - B - C - D; only B:{A} and C:{D} cover everyone with one base each."""
    return toy_inputs("ABCD", LINE, [0.2, 0.8, 0.9, 0.1], [100, 200, 300, 200], **given)


def test_line_of_four_is_solved_as_on_paper():
    """travel (900 + 1800)/2 in half hours = .75; loads 300, 500: .5; strength .85; sum .4."""
    plan = make_plan(line_county(hubs=2, bases_per_hub=(1, 1)))
    assert plan.status == "optimal"
    assert [(g.hub, g.bases, g.workload) for g in plan.groups] == [
        ("B", ("A",), 300.0),
        ("C", ("D",), 500.0),
    ]
    assert plan.terms == pytest.approx({"travel": 0.75, "imbalance": 0.5, "strength": 0.85})
    assert plan.objective == pytest.approx(0.4)
    assert plan.bound == plan.objective
    assert plan.gap == 0.0


def test_mean_workload_follows_the_border_chosen():
    """A - B - C - D - E with A or E at the border, one base each.

    A alone: loads B+C 600, D+E 690, spread 90, mean 645: .1395.
    E alone: loads A+B 1100, C+D 990, spread 110, mean 1045: .1053, so E, although its spread is
    larger; with a constant mean the answer would be A.
    """
    roads = {"AB": 1800.0, "BC": 1800.0, "CD": 1800.0, "DE": 1800.0}
    county = toy_inputs(
        "ABCDE", roads, [0.5] * 5, [1000, 100, 500, 490, 200], "AE", border_stations=1, hubs=2
    )
    for solver in ("search", "highs"):
        plan = make_plan(county, GroupingParams(solver=solver))
        assert [s.id for s in plan.stations if s.type is StationType.BORDER] == ["E"]
        assert plan.terms["imbalance"] == pytest.approx(110 / 1045)
        assert plan.objective == pytest.approx(1.0 + 110 / 1045 - 0.5)


def test_open_number_of_hubs_takes_the_best_of_all():
    """A star of one strong station: one hub of three bases beats what else 1..3 allows."""
    star = toy_inputs(
        "ABCD", {"AB": 600.0, "AC": 600.0, "AD": 600.0}, [1, 0, 0, 0], [1, 1, 1, 1],
        bases_per_hub=(1, 3),
    )  # fmt: skip
    plan = make_plan(star)
    assert [(g.hub, g.bases) for g in plan.groups] == [("A", ("B", "C", "D"))]
    assert plan.objective == pytest.approx(1 / 3 - 1.0)


def test_flagged_border_stations_stand_alone_where_no_number_is_given():
    """The flag is enough, also without a number; a flagged station is never hub or base."""
    plan = make_plan(line_county(border=(True, None, None, True), hubs=1))
    assert [s.type.value for s in plan.stations] == ["border", "base", "hub", "border"]


def test_border_stations_join_groups_on_request():
    """Flagged A and D join B and C as members, keep their type, and cannot be hubs."""
    plan = make_plan(
        line_county(border=(True, None, None, True), hubs=2), GroupingParams(border_joins=True)
    )
    assert [(s.type.value, s.hub_id) for s in plan.stations] == [
        ("border", "B"),
        ("hub", "B"),
        ("hub", "C"),
        ("border", "C"),
    ]


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    n=st.integers(3, 6),
    border=st.integers(0, 2),
    hubs=st.sampled_from([None, 1, 2]),
    beta=st.sampled_from([0.0, 1.0, 3.0]),
)
def test_search_equals_brute_force(seed, n, border, hubs, beta):
    """On random counties: the optimum of trying every assignment, or infeasible as it says."""
    inputs = random_inputs(seed, n, border, hubs)
    plan = make_plan(inputs, GroupingParams(beta=beta))
    expected = brute_force(inputs, weights=(1.0, beta, 1.0))
    if expected is None:
        assert plan.status == "infeasible"
        assert plan.stations == ()
        assert plan.reason
    else:
        assert plan.status == "optimal"
        assert plan.objective == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_search_and_mixed_integer_program_agree_on_ten_stations(seed):
    """Two independent proofs of the same optimum, where brute force is too slow."""
    inputs = random_inputs(seed, 10, border=2)
    found = make_plan(inputs, GroupingParams(solver="search"))
    other = make_plan(inputs, GroupingParams(solver="highs"))
    assert found.status == other.status
    if found.objective is not None:
        assert found.objective == pytest.approx(other.objective, abs=1e-7)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(6, 10), border=st.integers(0, 3))
def test_every_plan_keeps_every_rule(seed, n, border):
    """Each station once; bases adjacent to a hub at least as strong; sizes; border number."""
    inputs = random_inputs(seed, n, border)
    plan = make_plan(inputs)
    if plan.status == "infeasible":
        return
    position = {i: k for k, i in enumerate(inputs.station_ids)}
    grouped = [i for g in plan.groups for i in (g.hub, *g.bases)]
    alone = [s.id for s in plan.stations if s.type is StationType.BORDER]
    assert sorted(grouped + alone) == sorted(inputs.station_ids)
    assert len(alone) == border
    assert all(inputs.outside[position[i]] for i in alone)
    for group in plan.groups:
        assert 1 <= len(group.bases) <= 2
        for base in group.bases:
            assert inputs.adjacent[position[base], position[group.hub]]
            assert inputs.scores[position[group.hub]] >= inputs.scores[position[base]]


def test_forced_choices_are_respected():
    """A hub that is forced is hub, one that is forbidden is not, a forced base keeps its hub."""
    inputs = random_inputs(3, 8, border=1)
    free = make_plan(inputs)
    hub = free.groups[0].hub
    without = make_plan(inputs, GroupingParams(forbidden_hubs=frozenset({hub})))
    assert hub not in [g.hub for g in without.groups]
    assert without.objective is None or without.objective >= free.objective
    base, its_hub = free.groups[-1].bases[0], free.groups[-1].hub
    kept = make_plan(inputs, GroupingParams(forced_bases={base: its_hub}))
    assert kept.objective == pytest.approx(free.objective)


def test_same_question_same_answer():
    """Two runs give the same plan but for the run time."""
    first, second = (make_plan(random_inputs(5, 9, border=2)) for _ in range(2))
    assert replace(first, seconds=0.0) == replace(second, seconds=0.0)


def test_time_limit_keeps_an_honest_label():
    """With no time at all nothing is claimed: neither optimal nor infeasible."""
    plan = make_plan(random_inputs(5, 9, border=2), GroupingParams(time_limit_s=0.0))
    assert plan.status == "unknown"
    assert "time" in plan.reason


@pytest.mark.parametrize(
    ("params", "word"),
    [
        (GroupingParams(alpha=-1), "alpha"),
        (GroupingParams(beta=float("nan")), "beta"),
        (GroupingParams(alpha=0, beta=0, gamma=0), "all 0"),
        (GroupingParams(hubs=0), "hubs"),
        (GroupingParams(bases_per_hub=(3, 2)), "bases per hub"),
        (GroupingParams(forced_hubs=frozenset({"Z"})), "Z"),
        (GroupingParams(border_stations=-1), "border_stations"),
    ],
)
def test_questions_without_sense_are_refused(params, word):
    """Refused with the name of what is wrong."""
    with pytest.raises(BadPlanInput, match=word):
        make_plan(line_county(), params)


def test_inputs_of_wrong_shape_are_refused_all_at_once():
    """Every problem is listed, not only the first."""
    county = line_county()
    with pytest.raises(BadPlanInput) as refused:
        replace(county, scores=np.zeros(3), workload_h=np.zeros(5))
    assert len(refused.value.problems) == 2
