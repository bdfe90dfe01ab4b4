"""The board: everything a command room needs to know at one moment."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from hubpost.model.aid import AidCase
from hubpost.model.call import Call, CallState, Note, Response
from hubpost.model.member import MemberAlert, MemberOnBoard
from hubpost.model.place import Place
from hubpost.model.road_rule import RoadClosure, RoadConditions
from hubpost.model.station import HubGroup, Station
from hubpost.model.unit import Fix, Unit, UnitActivity


@dataclass(frozen=True, slots=True)
class UnitOnBoard:
    """A unit and what it is doing.

    call_id: the call it is active on, None when on none.
    place: where it was last known to be; the station's place when at the station.
    fix: its last position by a device. reserve: held back, sent when no other will do.
    stacked_call_ids: calls that wait for it, in order, while it is active on another.
    covering_id: the station it has moved up to, None when it stands at its own.
    duress_at: since when its crew calls for help.
    """

    unit: Unit
    activity: UnitActivity
    since: datetime
    place: Place
    call_id: str | None = None
    fix: Fix | None = None
    reserve: bool = False
    stacked_call_ids: tuple[str, ...] = ()
    covering_id: str | None = None
    duress_at: datetime | None = None

    @property
    def stands_for_id(self) -> str:
        """The station it covers: the one it has moved up to, else its own."""
        return self.covering_id or self.unit.station_id


@dataclass(frozen=True, slots=True)
class CallOnBoard:
    """An open call and the responses to it, in the order of their assignment.

    tier: how far it was escalated (0 own, 1 group, 2 neighbouring group, 3 anywhere, 4 border
    partner). room_id: the hub that handles it, None for the hub of its home station.
    merged_into: the call it repeats; such a call waits on `Board.merged`.
    """

    call: Call
    responses: tuple[Response, ...] = ()
    notes: tuple[Note, ...] = ()
    linked_ids: tuple[str, ...] = ()
    stacked_unit_ids: tuple[str, ...] = ()
    alerts: tuple[MemberAlert, ...] = ()
    tier: int = 0
    escalated_at: datetime | None = None
    room_id: str | None = None
    merged_into: str | None = None

    @property
    def state(self) -> CallState:
        active = [r for r in self.responses if r.active]
        if not active:
            arrived = any(r.arrived_at for r in self.responses)
            return CallState.UNITS_CLEARED if arrived else CallState.RECEIVED
        if any(r.arrived_at for r in active):
            return CallState.ARRIVED
        if any(r.enroute_at for r in active):
            return CallState.EN_ROUTE
        if any(r.acknowledged_at for r in active):
            return CallState.ACKNOWLEDGED
        return CallState.ASSIGNED

    @property
    def active_unit_ids(self) -> tuple[str, ...]:
        return tuple(r.unit_id for r in self.responses if r.active)

    def find_active(self, unit_id: str) -> Response | None:
        """The response this unit is active on in this call, or None."""
        return next((r for r in self.responses if r.active and r.unit_id == unit_id), None)


@dataclass(frozen=True, slots=True)
class Board:
    """Stations, units, open calls and groups at one moment; made only by `apply`.

    group_of maps a station id to its group; a station in no group answers for itself alone.
    merged: calls that repeat an open one, until that one closes. members: of minimum units.
    aid: mutual aid asked of us or by us that is not yet over. closures: roads closed or slowed, now
    or later, until lifted or over; road_conditions: weather and light to reckon with.
    """

    stations: Mapping[str, Station] = field(default_factory=dict)
    units: Mapping[str, UnitOnBoard] = field(default_factory=dict)
    calls: Mapping[str, CallOnBoard] = field(default_factory=dict)
    group_of: Mapping[str, HubGroup] = field(default_factory=dict)
    neighbours: Mapping[str, frozenset[str]] = field(default_factory=dict)
    plan_id: str = ""
    merged: Mapping[str, CallOnBoard] = field(default_factory=dict)
    members: Mapping[str, MemberOnBoard] = field(default_factory=dict)
    aid: Mapping[str, AidCase] = field(default_factory=dict)
    closures: Mapping[str, RoadClosure] = field(default_factory=dict)
    road_conditions: RoadConditions = field(default_factory=RoadConditions)

    @property
    def groups(self) -> tuple[HubGroup, ...]:
        return tuple({g.hub_id: g for g in self.group_of.values()}.values())

    def hub_id_of(self, station_id: str) -> str:
        """The hub that dispatches for a station; the station itself when it is in no group."""
        group = self.group_of.get(station_id)
        return group.hub_id if group else station_id

    def iter_units(self, station_id: str) -> Iterator[UnitOnBoard]:
        """The units based at a station."""
        return (u for u in self.units.values() if u.unit.station_id == station_id)

    def room_id_of(self, call: CallOnBoard) -> str:
        """The hub that handles a call: the one it was transferred to, else its home hub."""
        return call.room_id or self.hub_id_of(call.call.station_id)
