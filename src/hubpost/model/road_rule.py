"""What a command room has decided about the roads: closures, weather, light."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ShapeKind(StrEnum):
    """A place on a road, a stretch along it, or all roads inside."""

    POINT = "point"
    LINE = "line"
    AREA = "area"


@dataclass(frozen=True, slots=True)
class RoadShape:
    """Where a closure lies: (lon, lat) pairs in WGS-84 degrees, one for a point.

    Of an area only the outer ring is kept, the first point again at the end.
    """

    kind: ShapeKind
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class RoadClosure:
    """A road closed, or slowed, for a time.

    speed_factor: 0 closed, else the share of the usual speed that is left. from_at, until_at: the
    time it holds; until_at is exclusive, None until somebody lifts it. by: who closed it.
    road: its name or number as the map has it, empty where it has none.
    """

    id: str
    shapes: tuple[RoadShape, ...]
    from_at: datetime
    reason: str
    until_at: datetime | None = None
    speed_factor: float = 0.0
    by: str = ""
    road: str = ""

    def in_force(self, at: datetime) -> bool:
        """Whether the closure holds at this moment."""
        return self.from_at <= at and not self.is_over(at)

    def is_over(self, at: datetime) -> bool:
        """Whether the closure will never hold again."""
        return self.until_at is not None and self.until_at <= at


class Weather(StrEnum):
    """What lies on the road."""

    DRY = "dry"
    RAIN = "rain"
    SNOW = "snow"


class Light(StrEnum):
    """Whether night slows driving: never, always, or between dusk and dawn by the sun."""

    DAY = "day"
    NIGHT = "night"
    SUN = "sun"


@dataclass(frozen=True, slots=True)
class RoadConditions:
    """Weather and light the whole county over; the weather is dry again from weather_until on."""

    weather: Weather = Weather.DRY
    light: Light = Light.DAY
    weather_until: datetime | None = None
    by: str = ""
    reason: str = ""

    def weather_at(self, at: datetime) -> Weather:
        """The weather to reckon with at this moment."""
        over = self.weather_until is not None and self.weather_until <= at
        return Weather.DRY if over else self.weather
