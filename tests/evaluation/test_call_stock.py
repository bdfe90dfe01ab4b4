"""Calls kept as counts and sorted runs: every answer is the one that reading all rows gives."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from hubpost.evaluation.call_block import CountPlan, block_of, can_count, joined_blocks
from hubpost.evaluation.call_frame import with_legs
from hubpost.evaluation.call_stock import CallStock, Part
from hubpost.evaluation.evaluate import Reform, evaluate_frame, study_effects
from hubpost.evaluation.kpi_catalogue import read_catalogue
from hubpost.evaluation.period import Period
from hubpost.evaluation.quantiles import rank_of
from hubpost.evaluation.records import Records
from hubpost.evaluation.station_history import StationHistory, successor_of
from hubpost.evaluation.stock_counts import StockCounts

ZONE = "Asia/Shanghai"
KPIS = tuple(k for k in read_catalogue() if k.source == "calls")
UTC_US = pl.Datetime("us", "UTC")
SCHEMA = {
    "id": pl.String, "received_at": UTC_US, "station_id": pl.String, "category": pl.String,
    "dispatched_at": UTC_US, "enroute_at": UTC_US, "arrived_at": UTC_US, "cleared_at": UTC_US,
    "predicted_arrival_at": UTC_US, "first_station_id": pl.String, "struck_through": pl.Boolean,
    "exercise": pl.Boolean, "priority": pl.Int64,
}  # fmt: skip
START = datetime(2023, 1, 1, tzinfo=UTC)
HISTORY = {
    "c": StationHistory("c", merged_into="a"),
    "d": StationHistory("d", founded_on=date(2023, 10, 1)),
}


@st.composite
def a_call(draw, number):
    """Within two years; each leg may be unknown, negative, zero, equal to others, or of days."""
    received = START + timedelta(minutes=draw(st.integers(0, 2 * 365 * 24)) * 60)
    leg = st.one_of(st.none(), st.sampled_from([-3.0, 0.0, 5.0, 20.0, 9_000_000.0]),
                    st.floats(-200, 3_000, allow_nan=False))  # fmt: skip
    times = [draw(leg) for _ in range(5)]
    at = [None if m is None else received + timedelta(milliseconds=round(m * 60_000))
          for m in times]  # fmt: skip
    station = st.sampled_from(["a", "b", "c", "d", None])
    kind = st.sampled_from(["criminal", "dispute", "traffic"])
    return (
        f"k{number}", received, draw(station), draw(kind), *at, draw(station), draw(st.booleans()),
        False, 1,
    )  # fmt: skip


def frame_of(rows):
    return pl.DataFrame(list(rows), schema=SCHEMA, orient="row")


@st.composite
def histories(draw):
    """What was imported, what the board held at the start, and batches of changes since.

    A change is a new call, one amended, or one gone (merged into another).
    """
    number = iter(range(1_000))
    fresh = lambda n: [draw(a_call(next(number))) for _ in range(n)]  # noqa: E731
    imported, first = fresh(draw(st.integers(0, 12))), fresh(draw(st.integers(0, 25)))
    live, batches = {row[0]: row for row in first}, []
    for _ in range(draw(st.integers(0, 4))):
        changed = {row[0]: row for row in fresh(draw(st.integers(0, 3)))}
        for old in draw(st.lists(st.sampled_from(sorted(live)), max_size=3)) if live else ():
            gone = draw(st.booleans())
            changed[old] = None if gone else draw(a_call(int(old[1:])))
        batches.append(changed)
        live |= changed
        live = {k: row for k, row in live.items() if row is not None}
    return imported, first, batches, list(live.values())


def stock_of(imported, first, batches, pieces):
    plan = CountPlan(ZONE, KPIS)
    parts = [Part(block_of(frame_of(imported), plan), kept=True)] if imported else []
    ordered = frame_of(first).sort("received_at")
    cuts = [ordered[i::1][:5] for i in range(0, max(1, len(ordered)), 5)] if pieces else [ordered]
    parts.append(Part(joined_blocks([block_of(c, plan) for c in cuts])))
    stock = CallStock(plan, tuple(parts))
    for changed in batches:
        rows = [row for row in changed.values() if row is not None]
        stock = stock.changed(list(changed), frame_of(rows))
    return stock


def figures_of(records, period):
    found = evaluate_frame(records, period, rng=np.random.default_rng(0), checked=())
    return {
        (r.kpi.code, r.station_id): (r.now, r.this_year, r.last_year, r.change, r.p, r.query)
        for r in found.results
    }, found


@settings(max_examples=60, deadline=None, phases=[Phase.generate])
@given(
    histories(),
    st.integers(0, 700),
    st.integers(1, 400),
    st.sampled_from(["", "dispute", "none"]),
    st.booleans(),
    st.booleans(),
)
def test_figures_of_the_stock_are_those_of_all_rows_read_anew(
    monkeypatch_most, history, offset, days, kind, merged, pieces
):
    """Whatever came, was amended, merged or cut, in whatever order: every figure, interval,
    change and p of county and stations is equal, not nearly equal."""
    imported, first, batches, live = history
    stock = stock_of(imported, first, batches, pieces)
    rows = frame_of([*imported, *live])
    told = HISTORY if merged else {}
    start = START.date() + timedelta(days=offset)
    period = Period(start, start + timedelta(days=days))
    span = stock.span
    local = rows["received_at"].dt.convert_time_zone(ZONE).dt.date()
    assert span == (Period(local.min(), local.max() + timedelta(days=1)) if len(rows) else None)
    if span is None:
        return
    of_kind = rows.filter(pl.col("category") == kind) if kind else rows
    common = {
        "timezone": ZONE, "observed": {"calls": span}, "history": told,
        "station_names": {"a": "A", "e": "E"}, "population": {"a": 900.0, "b": 400.0},
    }  # fmt: skip
    slow, whole = figures_of(Records({"calls": of_kind}, **common), period)
    counted = {"calls": StockCounts(stock, kind, successor_of(told))}
    fast, of_stock = figures_of(
        Records({"calls": stock.lazy(kind)}, counted=counted, **common), period
    )
    unlike = {k: (fast.get(k), v) for k, v in slow.items() if fast.get(k) != v}
    assert not unlike, unlike
    assert fast.keys() == slow.keys()
    assert of_stock.adjusted_p == whole.adjusted_p
    read = stock.lazy(kind).collect().select(*SCHEMA).sort("id", "received_at")
    assert read.equals(of_kind.sort("id", "received_at"))


@pytest.fixture(params=[3], scope="module")
def monkeypatch_most(request):
    """Blocks are closed after three calls, so that short histories make several."""
    from hubpost.evaluation import call_stock

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(call_stock, "MOST_IN_NEWEST", request.param)
        yield


@settings(max_examples=30, deadline=None)
@given(histories(), st.sampled_from(["", "a"]), st.sampled_from(["", "dispute"]))
def test_months_of_the_stock_are_those_of_all_rows(monkeypatch_most, history, station, kind):
    """Calls, median and 90th percentile of each month, by ranks of the values that occurred."""
    imported, first, batches, live = history
    stock = stock_of(imported, first, batches, pieces=True)
    period = Period(date(2023, 3, 10), date(2024, 6, 20))
    day = pl.col("received_at").dt.convert_time_zone(ZONE).dt.date()
    rows = with_legs(frame_of([*imported, *live]).lazy()).with_columns(day=day).collect()
    rows = rows.filter(pl.col("day") >= period.start, pl.col("day") < period.end)
    rows = rows.filter(pl.col("category") == kind) if kind else rows
    found = StockCounts(stock, kind).months(period, station)
    assert bool(found) == bool(len(rows))
    for month, row in found.items():
        mine = rows.filter(pl.col("day").dt.truncate("1mo") == month)
        mine = mine.filter(pl.col("station_id") == station) if station else mine
        assert row["len"] == len(mine)
        for column in ("response_min", "predicted_min"):
            values = np.sort(mine[column].drop_nulls().to_numpy())
            assert row[f"{column} n"] == len(values)
            for q in (0.5, 0.9) if len(values) else ():
                assert row[f"{column} {q}"] == round(values[rank_of(q, len(values))], 1)


@settings(max_examples=5, deadline=None)
@given(histories())
def test_the_study_of_the_reform_is_the_same_from_counts_as_from_rows(monkeypatch_most, history):
    imported, first, batches, live = history
    stock = stock_of(imported, first, batches, pieces=False)
    rows = frame_of([*imported, *live])
    if stock.span is None:
        return
    period = Period(date(2024, 1, 1), date(2025, 1, 1))
    common = {"timezone": ZONE, "observed": {"calls": stock.span}}
    slow = Records({"calls": rows}, **common)
    fast = Records({"calls": rows}, counted={"calls": StockCounts(stock)}, **common)
    reform = Reform(date(2024, 1, 1), {"a": date(2024, 1, 1)})
    studies = []
    for records in (slow, fast):
        results = evaluate_frame(slow, period, rng=np.random.default_rng(0), checked=()).results
        found = study_effects(records, period, results, reform, (), np.random.default_rng(0))
        studies.append([(e.what, str(e.step), str(e.staggered)) for e in found])
    assert studies[0] == studies[1]


def test_a_stock_given_out_does_not_change(monkeypatch_most):
    """Who still reads an earlier stock is not disturbed by calls taken in since."""
    row = ("k1", START, "a", "criminal", None, None, START + timedelta(minutes=5), None, None,
           None, False, False, 1)  # fmt: skip
    before = stock_of([], [row], [], pieces=False)
    after = before.changed(["k1", "k2"], frame_of([("k2", *row[1:])]))
    assert before.lazy().collect()["id"].to_list() == ["k1"]
    assert after.lazy().collect()["id"].to_list() == ["k2"]
    period = Period(date(2023, 1, 1), date(2023, 2, 1))
    key = ("response_min", "TRUE")
    assert [s.pile(key, period, "").ranked(None)[0] for s in (before, after)] == [5.0, 5.0]


def test_figures_that_need_every_row_are_not_counted_in_blocks():
    """A ratio of values, or the end of the period in a condition, cannot be kept as counts."""
    from dataclasses import replace

    count = next(k for k in KPIS if k.kind == "count")
    assert can_count(KPIS)
    assert not can_count([replace(count, kind="sum", value="priority")])
    assert not can_count([replace(count, where="cleared_at < period_end")])
    assert not can_count([replace(count, kind="quantile", value="priority", q=0.5)])


def test_blocks_out_of_order_are_refused():
    plan = CountPlan(ZONE, KPIS)
    row = lambda at: (f"{at}", at, "a", "criminal", *[None] * 6, False, False, 1)  # noqa: E731
    late, early = (block_of(frame_of([row(START + timedelta(days=d))]), plan) for d in (1, 0))
    with pytest.raises(ValueError, match="order of time"):
        joined_blocks([late, early])


def test_a_response_time_is_the_same_number_however_many_calls_are_read():
    """To the last digit: polars divides a block of one row otherwise than a longer one."""
    call = {
        name: START if kind == UTC_US else None if name != "id" else "1"
        for name, kind in SCHEMA.items()
    }
    call["arrived_at"] = START + timedelta(milliseconds=7_517_011_002)
    one = pl.DataFrame([call], schema=SCHEMA)
    read = lambda frame: set(with_legs(frame.lazy()).collect()["response_min"])  # noqa: E731
    assert read(one) == read(pl.DataFrame([call] * 100, schema=SCHEMA))
