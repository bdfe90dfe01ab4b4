"""Finding places by name, and the station a place belongs to."""

from dataclasses import dataclass

from hubpost.actions.command_room import CommandRoom
from hubpost.model.apply import Refused
from hubpost.model.board import Board
from hubpost.model.station import Area, Station
from hubpost.roads.geodesy import great_circle_m

#: A place further than this from every village and station is not in the county.
COUNTY_REACH_M = 25_000.0


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A village or station that answers to a search."""

    name: str
    kind: str
    lon: float
    lat: float
    station_id: str
    station_name: str
    area_id: str | None = None


def list_places(room: CommandRoom, board: Board, text: str, limit: int = 8) -> list[FoundPlace]:
    """Villages and stations whose name holds the text; names that begin with it come first."""
    wanted = text.strip().casefold()
    if not wanted:
        return []
    hits = [_area_place(a, board) for a in room.areas if wanted in a.name.casefold()]
    hits += [_station_place(s) for s in board.stations.values() if wanted in _names(s)]
    hits.sort(key=lambda p: (not p.name.casefold().startswith(wanted), len(p.name), p.name))
    return hits[:limit]


def home_station_id(room: CommandRoom, board: Board, lon: float, lat: float) -> str:
    """The station whose village (or, without villages, whose seat) lies nearest.

    Raises Refused when the place is more than 25 km from all of them: not in this county.
    """
    points = [(a.lon, a.lat, a.station_id) for a in room.areas]
    points += [(s.lon, s.lat, s.id) for s in board.stations.values()]
    if not points:
        raise Refused("no_stations", "The county has no stations yet. Import one first.")
    lons, lats, station_ids = zip(*points, strict=True)
    metres = great_circle_m(lon, lat, lons, lats)
    nearest_m, station_id = float(metres.min()), station_ids[int(metres.argmin())]
    if nearest_m > COUNTY_REACH_M:
        raise Refused(
            "outside_county",
            f"Expected a place in the county; {lon:.5f}, {lat:.5f} is {nearest_m / 1000:.0f} km "
            "from the nearest village. Check the place.",
        )
    return str(station_id)


def _names(station: Station) -> str:
    return f"{station.name} {station.name_en or ''}".casefold()


def _area_place(area: Area, board: Board) -> FoundPlace:
    station = board.stations.get(area.station_id)
    name = station.name if station else area.station_id
    return FoundPlace(area.name, "area", area.lon, area.lat, area.station_id, name, area.id)


def _station_place(station: Station) -> FoundPlace:
    return FoundPlace(station.name, "station", station.lon, station.lat, station.id, station.name)
