"""What stations and units are called in the viewer's language."""

from hubpost.model.board import Board
from hubpost.model.station import Station, StationType
from hubpost.web.viewer import Viewer


def station_name(viewer: Viewer, board: Board, station_id: str) -> str:
    """The station's name; its id when it is not on the board."""
    station = board.stations.get(station_id)
    return _name(viewer, station) if station else station_id


def short_station_name(viewer: Viewer, board: Board, station_id: str) -> str:
    """The name without the word *station*, for maps and chips."""
    return station_name(viewer, board, station_id).removesuffix("派出所")


def unit_name(viewer: Viewer, board: Board, unit_id: str) -> str:
    """The unit's call sign; in English built on the station's English name."""
    on_board = board.units.get(unit_id)
    if on_board is None:
        return unit_id
    station = board.stations[on_board.unit.station_id]
    short = station.name.removesuffix("派出所")
    name = on_board.unit.name
    if viewer.language == "en" and station.name_en and name.startswith(short):
        return f"{station.name_en} {name.removeprefix(short).strip()}"
    return name


def call_number(board: Board, call_id: str | None) -> str:
    """The number people say; the key when the call is no longer open."""
    call = board.calls.get(call_id or "")
    return call.call.number if call else (call_id or "")


def station_type(board: Board, station_id: str) -> str:
    """hub, base or border by the groups in force; `station` while there are none."""
    group = board.group_of.get(station_id)
    if group is None:
        return "station"
    if not group.base_ids:
        return StationType.BORDER.value
    return StationType.HUB.value if group.hub_id == station_id else StationType.BASE.value


def _name(viewer: Viewer, station: Station) -> str:
    return (station.name_en if viewer.language == "en" else None) or station.name
