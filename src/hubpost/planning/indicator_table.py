"""Indicators of every station: what was read, else what calls, areas and roads determine."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hubpost.model.county import County
from hubpost.planning.call_indicators import call_indicators
from hubpost.planning.indicator_codes import list_indicator_codes
from hubpost.roads.travel_times import TravelTimes

Floats = NDArray[np.float64]
YEARS = 3


@dataclass(frozen=True, slots=True, eq=False)
class IndicatorTable:
    """Three-year means. values (stations, codes), nan where unknown; read and computed are
    masks of the same shape saying where a value came from. notes: what a reader must know.
    """

    station_ids: tuple[str, ...]
    codes: tuple[str, ...]
    values: Floats
    read: NDArray[np.bool_]
    computed: NDArray[np.bool_]
    notes: tuple[str, ...] = ()

    def column(self, code: str) -> Floats:
        """The values (stations,) of one code, nan where unknown. Raises ValueError."""
        return self.values[:, self.codes.index(code)]

    def missing(self) -> list[dict[str, object]]:
        """The missing-value report: per code, the stations without a value."""
        unknown = np.isnan(self.values)
        return [
            {"code": code, "stations": [self.station_ids[k] for k in np.flatnonzero(unknown[:, j])]}
            for j, code in enumerate(self.codes)
            if unknown[:, j].any()
        ]


def make_indicator_table(county: County, travel: TravelTimes) -> IndicatorTable:
    """Every indicator of every station; a value read always stands before one computed.

    Read values are means over the last three years present in the sheet.
    """
    ids = tuple(s.id for s in county.stations)
    codes = tuple(c.code for c in list_indicator_codes())
    read = _read_values(county.indicators, ids, codes)
    from_calls, notes = call_indicators(county, ids)
    derived = {**_place_indicators(county, travel), **from_calls}
    computed = np.column_stack([derived.get(c, np.full(len(ids), np.nan)) for c in codes])
    use_computed = np.isnan(read) & ~np.isnan(computed)
    values = np.where(np.isnan(read), computed, read)
    _fill_density(values, codes, use_computed)
    return IndicatorTable(ids, codes, values, ~np.isnan(read), use_computed, notes)


def _read_values(sheet: pl.DataFrame, ids: tuple[str, ...], codes: tuple[str, ...]) -> Floats:
    values = np.full((len(ids), len(codes)), np.nan)
    if sheet.is_empty() or "year" not in sheet.columns:
        return values
    recent = sheet.filter(pl.col("year") > pl.col("year").max() - YEARS)
    rows_of = recent.sort("station_id", "year").partition_by("station_id", as_dict=True)
    for k, station_id in enumerate(ids):
        rows = rows_of.get((station_id,))
        for j, code in enumerate(codes):
            if rows is not None and code in rows.columns:
                mean = rows[code].cast(pl.Float64).mean()
                values[k, j] = np.nan if mean is None else mean
    return values


def _place_indicators(county: County, travel: TravelTimes) -> dict[str, Floats]:
    """P1, P2, G1 to G6 from stations, areas, neighbours and travel times."""
    outside = [n.station_id for n in county.neighbours if n.outside]
    found: dict[str, Floats] = {
        "P1": _sum_of_areas(county, lambda a: a.population),
        "P2": _sum_of_areas(county, lambda a: a.households),
        "G1": np.array([_or_nan(s.area_km2) for s in county.stations]),
        "G2": _sum_of_areas(county, lambda a: 1),
        "G3": _sum_of_areas(county, lambda a: a.grids),
        "G4": _farthest_village_min(county, travel),
        "G5": _nearest_station_min(county, travel),
        "R1": np.array([_or_nan(s.officers) for s in county.stations]),
        "R2": np.array([_or_nan(s.auxiliaries) for s in county.stations]),
    }
    if county.neighbours:
        found["G6"] = np.array([float(outside.count(s.id)) for s in county.stations])
    return found


def _sum_of_areas(county: County, value: Callable[..., float | None]) -> Floats:
    """Sum over a station's areas; unknown as soon as one of them is, or where it has none."""
    total: dict[str, float] = {}
    for area in county.areas:
        total[area.station_id] = total.get(area.station_id, 0.0) + _or_nan(value(area))
    return np.array([total.get(s.id, np.nan) for s in county.stations])


def _farthest_village_min(county: County, travel: TravelTimes) -> Floats:
    farthest = np.full(len(county.stations), np.nan)
    for k, station in enumerate(county.stations):
        villages = [a.place for a in county.areas if a.station_id == station.id]
        if villages:
            times = travel.matrix_s([station.place], villages)[0]
            farthest[k] = times.max() / 60 if np.isfinite(times).all() else np.nan
    return farthest


def _nearest_station_min(county: County, travel: TravelTimes) -> Floats:
    places = [s.place for s in county.stations]
    if len(places) < 2:
        return np.full(len(places), np.nan)
    times = travel.matrix_s(places, places).astype(np.float64, copy=True)
    np.fill_diagonal(times, np.inf)
    nearest = times.min(axis=0) / 60
    return np.where(np.isfinite(nearest), nearest, np.nan)


def _fill_density(values: Floats, codes: tuple[str, ...], use_computed: NDArray[np.bool_]) -> None:
    """P4 where absent: residents over area, whichever way those two were obtained."""
    p1, p4, g1 = (codes.index(c) for c in ("P1", "P4", "G1"))
    with np.errstate(divide="ignore", invalid="ignore"):
        density = values[:, p1] / values[:, g1]
    fill = np.isnan(values[:, p4]) & np.isfinite(density)
    values[fill, p4] = density[fill]
    use_computed[fill, p4] = True


def _or_nan(value: float | int | None) -> float:
    return float("nan") if value is None else float(value)
