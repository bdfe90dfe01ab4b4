"""The trade-off between travel, imbalance and strength: every plan that no other plan beats.

Klamroth, Lacour and Vanderpooten (2015), "On the representation of the search region in
multi-objective optimization": the region where an undominated plan may still lie is kept as a set
of corners; below each corner the best weighted plan is sought exactly; it is undominated, and its
terms split the corners above it. When no corner is left, the set is complete.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from hubpost.model.plan import Plan
from hubpost.planning.candidate_groups import CandidateGroups, Floats
from hubpost.planning.duals import Prices, find_prices
from hubpost.planning.exact_search import MOST_STATIONS, Caps, search_groupings
from hubpost.planning.grouping import hub_counts
from hubpost.planning.grouping_problem import (
    TRAVEL_UNIT_S,
    GroupingProblem,
    allowed_groups,
    make_problem,
    resolve_rules,
)
from hubpost.planning.inputs import PlanInputs
from hubpost.planning.params import GroupingParams
from hubpost.planning.plan_parts import planned_groups
from hubpost.planning.terms import Terms, terms_of

#: Terms that differ by less count as equal.
RESOLUTION = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class TradeOffPlan:
    """One undominated plan."""

    terms: Terms
    groups: CandidateGroups


@dataclass(frozen=True, slots=True, eq=False)
class TradeOff:
    """Undominated plans by travel. complete: no other exists, up to RESOLUTION in each term."""

    plans: tuple[TradeOffPlan, ...]
    complete: bool
    seconds: float


@dataclass(frozen=True, slots=True, eq=False)
class _Question:
    """A problem with what is needed to cap its terms: travel and minus strength by group."""

    problem: GroupingProblem
    prices: Prices
    measure: Floats
    measure_prices: tuple[Prices, ...]


def find_trade_off(
    inputs: PlanInputs,
    params: GroupingParams | None = None,
    *,
    time_limit_s: float = 30.0,
    progress: Callable[[int, int], None] | None = None,
) -> TradeOff:
    """All undominated plans, up to 63 stations, for the numbers of hubs asked for.

    progress(plans found, corners left). Stopped by time, the plans found are still undominated.
    Each of alpha, beta, gamma only steers which plan of equal standing is found first.
    """
    if len(inputs.station_ids) > MOST_STATIONS:
        raise ValueError(f"the trade-off is computed for up to {MOST_STATIONS} stations")
    params = replace(params or GroupingParams(), alpha=1.0, beta=1.0, gamma=1.0)
    started = perf_counter()
    questions = _questions(inputs, params)
    corners: list[Floats] = [np.full(3, np.inf)]
    plans: list[TradeOffPlan] = []
    while corners and perf_counter() - started < time_limit_s:
        corner = corners[-1]
        found = _best_below(inputs, questions, corner)
        if found is None:
            corners.pop()
        else:
            plans.append(found)
            corners = _split(corners, _point(found.terms))
        if progress is not None:
            progress(len(plans), len(corners))
    plans.sort(key=lambda p: (p.terms.travel, p.terms.imbalance))
    return TradeOff(tuple(plans), not corners, perf_counter() - started)


def with_trade_off(inputs: PlanInputs, plan: Plan, found: TradeOff) -> Plan:
    """The plan with extras["trade_off"]: terms and groups of every undominated plan."""
    rows = [
        {
            **p.terms.as_mapping(),
            "groups": [
                {"hub": g.hub, "bases": list(g.bases)} for g in planned_groups(inputs, p.groups)
            ],
        }
        for p in found.plans
    ]
    body = {"complete": found.complete, "seconds": found.seconds, "plans": rows}
    return replace(plan, extras=dict(plan.extras) | {"trade_off": body})


def _questions(inputs: PlanInputs, params: GroupingParams) -> list[_Question]:
    rules = resolve_rules(inputs, params)
    groups = allowed_groups(inputs, params, rules)
    questions = []
    for hubs in hub_counts(inputs, params, rules):
        problem = make_problem(inputs, params, rules, groups, hubs)
        prices = find_prices(problem)
        if prices is None:
            continue
        bases = max(int(problem.n - problem.alone - hubs), 1)
        travel = problem.groups.travel_s / (TRAVEL_UNIT_S * bases)
        weakness = -inputs.scores[problem.groups.hub_idx] / hubs
        found = [find_prices(replace(problem, cost=cost)) for cost in (travel, weakness)]
        kept = tuple(p for p in found if p is not None)
        questions.append(_Question(problem, prices, np.stack([travel, weakness]), kept))
    return questions


def _best_below(
    inputs: PlanInputs, questions: list[_Question], corner: Floats
) -> TradeOffPlan | None:
    """The plan of least sum of terms whose terms all lie below the corner."""
    best, value = None, np.inf
    most = corner - RESOLUTION
    for question in questions:
        caps = Caps(most[[0, 2]], question.measure, question.measure_prices, float(most[1]))
        result = search_groupings(question.problem, question.prices, limit=value, caps=caps)
        if len(result.values):
            value = float(result.values[0])
            best = question.problem.groups.only(result.groups[0])
    return None if best is None else TradeOffPlan(terms_of(inputs, best), best)


def _point(terms: Terms) -> Floats:
    return np.array([terms.travel, terms.imbalance, -terms.strength])


def _split(corners: list[Floats], point: Floats) -> list[Floats]:
    """Corners of what is left once everything the point beats is cut away."""
    kept = [c for c in corners if not (point < c).all()]
    fresh = []
    for corner in corners:
        if (point < corner).all():
            for term in range(3):
                lowered = corner.copy()
                lowered[term] = point[term]
                fresh.append(lowered)
    everything = np.array(kept + fresh)
    return [c for k, c in enumerate(everything) if not _redundant(everything, k)]


def _redundant(corners: Floats, k: int) -> bool:
    """Whether another corner contains this one (of equal ones, the first stays)."""
    contains = (corners >= corners[k]).all(axis=1)
    equal = (corners == corners[k]).all(axis=1)
    contains &= ~equal
    return bool(contains.any() or equal[:k].any())
