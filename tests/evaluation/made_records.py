"""Small tables of records, solved by hand in the tests that use them."""

from datetime import UTC, datetime, timedelta

import polars as pl

START = datetime(2024, 3, 1, 8, 0, tzinfo=UTC)


def call(station="a", category="criminal", day=0, response=10.0, **more):
    """One call, `day` days after 2024-03-01 08:00 UTC, answered after `response` minutes."""
    received = START + timedelta(days=day)
    arrived = None if response is None else received + timedelta(minutes=response)
    return {"received_at": received, "station_id": station, "category": category,
            "arrived_at": arrived} | more  # fmt: skip


def calls(*rows):
    """A table of calls with ids."""
    utc = pl.Datetime("us", "UTC")
    schema = {"received_at": utc, "station_id": pl.String, "category": pl.String,
              "arrived_at": utc, "dispatched_at": utc, "enroute_at": utc, "cleared_at": utc,
              "predicted_arrival_at": utc, "exercise": pl.Boolean, "first_station_id": pl.String,
              "lon": pl.Float64, "lat": pl.Float64}  # fmt: skip
    frame = pl.DataFrame(list(rows), schema=schema)
    return frame.with_columns(id=pl.int_range(len(rows)).cast(pl.String))


def every_day(first, days, station="a", per_day=1, **more):
    """`per_day` calls a day from day `first` on."""
    return [call(station, day=first + d, **more) for d in range(days) for _ in range(per_day)]
