"""Every number of an evaluation can be counted again from the rows its query gives."""

from datetime import date

import polars as pl
import pytest

from hubpost.evaluation.kpis import compute_kpis
from hubpost.evaluation.period import period_of
from hubpost.evaluation.records import Records
from hubpost.evaluation.rows_behind import rows_behind
from hubpost.evaluation.station_history import StationHistory
from tests.evaluation.test_plausibility import clean

YEAR = period_of(date(2024, 1, 1), date(2024, 12, 31))


def made():
    calls = clean(n=1500).with_columns(
        predicted_arrival_at=pl.col("received_at") + pl.duration(minutes=14),
        first_station_id=pl.when(pl.int_range(pl.len()) % 4 == 0).then(pl.lit("z")).otherwise(
            "station_id"
        ),
    )  # fmt: skip
    cases = calls.select(
        "station_id", filed_at="received_at", solved_at="cleared_at", kind=pl.lit("criminal"),
        violent=pl.col("category") == "dispute", minors=pl.lit(False),
    )  # fmt: skip
    merged = {"e": StationHistory("e", merged_into="d")}
    return Records({"calls": calls, "cases": cases}, "Asia/Shanghai", history=merged)


def test_counts_shares_and_quantiles_are_those_of_the_rows():
    records, checked = made(), 0
    for r in compute_kpis(records, YEAR):
        if r.now.value is None or r.kpi.kind not in ("count", "share", "quantile"):
            continue
        rows = rows_behind(records, r.query)
        counts = r.now.counts
        if r.kpi.kind == "share":
            assert (rows["counted"].sum(), len(rows)) == (counts["hits"], counts["of"])
        else:
            assert len(rows) == counts.get("events", counts.get("n"))
        checked += 1
    assert checked > 60


def test_a_source_that_is_not_there_is_named():
    with pytest.raises(ValueError, match="tasks"):
        rows_behind(made(), {"source": "tasks", "to": ""})
