"""Minimum units of village grids: which lack a role, people, or a contact confirmed of late."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from hubpost.model.member import MemberOnBoard, MemberRole

#: Fewer than so many in all is a gap.
LEAST_MEMBERS = 6


@dataclass(frozen=True, slots=True)
class UnitGap:
    """What a grid's unit lacks; stale are members whose contact was not confirmed in time."""

    grid_id: str
    members: int
    missing_roles: tuple[MemberRole, ...]
    stale_member_ids: tuple[str, ...]

    @property
    def too_few(self) -> bool:
        return self.members < LEAST_MEMBERS


def list_gaps(
    members: Iterable[MemberOnBoard], grid_ids: Iterable[str], confirmed_since: datetime
) -> list[UnitGap]:
    """The grids whose unit lacks something, in order; a grid without members lacks all."""
    by_grid: dict[str, list[MemberOnBoard]] = {g: [] for g in grid_ids}
    for one in members:
        by_grid.setdefault(one.member.grid_id, []).append(one)
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
