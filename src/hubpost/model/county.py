"""A county as its files describe it, checked and typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from hubpost.model.station import Area, Neighbour, Station

#: Columns of `County.calls`, always present, in this order; extra columns follow.
CALL_SCHEMA: dict[str, type[pl.DataType]] = {
    "id": pl.String,
    "received_at": pl.Datetime,
    "lon": pl.Float64,
    "lat": pl.Float64,
    "area_id": pl.String,
    "category": pl.String,
    "priority": pl.Int64,
    "units_needed": pl.Int64,
    "dispatched_at": pl.Datetime,
    "enroute_at": pl.Datetime,
    "arrived_at": pl.Datetime,
    "cleared_at": pl.Datetime,
    "station_id": pl.String,
    "exercise": pl.Boolean,
}


@dataclass(frozen=True, slots=True)
class Labels:
    """What of a county is not a record: sheets, or `sheet.column`, by how they came about.

    Whoever shows a figure built on one of these shows its word beside it.
    """

    synthetic: frozenset[str] = frozenset()
    estimated: frozenset[str] = frozenset()
    stand_in: frozenset[str] = frozenset()

    def words_for(self, *sheets: str) -> tuple[str, ...]:
        """The words that must stand beside a figure built on these sheets or `sheet.column`s."""
        return tuple(
            word
            for word, marked in (
                ("synthetic", self.synthetic),
                ("estimated", self.estimated),
                ("stand-in", self.stand_in),
            )
            if any(_overlap(m, s) for m in marked for s in sheets)
        )


def _overlap(marked: str, asked: str) -> bool:
    """A mark on a sheet covers its columns; a question about a sheet covers them too."""
    return marked == asked or marked.startswith(asked + ".") or asked.startswith(marked + ".")


@dataclass(frozen=True, slots=True, eq=False)
class County:
    """Everything read of a county. Times in `calls` are UTC; blank is null, never zero.

    hubs, border_stations: numbers asked for in county.toml, None where left open.
    indicators: station_id, year, and one column per indicator code that was given.
    officers: columns as in DESIGN section 4. travel_times: from_id, to_id, seconds, or None.
    checksums: sha256 of each file read, by its name.
    extras: by sheet (stations, areas, neighbours) its keys and the columns that are not of the
    format, as text; calls and the other tables carry their extra columns themselves.
    """

    id: str
    name: str
    timezone: str
    stations: tuple[Station, ...]
    areas: tuple[Area, ...]
    calls: pl.DataFrame
    indicators: pl.DataFrame
    neighbours: tuple[Neighbour, ...]
    folder: Path
    name_en: str | None = None
    hubs: int | None = None
    bases_per_hub: tuple[int, int] = (1, 2)
    border_stations: int | None = None
    officers: pl.DataFrame | None = None
    travel_times: pl.DataFrame | None = None
    roads: Path | None = None
    labels: Labels = field(default_factory=Labels)
    checksums: Mapping[str, str] = field(default_factory=dict)
    extras: Mapping[str, pl.DataFrame] = field(default_factory=dict)

    def get_station(self, station_id: str) -> Station:
        """The station of this id. Raises KeyError."""
        for station in self.stations:
            if station.id == station_id:
                return station
        raise KeyError(station_id)
