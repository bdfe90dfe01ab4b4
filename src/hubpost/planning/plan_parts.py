"""A grouping by positions, turned into the stations and groups of a plan."""

import numpy as np

from hubpost.model.plan import PlannedGroup, PlannedStation
from hubpost.model.station import StationType
from hubpost.planning.candidate_groups import CandidateGroups, Ints
from hubpost.planning.grouping_problem import Rules
from hubpost.planning.inputs import PlanInputs


def planned_groups(inputs: PlanInputs, groups: CandidateGroups) -> tuple[PlannedGroup, ...]:
    """Groups ordered by hub position, bases nearest first."""
    order = np.argsort(groups.hub_idx, kind="stable")
    return tuple(_planned_group(inputs, groups.members[k]) for k in order)


def planned_stations(
    inputs: PlanInputs, rules: Rules, groups: CandidateGroups
) -> tuple[PlannedStation, ...]:
    """Every station of the county with its part in the plan, in the county's order."""
    hub_of: dict[int, int] = {}
    for row in groups.members:
        hub_of.update({int(i): int(row[0]) for i in row[row >= 0]})
    border = _border_members(inputs, rules, hub_of) if rules.joins else set()
    return tuple(
        PlannedStation(
            id=station_id,
            name=inputs.names[k],
            type=_type_of(k, hub_of.get(k), border),
            hub_id=inputs.station_ids[hub_of[k]] if k in hub_of else None,
            score=float(inputs.scores[k]),
            workload_h=float(inputs.workload_h[k]),
        )
        for k, station_id in enumerate(inputs.station_ids)
    )


def _planned_group(inputs: PlanInputs, row: Ints) -> PlannedGroup:
    hub = int(row[0])
    bases = sorted(row[1:][row[1:] >= 0].tolist(), key=lambda i: (inputs.travel_s[i, hub], i))
    travel = [float(inputs.travel_s[i, hub]) for i in bases]
    return PlannedGroup(
        hub=inputs.station_ids[hub],
        bases=tuple(inputs.station_ids[i] for i in bases),
        workload=float(inputs.workload_h[[hub, *bases]].sum()),
        max_travel_s=max(travel, default=0.0),
    )


def _type_of(k: int, hub: int | None, border: set[int]) -> StationType:
    if hub is None or k in border:
        return StationType.BORDER
    return StationType.HUB if hub == k else StationType.BASE


def _border_members(inputs: PlanInputs, rules: Rules, hub_of: dict[int, int]) -> set[int]:
    """Border stations that joined a group: those flagged, then those farthest from their hub."""
    flagged = {int(i) for i in np.flatnonzero(rules.flagged)}
    others = [
        i for i in np.flatnonzero(rules.candidates).tolist() if hub_of[i] != i and i not in flagged
    ]
    others.sort(key=lambda i: (-inputs.travel_s[i, hub_of[i]], i))
    return flagged | set(others[: max(rules.border - len(flagged), 0)])
