"""The account as a workbook: every figure as numbers, with its counts, words and query."""

from pathlib import Path
from typing import Any

import xlsxwriter

from hubpost.evaluation.evaluate import Evaluation
from hubpost.evaluation.kpi_counts import COUNTY
from hubpost.evaluation.kpis import KpiResult
from hubpost.evaluation.statements import label_words, say
from hubpost.reporting.evaluation_account import make_account
from hubpost.reporting.figure_texts import notes_text
from hubpost.reporting.section import Account
from hubpost.reporting.station_words import station_words

_HEAD = (
    "派出所 station", "代码 code", "指标 figure", "本期 now", "下限 low", "上限 high",
    "依据 counts", "上年同期 last year", "同比 change", "下限 low", "上限 high", "p",
    "校正p adjusted p", "标注 labels", "说明 notes", "查询 query",
)  # fmt: skip


def write_workbook(evaluation: Evaluation, path: Path, station_id: str = COUNTY) -> None:
    """Sheets: figures of county and stations, findings, the account in Chinese and English."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True, "text_wrap": True})
        _figures(book.add_worksheet("指标 figures"), evaluation, bold)
        _findings(book.add_worksheet("核查 findings"), evaluation, bold)
        for name, language in (("报告", "zh"), ("account", "en")):
            account = make_account(evaluation, language, station_id)
            _account(book.add_worksheet(name), account, bold)


def _account(sheet: Any, account: Account, bold: Any) -> None:
    """Title, then each section's heading, sentences, table and legend, a blank line after each."""
    sheet.set_column(0, 8, 22)
    lines: list[tuple[tuple[str, ...], bool]] = [
        ((text,), True) for text in (account.title, account.period, account.labels)
    ]
    for section in account.sections:
        lines.append(((section.heading,), True))
        lines += [((sentence,), False) for sentence in section.sentences]
        lines.append((section.columns, True))
        lines += [(row, False) for row in section.rows]
        lines += [((section.legend,), False), ((), False)]
    for at, (line, head) in enumerate(lines):
        for column, text in enumerate(line):
            sheet.write_string(at, column, text, bold if head else None)


def _figures(sheet: Any, evaluation: Evaluation, bold: Any) -> None:
    for column, name in enumerate(_HEAD):
        sheet.write_string(0, column, name, bold)
    called = station_words(evaluation, "en")
    for at, r in enumerate(evaluation.results, 1):
        for column, value in enumerate(_cells(r, evaluation, called)):
            if isinstance(value, float):
                sheet.write_number(at, column, value)
            elif value:
                sheet.write_string(at, column, value)
    sheet.freeze_panes(1, 3)
    sheet.autofilter(0, 0, len(evaluation.results), len(_HEAD) - 1)
    sheet.set_column(0, 2, 18)


def _cells(
    r: KpiResult, evaluation: Evaluation, called: dict[str, str]
) -> tuple[float | str | None, ...]:
    station = called.get(r.station_id, r.station_id) or evaluation.name
    counts = ", ".join(f"{k}={v:g}" for k, v in r.now.counts.items())
    query = "; ".join(f"{k}={v}" for k, v in r.query.items() if v)
    return (
        station, r.kpi.code, r.kpi.name_zh, r.now.value, r.now.low, r.now.high, counts,
        r.last_year.value, r.change.value, r.change.low, r.change.high, r.p,
        evaluation.adjusted_p.get((r.kpi.code, r.station_id)),
        label_words(r.labels), notes_text(r, "zh") or say(r.now.statement), query,
    )  # fmt: skip


def _findings(sheet: Any, evaluation: Evaluation, bold: Any) -> None:
    head = ("派出所 station", "代码 code", "条数 hits", "总数 of", "发现", "finding",
            "不参与比较 bars", "例 examples")  # fmt: skip
    for column, name in enumerate(head):
        sheet.write_string(0, column, name, bold)
    called = station_words(evaluation, "en")
    for at, f in enumerate(evaluation.findings, 1):
        station = called.get(f.station_id, f.station_id)
        row = (station, f.code, float(f.hits), float(f.of), f.words("zh"), f.words("en"),
               "是 yes" if f.bars else "", ", ".join(f.examples))  # fmt: skip
        for column, value in enumerate(row):
            write = sheet.write_number if isinstance(value, float) else sheet.write_string
            write(at, column, value)
