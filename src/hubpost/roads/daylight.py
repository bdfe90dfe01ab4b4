"""Whether it is dark, by the sun."""

from datetime import UTC, datetime

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: The sun this far below the horizon ends civil twilight: headlights needed.
DARK_BELOW_DEG = -6.0


def sun_elevation_deg(
    lon: float, lat: float, at: datetime, later_s: ArrayLike = 0.0
) -> NDArray[np.float64]:
    """Degrees of the sun above the horizon, without refraction, later_s seconds after a moment.

    Low-precision formulas of the Astronomical Almanac, good to 0.01 degrees from 1950 to 2050.
    """
    epoch = datetime(2000, 1, 1, 12, tzinfo=UTC)
    days = ((at - epoch).total_seconds() + np.asarray(later_s, dtype=np.float64)) / 86_400
    anomaly = np.radians(357.528 + 0.9856003 * days)
    mean = 280.460 + 0.9856474 * days
    ecliptic = np.radians(mean + 1.915 * np.sin(anomaly) + 0.020 * np.sin(2 * anomaly))
    tilt = np.radians(23.439 - 4e-7 * days)
    ascension = np.arctan2(np.cos(tilt) * np.sin(ecliptic), np.cos(ecliptic))
    declination = np.arcsin(np.sin(tilt) * np.sin(ecliptic))
    sidereal = np.radians(280.46062 + 360.98564737 * days + lon)
    phi, hour = np.radians(lat), sidereal - ascension
    height = np.sin(phi) * np.sin(declination) + np.cos(phi) * np.cos(declination) * np.cos(hour)
    return np.asarray(np.degrees(np.arcsin(height)))


def is_dark(lon: float, lat: float, at: datetime) -> bool:
    """Whether civil twilight is over, or has not begun."""
    return bool(sun_elevation_deg(lon, lat, at) < DARK_BELOW_DEG)


def next_light_change_s(lon: float, lat: float, at: datetime, within_s: float = 86_400.0) -> float:
    """Seconds until it gets dark or light, to the minute; inf beyond within_s."""
    minutes = np.arange(0.0, within_s + 60, 60.0)
    dark = sun_elevation_deg(lon, lat, at, minutes) < DARK_BELOW_DEG
    changes = np.flatnonzero(dark != dark[0])
    return float(minutes[changes[0]]) if len(changes) else float("inf")
