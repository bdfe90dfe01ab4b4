"""Every reader of files from outside: a sound file, the damage done to it, what it may say.

A reader gives a result or raises what it declares; anything else is a crash, and so is a way to
write outside its folder, more memory than a small server has, or more time than a person waits.
"""

import io
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import openpyxl

from hubpost.actions.live_settings import read_live_settings
from hubpost.cli.main import main
from hubpost.cli.settings import read_settings
from hubpost.model.codec import event_from_json, event_kind, event_to_json
from hubpost.planning.plan_json import read_plan
from hubpost.roads.osm import read_road_ways
from hubpost.roads.profile import SpeedProfile
from hubpost.storage.backup import BackupError, new_identity, opened_backup
from hubpost.tables import TableProblems, read_county
from hubpost.tables.landmarks_file import read_landmarks_file
from hubpost.tables.pbf_check import find_pbf_fault
from hubpost.tables.records_book import read_record_book, write_record_template
from hubpost.tables.records_upload import check_workbook
from hubpost.tables.text_rows import Unreadable
from tests.boards import founding_events, received
from tests.fuzz import mutation, packed
from tests.roads.osm_files import road, write_pbf
from tests.tables.small_county import AREAS, CALLS, NEIGHBOURS, STATIONS, TOML, write_county

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Reader:
    """sound: a file it reads; read: reads a file at a path; declared: what it may raise."""

    sound: Callable[[], bytes]
    damage: mutation.Damage
    read: Callable[[Path], Any]
    declared: tuple[type[BaseException], ...]
    name: str = "file"


def try_out(reader: Reader, data: bytes, folder: Path) -> None:
    """Read it; raises what is no declared error."""
    path = folder / reader.name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    before = _around(folder)
    try:
        reader.read(path)
    except reader.declared as error:
        said = str(error)
    else:
        said = "read"
    assert said.strip(), "an error without a word"
    assert _around(folder) == before, "it left something behind"


def _around(folder: Path) -> set[str]:
    return {p.name for p in folder.iterdir()}


def _read_county_with(name: str) -> Callable[[Path], Any]:
    def read(path: Path) -> Any:
        with TemporaryDirectory() as made:
            folder = write_county(Path(made) / "county")
            (folder / f"{Path(name).stem}.csv").unlink(missing_ok=True)
            shutil.copyfile(path, folder / name)
            return read_county(folder)

    return read


def _table(text: str) -> Callable[[], bytes]:
    return lambda: text.encode()


def _of_county(name: str, text: str) -> Reader:
    damage = mutation.damage_toml if name.endswith("toml") else mutation.damage_table
    return Reader(_table(text), damage, _read_county_with(name), (TableProblems,))


@cache
def _workbook() -> bytes:
    book, target = openpyxl.Workbook(), io.BytesIO()
    for line in AREAS.splitlines():
        book.active.append(line.split(","))
    book.save(target)
    return target.getvalue()


@cache
def _record_book() -> bytes:
    return write_record_template("dispute")


def _read_record_book(path: Path) -> Any:
    check_workbook(path)
    return read_record_book(path, "dispute", ZoneInfo("Asia/Shanghai"))


@cache
def _pbf() -> bytes:
    with TemporaryDirectory() as folder:
        nodes = {i: (108.7 + i / 1000, 29.3) for i in range(1, 9)}
        ways = [road(1, [1, 2, 3, 4]), road(2, [4, 5, 6], oneway="yes"), road(3, [6, 7, 8, 1])]
        path = write_pbf(Path(folder) / "x.osm.pbf", nodes, ways, [("no_u_turn", 1, 4, 2)])
        return path.read_bytes()


def _read_pbf(path: Path) -> Any:
    find_pbf_fault(path)
    return read_road_ways(path, SpeedProfile())


def _geojson() -> bytes:
    line = {"type": "LineString", "coordinates": [[108.7, 29.3], [108.71, 29.3]]}
    area = {"type": "Polygon", "coordinates": [[[108.7, 29.3], [108.8, 29.3], [108.8, 29.4],
                                                [108.7, 29.3]]]}  # fmt: skip
    facts = {"id": "c1", "reason": "flood", "speed_factor": 0.5, "by": None,
             "from": "2026-03-01T00:00:00+08:00", "until": "2026-03-02T00:00:00+08:00"}  # fmt: skip
    features = [{"type": "Feature", "geometry": g, "properties": facts} for g in (line, area)]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def _read_closures(path: Path) -> Any:
    from hubpost.cli.roads import _read_json
    from hubpost.roads.closures import read_closures

    return read_closures(_read_json(path), path.name)


LIVE_TOML = """[sign_in]
idle_minutes = 30
[limits]
program = "100/1 minute"
[[notify]]
name = "duty"
address = "json://localhost/x"
events = ["CallReceived"]
most_priority = 2
exercises = false
[[webhook]]
name = "county"
url = "https://county.example/hook"
secret = "hush"
events = ["CallReceived"]
[aid]
id = "qianjiang"
[[aid.partner]]
id = "xianfeng"
name = "x"
station = "Z"
until = 2027-12-31
"""


def _read_hubpost_toml(path: Path) -> Any:
    with TemporaryDirectory() as folder:
        shutil.copyfile(path, Path(folder) / "hubpost.toml")
        read_settings(Path(folder))
        return read_live_settings(Path(folder) / "hubpost.toml")


def _plan() -> bytes:
    stations = [
        {"id": "S1", "name": "One", "type": "hub", "hub_id": None, "score": 0.7,
         "workload_h": 10.0, "hub_probability": 0.9},
        {"id": "S2", "name": "Two", "type": "base", "hub_id": "S1", "score": 0.5,
         "workload_h": 8.0, "hub_probability": 0.1},
    ]  # fmt: skip
    groups = [{"hub": "S1", "bases": ["S2"], "workload": 18.0, "max_travel_s": 600.0}]
    return json.dumps({
        "status": "optimal", "objective": 1.0, "bound": 1.0, "gap": 0.0, "seconds": 0.1, "seed": 1,
        "version": "0.1.0", "inputs": {"stations.csv": "0" * 64}, "labels": [],
        "terms": {"travel": 1.0, "imbalance": 0.0, "strength": 0.7}, "stations": stations,
        "groups": groups, "alternatives": [], "parameters": {},
    }).encode()  # fmt: skip


_IDENTITY, _RECIPIENT = new_identity()


def _backup() -> bytes:
    return backup_of(_RECIPIENT)


@cache
def backup_of(recipient: str) -> bytes:
    """A backup of an empty SQLite database."""
    from datetime import UTC, datetime

    from hubpost.storage.backup import make_backup
    from hubpost.storage.engine import create_engine, migrate

    with TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/h.sqlite")
        migrate(engine)
        out = Path(folder) / "b.age"
        make_backup(engine, out, recipient, datetime(2026, 3, 1, tzinfo=UTC))
        engine.dispose()
        return out.read_bytes()


def _read_backup(path: Path) -> Any:
    with opened_backup(path, _IDENTITY) as (manifest, _):
        return manifest


_EVENTS = [*founding_events(), received()]


def _events() -> bytes:
    rows = [{"kind": event_kind(e), "body": json.loads(event_to_json(e))} for e in _EVENTS]
    return json.dumps(rows).encode()


def _read_events(path: Path) -> Any:
    try:
        rows = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return None
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and isinstance(row.get("kind"), str):
            event_from_json(row["kind"], json.dumps(row.get("body")))
    return None


def _command(*args: str) -> Callable[[Path], Any]:
    """A command on the file: it ends with 0, 2 or 3, and raises nothing."""

    def read(path: Path) -> Any:
        assert main([a.replace("FILE", str(path)) for a in args]) in (0, 2, 3)

    return read


def _queue() -> bytes:
    classes = [{"rate": 0.4, "prefs": [1, 2]}, {"rate": 0.3, "prefs": [2, 1]}]
    return json.dumps({"N": 2, "mu": 1.0, "line": "infinite", "classes": classes}).encode()


_POINTS = "id,lon,lat\na,108.7,29.3\nb,108.8,29.4\n"
_LANDMARKS = "编号,名称,类别,经度,纬度,所属村社\n1,老桥,桥,108.7,29.3,\n2,学校,学校,108.8,29.4,\n"


def _read_points(path: Path) -> Any:
    from hubpost.cli.point_list import read_points

    return read_points(path)


READERS: dict[str, Reader] = {
    "stations.csv": _of_county("stations.csv", STATIONS),
    "areas.csv": _of_county("areas.csv", AREAS),
    "calls.csv": _of_county("calls.csv", CALLS),
    "neighbours.csv": _of_county("neighbours.csv", NEIGHBOURS),
    "indicators.csv": _of_county("indicators.csv", "station_id,year,P1\nS1,2023,4\nS2,2023,5\n"),
    "officers.csv": _of_county(
        "officers.csv", "id,station_id,hq,available_from\nO1,S1,,2024-01-01\n"
    ),
    "travel_times.csv": _of_county("travel_times.csv", "from_id,to_id,seconds\nS1,S2,60\n"),
    "county.toml": _of_county("county.toml", TOML + 'hubs = 1\ndatum = "wgs84"\n'),
    "areas.xlsx": Reader(
        _workbook, mutation.damage_archive, _read_county_with("areas.xlsx"), (TableProblems,)
    ),
    "records.xlsx": Reader(
        _record_book, mutation.damage_archive, _read_record_book, (Unreadable,), "d.xlsx"
    ),
    "roads.osm.pbf": Reader(_pbf, mutation.damage_bytes, _read_pbf, (ValueError,), "roads.osm.pbf"),
    "closures.geojson": Reader(_geojson, mutation.damage_json, _read_closures, (ValueError,)),
    "points.csv": Reader(_table(_POINTS), mutation.damage_table, _read_points, (ValueError,)),
    "landmarks.csv": Reader(
        _table(_LANDMARKS), mutation.damage_table, read_landmarks_file, (ValueError,)
    ),
    "hubpost.toml": Reader(
        _table(LIVE_TOML), mutation.damage_toml, _read_hubpost_toml, (ValueError,)
    ),
    "plan.json": Reader(_plan, mutation.damage_json, read_plan, (ValueError,)),
    "backup.age": Reader(_backup, mutation.damage_bytes, _read_backup, (BackupError,)),
    "areas.gpkg": Reader(
        packed.areas_gpkg, mutation.damage_bytes, _read_county_with("areas.gpkg"), (TableProblems,)
    ),
    "backup.tar": Reader(packed.sound_archive, packed.damage_archive, packed.rehearse, ()),
    "events.json": Reader(
        _events, mutation.damage_json, _read_events, (KeyError, msgspec.MsgspecError)
    ),
    "queue.json": Reader(_queue, mutation.damage_json, _command("queue", "FILE"), ()),
}
