"""Opening a command room on a database: its places, its labels, its travel times."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import polars as pl

from hubpost.actions.command_room import CommandRoom
from hubpost.actions.counties import find_setting, list_areas
from hubpost.actions.landmarks import list_landmarks
from hubpost.model.apply import Refused
from hubpost.model.board import Board
from hubpost.model.county import County, Labels
from hubpost.model.place import Place
from hubpost.model.station import Area, Station
from hubpost.roads.calibration_file import KeptCalibration, read_calibration
from hubpost.roads.estimate import EstimatedTimes
from hubpost.roads.in_force import RoadsInForce
from hubpost.roads.store import load_network
from hubpost.roads.table import TableTimes
from hubpost.roads.travel_times import TravelTimes
from hubpost.storage.store import Store

#: Name of the file that the before | after page reads.
BEFORE_AFTER = "before_after.json"


def roads_folder(data: Path) -> Path:
    """Where a county's prepared roads lie in its data folder."""
    return data / "roads"


def basemap_file(data: Path) -> Path:
    """Where a county's base map lies in its data folder."""
    return data / "basemap.pmtiles"


def calibration_file(data: Path) -> Path:
    """Where what `hubpost roads calibrate` found lies in a county's data folder."""
    return data / "calibration.json"


def before_after_file(data: Path) -> Path:
    """Where the kept prediction of what the plan does lies in a county's data folder."""
    return data / "report" / BEFORE_AFTER


def travel_table_file(data: Path) -> Path:
    """Where a county's own table of travel times lies in its data folder."""
    return data / "travel_times.parquet"


def open_room(store: Store, data: Path) -> CommandRoom:
    """The command room of the county in a database.

    data: the folder with what was prepared for it. Raises Refused when no county is there.
    """
    county = store.read(lambda conn: find_setting(conn, "county"))
    if county is None:
        raise Refused(
            "no_county", "The database holds no county yet. Import one: hubpost import COUNTY."
        )
    areas = store.read(list_areas)
    landmarks, posts = store.read(list_landmarks)
    return CommandRoom(
        county_name=county["name"],
        zone=ZoneInfo(county["timezone"]),
        travel=_stored_travel(data, store.board, areas, county),
        areas=areas,
        labels=msgspec.convert(county["labels"], Labels),
        landmarks=landmarks,
        posts=posts,
    )


def county_travel(county: County, roads: Path | None) -> TravelTimes:
    """The travel times of a county as read: prepared roads, else its table, else estimates."""
    if roads is not None:
        return load_network(roads)
    known = known_places(county.stations, county.areas)
    return _without_roads(county.travel_times, known)


def known_places(stations: Iterable[Station], areas: Iterable[Area]) -> tuple[Place, ...]:
    """Every place whose position, and perhaps elevation, is on record."""
    return (*(s.place for s in stations), *(a.place for a in areas))


def _stored_travel(
    data: Path, board: Board, areas: tuple[Area, ...], county: dict[str, Any]
) -> TravelTimes:
    if county.get("roads"):
        return RoadsInForce(load_network(roads_folder(data)), find_calibration(data))
    table_file = travel_table_file(data)
    table = pl.read_parquet(table_file) if table_file.exists() else None
    return _without_roads(table, known_places(board.stations.values(), areas))


def find_calibration(data: Path) -> KeptCalibration | None:
    """The calibration to use: none where there is no file, or where its doubts are not answered."""
    path = calibration_file(data)
    kept = read_calibration(path) if path.exists() else None
    return kept if kept is not None and kept.usable else None


def _without_roads(table: pl.DataFrame | None, known: tuple[Place, ...]) -> TravelTimes:
    estimate = EstimatedTimes(known=known)
    if table is None:
        return estimate
    rows = table.select("from_id", "to_id", "seconds").iter_rows()
    return TableTimes({(a, b): s for a, b, s in rows if s is not None}, fallback=estimate)
