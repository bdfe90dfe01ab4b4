"""The next best plans that differ, within a margin of the best."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from hubpost.model.plan import Plan
from hubpost.planning.candidate_groups import CandidateGroups
from hubpost.planning.duals import find_prices
from hubpost.planning.exact_search import MOST_STATIONS, search_groupings
from hubpost.planning.grouping import hub_counts
from hubpost.planning.grouping_problem import allowed_groups, make_problem, resolve_rules
from hubpost.planning.inputs import PlanInputs
from hubpost.planning.params import GroupingParams
from hubpost.planning.plan_parts import planned_groups, planned_stations
from hubpost.planning.terms import terms_of


@dataclass(frozen=True, slots=True)
class AlternativeParams:
    """within: relative margin over the best objective. most: how many to keep, cheapest first."""

    within: float = 0.02
    most: int = 20


def with_alternatives(
    inputs: PlanInputs,
    params: GroupingParams,
    plan: Plan,
    wanted: AlternativeParams | None = None,
) -> Plan:
    """The plan with every different plan within the margin, cheapest first, up to `most`.

    The list is complete up to its length: one search keeps the best `most` + 1 plans, so nothing
    cheaper was passed over; extras["alternatives_complete"] says whether the margin, not the
    length, ended it. Needs an optimal plan of at most 63 stations, else extras says why not.
    """
    wanted = wanted or AlternativeParams()
    if plan.status != "optimal" or plan.objective is None:
        return _noted(plan, "alternatives need a plan that is proven optimal")
    if len(inputs.station_ids) > MOST_STATIONS:
        return _noted(plan, f"alternatives are listed for up to {MOST_STATIONS} stations")
    limit = plan.objective + wanted.within * abs(plan.objective) + 1e-9
    found = list_plans_below(inputs, params, limit, wanted.most + 1)
    others = [_describe(inputs, params, plan, groups) for _, groups in found]
    others = [a for a in others if a["changed"]]
    extras = dict(plan.extras) | {"alternatives_complete": len(found) <= wanted.most}
    return replace(plan, alternatives=tuple(others[: wanted.most]), extras=extras)


def list_plans_below(
    inputs: PlanInputs, params: GroupingParams, limit: float, most: int
) -> list[tuple[float, CandidateGroups]]:
    """The `most` best plans with an objective below the limit, best first."""
    rules = resolve_rules(inputs, params)
    groups = allowed_groups(inputs, params, rules)
    found: list[tuple[float, CandidateGroups]] = []
    for hubs in hub_counts(inputs, params, rules):
        problem = make_problem(inputs, params, rules, groups, hubs)
        prices = find_prices(problem)
        if prices is None:
            continue
        result = search_groupings(problem, prices, keep=most, limit=limit)
        found += [
            (float(value), problem.groups.only(chosen))
            for value, chosen in zip(result.values, result.groups, strict=True)
        ]
    return sorted(found, key=lambda pair: pair[0])[:most]


def _describe(
    inputs: PlanInputs, params: GroupingParams, best: Plan, groups: CandidateGroups
) -> Mapping[str, object]:
    groups = groups.only(np.argsort(groups.hub_idx, kind="stable"))
    terms = terms_of(inputs, groups)
    objective = terms.objective(params)
    stations = planned_stations(inputs, resolve_rules(inputs, params), groups)
    was = {s.id: (s.type, s.hub_id) for s in best.stations}
    return {
        "objective": objective,
        "over_best": objective - float(best.objective or 0.0),
        "terms": dict(terms.as_mapping()),
        "groups": [{"hub": g.hub, "bases": list(g.bases)} for g in planned_groups(inputs, groups)],
        "border": [s.id for s in stations if s.type.value == "border"],
        "changed": [s.id for s in stations if was[s.id] != (s.type, s.hub_id)],
    }


def _noted(plan: Plan, why: str) -> Plan:
    return replace(plan, extras=dict(plan.extras) | {"alternatives_note": why})
