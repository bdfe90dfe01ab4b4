"""How often each station is a hub when the weights of the indicators are not quite those."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hubpost.model.plan import Plan
from hubpost.planning.candidate_groups import CandidateGroups, Floats
from hubpost.planning.duals import find_prices
from hubpost.planning.exact_search import MOST_STATIONS, search_groupings
from hubpost.planning.grouping import hub_counts
from hubpost.planning.grouping_problem import (
    Rules,
    allowed_groups,
    make_problem,
    resolve_rules,
)
from hubpost.planning.inputs import PlanInputs
from hubpost.planning.params import GroupingParams


@dataclass(frozen=True, slots=True)
class DrawParams:
    """draws: how many weightings. concentration: how close they stay to the declared weights;
    None takes the number of indicators, so that equal weights give the uniform distribution on
    all weightings. seed: same seed, same draws.
    """

    draws: int = 1000
    concentration: float | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class HubProbability:
    """share (stations,): in what share of the draws with a plan a station is a hub.

    infeasible: draws under which no plan exists. Every draw is solved to proven optimality.
    """

    share: Floats
    draws: int
    infeasible: int


def hub_probability(
    inputs: PlanInputs,
    params: GroupingParams,
    wanted: DrawParams | None = None,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> HubProbability:
    """Solve the grouping under weights drawn from a Dirichlet around the declared ones.

    Raises ValueError when the scores did not come from indicators, or above 63 stations.
    """
    wanted = wanted or DrawParams()
    if inputs.card is None:
        raise ValueError("hub probability needs scores made from weighted indicators")
    if len(inputs.station_ids) > MOST_STATIONS:
        raise ValueError(f"hub probability is computed for up to {MOST_STATIONS} stations")
    rules = resolve_rules(inputs, params)
    groups = allowed_groups(inputs, params, rules)
    count, infeasible = np.zeros(len(inputs.station_ids)), 0
    for k, weights in enumerate(draw_weights(inputs.card.weights, wanted)):
        hubs = _best_hubs(inputs, params, rules, groups, inputs.card.scores_for(weights))
        if hubs is None:
            infeasible += 1
        else:
            count[hubs] += 1
        if progress is not None:
            progress(k + 1, wanted.draws)
    solved = wanted.draws - infeasible
    return HubProbability(count / max(solved, 1), wanted.draws, infeasible)


def with_hub_probability(plan: Plan, found: HubProbability) -> Plan:
    """The plan with the shares beside its stations."""
    stations = tuple(
        replace(station, hub_probability=float(share))
        for station, share in zip(plan.stations, found.share, strict=True)
    )
    extras = dict(plan.extras) | {
        "weight_draws": found.draws,
        "weight_draws_infeasible": found.infeasible,
    }
    return replace(plan, stations=stations, extras=extras)


def draw_weights(declared: Floats, wanted: DrawParams) -> Floats:
    """(draws, codes), each row summing to 1, mean `declared`."""
    rng = np.random.default_rng(wanted.seed)
    concentration = wanted.concentration or float(len(declared))
    return np.asarray(rng.dirichlet(concentration * declared, size=wanted.draws))


def _best_hubs(
    inputs: PlanInputs,
    params: GroupingParams,
    rules: Rules,
    groups: CandidateGroups,
    scores: Floats,
) -> NDArray[np.int64] | None:
    best, value = None, np.inf
    for hubs in hub_counts(inputs, params, rules):
        problem = make_problem(inputs, params, rules, groups, hubs, scores)
        prices = find_prices(problem) if len(problem.groups) >= hubs else None
        if prices is None:
            continue
        result = search_groupings(problem, prices, limit=value)
        if len(result.values):
            best, value = problem.groups.hub_idx[result.groups[0]], float(result.values[0])
    return best
