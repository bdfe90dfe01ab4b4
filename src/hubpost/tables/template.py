"""The empty workbook a county fills in: Chinese and English headers, notes and drop-down lists."""

from dataclasses import dataclass
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from hubpost.tables.entries import KEYS
from hubpost.tables.schema import SHEETS, Column, Sheet, indicator_columns
from hubpost.tables.words import CATEGORY_ZH, PRIORITY_ZH
from hubpost.tables.xlsx import new_workbook, write_cell

#: Rows that formats and drop-down lists reach down to.
ROWS = 20_000

_KEY_NOTES = {
    "name": "区县名称,必填 · Name of the county, required",
    "name_en": "English name",
    "timezone": "时区,必填,如 Asia/Shanghai · Time zone, required",
    "datum": "wgs84 或 gcj02,留空为 wgs84 · Datum of all coordinates",
    "roads": "同一文件夹中的 .osm.pbf 文件名 · OpenStreetMap file in the same folder",
    "synthetic": "合成的表或列,如 calls, stations.units · Sheets or columns that are made up",
    "estimated": "估算的表或列 · Sheets or columns that are estimated",
    "stand_in": "替代的表或列 · Sheets or columns that stand in for something else",
    "hubs": "中心所个数,留空由规划确定 · Number of hubs, blank: left to the plan",
    "bases_per_hub": "每个中心所带几个基础所,如 1..2 · Bases per hub, least..most",
    "border_stations": "边界所个数 · Number of border stations",
    "box": "西, 南, 东, 北(度),一般留空 · West, south, east, north, where the check refuses",
    "id": "代号,一般留空 · Key of the county, by default the file's name",
}

_NOTES = (
    ("怎样填写", "How to fill in"),
    ("每张表第一行是表头,不要改动;可以增加列,增加的列会保留。",
     "Leave the header rows as they are. Columns may be added; they are kept."),
    ("不知道的留空。留空表示不详,绝不当作零。",
     "Leave blank what is unknown: blank is never zero."),
    ("带 * 的列必填。警情需要经纬度,或者村社编号。",
     "Columns with * are required. A call needs lon and lat, or area_id."),
    ("时间写作 2024-07-03 11:02:00,按本地时间。", "Times are local: 2024-07-03 11:02:00."),
    ("用不到的表留空即可。", "Leave sheets empty that you have no use for."),
    ("不要填写任何个人姓名或证件号。", "Write no person's name or identity number anywhere."),
    ("填好后检查:hubpost check 文件.xlsx", "Then check it: hubpost check FILE.xlsx"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Styles:
    header: Format
    needed: Format
    text: Format
    clock: Format
    day: Format
    note: Format


def tab_name(sheet: Sheet) -> str:
    """The name of a sheet's tab in the template: Chinese, then English."""
    return f"{sheet.zh[0]} {sheet.name}"


def write_template(path: Path) -> None:
    """Write the empty workbook. Raises FileExistsError; nothing is ever overwritten."""
    path.open("xb").close()
    with new_workbook(path) as workbook:
        styles = _styles(workbook)
        _write_notes(workbook, styles)
        _write_settings(workbook, styles)
        for sheet in SHEETS:
            _write_sheet(workbook, sheet, styles)


def _styles(workbook: xlsxwriter.Workbook) -> _Styles:
    look = {"bold": True, "text_wrap": True, "valign": "top", "border": 1}
    return _Styles(
        workbook.add_format({**look, "bg_color": "#E8EEF5"}),
        workbook.add_format({**look, "bg_color": "#FFE9A8"}),
        workbook.add_format({"num_format": "@"}),
        workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        workbook.add_format({"num_format": "yyyy-mm-dd"}),
        workbook.add_format({"text_wrap": True, "font_color": "#555555"}),
    )


def _write_notes(workbook: xlsxwriter.Workbook, styles: _Styles) -> None:
    sheet = workbook.add_worksheet("说明 notes")
    sheet.set_column(0, 1, 60, styles.note)
    for row, pair in enumerate(_NOTES):
        for column, text in enumerate(pair):
            write_cell(sheet, row, column, text, styles.header if row == 0 else styles.note)


def _write_settings(workbook: xlsxwriter.Workbook, styles: _Styles) -> None:
    sheet = workbook.add_worksheet("区县 county")
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 30, styles.text)
    sheet.set_column(2, 2, 70, styles.note)
    for column, header in enumerate(("项目\nkey", "填写\nvalue", "说明\nnote")):
        write_cell(sheet, 0, column, header, styles.header)
    for row, (key, zh) in enumerate(KEYS.items(), 1):
        needed = key in ("name", "timezone")
        write_cell(sheet, row, 0, f"{zh[0]}\n{key}", styles.needed if needed else styles.header)
        write_cell(sheet, row, 2, _KEY_NOTES[key], styles.note)
        if key == "datum":
            sheet.data_validation(row, 1, row, 1, {"validate": "list", "source": _DATUMS})
    sheet.freeze_panes(1, 0)


_DATUMS = ["wgs84", "gcj02"]


def _write_sheet(workbook: xlsxwriter.Workbook, sheet: Sheet, styles: _Styles) -> None:
    tab = workbook.add_worksheet(tab_name(sheet))
    columns = sheet.columns + (indicator_columns() if sheet.name == "indicators" else ())
    tab.set_row(0, 45)
    for at, column in enumerate(columns):
        _write_header(tab, at, column, styles)
        limits = _limits(column, sheet)
        if limits:
            tab.data_validation(1, at, ROWS, at, limits)
    write_note = f"{sheet.note_zh}\n{sheet.note}"
    tab.write_comment(0, 0, f"{write_note}\n{_note(columns[0])}", {"x_scale": 2})
    tab.freeze_panes(1, 2)


def _write_header(tab: Worksheet, at: int, column: Column, styles: _Styles) -> None:
    star = "*" if column.required else ""
    style = styles.needed if column.required else styles.header
    write_cell(tab, 0, at, f"{column.zh[0]}{star}\n{column.name}", style)
    body = {"text": styles.text, "time": styles.clock, "date": styles.day}.get(column.kind)
    tab.set_column(at, at, 20 if body else 13, body)
    if at and _note(column):
        tab.write_comment(0, at, _note(column))


def _note(column: Column) -> str:
    return "\n".join(filter(None, (column.note_zh, column.note)))


def _limits(column: Column, sheet: Sheet) -> dict[str, object] | None:
    """The check a spreadsheet makes as a cell is filled in; it may be passed over."""
    lists = {
        "yes": ["是", "否"],
        "category": [labels[0] for labels in CATEGORY_ZH.values()],
        "priority": list(PRIORITY_ZH.values()),
        "cycle": ["大循环", "小循环"],
    }
    if column.kind in lists:
        return {"validate": "list", "source": lists[column.kind]}
    referred = {"station_id": SHEETS[0], "area_id": SHEETS[1]}.get(column.name)
    if referred is not None and referred is not sheet:
        source = f"='{tab_name(referred)}'!$A$2:$A${ROWS}"
        return {"validate": "list", "source": source, "error_type": "warning"}
    return _number_limits(column)


def _number_limits(column: Column) -> dict[str, object] | None:
    least: dict[str, tuple[str, float, float]] = {
        "count": ("integer", 0, 10**9),
        "year": ("integer", 1900, 2200),
        "degrees": ("decimal", -180, 180),
        "indicator": ("decimal", 0, 10**12),
        "positive": ("decimal", 0, 10**9),
    }
    if column.kind not in least:
        return None
    validate, low, high = least[column.kind]
    return {"validate": validate, "criteria": "between", "minimum": low, "maximum": high}
