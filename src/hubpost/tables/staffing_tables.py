"""A staffing as a workbook: stations, stations by hour of week, and what it rests on."""

import io
from datetime import datetime

import polars as pl
import xlsxwriter

from hubpost.planning.staffing_report import RuralShare, StaffingReport
from hubpost.tables.xlsx import new_workbook, write_cell, write_table

DAYS = ("一 Mon", "二 Tue", "三 Wed", "四 Thu", "五 Fri", "六 Sat", "日 Sun")
#: What a figure is, in both languages; a word in brackets is added by `_marked`.
_HEADERS = {
    "id": "编号 id",
    "name": "派出所 station",
    "pool": "共用车组 units shared with",
    "today": "现有民警 officers today",
    "by_cover": "按值守需要 needed by cover",
    "by_workload": "按工作量需要 needed by workload",
    "needed": "需要(取大者) needed (the larger)",
    "over": "富余(负为不足) over (negative: short)",
    "units_today": "现有车组 units today",
    "units_mean": "平均在岗车组 mean units on duty",
    "units_most": "最多在岗车组 most units on duty",
    "calls_per_week": "每周出警 visits a week",
    "wait_share": "等待占比 share that waits",
    "wait_share_worst": "最忙一小时等待占比 the same, worst hour",
    "wait_share_today": "现有车组下等待占比 the same, units today",
    "p90_worst_min": "最差一小时九成到达(分钟) p90 response, worst hour, min",
    "hours_met": "达标小时数(共168) hours that meet the targets, of 168",
    "unreachable": "无路可达村社 areas without a way",
    "seconded": "下沉民警(月均) seconded, mean of months",
    "over_with_seconded": "计入下沉后富余 over with those seconded",
    "labels": "标注 labels",
    "fact": "项目 fact",
    "value": "内容 value",
}
_KIND = {
    "today": "today", "by_cover": "by_cover", "by_workload": "by_workload",
    "units_today": "units_today", "wait_share_today": "units_today", "wait_share": "by_cover",
    "p90_worst_min": "by_cover", "units_mean": "by_cover", "seconded": "seconded",
}  # fmt: skip
WORDS_ZH = {"synthetic": "合成", "estimated": "估算", "stand-in": "替代", "simulated": "模拟"}


def staffing_workbook(report: StaffingReport, created: datetime) -> bytes:
    """XLSX: stations, stations × 168 hours with a colour scale, and facts with every assumption."""
    buffer = io.BytesIO()
    with new_workbook(buffer, created) as book:
        write_table(book, "派出所 stations", station_frame(report), _headers(report))
        _write_hours(book, report)
        write_table(book, "依据 basis", _fact_frame(report), _HEADERS)
    return buffer.getvalue()


def both_words(labels: tuple[str, ...]) -> str:
    """The words that stand beside a figure, in both languages."""
    return ", ".join(f"{WORDS_ZH.get(word, word)} {word}" for word in labels)


def station_frame(report: StaffingReport) -> pl.DataFrame:
    """One row for each station."""
    columns = [c for c in _HEADERS if c not in ("labels", "fact", "value", "p90_worst_min")]
    rows = [
        {
            **{c: getattr(s, c) for c in columns},
            "p90_worst_min": None if s.p90_worst_s is None else s.p90_worst_s / 60,
            "labels": both_words(report.labels),
        }
        for s in report.stations
    ]
    frame = pl.DataFrame(rows, infer_schema_length=None)
    return frame.with_columns(pl.selectors.float().round(3))


def _headers(report: StaffingReport) -> dict[str, str]:
    """Every header with the words of its own figures."""
    marked = {}
    for column, header in _HEADERS.items():
        words = report.labels_of.get(_KIND.get(column, ""), ())
        marked[column] = f"{header} ({both_words(words)})" if words else header
    return marked


def _write_hours(book: xlsxwriter.Workbook, report: StaffingReport) -> None:
    sheet = book.add_worksheet("逐时车组 hours")
    bold = book.add_format({"bold": True, "text_wrap": True, "align": "center"})
    words = both_words(report.labels_of["by_cover"])
    title = f"车组 units ({words})" if words else "车组 units"
    for column, text in enumerate(("编号 id", title)):
        write_cell(sheet, 0, column, text, bold)
    for hour in range(report.units.shape[1]):
        write_cell(sheet, 0, 2 + hour, f"{DAYS[hour // 24]} {hour % 24:02d}", bold)
    for row, (station, units) in enumerate(zip(report.stations, report.units, strict=True), 1):
        write_cell(sheet, row, 0, station.id)
        write_cell(sheet, row, 1, station.name)
        for hour, number in enumerate(units.tolist()):
            write_cell(sheet, row, 2 + hour, number)
    rows, hours = report.units.shape
    sheet.conditional_format(1, 2, rows, 1 + hours, {
        "type": "2_color_scale", "min_color": "#FFFFFF", "max_color": "#E07B39",
        "min_type": "num", "min_value": 0,
    })  # fmt: skip
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, 1, 22)
    sheet.set_column(2, 1 + hours, 4.5)
    sheet.freeze_panes(1, 2)


def _fact_frame(report: StaffingReport) -> pl.DataFrame:
    lines: dict[str, object] = {
        "状态 status": {"met": "达标 met", "short": "不足 short", "stopped": "已停止 stopped"}[
            report.status
        ],
        "说明 reason": report.reason,
        "标注 labels": both_words(report.labels),
        **_share_lines(report.share, both_words(report.labels_of["rural_share"])),
        **{f"假设 assumed: {k}": v for k, v in report.assumptions.items()},
        **{f"注意 note {k}": note for k, note in enumerate(report.notes, 1)},
        "版本 version": report.version,
        **{f"sha256 {k}": v for k, v in report.inputs.items()},
    }
    values = ["" if v is None else str(v) for v in lines.values()]
    return pl.DataFrame({"fact": list(lines), "value": values})


def _share_lines(share: RuralShare, words: str) -> dict[str, object]:
    mark = f" ({words})" if words else ""
    return {
        f"农村所民警 rural officers{mark}": share.rural,
        f"机关民警 officers of headquarters{mark}": share.headquarters,
        f"下沉民警 seconded{mark}": share.seconded,
        f"下沉前农村警力占比 rural share before{mark}": _percent(share.before),
        f"下沉后农村警力占比 rural share after{mark}": _percent(share.after),
        "占比说明 note on the share": share.reason,
    }


def _percent(value: float | None) -> str | None:
    return None if value is None else f"{value:.1%}"
