"""What may leave the county: small cells withheld, and no withheld cell had by subtraction."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from hubpost.evaluation.calibration import calibrate
from hubpost.evaluation.drift import watch
from hubpost.evaluation.effect import study_effect
from hubpost.evaluation.evaluate import evaluate_frame
from hubpost.evaluation.monthly import MonthlySeries, add_months
from hubpost.evaluation.period import period_of
from hubpost.evaluation.prediction import PredictedActual
from hubpost.evaluation.records import Records
from hubpost.evaluation.sharing import shared_effects, shared_evaluation, shared_predicted

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


def _study(before, after):
    """A study whose sentence tells of so many calls before and after."""
    months = before + after
    series = MonthlySeries(START.date(), np.array(months, dtype=float), np.full(len(months), 30.0))
    day = add_months(START.date(), len(before))
    return study_effect("calls_criminal", series, day)


def test_a_study_that_tells_of_under_five_calls_is_not_shared():
    few, many = _study([3] * 24, [0] * 11 + [3]), _study([30] * 24, [31] * 12)
    assert few.step.change.counts["after"] == 3
    assert shared_effects((few, many)) == (many,)


def test_a_shared_prediction_names_no_week_and_no_small_share():
    """Of 60 calls 2 lie below the tenth: withheld; a week's mean of one call is its time."""
    pit = np.concatenate([[0.05, 0.05], np.linspace(0.3, 0.7, 58)])
    told = PredictedActual("plan", calibrate(pit), {"a": calibrate(pit[:3])}, (START.date(),),
                           np.array([0.4]), watch(np.array([0.1])), {})  # fmt: skip
    shared = shared_predicted(told)
    assert shared.calibration.reliability[0.1].statement == "suppressed"
    assert shared.calibration.reliability[0.5].value is not None
    assert np.isnan(shared.weekly).all()
    assert shared.by_station == {}
