"""Which members of minimum units 最小应急处置单元 to alert beside the police."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from hubpost.model.board import Board
from hubpost.model.call import Call, CallCategory, CallMode
from hubpost.model.member import GridMember, MemberRole
from hubpost.model.records.minimum_unit import NO_GRIDS, UnitGrids
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


def members_to_alert(
    board: Board,
    call: Call,
    area_places: Mapping[str, tuple[float, float]],
    rules: MinimumUnitRules,
    grids: UnitGrids = NO_GRIDS,
) -> MembersToAlert:
    """Who is told of a call beside the police unit: its police grid's members and others near.

    area_places: (lon, lat) of each village by its id. grids: a member of the call's own police
    grid is told however far his village in it lies, near ones first; who belongs to the whole
    police grid and to no village grid counts as being there. Pure.
    Members never stand in for the police: the advice for units is made without them. A call of
    arms or violence alerts nobody, whatever the rules say; so does its category where violence is
    likely (criminal, public order).
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
    near = _near(board, call, area_places, rules, grids)
    chosen = [m.id for m in near if m.id not in told][: rules.most]
    return MembersToAlert(tuple(chosen), None if chosen else "nobody_near")


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
    grids: UnitGrids,
) -> list[GridMember]:
    """Members of the call's police grid wherever in it they live, and others within reach."""
    metres, own = _metres_to(call, area_places), grids.units_at(call.area_id)
    ranks = {role: i for i, role in enumerate(rules.roles)}
    # One of each role before a second of any: six cadres of six grids are no unit.
    turns: Counter[tuple[str, MemberRole]] = Counter()
    keyed = []
    for m in sorted((o.member for o in board.members.values()), key=lambda m: m.id):
        far = metres.get(m.area_id, inf) if m.grid_id not in own else 0.0
        if m.role in ranks and (far <= rules.within_m or grids.unit_of(m.grid_id) in own):
            keyed.append((far, turns[m.area_id, m.role], ranks[m.role], m))
            turns[m.area_id, m.role] += 1
    return [m for *_, m in sorted(keyed, key=lambda k: k[:3])]


def _metres_to(call: Call, area_places: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    """Metres to each village from a call; 0 for its own, however far its middle lies.

    There are far fewer villages than members, so distances are reckoned for those.
    """
    if not area_places:
        return {}
    lons, lats = zip(*area_places.values(), strict=True)
    metres = great_circle_m(call.lon, call.lat, lons, lats).tolist()
    found = dict(zip(area_places, metres, strict=True))
    if call.area_id is not None and call.area_id in area_places:
        found[call.area_id] = 0.0
    return found
