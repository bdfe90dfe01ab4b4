"""A command room on real roads small enough to reckon by hand.

A main road runs from station Z through nodes 2 and 3 to the village, and on to station S; a way
round leads from 2 to 3 over two more steps. A step is 1.1 km and takes STEP_S.

    Z(1) --- 2 --- 3 --- village(4) --- 7 --- 8 --- 9 --- S(10)
             |     |
             5 --- 6
"""

from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from hubpost.actions.command_room import CommandRoom
from hubpost.model.events import Event, StationOpened
from hubpost.model.station import Area
from hubpost.roads.calibration_file import KeptCalibration
from hubpost.roads.in_force import RoadsInForce
from hubpost.roads.store import build_network, load_network
from tests.boards import founding_events
from tests.roads.osm_files import road, write_pbf

STEP_S = 1111.95 / (25 / 3.6)
NODES = {i: (0.01 * i, 0.0) for i in range(1, 5)} | {5: (0.02, 0.01), 6: (0.03, 0.01)}
NODES |= {i: (0.01 * (i - 2), 0.0) for i in range(7, 11)}
WAYS = [road(1, [1, 2, 3, 4, 7, 8, 9, 10], name="Main Road"), road(2, [2, 5, 6, 3])]
SEATS = {"Z": (0.01, 0.0), "S": (0.08, 0.0), "T": (0.5, 0.5), "F": (0.5, 0.5)}
VILLAGE = (0.04, 0.0)


def road_room(folder: Path, calibration: KeptCalibration | None = None) -> CommandRoom:
    """Z is three steps from the village, five by the way round; S is four. T and F have no road."""
    build_network(write_pbf(folder / "toy.osm.pbf", NODES, WAYS), folder / "roads")
    return CommandRoom(
        county_name="Toy roads",
        zone=ZoneInfo("Asia/Shanghai"),
        travel=RoadsInForce(load_network(folder / "roads"), calibration),
        areas=(Area("village", "Village", "Z", *VILLAGE),),
    )


def road_events() -> list[Event]:
    """The founding case's stations along the toy road."""
    return [_seated(event) for event in founding_events()]


def _seated(event: Event) -> Event:
    if not isinstance(event, StationOpened):
        return event
    lon, lat = SEATS[event.station.id]
    return replace(event, station=replace(event.station, lon=lon, lat=lat))
