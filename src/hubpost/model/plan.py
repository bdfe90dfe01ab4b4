"""A plan: how stations are typed and grouped, with what stands behind the claim."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hubpost.model.station import HubGroup, StationType


@dataclass(frozen=True, slots=True)
class PlannedStation:
    """A station in a plan; hub_id is its own id for a hub, None for a border station.

    score in [0, 1]; workload_h officer-hours a year; hub_probability is the share of weight
    draws in which the station is a hub, None when not computed.
    """

    id: str
    name: str
    type: StationType
    hub_id: str | None
    score: float
    workload_h: float
    hub_probability: float | None = None


@dataclass(frozen=True, slots=True)
class PlannedGroup:
    """A hub with its bases; workload in officer-hours a year, max_travel_s base to hub."""

    hub: str
    bases: tuple[str, ...]
    workload: float
    max_travel_s: float


@dataclass(frozen=True, slots=True)
class Plan:
    """A grouping and the proof of how good it is.

    status: optimal (bound meets objective), feasible (not proven), infeasible (no stations,
    `reason` says which requirement fails). terms: travel, imbalance, strength, unweighted.
    labels: words that must stand beside every figure of this plan (synthetic, estimated, …).
    """

    status: str
    objective: float | None
    bound: float | None
    gap: float | None
    seconds: float
    seed: int
    version: str
    inputs: Mapping[str, str]
    params: Mapping[str, object]
    terms: Mapping[str, float]
    stations: tuple[PlannedStation, ...]
    groups: tuple[PlannedGroup, ...]
    alternatives: tuple[Mapping[str, object], ...] = ()
    labels: tuple[str, ...] = ()
    reason: str = ""
    county_id: str = ""
    extras: Mapping[str, object] = field(default_factory=dict)

    @property
    def hub_groups(self) -> tuple[HubGroup, ...]:
        """The groups as the board knows them; a border station is a group of one."""
        border = [s.id for s in self.stations if s.type is StationType.BORDER]
        return (
            *(HubGroup(g.hub, g.bases) for g in self.groups),
            *(HubGroup(station_id) for station_id in border),
        )
