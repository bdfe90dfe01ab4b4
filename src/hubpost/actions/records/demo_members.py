"""Synthetic minimum units for a bundled county: members by role and number, of nobody."""

from collections.abc import Iterator, Sequence

from hubpost.model import events as ev
from hubpost.model.member import GridMember, MemberRole
from hubpost.model.records.grid import PoliceGrid
from hubpost.storage.transaction import Tx

#: A full unit: one of each, and two more volunteers.
_FULL = (*MemberRole, MemberRole.VOLUNTEER, MemberRole.VOLUNTEER)
#: One grid in so many lacks its cadre, one in so many others a volunteer: what alarms are for.
_NO_CADRE, _ONE_FEWER = 41, 29


def seed_members(tx: Tx, grids: Sequence[PoliceGrid]) -> int:
    """List made-up members for the village grids of police grids; how many."""
    count = 0
    for member in _make_members(grids):
        tx.record(ev.MemberJoined(tx.now, member))
        count += 1
    return count


def _make_members(grids: Sequence[PoliceGrid]) -> Iterator[GridMember]:
    number = 0
    for grid in grids:
        for village_grid in grid.village_grid_ids:
            number += 1
            for i, role in enumerate(_roles_of(number), 1):
                member_id = f"synthetic-{village_grid}-{i}"
                area_id = grid.area_ids[0]
                yield GridMember(member_id, role, village_grid, area_id, grid.station_id)


def _roles_of(number: int) -> tuple[MemberRole, ...]:
    if number % _NO_CADRE == 0:
        return tuple(r for r in _FULL if r is not MemberRole.CADRE)
    return _FULL[:-1] if number % _ONE_FEWER == 0 else _FULL
