"""Bringing a checked county onto the board."""

import msgspec
import sqlalchemy as sa

from hubpost.actions.plan_basis import keep_plan_basis
from hubpost.model.apply import Refused
from hubpost.model.county import County
from hubpost.model.events import StationOpened, UnitJoined
from hubpost.model.station import Area, Station
from hubpost.model.unit import Unit
from hubpost.storage import schema
from hubpost.storage.sealed import open_value
from hubpost.storage.transaction import Tx

#: Units of a station whose file does not say how many it has.
UNITS_WHEN_UNKNOWN = 1


def import_county(tx: Tx, county: County) -> None:
    """Open the county's stations with their units; keep villages, labels, planning records.

    Raises Refused when the database already holds a county.
    """
    held = find_setting(tx.conn, "county")
    if held is not None:
        raise Refused(
            "county_known",
            f"This database already holds {held['name']}. Use another one, or serve this one.",
        )
    neighbours = _neighbour_ids(county)
    for station in county.stations:
        near = tuple(sorted(neighbours.get(station.id, ())))
        tx.record(StationOpened(tx.now, station, near))
    for station in county.stations:
        for unit in _units_of(station):
            tx.record(UnitJoined(tx.now, unit))
    _keep_areas(tx, county)
    _keep_settings(tx, county)
    keep_plan_basis(tx, county)
    tx.audit("import_county", county.id, {"checksums": dict(county.checksums)})


def _neighbour_ids(county: County) -> dict[str, set[str]]:
    pairs: dict[str, set[str]] = {}
    for n in county.neighbours:
        if not n.outside:
            pairs.setdefault(n.station_id, set()).add(n.other_id)
            pairs.setdefault(n.other_id, set()).add(n.station_id)
    return pairs


def _units_of(station: Station) -> list[Unit]:
    count = UNITS_WHEN_UNKNOWN if station.units is None else station.units
    short = station.name.removesuffix("派出所")
    return [Unit(f"{station.id}-{i}", f"{short}{i}", station.id) for i in range(1, count + 1)]


def _keep_areas(tx: Tx, county: County) -> None:
    rows = [
        {
            "id": a.id,
            "name": a.name,
            "station_id": a.station_id,
            "body": msgspec.json.encode(a).decode(),
        }
        for a in county.areas
    ]
    if rows:
        tx.conn.execute(schema.area.insert(), rows)


def _keep_settings(tx: Tx, county: County) -> None:
    facts = {
        "id": county.id,
        "name": county.name,
        "name_en": county.name_en,
        "timezone": county.timezone,
        "labels": county.labels,
        "checksums": dict(county.checksums),
        "roads": county.roads.name if county.roads else None,
        "outside": [n for n in county.neighbours if n.outside],
    }
    body = msgspec.json.encode(facts).decode()
    tx.conn.execute(schema.setting.insert().values(key="county", value=body))


def find_setting(conn: sa.Connection, key: str) -> dict | None:  # type: ignore[type-arg]
    """A setting's value, or None."""
    row = conn.execute(
        sa.select(schema.setting.c.value).where(schema.setting.c.key == key)
    ).scalar()
    if row is None:
        return None
    found: dict = msgspec.json.decode(  # type: ignore[type-arg]
        open_value(conn, "setting", "value", row, key)
    )
    return found


def list_areas(conn: sa.Connection) -> tuple[Area, ...]:
    """The villages of the county, by id."""
    rows = conn.execute(sa.select(schema.area.c.body).order_by(schema.area.c.id)).scalars()
    return tuple(msgspec.json.decode(body, type=Area) for body in rows)
