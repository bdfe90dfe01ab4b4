"""The three terms of a grouping, computed straight from their definition."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hubpost.planning.candidate_groups import CandidateGroups, Floats, describe_groups
from hubpost.planning.grouping_problem import TRAVEL_UNIT_S
from hubpost.planning.inputs import PlanInputs
from hubpost.planning.params import GroupingParams


@dataclass(frozen=True, slots=True)
class Terms:
    """travel: mean base→hub in units of 30 minutes. imbalance: (largest - smallest) / mean group
    workload. strength: mean hub score. None of them weighted yet.
    """

    travel: float
    imbalance: float
    strength: float

    def objective(self, params: GroupingParams) -> float:
        """alpha · travel + beta · imbalance - gamma · strength; smaller is better."""
        return (
            params.alpha * self.travel + params.beta * self.imbalance - params.gamma * self.strength
        )

    def as_mapping(self) -> Mapping[str, float]:
        return {"travel": self.travel, "imbalance": self.imbalance, "strength": self.strength}


def terms_of(inputs: PlanInputs, groups: CandidateGroups, scores: Floats | None = None) -> Terms:
    """The terms of these groups (all of a plan). Raises ValueError when there are none."""
    if len(groups) == 0:
        raise ValueError("a plan needs at least one group")
    scores = inputs.scores if scores is None else scores
    bases = int((groups.size - 1).sum())
    travel = groups.travel_s.sum() / TRAVEL_UNIT_S / bases if bases else 0.0
    mean = groups.workload_h.mean()
    spread = groups.workload_h.max() - groups.workload_h.min()
    return Terms(
        float(travel),
        float(spread / mean) if mean > 0 else 0.0,
        float(scores[groups.hub_idx].mean()),
    )


def groups_from_ids(
    inputs: PlanInputs, groups: list[tuple[str, tuple[str, ...]]]
) -> CandidateGroups:
    """Groups given as (hub id, base ids). Raises KeyError for an unknown station."""
    position = {station_id: k for k, station_id in enumerate(inputs.station_ids)}
    width = 1 + max((len(bases) for _, bases in groups), default=0)
    members = np.full((len(groups), width), -1, dtype=np.int64)
    for row, (hub, bases) in enumerate(groups):
        members[row, 0] = position[hub]
        for k, base in enumerate(bases):
            members[row, 1 + k] = position[base]
    return describe_groups(inputs, members)
