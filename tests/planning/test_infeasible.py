"""No plan: the requirement that fails, and the smallest change that mends it, proven by redoing."""

from dataclasses import replace

import pytest

from hubpost.planning.grouping import make_plan
from hubpost.planning.params import GroupingParams
from tests.planning.toys import toy_inputs

LINE = {"AB": 900.0, "BC": 60.0, "CD": 1800.0}


def line_county(scores=(0.2, 0.8, 0.9, 0.1), roads=LINE, **given):
    return toy_inputs("ABCD", roads, scores, [100, 200, 300, 200], **given)


def relaxations(plan):
    assert plan.status == "infeasible"
    assert plan.stations == ()
    return {r["requirement"]: r for r in plan.extras["relaxations"]}


def test_more_hubs_than_stations():
    """Five hubs among four stations: says so, and that two hubs would do."""
    plan = make_plan(line_county(), GroupingParams(hubs=5))
    assert "only 4 stations" in plan.reason
    assert relaxations(plan)["hubs"]["hubs"] == 2


def test_sizes_that_cannot_be_met():
    """One hub with 1..1 bases holds two of four stations; 1..3 is infeasible on a line too."""
    plan = make_plan(line_county(), GroupingParams(hubs=1, bases_per_hub=(1, 1)))
    assert "must be in groups" in plan.reason
    assert relaxations(plan)["hubs"]["hubs"] == 2


def test_strength_that_no_hub_has():
    """The end stations are the strongest, so no group of two or three covers them as bases."""
    plan = make_plan(line_county(scores=(0.9, 0.1, 0.2, 0.8)), GroupingParams(hubs=1))
    assert plan.status == "infeasible"
    plan = make_plan(
        line_county(scores=(0.1, 0.9, 0.8, 0.7)),
        GroupingParams(hubs=2, bases_per_hub=(1, 1), forced_hubs=frozenset({"A"})),
    )
    found = relaxations(plan)["strength"]
    assert found["size"] == 1
    assert found["pairs"] == [["B", "A"]]


def test_station_without_adjacent_station():
    """D is cut off: named as the cause, and one exemption from adjacency mends it."""
    plan = make_plan(line_county(roads={"AB": 900.0, "BC": 60.0, "AC": 60.0}), GroupingParams())
    assert "D (no adjacent station)" in plan.reason


def test_not_adjacent_but_reachable_is_the_smallest_change():
    """A road without common border: D may be exempted from adjacency."""
    county = line_county(hubs=2)
    adjacent = county.adjacent.copy()
    adjacent[2, 3] = adjacent[3, 2] = False
    plan = make_plan(replace(county, adjacent=adjacent))
    found = relaxations(plan)["adjacency"]
    assert found["size"] == 1
    assert found["pairs"] == [["D", "C"]]


def test_more_border_stations_than_candidates():
    """Two border stations asked for where only A adjoins another county."""
    plan = make_plan(line_county(outside="A", border_stations=2, hubs=1))
    far = make_plan(line_county(outside="A", border_stations=90, hubs=1))
    assert relaxations(far)["border_stations"]["border_stations"] == 1
    assert "only 1 may be border" in plan.reason
    assert relaxations(plan)["border_stations"]["border_stations"] == 1


@pytest.mark.parametrize("requirement", ["hubs", "bases_per_hub"])
def test_following_the_advice_gives_a_plan(requirement):
    """The relaxed question is asked again and is feasible."""
    params = GroupingParams(hubs=3, bases_per_hub=(1, 2))
    found = relaxations(make_plan(line_county(), params)).get(requirement)
    assert found is not None
    mended = (
        GroupingParams(hubs=found["hubs"], bases_per_hub=(1, 2))
        if requirement == "hubs"
        else GroupingParams(hubs=3, bases_per_hub=tuple(found["bases_per_hub"]))
    )
    assert make_plan(line_county(), mended).status == "optimal"
