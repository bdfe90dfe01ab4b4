"""Small named boards that tests share: the founding case's two stations and a neighbour."""

from datetime import UTC, datetime, timedelta

from hubpost.model.apply import replay
from hubpost.model.board import Board
from hubpost.model.call import Call, CallCategory, Priority
from hubpost.model.events import CallReceived, Event, GroupsFormed, StationOpened, UnitJoined
from hubpost.model.station import HubGroup, Station
from hubpost.model.unit import Unit

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def station(station_id: str, lon: float = 108.7, lat: float = 29.3) -> Station:
    return Station(station_id, f"{station_id} station", lon, lat)


def unit(unit_id: str, station_id: str, turnout_s: float | None = 120.0) -> Unit:
    return Unit(unit_id, unit_id, station_id, turnout_s)


def call(
    call_id: str = "c1", station_id: str = "Z", priority: int = 2, units_needed: int = 1
) -> Call:
    return Call(
        id=call_id,
        number=f"20260301-{int(call_id.strip('c')):04d}",
        received_at=NOON,
        category=CallCategory.ASSISTANCE,
        priority=Priority(priority),
        lon=108.72,
        lat=29.26,
        station_id=station_id,
        units_needed=units_needed,
    )


def founding_events() -> list[Event]:
    """Z (hub) and S (base) form a group, T adjoins them; one unit each, all free."""
    stations = {"Z": ("S", "T"), "S": ("Z",), "T": ("Z",), "F": ()}
    return [
        *(StationOpened(NOON, station(s), neighbours) for s, neighbours in stations.items()),
        *(UnitJoined(NOON, unit(f"{s}1", s)) for s in stations),
        GroupsFormed(NOON, (HubGroup("Z", ("S",)), HubGroup("T"))),
    ]


def founding_board(*more: Event) -> Board:
    return replay([*founding_events(), *more])


def received(**changes: object) -> CallReceived:
    return CallReceived(NOON, call(**changes))  # type: ignore[arg-type]
