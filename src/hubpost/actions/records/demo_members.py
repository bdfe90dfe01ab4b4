"""Synthetic minimum units for a bundled county: members by role and number, of nobody."""

from collections.abc import Iterator, Sequence

from hubpost.model import events as ev
from hubpost.model.member import GridMember, MemberRole
from hubpost.model.records.grid import PoliceGrid
from hubpost.model.records.minimum_unit import LEAST_MEMBERS
from hubpost.storage.transaction import Tx

#: One unit in so many lacks its cadre, one in so many others its volunteers: what alarms are for.
_NO_CADRE, _NO_VOLUNTEER = 41, 29


def seed_members(tx: Tx, grids: Sequence[PoliceGrid]) -> int:
    """List made-up members for the units of police grids; how many."""
    count = 0
    for number, grid in enumerate(grids, 1):
        for member in _unit_of(grid, number):
            tx.record(ev.MemberJoined(tx.now, member))
            count += 1
    return count


def _unit_of(grid: PoliceGrid, number: int) -> Iterator[GridMember]:
    """An officer and a cadre for all of it, a grid worker and a volunteer in each village grid."""
    for i, (role, grid_id) in enumerate(_posts(grid), 1):
        lacking = (role is MemberRole.CADRE and number % _NO_CADRE == 0) or (
            role is MemberRole.VOLUNTEER and number % _NO_VOLUNTEER == 0
        )
        if not lacking:
            member_id = f"synthetic-{grid.id}-{i}"
            yield GridMember(member_id, role, grid_id, grid.area_ids[0], grid.station_id)


def _posts(grid: PoliceGrid) -> list[tuple[MemberRole, str]]:
    posts = [(MemberRole.OFFICER, grid.id), (MemberRole.CADRE, grid.id)]
    for village_grid in grid.village_grid_ids:
        posts += [(MemberRole.GRID_WORKER, village_grid), (MemberRole.VOLUNTEER, village_grid)]
    more = LEAST_MEMBERS - len(posts)
    return posts + [(MemberRole.VOLUNTEER, grid.village_grid_ids[0])] * more
