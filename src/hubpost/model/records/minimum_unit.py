"""Minimum units of police grids: which lack a role, people, or a contact confirmed of late."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from hubpost.model.member import MemberOnBoard, MemberRole

#: Fewer than so many in all is a gap.
LEAST_MEMBERS = 6


@dataclass(frozen=True, slots=True)
class UnitGrids:
    """Police grids 警格, each with one minimum unit over its village grids.

    unit_ids: the police grid, by its own id and by that of each village grid in it. area_ids: the
    villages, station_ids: the station of each police grid, by its id.
    """

    unit_ids: Mapping[str, str] = field(default_factory=dict)
    area_ids: Mapping[str, frozenset[str]] = field(default_factory=dict)
    station_ids: Mapping[str, str] = field(default_factory=dict)

    def unit_of(self, grid_id: str) -> str:
        """The police grid whose unit a member of this grid belongs to; itself where none has it."""
        return self.unit_ids.get(grid_id, grid_id)

    def units_at(self, area_id: str | None) -> frozenset[str]:
        """The police grids that a village lies in, in whole or in part."""
        return frozenset(u for u, areas in self.area_ids.items() if area_id in areas)


NO_GRIDS = UnitGrids()


@dataclass(frozen=True, slots=True)
class UnitGap:
    """What a police grid's unit lacks; stale are members whose contact was not confirmed in time.

    grid_id: of the police grid.
    """

    grid_id: str
    members: int
    missing_roles: tuple[MemberRole, ...]
    stale_member_ids: tuple[str, ...]

    @property
    def too_few(self) -> bool:
        return self.members < LEAST_MEMBERS


def list_gaps(
    members: Iterable[MemberOnBoard],
    grid_ids: Iterable[str],
    confirmed_since: datetime,
    grids: UnitGrids = NO_GRIDS,
) -> list[UnitGap]:
    """Of these police grids, those whose unit lacks something, in order.

    One without members lacks all. Members may be listed for the police grid or for a village grid
    in it: they are one unit. Members of other grids play no part.
    """
    by_grid: dict[str, list[MemberOnBoard]] = {g: [] for g in grid_ids}
    for one in members:
        unit = by_grid.get(grids.unit_of(one.member.grid_id))
        if unit is not None:
            unit.append(one)
    gaps = (_gap_of(grid, unit, confirmed_since) for grid, unit in by_grid.items())
    return [g for g in gaps if g.too_few or g.missing_roles or g.stale_member_ids]


def count_gaps(gaps: Iterable[UnitGap]) -> Mapping[str, int]:
    """How many grids lack people, a role, or confirmed contacts."""
    found = list(gaps)
    return {
        "grids": len(found),
        "too_few": sum(g.too_few for g in found),
        "missing_role": sum(bool(g.missing_roles) for g in found),
        "stale": sum(bool(g.stale_member_ids) for g in found),
    }


def _gap_of(grid_id: str, unit: list[MemberOnBoard], since: datetime) -> UnitGap:
    roles = {one.member.role for one in unit}
    return UnitGap(
        grid_id,
        len(unit),
        tuple(r for r in MemberRole if r not in roles),
        tuple(one.member.id for one in unit if one.confirmed_at < since),
    )
