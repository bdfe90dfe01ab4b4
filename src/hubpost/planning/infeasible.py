"""Say why no plan exists, and the smallest change of the request that lets one exist."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from hubpost.planning.candidate_groups import (
    Bools,
    CandidateGroups,
    Floats,
    joinable,
    list_groups,
    strong_enough,
)
from hubpost.planning.duals import find_prices
from hubpost.planning.exact_search import MOST_STATIONS, search_groupings
from hubpost.planning.grouping_problem import (
    GroupingProblem,
    Rules,
    choices_respected,
    make_problem,
    possible_hub_counts,
)
from hubpost.planning.inputs import PlanInputs
from hubpost.planning.mip_grouping import solve_by_mip
from hubpost.planning.params import GroupingParams

Relaxation = dict[str, object]
Cause = dict[str, object]
#: Why no plan exists, by the code of `find_cause`.
CAUSES = {
    "few_candidates": "{border} border stations asked for, only {candidates} may be border",
    "more_flagged": "{border} border stations asked for, {flagged} are flagged border",
    "many_hubs": "{hubs} hubs asked for, only {grouped} stations can be in groups",
    "no_split": "{grouped} stations cannot be split into groups of a hub with {least}..{most} "
    "bases",
    "hubs_hold": "{hubs} hubs with {least}..{most} bases each hold {fewest} to {largest} "
    "stations, but {grouped} must be in groups",
    "lonely": "no allowed group holds {stations}",
    "no_cover": "no choice of groups covers every station once under adjacency, strength and sizes",
}
MOST_TRIED = 24
MOST_LOOSE_SIZE = 3


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """One question: county, parameters and resolved rules."""

    inputs: PlanInputs
    params: GroupingParams
    rules: Rules

    @property
    def hubs(self) -> int | None:
        return self.params.hubs if self.params.hubs is not None else self.inputs.hubs


def explain_infeasible(
    inputs: PlanInputs, params: GroupingParams, rules: Rules
) -> tuple[str, list[Relaxation]]:
    """(reason, relaxations, smallest first). Each relaxation keeps every other requirement.

    "size" of a relaxation: steps of a number changed, or stations exempted from a rule.
    """
    request = Request(inputs, params, rules)
    ways: tuple[Callable[[Request], Relaxation | None], ...] = (
        _other_hubs, _other_sizes, _other_border, _weaker_hubs, _no_adjacency,
    )  # fmt: skip
    found = [r for r in (way(request) for way in ways) if r is not None]
    found.sort(key=lambda r: int(str(r["size"])))
    cause = find_cause(inputs, params, rules)
    reason = CAUSES[str(cause["code"])].format(**cause)
    if found:
        reason = f"{reason}. Smallest change that makes a plan possible: {found[0]['change']}"
    else:
        reason = f"{reason}. No single change mends it; relax several requirements at once"
    return reason, found


def is_feasible(request: Request, groups: CandidateGroups | None = None) -> bool:
    """Whether any plan exists, for any of the numbers of hubs asked for."""
    counts = possible_hub_counts(len(request.inputs.station_ids), request.rules)
    asked = request.hubs
    for hubs in counts if asked is None else [asked]:
        if hubs in counts and _least_cost(request, hubs, groups, None) is not None:
            return True
    return False


def _least_cost(
    request: Request,
    hubs: int,
    groups: CandidateGroups | None,
    cost_of: Callable[[CandidateGroups], Floats] | None,
    any_strength: bool = False,
) -> tuple[float, CandidateGroups] | None:
    """Smallest sum of cost over groups that make a plan, and the groups; None if none does."""
    inputs, params, rules = request.inputs, request.params, request.rules
    if groups is None:
        groups = list_groups(inputs, rules.sizes)
        groups = groups.only(choices_respected(inputs, params, rules, groups))
    scores = np.ones(len(inputs.scores)) if any_strength else inputs.scores
    problem = make_problem(inputs, params, rules, groups, hubs, scores)
    cost = np.zeros(len(problem.groups)) if cost_of is None else cost_of(problem.groups)
    problem = replace(problem, cost=cost, beta=0.0)
    return _solve(problem)


def _solve(problem: GroupingProblem) -> tuple[float, CandidateGroups] | None:
    if len(problem.groups) < problem.hubs or problem.alone < 0:
        return None
    prices = find_prices(problem)
    if prices is None:
        return None
    if problem.n <= MOST_STATIONS:
        result = search_groupings(problem, prices)
    else:
        result = solve_by_mip(problem)
    if len(result.values) == 0:
        return None
    return float(result.values[0]), problem.groups.only(result.groups[0])


def _other_hubs(request: Request) -> Relaxation | None:
    asked = request.hubs
    if asked is None:
        return None
    counts = possible_hub_counts(len(request.inputs.station_ids), request.rules)
    for hubs in sorted(counts, key=lambda h: (abs(h - asked), h)):
        if _least_cost(request, hubs, None, None) is not None:
            step = abs(hubs - asked)
            return {
                "requirement": "hubs",
                "size": step,
                "hubs": hubs,
                "change": f"{hubs} hubs instead of {asked}",
            }
    return None


def _other_sizes(request: Request) -> Relaxation | None:
    least, most = request.rules.sizes
    options = [
        (step, lo, most + step - (least - lo))
        for step in range(1, MOST_LOOSE_SIZE + 1)
        for lo in range(least, max(least - step, 0) - 1, -1)
    ]
    for step, low, high in options:
        looser = replace(request, rules=replace(request.rules, sizes=(low, high)))
        if is_feasible(looser):
            return {
                "requirement": "bases_per_hub",
                "size": step,
                "bases_per_hub": [low, high],
                "change": f"{low}..{high} bases per hub instead of {least}..{most}",
            }
    return None


def _other_border(request: Request) -> Relaxation | None:
    rules = request.rules
    least, most = int(rules.flagged.sum()), int(rules.candidates.sum())
    others = sorted(range(least, most + 1), key=lambda b: (abs(b - rules.border), b))
    for border in [b for b in others if b != rules.border][:MOST_TRIED]:
        if is_feasible(replace(request, rules=replace(rules, border=border))):
            return {
                "requirement": "border_stations",
                "size": abs(border - rules.border),
                "border_stations": border,
                "change": f"{border} border stations instead of {rules.border}",
            }
    return None


def _weaker_hubs(request: Request) -> Relaxation | None:
    """Fewest bases under a hub of lower score."""
    scores = request.inputs.scores

    def exempted(groups: CandidateGroups) -> Floats:
        weaker = scores[groups.members] > scores[groups.members[:, :1]]
        return np.asarray((weaker & (groups.members >= 0)).sum(axis=1), dtype=np.float64)

    best = _best_over_hubs(request, None, exempted, any_strength=True)
    if best is None or best[0] < 0.5:
        return None
    pairs = _pairs(request, best[1], lambda base, hub: bool(scores[base] > scores[hub]))
    return {
        "requirement": "strength",
        "size": round(best[0]),
        "pairs": pairs,
        "change": f"let {_tell(request, pairs)} belong to a hub of lower score",
    }


def _no_adjacency(request: Request) -> Relaxation | None:
    """Fewest bases under a hub that is not adjacent."""
    inputs = request.inputs
    near = joinable(inputs)
    reachable = np.isfinite(inputs.travel_s)
    np.fill_diagonal(reachable, False)
    # Beyond some size every triple of stations is too many; single far bases then suffice or not.
    sizes = request.rules.sizes
    if len(inputs.station_ids) > MOST_STATIONS:
        return None
    groups = list_groups(inputs, sizes, reachable)
    groups = groups.only(choices_respected(inputs, request.params, request.rules, groups))
    groups = groups.only(strong_enough(groups, inputs.scores))

    def far_count(chosen: CandidateGroups) -> Floats:
        return np.asarray(_far(near, chosen).sum(axis=1), dtype=np.float64)

    best = _best_over_hubs(request, groups, far_count)
    if best is None or best[0] < 0.5:
        return None
    pairs = _pairs(request, best[1], lambda base, hub: not near[base, hub])
    return {
        "requirement": "adjacency",
        "size": round(best[0]),
        "pairs": pairs,
        "change": f"let {_tell(request, pairs)} belong to a hub that is not adjacent",
    }


def _far(near: Bools, groups: CandidateGroups) -> Bools:
    far = ~near[groups.members, groups.members[:, :1]] & (groups.members >= 0)
    far[:, 0] = False
    return np.asarray(far)


def _best_over_hubs(
    request: Request,
    groups: CandidateGroups | None,
    cost_of: Callable[[CandidateGroups], Floats],
    any_strength: bool = False,
) -> tuple[float, CandidateGroups] | None:
    counts = possible_hub_counts(len(request.inputs.station_ids), request.rules)
    tried = [h for h in counts if request.hubs in (None, h)]
    found = [_least_cost(request, h, groups, cost_of, any_strength) for h in tried]
    return min((f for f in found if f is not None), key=lambda f: f[0], default=None)


def _pairs(
    request: Request, groups: CandidateGroups, breaks: Callable[[int, int], bool]
) -> list[list[str]]:
    ids = request.inputs.station_ids
    return [
        [ids[base], ids[row[0]]]
        for row in groups.members
        for base in row[1:]
        if base >= 0 and breaks(int(base), int(row[0]))
    ]


def _tell(request: Request, pairs: list[list[str]]) -> str:
    names = dict(zip(request.inputs.station_ids, request.inputs.names, strict=True))
    return ", ".join(f"{names[base]} (under {names[hub]})" for base, hub in pairs)


def find_cause(inputs: PlanInputs, params: GroupingParams, rules: Rules) -> Cause:
    """The requirement that fails, most basic first: `code`, one of CAUSES, and its facts."""
    request = Request(inputs, params, rules)
    n, (least, most) = len(inputs.station_ids), rules.sizes
    candidates, flagged = int(rules.candidates.sum()), int(rules.flagged.sum())
    grouped = n if rules.joins else n - rules.border
    facts: Cause = {"border": rules.border, "grouped": grouped, "least": least, "most": most}
    counts, hubs = possible_hub_counts(n, rules), request.hubs
    if rules.border > candidates:
        return facts | {"code": "few_candidates", "candidates": candidates}
    if rules.border < flagged:
        return facts | {"code": "more_flagged", "flagged": flagged}
    if hubs is None and not counts:
        return facts | {"code": "no_split"}
    if hubs is not None and hubs > grouped:
        return facts | {"code": "many_hubs", "hubs": hubs}
    if hubs is not None and hubs not in counts:
        held = {"fewest": hubs * (1 + least), "largest": hubs * (1 + most)}
        return facts | {"code": "hubs_hold", "hubs": hubs} | held
    lonely = _lonely(request)
    if lonely:
        return facts | {"code": "lonely", "stations": ", ".join(lonely)}
    return facts | {"code": "no_cover"}


def _lonely(request: Request) -> list[str]:
    """Stations that no allowed group holds and that may not stand alone, with the likely cause."""
    inputs, rules = request.inputs, request.rules
    groups = list_groups(inputs, rules.sizes)
    groups = groups.only(choices_respected(inputs, request.params, rules, groups))
    strong = groups.only(strong_enough(groups, inputs.scores))
    held = set(strong.members.ravel().tolist())
    told = []
    for k, name in enumerate(inputs.names):
        if k not in held and (rules.joins or not rules.candidates[k]):
            alone = not inputs.adjacent[k].any()
            told.append(f"{name} ({'no adjacent station' if alone else 'strength or reach'})")
    return told
