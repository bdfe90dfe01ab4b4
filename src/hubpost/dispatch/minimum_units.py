"""Which members of minimum units 最小应急处置单元 to alert beside the police; what a grid lacks."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from hubpost.model.board import Board
from hubpost.model.call import Call, CallCategory, CallMode
from hubpost.model.member import GridMember, MemberRole
from hubpost.roads.geodesy import great_circle_m

#: Why nobody is alerted.
NO_ALERT_CODES = ("danger", "category", "priority", "logged", "nobody_near")


@dataclass(frozen=True, slots=True)
class MinimumUnitRules:
    """As data/dispatch/minimum_units.toml; all [proposed].

    automatic: members are alerted as the first unit is sent, without a dispatcher asking for it.
    """

    categories: frozenset[CallCategory] = frozenset(
        {
            CallCategory.ASSISTANCE,
            CallCategory.FIRE_DISASTER,
            CallCategory.TRAFFIC,
            CallCategory.DISPUTE,
        }
    )
    priority: int = 3
    within_m: float = 3000.0
    most: int = 6
    roles: tuple[MemberRole, ...] = (
        MemberRole.CADRE,
        MemberRole.GRID_WORKER,
        MemberRole.VOLUNTEER,
        MemberRole.OFFICER,
    )
    answer_s: float = 180.0
    on_scene_s: float = 900.0
    least_people: int = 6
    contact_days: int = 90
    automatic: bool = True


@dataclass(frozen=True, slots=True)
class MembersToAlert:
    """The members to alert, nearest village first; code says why there are none."""

    member_ids: tuple[str, ...]
    code: str | None = None


@dataclass(frozen=True, slots=True)
class GridGap:
    """What a grid's minimum unit lacks."""

    grid_id: str
    missing_roles: tuple[MemberRole, ...]
    people: int
    stale_member_ids: tuple[str, ...]


def members_to_alert(
    board: Board,
    call: Call,
    area_places: Mapping[str, tuple[float, float]],
    rules: MinimumUnitRules,
) -> MembersToAlert:
    """Who is told of a call beside the police unit. Pure.

    area_places: (lon, lat) of each village by its id. Members never stand in for the police: the
    advice for units is made without them. A call of arms or violence alerts nobody, whatever the
    rules say; so does its category where violence is likely (criminal, public order).
    """
    if call.danger or call.category in (CallCategory.CRIMINAL, CallCategory.PUBLIC_ORDER):
        return MembersToAlert((), "danger")
    if call.mode is CallMode.LOGGED:
        return MembersToAlert((), "logged")
    if call.category not in rules.categories:
        return MembersToAlert((), "category")
    if call.priority > rules.priority:
        return MembersToAlert((), "priority")
    on_call = board.calls.get(call.id)
    told = {a.member_id for a in on_call.alerts} if on_call else set()
    near = _near(board, call, area_places, rules)
    chosen = [m.id for m in near if m.id not in told][: rules.most]
    return MembersToAlert(tuple(chosen), None if chosen else "nobody_near")


def list_gaps(
    board: Board, now: datetime, rules: MinimumUnitRules, grid_ids: tuple[str, ...] = ()
) -> tuple[GridGap, ...]:
    """Grids whose minimum unit lacks a role, people, or a contact confirmed of late.

    grid_ids: grids that must have a unit even when nobody is listed for them.
    """
    by_grid: dict[str, list[GridMember]] = {g: [] for g in grid_ids}
    for on_board in board.members.values():
        by_grid.setdefault(on_board.member.grid_id, []).append(on_board.member)
    oldest = now - timedelta(days=rules.contact_days)
    gaps = (_gap(board, g, members, oldest) for g, members in sorted(by_grid.items()))
    return tuple(
        g for g in gaps if g.missing_roles or g.people < rules.least_people or g.stale_member_ids
    )


def first_on_scene_s(board: Board, call_id: str) -> float | None:
    """Seconds from the call to the first member at the place; None when none has arrived.

    Kept apart from the police's own arrival: a volunteer's help is no police response.
    """
    on_call = board.calls[call_id]
    arrived = [a.arrived_at for a in on_call.alerts if a.arrived_at is not None]
    return (min(arrived) - on_call.call.received_at).total_seconds() if arrived else None


def _near(
    board: Board,
    call: Call,
    area_places: Mapping[str, tuple[float, float]],
    rules: MinimumUnitRules,
) -> list[GridMember]:
    areas = _near_areas(call, area_places, rules.within_m)
    ranks = {role: i for i, role in enumerate(rules.roles)}
    near = sorted(
        (
            m
            for m in (on_board.member for on_board in board.members.values())
            if m.area_id in areas and m.role in ranks
        ),
        key=lambda m: m.id,
    )
    # One of each role before a second of any: six cadres of six grids are no unit.
    turns: Counter[tuple[str, MemberRole]] = Counter()
    keyed = []
    for m in near:
        keyed.append((areas[m.area_id], turns[m.area_id, m.role], ranks[m.role], m))
        turns[m.area_id, m.role] += 1
    return [m for *_, m in sorted(keyed, key=lambda k: k[:3])]


def _near_areas(
    call: Call, area_places: Mapping[str, tuple[float, float]], within_m: float
) -> dict[str, float]:
    """Metres to the villages near a call; 0 for its own, however far its middle lies.

    There are far fewer villages than members, so distances are reckoned for those.
    """
    if not area_places:
        return {}
    lons, lats = zip(*area_places.values(), strict=True)
    metres = great_circle_m(call.lon, call.lat, lons, lats).tolist()
    near = {a: d for a, d in zip(area_places, metres, strict=True) if d <= within_m}
    if call.area_id is not None and call.area_id in area_places:
        near[call.area_id] = 0.0
    return near


def _gap(board: Board, grid_id: str, members: list[GridMember], oldest: datetime) -> GridGap:
    roles = {m.role for m in members}
    stale = tuple(m.id for m in members if board.members[m.id].confirmed_at < oldest)
    missing = tuple(r for r in MemberRole if r not in roles)
    return GridGap(grid_id, missing, len(members), stale)
