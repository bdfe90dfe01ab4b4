"""GCJ-02, the shifted datum of Chinese maps, to WGS-84 and back.

Points outside mainland China's rectangle (72.004–137.8347 E, 0.8293–55.8271 N) are unshifted, as
in the published transformation (the "eviltransform" formulas, on the Krasovsky 1940 ellipsoid).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

_AXIS_M = 6_378_245.0
_ECCENTRICITY2 = 0.00669342162296594323

Degrees = NDArray[np.float64]


def wgs84_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """Shifted longitudes and latitudes, degrees, of the same shape; nan stays nan."""
    lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    east, north = _shift(lon, lat)
    return lon + east, lat + north


def gcj02_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> tuple[Degrees, Degrees]:
    """True longitudes and latitudes; the fixed point of w = g − shift(w), good to 1e-9 degrees.

    The shift changes by less than 1 % of a step, so ten steps are far more than enough.
    """
    lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    true_lon, true_lat = lon, lat
    for _ in range(10):
        east, north = _shift(true_lon, true_lat)
        true_lon, true_lat = lon - east, lat - north
    return true_lon, true_lat


def _shift(lon: Degrees, lat: Degrees) -> tuple[Degrees, Degrees]:
    x, y = lon - 105.0, lat - 35.0
    rad = np.radians(lat)
    magic = 1 - _ECCENTRICITY2 * np.sin(rad) ** 2
    meridian_m = _AXIS_M * (1 - _ECCENTRICITY2) / (magic * np.sqrt(magic))
    parallel_m = _AXIS_M / np.sqrt(magic) * np.cos(rad)
    inside = (lon >= 72.004) & (lon <= 137.8347) & (lat >= 0.8293) & (lat <= 55.8271)
    east = np.degrees(_east_m(x, y) / parallel_m)
    north = np.degrees(_north_m(x, y) / meridian_m)
    return np.where(inside, east, 0.0), np.where(inside, north, 0.0)


def _waves(t: Degrees, periods: tuple[tuple[float, float], ...]) -> Degrees:
    return np.asarray(sum(size * np.sin(t * np.pi / part) for size, part in periods) * 2 / 3)


def _north_m(x: Degrees, y: Degrees) -> Degrees:
    level = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    return np.asarray(
        level
        + _waves(x, ((20, 1 / 6), (20, 1 / 2)))
        + _waves(y, ((20, 1), (40, 3)))
        + _waves(y, ((160, 12), (320, 30)))
    )


def _east_m(x: Degrees, y: Degrees) -> Degrees:
    level = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    return np.asarray(
        level
        + _waves(x, ((20, 1 / 6), (20, 1 / 2)))
        + _waves(x, ((20, 1), (40, 3)))
        + _waves(x, ((150, 12), (300, 30)))
    )
