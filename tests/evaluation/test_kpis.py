"""The catalogue's figures on tables solved by hand; what is missing is never a zero."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from hubpost.evaluation.kpi_catalogue import MOST, read_catalogue
from hubpost.evaluation.kpis import compute_kpis
from hubpost.evaluation.period import Period, period_of, windows
from hubpost.evaluation.records import Records
from hubpost.evaluation.station_history import StationHistory, station_windows, successor_of
from tests.evaluation.made_records import START, call, calls, every_day

MARCH = period_of(date(2024, 3, 1), date(2024, 3, 31))
TWO_YEARS = {"calls": Period(date(2023, 1, 1), date(2025, 1, 1))}
YEAR = 366


def results(table=None, period=MARCH, **records):
    tables = {"calls": table} if table is not None else {}
    tables.update(records.pop("tables", {}))
    made = Records(tables, records.pop("timezone", "UTC"), **records)
    return {(r.kpi.code, r.station_id): r for r in compute_kpis(made, period)}


def test_the_catalogue_has_at_most_30_figures_each_with_owner_and_both_names():
    catalogue = read_catalogue()
    assert len(catalogue) <= MOST == 30
    for kpi in catalogue:
        assert kpi.name_zh
        assert kpi.name_en
        assert kpi.owner_zh
        assert kpi.counts_zh


def test_figures_that_mislead_alone_name_each_other():
    by_code = {k.code: k for k in read_catalogue()}
    for code, partners in (
        ("disputes_rate", {"disputes_found", "disputes_resolved"}),
        ("satisfaction", {"rating_rate"}),
        ("know_officer", {"know_place"}),
    ):
        assert partners <= set(by_code[code].shown_with)


def test_a_wrong_catalogue_is_refused_with_every_fault(tmp_path):
    good = read_catalogue.__globals__["get_evaluation_file"]("kpis.csv").read_text("utf-8")
    lines = good.splitlines()
    path = tmp_path / "kpis.csv"
    path.write_text("\n".join([lines[0], lines[1].replace(",count,", ",guess,"),
                               lines[7].replace(",0.5,", ",5,"), lines[1]]), "utf-8")  # fmt: skip
    with pytest.raises(ValueError, match="guess") as error:
        read_catalogue(path)
    assert "row 3: expected q between 0 and 1, came '5'" in str(error.value)


def test_counts_shares_and_quantiles_of_a_month_by_hand():
    rows = [call(response=m, day=i, predicted_arrival_at=START + timedelta(days=i, minutes=12))
            for i, m in enumerate(range(3, 23))]  # fmt: skip
    rows += [call("b", "traffic", 2, None), call("b", "dispute", 3, None, exercise=True)]
    found = results(calls(*rows))
    assert found["calls_all", ""].now.value == 21
    assert found["calls_criminal", "a"].now.value == 20
    assert found["response_p50", ""].now.value == 12  # the 10th of 3..22
    assert found["response_p90", ""].now.value == 20  # the 18th
    assert found["response_p90", ""].now.counts["n"] == 20
    assert found["late_p50", ""].now.value == 0
    assert found["within_predicted", ""].now.counts == {"hits": 10, "of": 20}
    assert found["response_p50", "b"].now.statement == "no_events"


def test_an_exercise_is_in_no_figure_and_its_kind_is_never_seen():
    found = results(calls(call(), call(category="dispute", exercise=True)))
    assert found["calls_dispute", ""].now.statement == "never_seen"


def test_a_kind_seen_elsewhere_is_a_true_zero_for_a_station():
    found = results(calls(call("a"), call("b", "traffic")), observed=TWO_YEARS)
    assert found["calls_traffic", "a"].now.value == 0
    assert found["calls_traffic", "a"].now.high == pytest.approx(3.689, abs=1e-3)


def test_missing_sources_and_columns_are_no_data_and_never_zero():
    found = results(calls(call()))
    for code in ("cases_filed", "clearance", "satisfaction", "turnout_p90", "crossed"):
        assert found[code, ""].now.value is None
        assert found[code, ""].now.statement == "no_data"


def test_negative_legs_are_blank():
    found = results(calls(*(call(response=-5, day=d) for d in range(9)), call(response=7)))
    assert found["response_p50", ""].now.counts["n"] == 1


def test_days_are_those_of_the_countys_clock():
    late = call() | {"received_at": datetime(2024, 3, 31, 20, 0, tzinfo=UTC)}
    table = calls(late, call())
    assert results(table)["calls_all", ""].now.value == 2
    assert results(table, timezone="Asia/Shanghai")["calls_all", ""].now.value == 1


def test_labels_go_with_every_figure_of_their_source_only():
    found = results(calls(call()), labels={"calls": ("synthetic",)})
    assert found["calls_all", ""].labels == ("synthetic",)
    assert found["clearance", ""].labels == ()


def test_each_number_names_the_query_for_the_rows_behind_it():
    table = calls(*every_day(0, 40), call("b", "traffic"))
    r = results(table)["calls_criminal", "a"]
    rows = table.filter(
        pl.sql_expr(r.query["where"]),
        pl.col("station_id") == r.query["station_id"],
        pl.col(r.query["time"]).dt.date().is_between(
            date.fromisoformat(r.query["from"]), date.fromisoformat(r.query["to"])
        ),
    )  # fmt: skip
    assert len(rows) == r.now.value == 31


def test_year_on_year_counts_the_same_days_of_last_year():
    table = calls(*every_day(0, 31, per_day=2), *every_day(-YEAR, 31, per_day=3))
    r = results(table, observed=TWO_YEARS)["calls_all", ""]
    assert (r.this_year.value, r.last_year.value) == (62, 93)
    assert r.change.value == pytest.approx(-1 / 3)
    assert r.p < 0.02


def test_february_of_a_leap_year_is_compared_by_days():
    """29 calls in 29 days against 28 in 28 is no rise at all."""
    february = period_of(date(2024, 2, 1), date(2024, 2, 29))
    table = calls(*every_day(-29, 29), *every_day(-29 - 365, 28))
    r = results(table, february, observed=TWO_YEARS)["calls_all", ""]
    assert (r.this_year.value, r.last_year.value) == (29, 28)
    assert r.change.value == pytest.approx(0)
    assert "unequal_exposure" in r.change.notes


def test_base_zero_has_counts_but_no_percentage():
    r = results(calls(*every_day(0, 10)), observed=TWO_YEARS)["calls_all", ""]
    assert (r.change.value, r.change.statement) == (None, "base_zero")
    assert r.now.value == 10


def test_data_that_begin_this_year_give_no_comparison_rather_than_a_rise():
    r = results(calls(*every_day(0, 31)))["calls_all", ""]
    assert (r.change.value, r.change.statement) == (None, "no_base_period")
    assert r.last_year.statement == "no_base_period"


def test_a_period_before_any_data_is_empty_and_not_zero():
    r = results(calls(*every_day(0, 31)), period_of(date(2020, 1, 1), date(2020, 1, 31)))
    assert r["calls_all", ""].now.value is None
    assert r["calls_all", ""].now.statement == "empty_period"


def test_a_station_founded_in_july_is_compared_july_to_december():
    """One call a day from its founding on: no change. Half a year against a whole one: +99 %."""
    founded = {"new": StationHistory("new", founded_on=date(2023, 7, 1))}
    table = calls(*every_day(-244, 550, station="new"))
    year = period_of(date(2024, 1, 1), date(2024, 12, 31))
    observed = {"calls": Period(date(2022, 1, 1), date(2025, 1, 1))}
    r = results(table, year, history=founded, observed=observed)["calls_all", "new"]
    assert r.now.value == 366
    assert r.last_year.counts["days"] == r.this_year.counts["days"] == 184
    assert r.change.value == pytest.approx(0)
    assert "part_period" in r.change.notes


def test_a_merged_station_counts_both_territories_in_both_years():
    merged = {"b": StationHistory("b", closed_on=date(2024, 1, 1), merged_into="a")}
    table = calls(*every_day(0, 31, per_day=2), *every_day(-YEAR, 31), *every_day(-YEAR, 31, "b"))
    found = results(table, history=merged, observed=TWO_YEARS)
    assert found["calls_all", "a"].change.value == pytest.approx(0)
    assert "merged" in found["calls_all", "a"].change.notes
    assert ("calls_all", "b") not in found


def test_a_station_that_lost_territory_is_not_compared():
    split = {"b": StationHistory("b", founded_on=date(2024, 1, 1), split_from="a")}
    table = calls(*every_day(0, 31), *every_day(-YEAR, 31, per_day=2), *every_day(0, 31, "b"))
    found = results(table, history=split, observed=TWO_YEARS)
    assert found["calls_all", "a"].change.statement == "territory_changed"
    assert found["calls_all", "b"].change.statement == "no_base_period"


def test_mergers_in_a_circle_are_refused():
    circle = {"a": StationHistory("a", merged_into="b"), "b": StationHistory("b", merged_into="a")}
    with pytest.raises(ValueError, match="circle"):
        successor_of(circle)


def test_windows_keep_to_days_seen_in_both_years():
    period = period_of(date(2024, 1, 1), date(2024, 12, 31))
    seen = windows(period, Period(date(2023, 4, 1), date(2024, 10, 1)))
    assert seen.this_year == Period(date(2024, 4, 1), date(2024, 10, 1))
    assert seen.last_year == Period(date(2023, 4, 1), date(2023, 10, 1))
    assert seen.statement == "part_period"
    assert station_windows("x", period, seen.now, {})[0].statement == "no_base_period"


def test_a_table_without_its_key_columns_is_refused_by_name():
    with pytest.raises(ValueError, match="disputes: expected columns found_at"):
        results(tables={"disputes": pl.DataFrame({"station_id": ["a"]})})


def records_of(**columns):
    return pl.DataFrame(columns).with_columns(station_id=pl.lit("a"))


def test_clearance_counts_cases_filed_and_solved_within_the_period():
    end = datetime(2024, 4, 2, tzinfo=UTC)
    cases = records_of(
        filed_at=[START] * 4, kind=["criminal"] * 4, minors=[False] * 4,
        violent=[True, True, False, False], solved_at=[START, START, end, None],
    )  # fmt: skip
    found = results(tables={"cases": cases})
    assert found["clearance", ""].now.counts == {"hits": 2, "of": 4}
    assert found["clearance_violent", ""].now.value == 1
    assert "small_base" in found["clearance_violent", ""].now.notes


def test_disputes_found_and_resolved_are_counted_by_their_own_days():
    before = START - timedelta(days=10)
    disputes = records_of(
        found_at=[START, START, before], resolved_at=[START, None, START],
        people=[3, 2, 12], reopened_days=[20, None, None],
    )  # fmt: skip
    found = results(tables={"disputes": disputes})
    assert found["disputes_found", ""].now.value == 2
    assert found["disputes_resolved", ""].now.value == 2
    assert found["disputes_rate", ""].now.counts == {"hits": 1, "of": 2}
    assert found["disputes_reopened", ""].now.counts == {"hits": 1, "of": 2}
    assert found["disputes_group", ""].now.value == 1


def test_not_at_home_is_no_check_and_an_omission_is_wrong():
    checks = records_of(at=[START] * 4, verdict=["correct", "wrong", "omitted", "not_at_home"])
    found = results(tables={"register_checks": checks})
    assert found["register_accuracy", ""].now.counts == {"hits": 1, "of": 3}


def test_satisfaction_is_of_the_rated_and_stands_beside_the_rating_rate():
    ratings = records_of(at=[START] * 5, rating=[5, 3, 2, None, None])
    found = results(tables={"ratings": ratings})
    assert found["satisfaction", ""].now.counts == {"hits": 2, "of": 3}
    assert found["rating_rate", ""].now.counts == {"hits": 3, "of": 5}


def test_police_share_is_a_complete_count_without_an_interval():
    """41.7 % of the source: 5 of 12."""
    strength = records_of(at=[START] * 2, officers=[5.0, 7.0], at_station=[True, False])
    r = results(tables={"strength": strength})["police_share", ""]
    assert r.now.value == pytest.approx(5 / 12)
    assert r.now.low is None
    assert "complete_count" in r.now.notes


def test_minutes_saved_are_summed():
    burden = records_of(at=[START] * 2, minutes_saved=[30.0, 12.5])
    assert results(tables={"burden": burden})["minutes_saved", ""].now.value == 42.5


def test_tasks_and_services_not_yet_due_are_not_late():
    due = [START, START, datetime(2024, 5, 1, tzinfo=UTC)]
    tasks = records_of(due_at=due, done_at=[START, None, None])
    found = results(tables={"tasks": tasks, "services": tasks})
    assert found["tasks_done", ""].now.counts == {"hits": 1, "of": 2}
    assert found["services_on_time", ""].now.counts == {"hits": 1, "of": 2}


def test_a_condition_that_does_not_fit_the_column_is_refused_by_name():
    ratings = records_of(at=[START], rating=["five"])
    with pytest.raises(ValueError, match=r"ratings: a condition of satisfaction"):
        results(tables={"ratings": ratings})
