"""What may leave the county: small cells withheld, and no withheld cell had by subtraction."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from hubpost.evaluation.evaluate import evaluate_frame
from hubpost.evaluation.period import period_of
from hubpost.evaluation.records import Records
from hubpost.evaluation.sharing import shared_evaluation

#: Station -> kind -> calls; one cell of 3.
COUNTS = {
    "a": {"criminal": 3, "traffic": 20, "dispute": 40},
    "b": {"criminal": 12, "traffic": 30, "dispute": 9},
    "c": {"criminal": 15, "traffic": 25, "dispute": 30},
}
START = datetime(2024, 3, 1, tzinfo=UTC)


@pytest.fixture
def told():
    rows = [
        {
            "station_id": s,
            "category": k,
            "received_at": START + timedelta(hours=i),
            "id": f"{s}{k}{i}",
        }
        for s, kinds in COUNTS.items()
        for k, n in kinds.items()
        for i in range(n)
    ]
    calls = pl.DataFrame(rows).with_columns(pl.col("received_at").cast(pl.Datetime("us", "UTC")))
    records = Records({"calls": calls}, "Asia/Shanghai", station_names={s: s for s in COUNTS})
    period = period_of(START.date(), START.date() + timedelta(days=30))
    return evaluate_frame(records, period, rng=np.random.default_rng(0))


def value(evaluation, station, kind):
    return evaluation.find(f"calls_{kind}", station).now.value


def test_a_count_under_five_is_withheld_with_all_that_tells_of_it(told):
    result = shared_evaluation(told).find("calls_criminal", "a")
    assert [result.now.value, result.change.value, result.this_year.value] == [None, None, None]
    assert result.now.statement == "suppressed"
    assert dict(result.now.counts) == {}


def test_no_withheld_cell_is_alone_in_its_station_or_kind(told):
    """The totals of every station and kind stay shown, so two unknowns must be left in each."""
    shared = shared_evaluation(told)
    table = {s: {k: value(shared, s, k) for k in kinds} for s, kinds in COUNTS.items()}
    by_station = [[k for k, v in row.items() if v is None] for row in table.values()]
    by_kind = [[s for s in COUNTS if table[s][k] is None] for k in COUNTS["a"]]
    assert all(len(line) != 1 for line in by_station + by_kind)
    assert shared.find("calls_all", "a").now.value == 63
    assert shared.find("calls_all").now.value == 184


def test_figures_large_enough_are_left_as_they_were(told):
    assert shared_evaluation(told).find("calls_dispute").now == told.find("calls_dispute").now


def test_findings_name_no_rows_outside(told):
    assert all(not f.examples and not f.station_id for f in shared_evaluation(told).findings)
