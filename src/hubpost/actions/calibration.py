"""Learning a county's driving speeds from its own call records."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from hubpost.model.county import County
from hubpost.model.place import Place
from hubpost.roads.calibration import CalibrationParams, CalibrationReport, calibrate
from hubpost.roads.network import RoadNetwork
from hubpost.roads.trips import trips_between

#: Where a unit is taken to have set off: the call's own station, or the one quickest by road.
Origin = Literal["station", "quickest"]


@dataclass(frozen=True, slots=True)
class CountyCalibration:
    """What a county's records taught, and what they were.

    from_departure: times run from the wheels turning; else from the alert, turnout included.
    calls: records with both times and both places. sampled: how many of them were used.
    labels: words that must stand beside the result.
    """

    report: CalibrationReport
    from_departure: bool
    calls: int
    sampled: int
    labels: tuple[str, ...]


def calibrate_county(
    county: County,
    network: RoadNetwork,
    *,
    origin: Origin = "station",
    most: int = 3_000,
    seed: int = 1,
) -> CountyCalibration:
    """Fit speed factors to the recorded drives of a county.

    Times run from enroute_at where that is recorded, else from dispatched_at or received_at, and a
    start is fitted with them. most: a random sample of this size is used where there are more.
    Raises ValueError with fewer than 50 usable records.
    """
    from_departure = county.calls["enroute_at"].null_count() < len(county.calls) / 2
    rows = _drives(county, from_departure)
    sample = rows.sample(min(most, len(rows)), seed=seed, shuffle=True)
    to = [Place(lon, lat) for lon, lat in sample.select("lon", "lat").iter_rows()]
    from_ = _origins(county, network, sample, to, origin)
    trips = trips_between(network, from_, to, _seconds(sample))
    report = calibrate(trips, CalibrationParams(with_start=not from_departure, seed=seed))
    labels = county.labels.words_for("calls", "stations.lon", "stations.lat")
    return CountyCalibration(report, from_departure, len(rows), len(sample), labels)


def _drives(county: County, from_departure: bool) -> pl.DataFrame:
    """Records of units that drove: no exercise, a known place, both times."""
    start = (
        pl.col("enroute_at")
        if from_departure
        else pl.coalesce("dispatched_at", "received_at").alias("enroute_at")
    )
    stations = [s.id for s in county.stations]
    return county.calls.select("lon", "lat", "station_id", "exercise", "arrived_at", start).filter(
        pl.col("exercise").fill_null(value=False).not_()
        & pl.col("station_id").is_in(stations)
        & pl.all_horizontal(pl.col("lon", "lat", "arrived_at", "enroute_at").is_not_null())
    )


def _origins(
    county: County, network: RoadNetwork, rows: pl.DataFrame, to: list[Place], origin: Origin
) -> list[Place]:
    if origin == "station":
        seat = {s.id: s.place for s in county.stations}
        return [seat[station_id] for station_id in rows["station_id"]]
    places = [s.place for s in county.stations]
    return [places[i] for i in network.matrix_s(places, to).argmin(axis=0)]


def _seconds(rows: pl.DataFrame) -> NDArray[np.float64]:
    taken = rows["arrived_at"] - rows["enroute_at"]
    return taken.dt.total_milliseconds().to_numpy().astype(np.float64) / 1000
