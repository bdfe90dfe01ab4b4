"""Points on the ground."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the ground, WGS-84 degrees; elevation_m is None where unknown, never zero.

    id: the key of the station, area or township at this point, where there is one.
    """

    lon: float
    lat: float
    elevation_m: float | None = None
    id: str | None = None
