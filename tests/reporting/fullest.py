"""The bundled county with every source of the catalogue filled: the most a brief has to hold."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from hubpost.evaluation.county_records import records_of_county
from hubpost.evaluation.records import Records
from hubpost.tables.county import read_county

#: First and last day of the two years that are filled.
FIRST, LAST = datetime(2023, 1, 1, tzinfo=UTC), datetime(2024, 12, 31, tzinfo=UTC)
ROWS = 150


def fullest_records() -> Records:
    """Calls with a prediction, and 150 made-up rows a station of each other source."""
    county = read_county("qianjiang")
    rng = np.random.default_rng(3)
    stations = np.repeat([s.id for s in county.stations], ROWS)
    tables = {name: _table(name, stations, rng) for name in _EXTRA}
    records = records_of_county(county, tables)
    calls = (
        records.tables["calls"]
        .lazy()
        .with_columns(
            predicted_arrival_at=pl.col("arrived_at") + pl.duration(minutes=1),
            first_station_id=pl.col("station_id"),
        )
    )
    words = dict.fromkeys((*tables, "calls"), ("synthetic", "estimated"))
    return Records(
        {**records.tables, "calls": calls.collect()}, records.timezone, words,
        population=records.population, station_names=records.station_names,
        station_names_en=records.station_names_en,
    )  # fmt: skip


def _table(name: str, stations: np.ndarray, rng: np.random.Generator) -> pl.DataFrame:
    n, days = len(stations), (LAST - FIRST).days
    at = [FIRST + timedelta(days=int(d)) for d in rng.integers(0, days, n)]
    later = [t + timedelta(days=int(d)) for t, d in zip(at, rng.integers(1, 30, n), strict=True)]
    frame = {"id": [f"{name}{i}" for i in range(n)], "station_id": stations}
    frame |= _EXTRA[name](at, later, n, rng)
    times = pl.col(pl.Datetime).cast(pl.Datetime("us", "UTC"))
    return pl.DataFrame(frame).with_columns(times)


_EXTRA = {
    "cases": lambda at, later, n, rng: {
        "filed_at": at, "solved_at": later, "kind": ["criminal"] * n,
        "violent": rng.random(n) < 0.3, "minors": rng.random(n) < 0.2,
    },
    "disputes": lambda at, later, n, rng: {
        "found_at": at, "resolved_at": later, "reopened_days": rng.uniform(1, 400, n),
        "people": rng.integers(2, 20, n),
    },
    "surveys": lambda at, later, n, rng: {
        "at": at, "kind": rng.choice(["resident", "place"], n), "knows": rng.random(n) < 0.8,
    },
    "register_checks": lambda at, later, n, rng: {
        "at": at, "verdict": rng.choice(["correct", "wrong", "omitted"], n),
    },
    "services": lambda at, later, n, rng: {"due_at": later, "done_at": at},
    "ratings": lambda at, later, n, rng: {"at": at, "rating": rng.integers(1, 6, n)},
    "tasks": lambda at, later, n, rng: {
        "due_at": at, "done_at": [t if p < 0.7 else None for t, p in
                                  zip(at, rng.random(n), strict=True)],
    },
    "strength": lambda at, later, n, rng: {
        "at": at, "officers": rng.integers(1, 9, n), "at_station": rng.random(n) < 0.6,
    },
    "burden": lambda at, later, n, rng: {"at": at, "minutes_saved": rng.integers(5, 300, n)},
}  # fmt: skip
