"""The account in all its forms: same numbers, labels beside them, nothing unknown shown as 0."""

import json
import re
import xml.etree.ElementTree as ET
from datetime import date
from zipfile import ZipFile

import fastexcel
import numpy as np
import polars as pl
import pytest

from hubpost.evaluation.evaluate import Reform, evaluate_frame
from hubpost.evaluation.evaluation_json import evaluation_to_json
from hubpost.evaluation.period import period_of
from hubpost.evaluation.prediction import Prediction
from hubpost.evaluation.records import Records
from hubpost.reporting.evaluation_account import make_account
from hubpost.reporting.evaluation_page import account_page
from hubpost.reporting.evaluation_report import write_evaluation
from hubpost.reporting.evaluation_typst import account_typst
from tests.evaluation.test_plausibility import clean

STATIONS = {s: f"{s}派出所" for s in "abcde"}


def evaluated(seed=0, **more):
    calls = clean(n=4000)
    response = (calls["arrived_at"] - calls["received_at"]).dt.total_seconds() / 60
    prediction = Prediction(
        "plan-7",
        {s: response.filter(calls["station_id"] == s).to_numpy() for s in STATIONS},
        {"response_p50": np.full(50, 13.0) + np.linspace(-1, 1, 50)},
    )
    records = Records(
        {"calls": calls}, "Asia/Shanghai", {"calls": ("synthetic",)},
        population=dict.fromkeys("abcde", 5000.0), station_names=STATIONS,
    )  # fmt: skip
    return evaluate_frame(
        records, period_of(date(2024, 1, 1), date(2024, 12, 31)), rng=np.random.default_rng(seed),
        name="甲县", name_en="County A",
        reform=Reform(date(2024, 1, 1), {"a": date(2024, 1, 1), "b": date(2024, 6, 1)}),
        prediction=prediction, checksums={"calls.csv": "ab" * 32}, **more,
    )  # fmt: skip


def figure_rows(account):
    return [row for s in account.sections if s.queries for row in s.rows]


@pytest.fixture(scope="module")
def evaluation():
    return evaluated()


def test_same_seed_same_answer(evaluation):
    one, two = (json.dumps(evaluation_to_json(e)) for e in (evaluation, evaluated()))
    assert one == two


def test_json_holds_every_number_with_counts_labels_query_and_adjusted_p(evaluation):
    body = json.loads(json.dumps(evaluation_to_json(evaluation), allow_nan=False))
    kpi = body["county"]["calls_criminal"]
    assert kpi["now"]["counts"]["events"] == kpi["now"]["value"]
    assert kpi["labels"] == ["synthetic"]
    assert kpi["query"]["where"] == "category = 'criminal'"
    assert kpi["p"] <= kpi["adjusted_p"] <= 1
    assert body["county"]["clearance"]["now"]["value"] is None
    assert "not a zero" in body["county"]["clearance"]["says"]["no_data"]["en"]
    assert set(body["stations"]) == set(STATIONS)
    assert len(body["effects"]) == 4
    assert {f["kpi"] for f in body["funnels"]} >= {"calls_all", "calls_traffic"}


def test_a_prediction_made_of_the_same_calls_is_found_right(evaluation):
    body = evaluation_to_json(evaluation)["predicted"]
    assert body["verdict"] == "as_predicted"
    assert body["labels"] == ["simulated"]
    assert "simulated" in evaluation.labels
    assert body["figures"]["response_p50"]["counts"]["replications"] == 50


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_percentage_in_the_account_stands_in_a_row_with_counts(evaluation, language):
    rows = figure_rows(make_account(evaluation, language))
    assert any("%" in row[5] for row in rows)
    for row in rows:
        if "%" in row[5]:
            assert re.search(r"\d", row[3]), row


@pytest.mark.parametrize("language", ["zh", "en"])
def test_synthetic_and_simulated_stand_beside_what_they_mark(evaluation, language):
    word = {"zh": "合成", "en": "synthetic"}[language]
    account = make_account(evaluation, language)
    assert word in account.labels
    assert all(word in row[0] for row in figure_rows(account))
    assert all(word in sentence for sentence in account.sections[0].sentences[:-1])
    effects = next(s for s in account.sections if "改革" in s.heading or "reform" in s.heading)
    assert all(word in sentence for sentence in effects.sentences)
    predicted = account.sections[-2]
    assert {"zh": "模拟", "en": "simulated"}[language] in predicted.sentences[0]


def test_figures_without_data_are_named_and_have_no_row(evaluation):
    account = make_account(evaluation, "zh")
    assert "现案破案率" in account.sections[-1].sentences[0]
    assert not any("现案破案率" in row[0] for row in figure_rows(account))


def test_the_page_is_one_well_formed_file_with_a_table_and_a_named_chart_each(evaluation):
    page = account_page(evaluation, "zh")
    charts = re.findall(r"<svg.*?</svg>", page, re.S)
    assert len(charts) == len(evaluation.effects) + len(evaluation.funnels) + 1
    for chart in charts:
        assert ET.fromstring(chart).attrib["aria-label"]  # noqa: S314
    assert "<script" not in page
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")
    assert page.count("<table>") >= 3


def test_names_from_the_data_cannot_write_into_the_page():
    evil = evaluated(catalogue=None)
    names = dict(evil.station_names, a="<script>alert(1)</script>")
    from dataclasses import replace

    page = account_page(replace(evil, station_names=names), "zh", "a")
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_all_forms_are_written_and_can_be_opened(evaluation, tmp_path):
    files = write_evaluation(evaluation, tmp_path, briefs=True)
    names = {p.relative_to(tmp_path).as_posix() for p in files}
    assert {"evaluation.json", "figures.xlsx", "account.zh.pdf", "account.en.docx"} <= names
    assert sum(n.startswith("briefs/") and n.endswith(".zh.html") for n in names) == 5
    assert sum(n.startswith("briefs/") and n.endswith(".en.pdf") for n in names) == 6
    page = (tmp_path / "account.zh.html").read_text("utf-8")
    assert sorted(re.findall('href="#(query-[^"]*)', page)) == sorted(
        re.findall('id="(query-[^"]*)', page)
    )
    assert (tmp_path / "account.zh.pdf").read_bytes().startswith(b"%PDF")
    with ZipFile(tmp_path / "account.zh.docx") as archive:
        body = archive.read("word/document.xml").decode()
    assert "甲县年度运行评估报告" in body
    assert 'w:eastAsia="仿宋_GB2312"' in body


def test_the_workbook_has_numbers_as_numbers_and_blank_where_unknown(evaluation, tmp_path):
    write_evaluation(evaluation, tmp_path, ("xlsx",))
    sheet = fastexcel.read_excel(tmp_path / "figures.xlsx").load_sheet(0).to_polars()
    row = sheet.filter(pl.col("代码 code") == "calls_all").row(0, named=True)
    assert row["本期 now"] == evaluation.find("calls_all").now.value
    assert row["标注 labels"] == "合成"
    blank = sheet.filter(pl.col("代码 code") == "clearance").row(0, named=True)
    assert blank["本期 now"] is None
    assert "未填零" in blank["说明 notes"]


def test_typst_markup_in_a_name_is_text(evaluation):
    from dataclasses import replace

    account = make_account(replace(evaluation, name="#panic(1) *x* $y$"), "zh")
    assert r"\#panic(1) \*x\* \$y\$" in account_typst(account)


def test_figures_that_failed_a_check_say_so_and_are_in_no_funnel():
    calls = clean(n=4000).with_columns(
        arrived_at=pl.when(pl.col("station_id") == "b").then("received_at").otherwise("arrived_at")
    )
    records = Records({"calls": calls}, "Asia/Shanghai", station_names=STATIONS)
    period = period_of(date(2024, 1, 1), date(2024, 12, 31))
    found = evaluate_frame(records, period, rng=np.random.default_rng(0))
    assert "implausible" in found.find("response_p50", "b").now.notes
    assert "implausible" not in found.find("response_p50", "c").now.notes
    assert "implausible" not in found.find("calls_all", "b").now.notes


def test_false_discovery_is_controlled_over_all_stations(evaluation):
    keys = [k for k in evaluation.adjusted_p if k[1]]
    assert len(keys) > 20
    assert sum(evaluation.adjusted_p[k] < 0.05 for k in keys) == 0
