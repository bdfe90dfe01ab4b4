"""Longitudes and latitudes: in range, of the right datum, and where the county is."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hubpost.roads.geodesy import great_circle_m
from hubpost.tables.cells import numbers
from hubpost.tables.datum import gcj02_to_wgs84
from hubpost.tables.findings import Findings
from hubpost.tables.raw_sheet import RawSheet

#: Seats and villages farther than FAR_FACTOR times the median distance from the middle of them
#: all, and farther than FAR_M, do not count when the county's box is drawn.
FAR_FACTOR, FAR_M = 4.0, 30_000.0
#: The box reaches this much beyond the outermost place: metres, or a share of its longer side.
MARGIN_M, MARGIN_SHARE = 20_000.0, 0.1

_M_PER_DEGREE = 111_195.0


@dataclass(frozen=True, slots=True)
class Box:
    """West, south, east, north in WGS-84 degrees."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which points lie inside; a point without coordinates counts as inside."""
        outside = (lon < self.west) | (lon > self.east) | (lat < self.south) | (lat > self.north)
        return np.asarray(~outside)

    def __str__(self) -> str:
        return f"lon {self.west:.2f} to {self.east:.2f}, lat {self.south:.2f} to {self.north:.2f}"


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Coordinates of a sheet, WGS-84, nan where unknown, one per row."""

    raw: RawSheet
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]


def points_of(raw: RawSheet, gcj02: bool, findings: Findings) -> Points:
    """The coordinates of a sheet; out of range, swapped or half-given ones become findings."""
    lon_col = numbers(raw, "lon", findings, what="degrees east, such as 108.77")
    lat_col = numbers(raw, "lat", findings, what="degrees north, such as 29.53")
    lon = lon_col.fill_null(np.nan).to_numpy().copy()
    lat = lat_col.fill_null(np.nan).to_numpy().copy()
    _note_half(raw, findings)
    bad = _note_out_of_range(raw, lon, lat, findings)
    lon[bad], lat[bad] = np.nan, np.nan
    if gcj02:
        lon, lat = gcj02_to_wgs84(lon, lat)
    return Points(raw, lon, lat)


def county_box(places: Iterable[Points]) -> Box | None:
    """The box of most stations, areas and neighbouring seats with a margin; None without any.

    Places far from the rest (FAR_FACTOR, FAR_M) are left out, so that one mistyped seat does
    not stretch the box until nothing is outside it.
    """
    lon = np.concatenate([p.lon for p in places] or [np.empty(0)])
    lat = np.concatenate([p.lat for p in places] or [np.empty(0)])
    known = ~np.isnan(lon) & ~np.isnan(lat)
    lon, lat = lon[known], lat[known]
    if not len(lon):
        return None
    distance_m = great_circle_m(lon, lat, np.median(lon), np.median(lat))
    near = distance_m <= max(FAR_M, FAR_FACTOR * float(np.median(distance_m)))
    return _with_margin(lon[near], lat[near])


def note_outside(points: Points, box: Box, findings: Findings) -> None:
    """Note the points outside the county's box, and those that swapped would be inside."""
    lon, lat = points.lon, points.lat
    outside = ~box.holds(lon, lat) & ~np.isnan(lon) & ~np.isnan(lat)
    swapped = outside & box.holds(lat, lon)
    _note_swapped(points.raw, swapped, findings)
    findings.add_cells(
        points.raw, "lon", outside & ~swapped, "outside_county",
        f"a place in the county or near it ({box})",
        "Correct lon and lat. If they are right, put box = [west, south, east, north] "
        "into county.toml.",
        found=lambda at: f"lon {lon[at]:g}, lat {lat[at]:g}",
    )  # fmt: skip


def _note_half(raw: RawSheet, findings: Findings) -> None:
    lon, lat = raw.text("lon").is_null(), raw.text("lat").is_null()
    for column, bad in (("lon", lon & ~lat), ("lat", lat & ~lon)):
        if raw.has("lon") or raw.has("lat"):
            findings.add_cells(
                raw, column, bad, "half_place", "lon and lat both, or neither",
                "Add the missing one.",
            )  # fmt: skip


def _note_out_of_range(
    raw: RawSheet, lon: NDArray[np.float64], lat: NDArray[np.float64], findings: Findings
) -> NDArray[np.bool_]:
    bad_lon, bad_lat = np.abs(lon) > 180, np.abs(lat) > 90
    swapped = bad_lat & (np.abs(lon) <= 90) & (np.abs(lat) <= 180)
    _note_swapped(raw, swapped, findings)
    fix = "Correct it; degrees are decimal, not metres of a projection."
    for column, bad, limit in (("lon", bad_lon, 180), ("lat", bad_lat & ~swapped, 90)):
        expected = f"degrees from -{limit} to {limit}"
        findings.add_cells(raw, column, bad, "out_of_range", expected, fix)
    return np.asarray(bad_lon | bad_lat)


def _note_swapped(raw: RawSheet, swapped: NDArray[np.bool_], findings: Findings) -> None:
    lon, lat = raw.text("lon"), raw.text("lat")
    findings.add_cells(
        raw, "lon", swapped, "swapped_lon_lat",
        "longitude under lon and latitude under lat", "Swap the two.",
        found=lambda at: f"lon {lon[at]}, lat {lat[at]}",
    )  # fmt: skip


def _with_margin(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Box:
    squeeze = max(float(np.cos(np.radians(np.abs(lat).max()))), 0.01)
    width_m = float(np.ptp(lon)) * _M_PER_DEGREE * squeeze
    height_m = float(np.ptp(lat)) * _M_PER_DEGREE
    margin_m = max(MARGIN_M, MARGIN_SHARE * max(width_m, height_m))
    east, north = margin_m / (_M_PER_DEGREE * squeeze), margin_m / _M_PER_DEGREE
    return Box(
        float(lon.min()) - east, float(lat.min()) - north,
        float(lon.max()) + east, float(lat.max()) + north,
    )  # fmt: skip


def null_where_nan(values: NDArray[np.float64]) -> pl.Series:
    """Float64 with null instead of nan."""
    return pl.Series(values, dtype=pl.Float64).fill_nan(None)
