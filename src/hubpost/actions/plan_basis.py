"""What the planner needs of a county, kept with the database so that a restart can plan again.

One setting row, `plan_basis`: the county's facts as JSON, its call records and indicators as
Parquet in base64. Free text of the calls is left out: the planner counts, it does not read.
"""

import base64
import io
from dataclasses import dataclass
from pathlib import Path

import msgspec
import polars as pl
import sqlalchemy as sa

from hubpost.model.county import CALL_SCHEMA, County, Labels
from hubpost.model.station import Area, Neighbour, Station
from hubpost.storage import schema
from hubpost.storage.transaction import Tx

KEY = "plan_basis"


@dataclass(frozen=True, slots=True)
class _Kept:
    id: str
    name: str
    name_en: str | None
    timezone: str
    stations: tuple[Station, ...]
    areas: tuple[Area, ...]
    neighbours: tuple[Neighbour, ...]
    hubs: int | None
    bases_per_hub: tuple[int, int]
    border_stations: int | None
    labels: Labels
    checksums: dict[str, str]
    calls: str
    indicators: str


def keep_plan_basis(tx: Tx, county: County) -> None:
    """Keep a county's planning records beside its board; part of its import."""
    kept = _Kept(
        id=county.id,
        name=county.name,
        name_en=county.name_en,
        timezone=county.timezone,
        stations=county.stations,
        areas=county.areas,
        neighbours=county.neighbours,
        hubs=county.hubs,
        bases_per_hub=county.bases_per_hub,
        border_stations=county.border_stations,
        labels=county.labels,
        checksums=dict(county.checksums),
        calls=_packed(county.calls.select([c for c in CALL_SCHEMA if c in county.calls.columns])),
        indicators=_packed(county.indicators),
    )
    body = msgspec.json.encode(kept).decode()
    tx.conn.execute(schema.setting.insert().values(key=KEY, value=body))


def find_plan_basis(conn: sa.Connection) -> County | None:
    """The county as imported, as far as the planner needs it; None where nothing was kept."""
    query = sa.select(schema.setting.c.value).where(schema.setting.c.key == KEY)
    body = conn.execute(query).scalar()
    if body is None:
        return None
    kept = msgspec.json.decode(body, type=_Kept)
    facts = {name: getattr(kept, name) for name in _Kept.__slots__}
    facts["calls"], facts["indicators"] = _unpacked(kept.calls), _unpacked(kept.indicators)
    return County(folder=Path(), **facts)


def _packed(frame: pl.DataFrame) -> str:
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd")
    return base64.b64encode(buffer.getvalue()).decode("ascii")


def _unpacked(text: str) -> pl.DataFrame:
    return pl.read_parquet(io.BytesIO(base64.b64decode(text)))
