"""A roster of secondments as a workbook: tours, calendar, what stays open, headquarters."""

import io
from collections.abc import Mapping
from datetime import datetime

import polars as pl
import xlsxwriter

from hubpost.planning.roster_report import RosterReport
from hubpost.tables.staffing_tables import both_words
from hubpost.tables.xlsx import new_workbook, write_cell, write_table

_HEADERS = {
    "officer_id": "民警编号 officer",
    "section": "部门 section",
    "cycle": "周期 cycle",
    "post_id": "派出所编号 station id",
    "station": "派出所 station",
    "first_day": "到岗 first day",
    "last_day": "离岗 last day",
    "handed_over_by": "交接至 handed over by",
    "months": "月数 months",
    "distance_km": "离家(公里) km from home",
    "wished": "符合意向 wished for",
    "move": "变动 change",
    "month": "月份 month",
    "seats": "空缺席位 seats empty",
    "skill": "所缺专长 skill missing",
    "size": "编制内 officers",
    "away": "下沉 away",
    "stay": "在岗 staying",
    "keep": "最低 at least",
    "labels": "标注 labels",
    "fact": "项目 fact",
    "value": "内容 value",
}
CYCLE_ZH = {"large": "大循环 large", "small": "小循环 small"}
STATUS_ZH = {
    "optimal": "最优 optimal", "feasible": "可行 feasible", "infeasible": "无解 infeasible",
    "unknown": "未知 unknown",
}  # fmt: skip


def roster_workbook(report: RosterReport, created: datetime) -> bytes:
    """XLSX with tabs of tours, months × posts, what stays empty, headquarters, and facts."""
    buffer = io.BytesIO()
    headers = _headers(report)
    with new_workbook(buffer, created) as book:
        write_table(book, "下沉 tours", tour_frame(report), headers)
        _write_calendar(book, report)
        write_table(book, "空缺 open", open_frame(report), headers)
        write_table(book, "机关 headquarters", cover_frame(report), headers)
        write_table(book, "依据 basis", _fact_frame(report), headers)
    return buffer.getvalue()


def tour_frame(report: RosterReport) -> pl.DataFrame:
    """One row for each tour, then those of the former roster that are given up."""
    of = {o.id: o for o in report.officers}
    words = both_words(report.labels)
    rows = []
    for tour in (*report.roster.tours, *report.roster.changed):
        officer, kept = of[tour.officer_id], tour in report.roster.tours
        known = tour.post_id in officer.distance_km
        rows.append({
            "officer_id": tour.officer_id,
            "section": officer.section,
            "cycle": CYCLE_ZH.get(officer.cycle, officer.cycle),
            "post_id": tour.post_id,
            "station": report.names.get(tour.post_id, ""),
            "first_day": report.first_day(tour.start).isoformat(),
            "last_day": report.last_day(tour.end).isoformat(),
            "handed_over_by": report.last_day(tour.handed_over).isoformat(),
            "months": tour.end - tour.start,
            "distance_km": officer.distance_km[tour.post_id] if known else None,
            "wished": "是 yes" if officer.preference.get(tour.post_id) else "",
            "move": "新增 new" if tour in report.new else "" if kept else "取消 given up",
            "labels": words,
        })  # fmt: skip
    names = [*list(_HEADERS)[:12], "labels"]
    return pl.DataFrame(rows, schema=None if rows else dict.fromkeys(names, pl.String))


def open_frame(report: RosterReport) -> pl.DataFrame:
    """Empty seats and missing skills, month by month; no row when nothing stays open."""
    schema = {
        "post_id": pl.String, "station": pl.String, "month": pl.String, "seats": pl.Int64,
        "skill": pl.String,
    }  # fmt: skip
    seats = [(p, m, n, None) for p, m, n in report.roster.empty]
    skills = [(p, m, None, s) for p, m, s in report.roster.missing_skills]
    rows = [
        (p, report.names[p], _month(report, m), n, s)
        for p, m, n, s in sorted([*seats, *skills], key=lambda r: (r[0], r[1], str(r[3])))
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def cover_frame(report: RosterReport) -> pl.DataFrame:
    """Every section of headquarters in every month."""
    rows = [
        {"section": c.section, "month": _month(report, c.month), "size": c.size, "away": c.away,
         "stay": c.stay, "keep": c.keep}
        for c in report.cover
    ]  # fmt: skip
    return pl.DataFrame(rows)


def _headers(report: RosterReport) -> Mapping[str, str]:
    guess = "estimated" in report.labels
    return _HEADERS | (
        {"distance_km": f"{_HEADERS['distance_km']} (估算 estimated)"} if guess else {}
    )


def _write_calendar(book: xlsxwriter.Workbook, report: RosterReport) -> None:
    sheet = book.add_worksheet("日历 calendar")
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    full = book.add_format({"text_wrap": True, "valign": "top", "bg_color": "#E3F1E3"})
    short = book.add_format({"text_wrap": True, "valign": "top", "bg_color": "#FBE3D6"})
    words = both_words(report.labels)
    title = f"派出所 station ({words})" if words else "派出所 station"
    for column, text in enumerate((title, "席位 seats")):
        write_cell(sheet, 0, column, text, bold)
    for month in range(report.params.months):
        write_cell(sheet, 0, 2 + month, _month(report, month), bold)
    empty = {(p, m): n for p, m, n in report.roster.empty}
    for row, post in enumerate(report.posts, 1):
        write_cell(sheet, row, 0, report.names[post.id], bold)
        write_cell(sheet, row, 1, post.seats)
        for month in range(report.params.months):
            there = [
                t.officer_id
                for t in report.roster.tours
                if t.post_id == post.id and t.start <= month < t.end
            ]
            n = empty.get((post.id, month), 0)
            cell = "\n".join([*there, *([f"空缺 empty {n}"] if n else [])])
            write_cell(sheet, row, 2 + month, cell, short if n else full)
    sheet.set_column(0, 0, 24)
    sheet.set_column(2, 1 + report.params.months, 10)
    sheet.freeze_panes(1, 2)


def _month(report: RosterReport, month: int) -> str:
    return report.first_day(month).strftime("%Y-%m")


def _fact_frame(report: RosterReport) -> pl.DataFrame:
    roster = report.roster
    lines: dict[str, object] = {
        "状态 status": STATUS_ZH[roster.status],
        "说明 reason": roster.reason,
        "目标值 objective": roster.objective,
        "下界 bound": roster.bound,
        "差距 gap": None if roster.gap is None else f"{roster.gap:.4%}",
        "最远离家(公里) longest way, km": roster.longest_km,
        "取消的下沉 tours given up": len(roster.changed) or None,
        "新增的下沉 tours new": len(report.new) or None,
        "标注 labels": both_words(report.labels),
        **{f"注意 note {k}": note for k, note in enumerate(report.notes, 1)},
        "设置文件 settings": ", ".join(report.settings),
        "版本 version": report.version,
        **{f"sha256 {k}": v for k, v in report.inputs.items()},
    }
    values = ["" if v is None else str(v) for v in lines.values()]
    return pl.DataFrame({"fact": list(lines), "value": values})
