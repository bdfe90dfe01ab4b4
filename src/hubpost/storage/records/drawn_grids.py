"""The police grids in use as one map, opened anew only when one was drawn, changed or retired."""

from weakref import WeakKeyDictionary

import sqlalchemy as sa

from hubpost.model.records.grid import POLICE_GRID_KIND, PoliceGrid
from hubpost.model.records.minimum_unit import UnitGrids
from hubpost.storage.records.bodies import open_record
from hubpost.storage.records.reading import STORED
from hubpost.storage.records.tables import record
from hubpost.storage.vault import Vault, vault_of

_Stamp = frozenset[tuple[str, int]]
#: By the database's vault: which versions were read, and what they say. Sealed bodies take longest.
_held: WeakKeyDictionary[Vault, tuple[_Stamp, UnitGrids]] = WeakKeyDictionary()
_IN_USE = (record.c.kind == POLICE_GRID_KIND.name, record.c.state == "active")


def read_unit_grids(conn: sa.Connection) -> UnitGrids:
    """Which police grid, station and villages each grid belongs to, as it stands now.

    Asks the database for ids and versions each time, so that another process's change counts.
    """
    vault = vault_of(conn)
    query = sa.select(record.c.id, record.c.version).where(*_IN_USE)
    stamp = frozenset((row.id, row.version) for row in conn.execute(query))
    held = _held.get(vault)
    if held is None or held[0] != stamp:
        held = stamp, _open_all(conn)
        _held[vault] = held
    return held[1]


def _open_all(conn: sa.Connection) -> UnitGrids:
    unit_ids: dict[str, str] = {}
    area_ids: dict[str, frozenset[str]] = {}
    station_ids: dict[str, str] = {}
    for row in conn.execute(sa.select(*STORED).where(*_IN_USE)):
        drawn = open_record(conn, POLICE_GRID_KIND, row)
        assert isinstance(drawn, PoliceGrid)  # noqa: S101 - its kind says so
        unit_ids |= dict.fromkeys((drawn.id, *drawn.village_grid_ids), drawn.id)
        area_ids[drawn.id] = frozenset(drawn.area_ids)
        station_ids[drawn.id] = drawn.station_id
    return UnitGrids(unit_ids, area_ids, station_ids)
