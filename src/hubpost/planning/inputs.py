"""What the planner knows of a county: plain arrays, by station position."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from hubpost.model.county import County
from hubpost.model.station import Neighbour
from hubpost.planning.indicator_table import IndicatorTable, make_indicator_table
from hubpost.planning.params import BadPlanInput
from hubpost.planning.scores import ScoreCard, Weights, make_score_card, read_default_weights
from hubpost.planning.workload import (
    WorkloadAssumptions,
    WorkloadTable,
    make_workload_table,
    read_default_assumptions,
)
from hubpost.roads.travel_times import TravelTimes

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class PlanInputs:
    """One county as the planner sees it; row k of every array is station_ids[k].

    scores (n,) in [0, 1]; workload_h (n,) officer-hours a year, > 0 in sum;
    travel_s (n, n) from row to column, inf where there is no way; adjacent (n, n) symmetric;
    outside (n,) whether a township of another county adjoins; border: True, False or None (open)
    as the county has it; border_stations: the number asked for, None takes those flagged.
    card, workload_table: how scores and workload came about, None when they were given.
    labels: words that must stand beside every figure built on these inputs.
    """

    station_ids: tuple[str, ...]
    names: tuple[str, ...]
    scores: Floats
    workload_h: Floats
    travel_s: Floats
    adjacent: Bools
    outside: Bools
    border: tuple[bool | None, ...]
    border_stations: int | None = None
    hubs: int | None = None
    bases_per_hub: tuple[int, int] = (1, 2)
    county_id: str = ""
    checksums: Mapping[str, str] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    card: ScoreCard | None = None
    workload_table: WorkloadTable | None = None

    def __post_init__(self) -> None:
        n = len(self.station_ids)
        problems = _wrong_shapes(self, n)
        if not problems:
            problems = _wrong_values(self)
        if problems:
            raise BadPlanInput(problems)

    def with_scores(self, scores: Floats) -> "PlanInputs":
        """The same county under other scores."""
        return replace(self, scores=scores)


def make_inputs(
    county: County,
    travel: TravelTimes,
    weights: Weights | None = None,
    assumptions: WorkloadAssumptions | None = None,
) -> PlanInputs:
    """What the planner needs of a county; weights and assumptions default to the shipped files.

    Raises BadPlanInput listing every problem (stations without any indicator, neighbours that
    are no stations, no workload at all).
    """
    table = make_indicator_table(county, travel)
    card = make_score_card(table, weights or read_default_weights())
    workload = make_workload_table(county, table, assumptions or read_default_assumptions())
    places = [s.place for s in county.stations]
    return PlanInputs(
        station_ids=tuple(s.id for s in county.stations),
        names=tuple(s.name for s in county.stations),
        scores=card.scores,
        workload_h=workload.total_h,
        travel_s=travel.matrix_s(places, places),
        adjacent=adjacency_matrix(table.station_ids, county.neighbours),
        outside=np.array([_has_outside(s.id, county.neighbours) for s in county.stations]),
        border=tuple(s.border for s in county.stations),
        border_stations=county.border_stations,
        hubs=county.hubs,
        bases_per_hub=county.bases_per_hub,
        county_id=county.id,
        checksums=dict(county.checksums),
        labels=_labels(county, table, travel),
        card=card,
        workload_table=workload,
    )


def adjacency_matrix(ids: tuple[str, ...], neighbours: tuple[Neighbour, ...]) -> Bools:
    """(n, n) symmetric; a pair given in one direction holds in both."""
    position = {station_id: k for k, station_id in enumerate(ids)}
    adjacent = np.zeros((len(ids), len(ids)), dtype=bool)
    for pair in neighbours:
        a, b = position.get(pair.station_id), position.get(pair.other_id)
        if not pair.outside and a is not None and b is not None and a != b:
            adjacent[a, b] = adjacent[b, a] = True
    return adjacent


def _has_outside(station_id: str, neighbours: tuple[Neighbour, ...]) -> bool:
    return any(p.outside and p.station_id == station_id for p in neighbours)


def _labels(county: County, table: IndicatorTable, travel: TravelTimes) -> tuple[str, ...]:
    words = county.labels.words_for(
        "stations", "areas", "calls", "indicators", "neighbours", "travel_times"
    )
    if travel.estimated and "estimated" not in words:
        words = (*words, "estimated")
    return tuple(sorted(words))


def _wrong_shapes(inputs: PlanInputs, n: int) -> list[str]:
    expected = {
        "names": (len(inputs.names), n),
        "scores": (inputs.scores.shape, (n,)),
        "workload_h": (inputs.workload_h.shape, (n,)),
        "travel_s": (inputs.travel_s.shape, (n, n)),
        "adjacent": (inputs.adjacent.shape, (n, n)),
        "outside": (inputs.outside.shape, (n,)),
        "border": (len(inputs.border), n),
    }
    problems = [f"{k}: expected shape {w}, got {g}" for k, (g, w) in expected.items() if g != w]
    if n == 0:
        problems.append("stations: expected at least one, got none")
    if len(set(inputs.station_ids)) != n:
        problems.append("stations: ids must differ from one another")
    return problems


def _wrong_values(inputs: PlanInputs) -> list[str]:
    problems = []
    for station_id, score, hours in zip(
        inputs.station_ids, inputs.scores, inputs.workload_h, strict=True
    ):
        if not 0 <= score <= 1:
            problems.append(f"station {station_id}: score must lie in 0..1, got {score}")
        if not 0 <= hours < np.inf:
            problems.append(f"station {station_id}: workload must be hours >= 0, got {hours}")
    if not problems and inputs.workload_h.sum() <= 0:
        problems.append("workload: expected officer-hours in sum above 0, got none; see docs")
    if np.isnan(inputs.travel_s).any() or (inputs.travel_s < 0).any():
        problems.append("travel_s: expected seconds >= 0 (inf where there is no way)")
    if not np.array_equal(inputs.adjacent, inputs.adjacent.T):
        problems.append("adjacent: expected a symmetric matrix")
    return problems
