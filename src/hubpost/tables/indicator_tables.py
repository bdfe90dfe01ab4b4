"""The indicator report as a workbook: values and sources, weights, scalings, reasons, hours."""

import io
from datetime import datetime

import numpy as np
import polars as pl
import xlsxwriter

from hubpost.planning.indicator_codes import list_indicator_codes
from hubpost.planning.indicator_report import IndicatorReport, source_of
from hubpost.tables.staffing_tables import both_words
from hubpost.tables.xlsx import new_workbook, write_cell, write_table

SOURCE_ZH = {"read": "填报 read", "computed": "计算 computed", "missing": "缺失 missing"}
_COLOURS = {"read": "#FFFFFF", "computed": "#DCE9F7", "missing": "#F7D9D0"}
_SCALING_ZH = {"percentile": "百分位", "min-max": "极差"}
_HEADERS = {
    "id": "编号 id",
    "name": "派出所 station",
    "code": "代码 code",
    "indicator": "指标 indicator",
    "unit": "单位 unit",
    "direction": "方向 direction",
    "origin": "由来 basis",
    "read": "填报所数 stations read",
    "computed": "计算所数 stations computed",
    "missing": "缺失所数 stations missing",
    "computed_from": "计算依据 computed from",
    "declared": "声明权重 declared weight",
    "entropy": "熵权 entropy weight",
    "critic": "CRITIC 权重 CRITIC weight",
    "value": "值 value",
    "scaled": "换算值 scaled",
    "share": "权重占比 share",
    "adds": "贡献 adds",
    "source": "来源 source",
    "score": "评分 score",
    "stations": "缺失的派出所 stations without it",
    "total": "合计(警力小时/年) total, officer-hours a year",
    "calls": "警情 calls",
    "labels": "标注 labels",
    "fact": "项目 fact",
    "what": "内容 value",
}
_NAMES = {c.code: f"{c.name_zh} {c.name_en}" for c in list_indicator_codes()}


def indicator_workbook(report: IndicatorReport, created: datetime) -> bytes:
    """XLSX: values with their sources in colour, missing, weights, both scalings, scores, the
    reasons of each score, workload by part, and every assumption.
    """
    buffer = io.BytesIO()
    with new_workbook(buffer, created) as book:
        _write_values(book, report)
        write_table(book, "缺失 missing", _missing_frame(report), _HEADERS)
        write_table(book, "权重 weights", _weight_frame(report), _HEADERS)
        for scaling in report.cards:
            tab = f"{_SCALING_ZH[scaling]} {scaling}"
            write_table(book, tab, _scaled_frame(report, scaling), _HEADERS)
        write_table(book, "评分 scores", _score_frame(report), _HEADERS)
        write_table(book, "评分理由 why", _reason_frame(report), _HEADERS)
        write_table(book, "工作量 workload", _workload_frame(report), _workload_headers())
        write_table(book, "依据 basis", _fact_frame(report), _HEADERS)
    return buffer.getvalue()


def _write_values(book: xlsxwriter.Workbook, report: IndicatorReport) -> None:
    """Stations × 29; the colour and the second block say read, computed or missing."""
    sheet = book.add_worksheet("指标 indicators")
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    styles = {s: book.add_format({"bg_color": c}) for s, c in _COLOURS.items()}
    table, width = report.table, len(report.table.codes)
    for column, text in enumerate(("编号 id", "派出所 station")):
        write_cell(sheet, 0, column, text, bold)
    for j, basis in enumerate(report.codes):
        words = f" ({both_words(basis.labels)})" if basis.labels else ""
        text = f"{basis.code.code} {_NAMES[basis.code.code]}, {basis.code.unit}{words}"
        write_cell(sheet, 0, 2 + j, text, bold)
        write_cell(sheet, 0, 2 + width + j, f"{basis.code.code} 来源 source", bold)
    for k, name in enumerate(report.names):
        write_cell(sheet, k + 1, 0, table.station_ids[k])
        write_cell(sheet, k + 1, 1, name)
        for j in range(width):
            source, value = source_of(table, k, j), float(table.values[k, j])
            shown = None if np.isnan(value) else round(value, 4)
            write_cell(sheet, k + 1, 2 + j, shown, styles[source])
            write_cell(sheet, k + 1, 2 + width + j, SOURCE_ZH[source], styles[source])
    sheet.set_column(0, 1, 14)
    sheet.set_column(2, 1 + 2 * width, 12)
    sheet.freeze_panes(1, 2)


def _missing_frame(report: IndicatorReport) -> pl.DataFrame:
    names = dict(zip(report.table.station_ids, report.names, strict=True))
    rows = [
        (str(row["code"]), _NAMES[str(row["code"])], len(ids), "、".join(names[i] for i in ids))
        for row in report.table.missing()
        if isinstance(ids := row["stations"], list)
    ]
    schema = {"code": pl.String, "indicator": pl.String, "missing": pl.Int64, "stations": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _weight_frame(report: IndicatorReport) -> pl.DataFrame:
    rows = [
        {
            "code": b.code.code,
            "indicator": _NAMES[b.code.code],
            "unit": b.code.unit,
            "direction": b.code.direction,
            "origin": b.code.basis,
            "read": b.read,
            "computed": b.computed,
            "missing": b.missing,
            "computed_from": ", ".join(b.computed_from),
            "declared": b.declared,
            "entropy": b.entropy,
            "critic": b.critic,
            "labels": both_words(b.labels),
        }
        for b in report.codes
    ]
    return pl.DataFrame(rows, infer_schema_length=None).with_columns(pl.selectors.float().round(4))


def _scaled_frame(report: IndicatorReport, scaling: str) -> pl.DataFrame:
    card = report.cards[scaling]
    columns: dict[str, object] = {"id": list(report.table.station_ids), "name": list(report.names)}
    for j, code in enumerate(card.codes):
        columns[f"{code} {_NAMES[code]}"] = [_shown(v) for v in card.scaled[:, j]]
    return pl.DataFrame(columns)


def _score_frame(report: IndicatorReport) -> pl.DataFrame:
    columns: dict[str, object] = {"id": list(report.table.station_ids), "name": list(report.names)}
    columns["score"] = report.card.scores.tolist()
    for scaling, card in report.cards.items():
        columns[f"{_SCALING_ZH[scaling]}评分 score by {scaling}"] = card.scores.tolist()
    columns["labels"] = [both_words(report.labels)] * len(report.names)
    return pl.DataFrame(columns).sort("score", descending=True)


def _reason_frame(report: IndicatorReport) -> pl.DataFrame:
    names = dict(zip(report.table.station_ids, report.names, strict=True))
    rows = [
        {
            "id": station_id,
            "name": names[station_id],
            "code": r.code,
            "indicator": _NAMES[r.code],
            "value": round(r.value, 4),
            "scaled": round(r.scaled, 4),
            "share": round(r.share, 4),
            "adds": round(r.adds, 4),
            "source": SOURCE_ZH[r.source],
        }
        for station_id, reasons in report.reasons.items()
        for r in reasons
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def _workload_frame(report: IndicatorReport) -> pl.DataFrame:
    workload = report.workload
    columns: dict[str, object] = {"id": list(report.table.station_ids), "name": list(report.names)}
    for j, part in enumerate(workload.components):
        columns[part] = [round(float(v), 1) for v in workload.hours[:, j]]
    columns["total"] = [round(float(v), 1) for v in workload.total_h]
    columns["labels"] = [both_words(report.labels)] * len(report.names)
    return pl.DataFrame(columns)


def _workload_headers() -> dict[str, str]:
    return _HEADERS | {code: f"{code} {name}" for code, name in _NAMES.items()}


def _fact_frame(report: IndicatorReport) -> pl.DataFrame:
    assumed = report.workload.assumptions
    lines: dict[str, object] = {
        "标注 labels": both_words(report.labels),
        "评分所用换算 scaling that counts": report.weights.scaling,
        "权重文件 weights": report.weights.source,
        "无值而未用的指标 weighted without any value": ", ".join(report.card.unused),
        "工作量假设文件 workload assumptions": assumed.source,
        "假设 assumed: 每车组人数 officers per unit": assumed.officers_per_unit,
        "假设 assumed: 无记录时每警小时 hours a call without times": assumed.default_on_call_h,
        **{f"假设 assumed: 后续 follow-up {k}, h": v for k, v in assumed.follow_up_h.items()},
        **{f"假设 assumed: {k} {_NAMES[k]}, h": v for k, v in assumed.per_indicator_h.items()},
        **{f"注意 note {k}": note
           for k, note in enumerate((*report.table.notes, *report.workload.notes), 1)},
        "版本 version": report.version,
        **{f"sha256 {k}": v for k, v in report.inputs.items()},
    }  # fmt: skip
    return pl.DataFrame({"fact": list(lines), "what": [str(v) for v in lines.values()]})


def _shown(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 4)
