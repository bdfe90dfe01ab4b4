"""The grouping question as an exact-cover problem with one fractional term."""

from dataclasses import dataclass, replace

import numpy as np

from hubpost.planning.candidate_groups import (
    Bools,
    CandidateGroups,
    Floats,
    list_groups,
    strong_enough,
)
from hubpost.planning.inputs import PlanInputs
from hubpost.planning.params import GroupingParams

TRAVEL_UNIT_S = 1800.0


@dataclass(frozen=True, slots=True, eq=False)
class GroupingProblem:
    """Choose `hubs` groups covering every station once, leaving exactly `alone` out.

    groups: those allowed. cost (m,): the part of the objective that adds up group by group,
    alpha · travel - gamma · strength. The rest is
    beta · hubs · (largest - smallest workload) / (workload of all stations not left out).
    may_stand_alone (n,): border candidates. hub_is_candidate (m,) and most_candidate_hubs limit
    how many border candidates become hubs, where border stations join groups.
    """

    groups: CandidateGroups
    cost: Floats
    workload_h: Floats
    may_stand_alone: Bools
    hubs: int
    alone: int
    beta: float
    hub_is_candidate: Bools
    most_candidate_hubs: int

    @property
    def n(self) -> int:
        return len(self.workload_h)

    def only(self, keep: Bools) -> "GroupingProblem":
        """The same question with fewer groups allowed."""
        return replace(
            self,
            groups=self.groups.only(keep),
            cost=self.cost[keep],
            hub_is_candidate=self.hub_is_candidate[keep],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """The request resolved against the county: who may, must or must not be border.

    candidates, flagged (n,): may be border; must be border. border: how many are.
    """

    sizes: tuple[int, int]
    border: int
    candidates: Bools
    flagged: Bools
    joins: bool


def resolve_rules(inputs: PlanInputs, params: GroupingParams) -> Rules:
    """Border by number where one is asked for, else those flagged."""
    number = params.border_stations
    if number is None:
        number = inputs.border_stations
    flagged = np.array([b is True for b in inputs.border])
    refused = np.array([b is False for b in inputs.border])
    candidates = flagged if number is None else (inputs.outside & ~refused) | flagged
    border = int(flagged.sum()) if number is None else number
    sizes = params.bases_per_hub or inputs.bases_per_hub
    return Rules(sizes, border, candidates, flagged, params.border_joins)


def allowed_groups(inputs: PlanInputs, params: GroupingParams, rules: Rules) -> CandidateGroups:
    """Groups that adjacency, size, flags and forced choices allow; strength is not yet asked."""
    groups = list_groups(inputs, rules.sizes)
    return groups.only(choices_respected(inputs, params, rules, groups))


def choices_respected(
    inputs: PlanInputs, params: GroupingParams, rules: Rules, groups: CandidateGroups
) -> Bools:
    """(m,): the group breaks neither a border flag nor a choice that was forced."""
    position = {station_id: k for k, station_id in enumerate(inputs.station_ids)}
    hub, members = groups.hub_idx, groups.members
    keep = ~rules.flagged[hub]
    if not rules.joins:
        keep &= ~(rules.flagged[members] & (members >= 0)).any(axis=1)
    for station_id in params.forbidden_hubs:
        keep &= hub != position[station_id]
    for station_id in params.forced_hubs:
        keep &= ~(members[:, 1:] == position[station_id]).any(axis=1)
    for base_id, hub_id in params.forced_bases.items():
        base = position[base_id]
        keep &= hub != base
        keep &= ~(members[:, 1:] == base).any(axis=1) | (hub == position[hub_id])
    return np.asarray(keep)


def make_problem(
    inputs: PlanInputs,
    params: GroupingParams,
    rules: Rules,
    groups: CandidateGroups,
    hubs: int,
    scores: Floats | None = None,
) -> GroupingProblem:
    """The question for one number of hubs, with the strength rule under the scores applied."""
    scores = inputs.scores if scores is None else scores
    chosen = groups.only(strong_enough(groups, scores))
    alone = 0 if rules.joins else rules.border
    bases = max(len(scores) - alone - hubs, 1)
    travel = chosen.travel_s / (TRAVEL_UNIT_S * bases)
    cost = params.alpha * travel - params.gamma * scores[chosen.hub_idx] / hubs
    limit = int(rules.candidates.sum()) - rules.border if rules.joins else len(scores)
    return GroupingProblem(
        groups=chosen,
        cost=cost,
        workload_h=inputs.workload_h,
        may_stand_alone=_may_stand_alone(inputs, params, rules),
        hubs=hubs,
        alone=alone,
        beta=params.beta,
        hub_is_candidate=rules.candidates[chosen.hub_idx],
        most_candidate_hubs=limit,
    )


def possible_hub_counts(n: int, rules: Rules) -> range:
    """Numbers of hubs for which counting alone leaves room; may be empty."""
    grouped = n if rules.joins else n - rules.border
    least, most = rules.sizes
    fewest = -(-grouped // (1 + most))
    return range(max(fewest, 1), grouped // (1 + least) + 1) if grouped > 0 else range(0)


def _may_stand_alone(inputs: PlanInputs, params: GroupingParams, rules: Rules) -> Bools:
    if rules.joins:
        return np.zeros(len(inputs.station_ids), dtype=bool)
    forced = params.forced_hubs | set(params.forced_bases) | set(params.forced_bases.values())
    named = np.array([i in forced for i in inputs.station_ids])
    return np.asarray(rules.candidates & ~named)
