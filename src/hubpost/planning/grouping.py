"""Make a plan: which stations are hubs, which bases belong to them, which stand at the border."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from hubpost import __version__
from hubpost.model.plan import Plan
from hubpost.planning.candidate_groups import CandidateGroups
from hubpost.planning.duals import find_prices
from hubpost.planning.exact_search import (
    MOST_STATIONS,
    Progress,
    SearchResult,
    search_groupings,
)
from hubpost.planning.grouping_problem import (
    GroupingProblem,
    Rules,
    allowed_groups,
    make_problem,
    possible_hub_counts,
    resolve_rules,
)
from hubpost.planning.infeasible import explain_infeasible, find_cause
from hubpost.planning.inputs import PlanInputs
from hubpost.planning.mip_grouping import solve_by_mip
from hubpost.planning.params import BadPlanInput, GroupingParams, check_params
from hubpost.planning.plan_parts import planned_groups, planned_stations
from hubpost.planning.terms import terms_of
from hubpost.planning.window_search import search_windows


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """The best found over every number of hubs asked for. groups None when none was found.

    bound holds over all of them; proven: the search ended by itself everywhere.
    """

    groups: CandidateGroups | None
    value: float
    bound: float
    proven: bool
    nodes: int


def make_plan(
    inputs: PlanInputs,
    params: GroupingParams | None = None,
    *,
    progress: Progress | None = None,
) -> Plan:
    """The grouping of DESIGN section 5, proven optimal, or what was found in the time given.

    status optimal: no plan is better by more than 1e-9. feasible: time ran out (or Ctrl-C), bound
    and gap say how good it surely is. infeasible: `reason` says which requirement fails and
    extras["relaxations"] what would mend it, smallest first. progress(best, bound) is called now
    and then. Raises BadPlanInput when the question itself makes no sense.
    """
    params = params or GroupingParams()
    problems = check_params(params, frozenset(inputs.station_ids))
    if problems:
        raise BadPlanInput(problems)
    started = perf_counter()
    rules = resolve_rules(inputs, params)
    answer = find_grouping(inputs, params, rules, started + params.time_limit_s, progress)
    if answer.groups is None:
        return _empty_plan(inputs, params, rules, answer, started)
    return _full_plan(inputs, params, rules, answer, started)


def plan_of_groups(inputs: PlanInputs, params: GroupingParams, groups: CandidateGroups) -> Plan:
    """A plan made of given groups, not claimed to be the best: status feasible, no bound.

    The groups are not checked here; `edit.check_groups` does.
    """
    rules = resolve_rules(inputs, params)
    order = np.argsort(groups.hub_idx, kind="stable")
    answer = Answer(groups.only(order), np.inf, -np.inf, False, 0)
    plan = _full_plan(inputs, params, rules, answer, perf_counter())
    return replace(plan, bound=None, gap=None, reason="groups as given")


def hub_counts(inputs: PlanInputs, params: GroupingParams, rules: Rules) -> Sequence[int]:
    """The numbers of hubs to try: the one asked for, else all that counting allows."""
    asked = params.hubs if params.hubs is not None else inputs.hubs
    possible = possible_hub_counts(len(inputs.station_ids), rules)
    if asked is None:
        return possible
    return [asked] if asked in possible else []


def find_grouping(
    inputs: PlanInputs,
    params: GroupingParams,
    rules: Rules,
    deadline_s: float,
    progress: Progress | None = None,
) -> Answer:
    """The best grouping over every number of hubs asked for."""
    groups = allowed_groups(inputs, params, rules)
    best = Answer(None, np.inf, np.inf, True, 0)
    counts = hub_counts(inputs, params, rules)
    for hubs in counts:
        problem = make_problem(inputs, params, rules, groups, hubs)
        result = solve_problem(problem, params, best.value, deadline_s, progress)
        best = _better(best, result, problem)
        if result.interrupted:
            # Of the numbers of hubs not tried nothing is known, unless there were none left.
            return best if hubs == counts[-1] else replace(best, bound=-np.inf)
    return best


def solve_problem(
    problem: GroupingProblem,
    params: GroupingParams,
    limit: float = np.inf,
    deadline_s: float = np.inf,
    progress: Progress | None = None,
) -> SearchResult:
    """The best grouping under `limit`: the compiled search up to 63 stations, windows of
    workload with HiGHS beyond."""
    if params.solver == "highs":
        return solve_by_mip(problem, deadline_s=deadline_s, progress=progress, seed=params.seed)
    if params.solver == "windows" or (params.solver == "auto" and problem.n > MOST_STATIONS):
        return search_windows(problem, deadline_s=deadline_s, gap=params.gap, progress=progress)
    prices = find_prices(problem) if len(problem.groups) >= problem.hubs else None
    if prices is None:
        empty = np.zeros((0, problem.hubs), np.int64)
        return SearchResult(np.zeros(0), empty, np.inf, True, 0)
    return search_groupings(problem, prices, limit=limit, deadline_s=deadline_s, progress=progress)


def _better(best: Answer, result: SearchResult, problem: GroupingProblem) -> Answer:
    proven, nodes = best.proven and result.proven, best.nodes + result.nodes
    bound = min(best.bound, result.bound)
    if len(result.values) == 0 or result.values[0] >= best.value:
        return Answer(best.groups, best.value, bound, proven, nodes)
    chosen = result.groups[0]
    order = np.argsort(problem.groups.hub_idx[chosen], kind="stable")
    groups = problem.groups.only(chosen[order])
    return Answer(groups, float(result.values[0]), bound, proven, nodes)


def _full_plan(
    inputs: PlanInputs, params: GroupingParams, rules: Rules, answer: Answer, started: float
) -> Plan:
    assert answer.groups is not None  # noqa: S101
    terms = terms_of(inputs, answer.groups)
    objective = terms.objective(params)
    bound = objective if answer.proven else min(answer.bound, objective)
    return Plan(
        status="optimal" if answer.proven else "feasible",
        objective=objective,
        bound=bound,
        gap=relative_gap(objective, bound),
        seconds=perf_counter() - started,
        seed=params.seed,
        version=__version__,
        inputs=inputs.checksums,
        params=_params_used(inputs, params, rules, len(answer.groups)),
        terms=terms.as_mapping(),
        stations=planned_stations(inputs, rules, answer.groups),
        groups=planned_groups(inputs, answer.groups),
        labels=inputs.labels,
        county_id=inputs.county_id,
        reason="" if answer.proven else "stopped before the proof was complete",
        extras={"nodes": answer.nodes},
    )


def _empty_plan(
    inputs: PlanInputs, params: GroupingParams, rules: Rules, answer: Answer, started: float
) -> Plan:
    extras: dict[str, object] = {"relaxations": []}
    if answer.proven:
        reason, extras["relaxations"] = explain_infeasible(inputs, params, rules)
        extras["cause"] = find_cause(inputs, params, rules)
    else:
        reason = "no plan was found in the time given; none was proven impossible"
    return Plan(
        status="infeasible" if answer.proven else "unknown",
        objective=None,
        bound=None if answer.proven or not np.isfinite(answer.bound) else answer.bound,
        gap=None,
        seconds=perf_counter() - started,
        seed=params.seed,
        version=__version__,
        inputs=inputs.checksums,
        params=_params_used(inputs, params, rules, params.hubs or inputs.hubs),
        terms={},
        stations=(),
        groups=(),
        labels=inputs.labels,
        county_id=inputs.county_id,
        reason=reason,
        extras=extras,
    )


def relative_gap(objective: float, bound: float) -> float:
    """(objective - bound) / |objective|, 0 when they meet, inf when only the objective is 0."""
    if objective <= bound:
        return 0.0
    return (objective - bound) / abs(objective) if objective else float("inf")


def _params_used(
    inputs: PlanInputs, params: GroupingParams, rules: Rules, hubs: int | None
) -> dict[str, object]:
    """The parameters as resolved against the county, so that the plan reproduces itself."""
    used = params.as_json()
    used["hubs"] = hubs
    used["bases_per_hub"] = list(rules.sizes)
    used["border_stations"] = rules.border
    if inputs.card is not None:
        used["weights"] = dict(zip(inputs.card.codes, inputs.card.weights.tolist(), strict=True))
        used["scaling"] = inputs.card.scaling
    return used
