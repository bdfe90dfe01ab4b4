"""Distances on the sphere, good to 0.5 %, for places a county apart."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

EARTH_RADIUS_M = 6_371_008.8


def great_circle_m(
    lon_a: ArrayLike, lat_a: ArrayLike, lon_b: ArrayLike, lat_b: ArrayLike
) -> NDArray[np.float64]:
    """Metres between points in degrees; arguments broadcast. Haversine formula."""
    lam_a, phi_a = np.radians(lon_a), np.radians(lat_a)
    lam_b, phi_b = np.radians(lon_b), np.radians(lat_b)
    half = (
        np.sin((phi_b - phi_a) / 2) ** 2
        + np.cos(phi_a) * np.cos(phi_b) * np.sin((lam_b - lam_a) / 2) ** 2
    )
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(half, 0, 1))))


def to_plane_m(
    lon: ArrayLike, lat: ArrayLike, lat0: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Metres east and north on the plane that is true at latitude lat0 (equirectangular)."""
    metres_per_degree = np.pi * EARTH_RADIUS_M / 180
    east = np.asarray(lon, dtype=np.float64) * (metres_per_degree * np.cos(np.radians(lat0)))
    return east, np.asarray(lat, dtype=np.float64) * metres_per_degree


def to_degrees(
    east_m: ArrayLike, north_m: ArrayLike, lat0: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Longitude and latitude of points on the plane of `to_plane_m`."""
    metres_per_degree = np.pi * EARTH_RADIUS_M / 180
    lon = np.asarray(east_m, dtype=np.float64) / (metres_per_degree * np.cos(np.radians(lat0)))
    return lon, np.asarray(north_m, dtype=np.float64) / metres_per_degree
