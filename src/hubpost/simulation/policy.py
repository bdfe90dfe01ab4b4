"""Who may be sent where: a dispatch rule together with the groups it is run over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from hubpost.dispatch.recommend import recommend_unit
from hubpost.dispatch.rule import OWN_STATION, RULES, TIER_NAMES, DispatchRule
from hubpost.model.apply import replay
from hubpost.model.board import Board
from hubpost.model.call import Call, CallCategory, Priority
from hubpost.model.events import Event, GroupsFormed, StationOpened, UnitJoined
from hubpost.model.plan import Plan
from hubpost.model.station import HubGroup, Neighbour, Station
from hubpost.model.unit import Unit
from hubpost.simulation.arrays import Ints

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Policy:
    """A rule and the groups in force; without groups every station is a group of its own."""

    rule: DispatchRule = OWN_STATION
    groups: tuple[HubGroup, ...] = ()

    @property
    def name(self) -> str:
        return self.rule.name


def get_policy(name: str, plan: Plan | None = None) -> Policy:
    """The policy of this name over a plan's groups.

    Raises ValueError for a name that is no rule, and for `group` or `mutual_aid` without a plan.
    """
    if name not in RULES:
        raise ValueError(f"policy: expected one of {', '.join(RULES)}, found {name!r}.")
    if plan is None and name in ("group", "mutual_aid"):
        raise ValueError(f"policy {name} needs hub groups: give a plan (--plan plan.json).")
    return Policy(RULES[name], plan.hub_groups if plan else ())


def check_plan_fits(plan: Plan, station_ids: Sequence[str]) -> None:
    """Raises ValueError when the plan is of other stations, naming those on either side alone."""
    planned = {s.id for s in plan.stations}
    strange, left_out = sorted(planned - set(station_ids)), sorted(set(station_ids) - planned)
    if strange or left_out:
        raise ValueError(
            f"plan.json: expected a plan of these {len(station_ids)} stations, found "
            f"{len(strange)} unknown ({', '.join(strange[:5])}) and {len(left_out)} left out "
            f"({', '.join(left_out[:5])}). Make a plan of this county."
        )


def opening_events(
    stations: Sequence[Station],
    units: Sequence[Unit],
    neighbours: Sequence[Neighbour],
    policy: Policy,
    at: datetime = EPOCH,
) -> list[Event]:
    """The events that put stations, units and groups on an empty board."""
    known = {s.id for s in stations}
    near: dict[str, list[str]] = {s.id: [] for s in stations}
    for n in neighbours:
        if not n.outside and {n.station_id, n.other_id} <= known:
            near[n.station_id].append(n.other_id)
            near[n.other_id].append(n.station_id)
    events: list[Event] = [StationOpened(at, s, tuple(dict.fromkeys(near[s.id]))) for s in stations]
    events += [UnitJoined(at, u) for u in units]
    return [*events, GroupsFormed(at, policy.groups)] if policy.groups else events


def tier_matrix(board: Board) -> Ints:
    """Tier (stations, units) of each unit for each station's calls, as recommend_unit sees it."""
    rows = []
    for station in board.stations.values():
        call = Call(
            "tiers",
            EPOCH,
            CallCategory.ENQUIRY,
            Priority.LIFE,
            station.lon,
            station.lat,
            station.id,
        )
        advice = recommend_unit(board, call, {}, RULES["nearest"])
        tier = {c.unit_id: TIER_NAMES.index(c.tier) for c in advice.barred}
        rows.append([tier[unit_id] for unit_id in board.units])
    return np.array(rows, dtype=np.int32).reshape(len(board.stations), len(board.units))


def board_of(
    stations: Sequence[Station],
    units: Sequence[Unit],
    neighbours: Sequence[Neighbour],
    policy: Policy,
) -> Board:
    """The board on which everybody stands ready."""
    return replay(opening_events(stations, units, neighbours, policy))
