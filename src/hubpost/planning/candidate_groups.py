"""Every group that the rules allow: a hub and its bases."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from hubpost.planning.inputs import PlanInputs

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class CandidateGroups:
    """Groups by row. members (m, 1 + most bases): station positions, hub first, padded with -1.

    travel_s (m,): sum over bases of travel to the hub. workload_h (m,). size (m,) with the hub.
    """

    members: Ints
    travel_s: Floats
    workload_h: Floats
    size: Ints

    @property
    def hub_idx(self) -> Ints:
        return self.members[:, 0]

    def __len__(self) -> int:
        return len(self.members)

    def only(self, keep: Bools | Ints) -> "CandidateGroups":
        """The groups at these positions, or where keep is true."""
        return CandidateGroups(
            self.members[keep], self.travel_s[keep], self.workload_h[keep], self.size[keep]
        )


def list_groups(
    inputs: PlanInputs, sizes: tuple[int, int], may_join: Bools | None = None
) -> CandidateGroups:
    """Every hub with sizes[0]..sizes[1] bases among the stations that may join it.

    may_join (n, n): base row, hub column; by default adjacent and reachable. Who may be hub by
    strength is `strong_enough`, kept apart because it changes with the scores.
    """
    allowed = joinable(inputs) if may_join is None else may_join
    rows = list(_rows(allowed, sizes))
    width = 1 + sizes[1]
    members = np.full((len(rows), width), -1, dtype=np.int64)
    for k, row in enumerate(rows):
        members[k, : len(row)] = row
    return describe_groups(inputs, members)


def joinable(inputs: PlanInputs) -> Bools:
    """(base, hub): adjacent and reachable by road."""
    allowed = inputs.adjacent & np.isfinite(inputs.travel_s)
    np.fill_diagonal(allowed, False)
    return allowed


def describe_groups(inputs: PlanInputs, members: Ints) -> CandidateGroups:
    """Travel, workload and size of groups given as padded member rows."""
    real = members >= 0
    base = real.copy()
    base[:, 0] = False
    travel = inputs.travel_s[members, members[:, :1]]
    travel_s = np.where(base, travel, 0.0).sum(axis=1)
    workload_h = np.where(real, inputs.workload_h[members], 0.0).sum(axis=1)
    return CandidateGroups(members, travel_s, workload_h, real.sum(axis=1))


def strong_enough(groups: CandidateGroups, scores: Floats) -> Bools:
    """(m,): the hub's score is at least every base's."""
    member_scores = np.where(groups.members >= 0, scores[groups.members], -np.inf)
    return np.asarray(member_scores.max(axis=1) <= scores[groups.hub_idx])


def _rows(allowed: Bools, sizes: tuple[int, int]) -> Iterator[tuple[int, ...]]:
    for hub in range(len(allowed)):
        bases = np.flatnonzero(allowed[:, hub]).tolist()
        for count in range(sizes[0], sizes[1] + 1):
            for chosen in combinations(bases, count):
                yield (hub, *chosen)
