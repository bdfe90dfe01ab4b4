"""All figures of a year from a million calls, beside the same figures by pandas.

.venv/bin/python benchmarks/evaluation_speed.py [--rows 1000000]
"""

import argparse
import time
from datetime import UTC, date, datetime

import numpy as np
import polars as pl

from hubpost.evaluation.kpi_catalogue import read_catalogue
from hubpost.evaluation.kpis import compute_kpis
from hubpost.evaluation.period import period_of
from hubpost.evaluation.plausibility import check_calls
from hubpost.evaluation.records import Records

YEAR = period_of(date(2024, 1, 1), date(2024, 12, 31))


def made_calls(rows: int) -> pl.DataFrame:
    rng = np.random.default_rng(0)
    start = int(datetime(2022, 1, 1, tzinfo=UTC).timestamp())
    received = np.sort(rng.integers(start, start + 3 * 365 * 86_400, rows))
    legs = np.cumsum([received, *(rng.exponential(s, rows) for s in (90, 240, 900, 1800))], axis=0)
    names = ("received_at", "dispatched_at", "enroute_at", "arrived_at", "cleared_at")
    kinds = ["criminal", "public_order", "traffic", "dispute", "assistance", "invalid"]
    columns = {
        name: pl.Series((leg * 1e6).astype(np.int64)).cast(pl.Datetime("us", "UTC"))
        for name, leg in zip(names, legs, strict=True)
    }
    return pl.DataFrame(columns).with_columns(
        id=pl.int_range(rows).cast(pl.String),
        station_id=pl.Series(rng.choice([f"s{i:02d}" for i in range(25)], rows)),
        category=pl.Series(rng.choice(kinds, rows)),
    )


def by_pandas(calls: pl.DataFrame) -> object:
    """The nine figures that need no prediction, counts and quantiles only, no intervals."""
    import pandas as pd

    frame = calls.to_pandas()
    began = time.perf_counter()
    day = frame["received_at"].dt.tz_convert("Asia/Shanghai").dt.normalize().dt.tz_localize(None)
    frame["response"] = (frame["arrived_at"] - frame["received_at"]).dt.total_seconds() / 60
    frame["turnout"] = (frame["enroute_at"] - frame["dispatched_at"]).dt.total_seconds() / 60
    for first, last in (("2024-01-01", "2025-01-01"), ("2023-01-01", "2024-01-01")):
        part = frame[(day >= pd.Timestamp(first)) & (day < pd.Timestamp(last))]
        for group in (part, part.groupby("station_id")):
            group["response"].quantile([0.5, 0.9])
            group["turnout"].quantile(0.9)
        part.groupby(["station_id", "category"]).size()
    return time.perf_counter() - began


def best_of(n: int, work: object) -> float:
    times = []
    for _ in range(n):
        began = time.perf_counter()
        work()  # type: ignore[operator]
        times.append(time.perf_counter() - began)
    return min(times)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    calls = made_calls(parser.parse_args().rows)
    records = Records({"calls": calls}, "Asia/Shanghai")
    catalogue = read_catalogue()
    ours = best_of(5, lambda: compute_kpis(records, YEAR, catalogue))
    checks = best_of(3, lambda: check_calls(calls, "Asia/Shanghai"))
    print(f"{len(calls):,} calls, 25 stations, county and stations, with intervals and p")
    print(f"hubpost figures {ours:.2f} s; plausibility checks {checks:.2f} s")
    theirs = min(by_pandas(calls) for _ in range(3))
    print(f"pandas, point values only {theirs:.2f} s; ratio {theirs / ours:.1f}")


if __name__ == "__main__":
    main()
