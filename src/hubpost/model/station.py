"""Stations and the groups they form."""

from dataclasses import dataclass, field
from enum import StrEnum

from hubpost.model.place import Place


class StationType(StrEnum):
    """The three types of rural station: 中心所, 基础所, 边界所."""

    HUB = "hub"
    BASE = "base"
    BORDER = "border"


@dataclass(frozen=True, slots=True)
class Station:
    """A rural police station; counts are None where unknown, never zero.

    border: whether the county has named it a border station, None where that is left open.
    """

    id: str
    name: str
    lon: float
    lat: float
    name_en: str | None = None
    elevation_m: float | None = None
    border: bool | None = None
    officers: int | None = None
    auxiliaries: int | None = None
    units: int | None = None
    area_km2: float | None = None

    @property
    def place(self) -> Place:
        return Place(self.lon, self.lat, self.elevation_m, self.id)


@dataclass(frozen=True, slots=True)
class HubGroup:
    """A hub and the base stations it dispatches for; a border station alone is a group of one."""

    hub_id: str
    base_ids: tuple[str, ...] = field(default=())

    @property
    def station_ids(self) -> tuple[str, ...]:
        return (self.hub_id, *self.base_ids)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Two adjoining territories: a station and another, or a township of another county."""

    station_id: str
    other_id: str
    outside: bool = False
    name: str | None = None
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """A village or community, the smallest place a call is known to lie in."""

    id: str
    name: str
    station_id: str
    lon: float
    lat: float
    population: int | None = None
    households: int | None = None
    grids: int | None = None
    elevation_m: float | None = None

    @property
    def place(self) -> Place:
        return Place(self.lon, self.lat, self.elevation_m, self.id)
