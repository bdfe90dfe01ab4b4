"""Briefs are one page; a month's account and a year's evaluation hold what each should."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zipfile import ZipFile

import numpy as np
import polars as pl
import pytest

from hubpost.evaluation.evaluate import evaluate_frame, with_month
from hubpost.evaluation.kpi_catalogue import read_catalogue
from hubpost.evaluation.kpi_counts import COUNTY
from hubpost.evaluation.month_so_far import open_clocks
from hubpost.evaluation.period import Period, period_of
from hubpost.evaluation.records import Records
from hubpost.evaluation.sharing import shared_evaluation
from hubpost.reporting.evaluation_account import make_account
from hubpost.reporting.evaluation_document import page_pictures, write_docx, write_pdf
from hubpost.reporting.evaluation_page import account_page
from hubpost.reporting.evaluation_report import station_ids
from hubpost.reporting.evaluation_typst import briefs_typst
from hubpost.reporting.row_links import RowLinks
from hubpost.reporting.station_words import english_station_name, romanised
from tests.reporting.fullest import fullest_records

JUNE = period_of(date(2024, 6, 1), date(2024, 6, 30))
YEAR = period_of(date(2024, 1, 1), date(2024, 12, 31))


@pytest.fixture(scope="module")
def records():
    return fullest_records()


@pytest.fixture(scope="module")
def june(records):
    found = evaluate_frame(
        records, JUNE, rng=np.random.default_rng(0), name="黔江区", name_en="Qianjiang"
    )
    return with_month(found, records, datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture(scope="module")
def year(records):
    return evaluate_frame(records, YEAR, rng=np.random.default_rng(0), name="黔江区", checked=())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_brief_of_every_station_is_one_page_when_all_figures_are_known(june, language):
    """Each brief begins a page, so as many pages as stations is one page each."""
    stations = station_ids(june)
    accounts = [make_account(june, language, s) for s in stations]
    assert len(stations) == 25
    assert all(len(a.sections[0].rows) == len(read_catalogue()) for a in accounts)
    assert len(page_pictures(briefs_typst(accounts, language), ppi=8)) == len(stations)


def test_a_brief_that_cannot_fit_takes_more_pages_and_is_not_cut(june):
    """The page count above can fail: a brief of 120 rows has more than one."""
    account = make_account(june, "zh", station_ids(june)[0])
    long = replace(account.sections[0], rows=account.sections[0].rows * 4, queries=())
    source = briefs_typst([replace(account, sections=(long,))], "zh")
    assert len(page_pictures(source, ppi=8)) > 1


def test_the_numbers_of_a_brief_lead_to_their_rows_or_to_the_list_in_its_page(june, tmp_path):
    station = station_ids(june)[0]
    account = make_account(june, "zh", station)
    write_docx(account, tmp_path / "a.docx", "zh", RowLinks("http://10.0.0.5:8000"))
    with ZipFile(tmp_path / "a.docx") as archive:
        links = archive.read("word/_rels/document.xml.rels").decode()
    assert links.count("http://10.0.0.5:8000/figures/rows?code=") == len(account.sections[0].rows)
    assert f"station={station}" in links
    write_pdf(account, tmp_path / "a.pdf", "zh", RowLinks(page="001.zh.html"))
    assert b"001.zh.html#query-calls_all-2024-06-01" in (tmp_path / "a.pdf").read_bytes()
    page = account_page(june, "zh", station, "http://10.0.0.5:8000")
    assert 'id="query-calls_all-2024-06-01"' in page
    assert 'href="http://10.0.0.5:8000/figures/rows?code=calls_all&amp;' in page


def test_english_reports_name_stations_in_both_scripts(june):
    station = next(s for s, n in june.station_names.items() if n == "水市派出所")
    assert make_account(june, "en", station).title == "Brief: Shuishi 水市"
    assert make_account(june, "zh", station).title == "水市派出所工作简报"


def test_pinyin_agrees_with_every_english_name_that_the_county_gives(june):
    """25 station names of GeoNames, one of them with an apostrophe: Lin'e."""
    given = june.station_names_en
    assert len(given) == 25
    made = {s: romanised(n.removesuffix("派出所")) for s, n in june.station_names.items()}
    assert made == dict(given)
    assert english_station_name("重庆派出所") == "Chongqing 重庆"
    assert english_station_name("Sant Julià", "") == "Sant Julià"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_monthly_account_has_the_month_the_year_so_far_and_what_is_open(june, language):
    headings = {
        "zh": ["本月概况", "本月指标", "本年累计", "未结与到期事项", "数据可信性"],
        "en": ["The month in brief", "Figures of the month", "The year so far",
               "Open, and due next", "Can the data be trusted?"],
    }  # fmt: skip
    account = make_account(june, language)
    assert [s.heading for s in account.sections] == headings[language]
    month, running = (s.rows[0][1].replace(",", "") for s in account.sections[1:3])
    calls = june.find("calls_all").now.value
    so_far = next(r for r in june.running if r.kpi.code == "calls_all" and not r.station_id)
    assert (month, running) == (f"{calls:.0f}", f"{so_far.now.value:.0f}")
    assert so_far.now.value > calls


def test_the_annual_evaluation_has_chapters_and_comparisons_that_a_month_has_not(year, june):
    headings = [s.heading for s in make_account(year, "zh").sections]
    assert headings == [
        "总体情况", "警情与响应", "案件与矛盾纠纷", "基础工作与服务", "警力下沉与减负",
        "派出所之间的差异", "数据可信性",
    ]  # fmt: skip
    chapters = make_account(year, "zh").sections[1:5]
    assert sum(len(s.rows) for s in chapters) == len(read_catalogue())
    assert make_account(year, "zh").sections[5].charts
    assert not any(s.charts for s in make_account(june, "zh").sections)


def test_what_is_open_is_counted_at_the_end_of_the_month_and_not_later():
    """Four tasks by hand: done in time, late at the end, due next month, due later."""
    at = [datetime(2024, 6, 10, tzinfo=UTC), datetime(2024, 6, 20, tzinfo=UTC),
          datetime(2024, 7, 31, 12, tzinfo=UTC), datetime(2024, 8, 2, tzinfo=UTC)]  # fmt: skip
    done = [datetime(2024, 6, 9, tzinfo=UTC), datetime(2024, 7, 3, tzinfo=UTC), None, None]
    tasks = _frame({"station_id": ["a", "a", "b", "b"], "due_at": at, "done_at": done})
    found = [at[0], at[1], at[3]]
    disputes = _frame(
        {"station_id": ["a"] * 3, "found_at": found, "resolved_at": [at[1], at[2], None]}
    )
    records = Records({"tasks": tasks, "disputes": disputes}, "Asia/Shanghai")
    clocks = {(c.source, c.station_id): c for c in open_clocks(records, JUNE, at[3])}
    county = clocks["tasks", COUNTY]
    assert (county.open, county.late, county.due_next) == (None, 1, 1)
    assert (clocks["tasks", "a"].late, clocks["tasks", "b"].late) == (1, 0)
    assert (clocks["disputes", COUNTY].open, clocks["disputes", COUNTY].late) == (1, None)
    early = {c.station_id: c for c in open_clocks(records, JUNE, at[0]) if c.source == "tasks"}
    assert early[COUNTY].late == 0


def _frame(columns):
    times = pl.col(pl.Datetime).cast(pl.Datetime("us", "UTC"))
    return pl.DataFrame(columns).with_columns(times)


def test_an_account_to_be_shared_tells_neither_the_year_so_far_nor_what_is_open(june):
    shared = shared_evaluation(june)
    assert (shared.running, shared.clocks) == ((), ())
    assert "本年累计" not in [s.heading for s in make_account(shared, "zh").sections]


def test_a_month_and_a_year_of_the_calendar_are_told_from_any_other_period():
    assert JUNE.is_month
    assert YEAR.is_year
    assert period_of(date(2024, 2, 1), date(2024, 2, 29)).is_month
    assert not Period(date(2024, 6, 1), date(2024, 6, 30)).is_month
    assert not Period(date(2024, 6, 2), date(2024, 7, 2)).is_month
    assert not Period(date(2024, 2, 1), date(2025, 2, 1)).is_year
