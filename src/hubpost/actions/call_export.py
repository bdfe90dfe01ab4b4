"""Calls with all their milestones and intervals, as a table, CSV or XLSX; no person in it."""

from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl
import sqlalchemy as sa

from hubpost.storage import schema
from hubpost.tables.xlsx import new_workbook, write_table

_MILESTONES = ("assigned_at", "acknowledged_at", "enroute_at", "arrived_at", "feedback_at")
#: Interval -> (from, to), as in the glossary; a missing or negative leg stays blank, never 0.
INTERVALS = {
    "call_processing_s": ("received_at", "assigned_at"),
    "turnout_s": ("assigned_at", "enroute_at"),
    "travel_s": ("enroute_at", "arrived_at"),
    "response_s": ("received_at", "arrived_at"),
    "on_scene_s": ("arrived_at", "left_at"),
    "late_s": ("predicted_arrival_at", "arrived_at"),
    "member_first_s": ("received_at", "member_first_at"),
}
HEADERS = {
    "number": "警情编号",
    "received_at": "接警时间",
    "category": "类别",
    "priority": "等级",
    "station_id": "所属派出所",
    "room_id": "处置指挥室",
    "area_id": "村社",
    "assigned_at": "派警时间",
    "acknowledged_at": "签收时间",
    "enroute_at": "出警时间",
    "arrived_at": "到达时间",
    "feedback_at": "反馈时间",
    "left_at": "撤离时间",
    "closed_at": "办结时间",
    "predicted_arrival_at": "预计到达",
    "call_processing_s": "接派时长（秒）",
    "turnout_s": "出动时长（秒）",
    "travel_s": "行车时长（秒）",
    "response_s": "响应时长（秒）",
    "on_scene_s": "现场时长（秒）",
    "late_s": "较预计迟到（秒）",
    "member_first_s": "最小单元先到（秒）",
    "units": "派出车组数",
    "tier": "升级层级",
    "state": "状态",
    "source": "来源",
    "entered_late": "补录",
    "exercise": "演练",
}
_CALL = (
    "id", "number", "received_at", "category", "priority", "station_id", "room_id", "area_id",
    "closed_at", "state", "source", "tier", "exercise", "member_first_at",
)  # fmt: skip
_TIME = pl.Datetime("us", "UTC")


def read_calls(
    conn: sa.Connection, since: datetime, until: datetime, *, exercises: bool = False
) -> pl.DataFrame:
    """Calls received in [since, until), oldest first, one row each, columns as HEADERS.

    Milestones are those of the first unit to reach each; left_at is when the last unit that had
    arrived left. late_s is the first arrival against what was predicted for that unit, and may be
    negative. Struck-through and merged calls are left out; exercises too unless asked for.
    """
    call = schema.call
    where = (call.c.received_at >= since) & (call.c.received_at < until)
    where &= ~call.c.struck_through & call.c.merged_into.is_(None)
    if not exercises:
        where &= ~call.c.exercise
    query = sa.select(*(call.c[n] for n in _CALL)).where(where).order_by(call.c.received_at)
    calls = [dict(row._mapping) for row in conn.execute(query)]
    responses = _responses(conn, where)
    rows = [_row(c, responses.get(c["id"], [])) for c in calls]
    times = {n for pair in INTERVALS.values() for n in pair} | {"closed_at", *_MILESTONES}
    schema_of = {
        name: _TIME if name in times else pl.Float64 if name in INTERVALS else None
        for name in HEADERS
    }
    known: dict[str, Any] = {
        "number": pl.String, "category": pl.String, "priority": pl.Int64,
        "station_id": pl.String, "room_id": pl.String, "area_id": pl.String,
        "units": pl.Int64, "tier": pl.Int64, "state": pl.String, "source": pl.String,
        "entered_late": pl.Boolean, "exercise": pl.Boolean,
    }  # fmt: skip
    return pl.DataFrame(rows, schema={n: t or known[n] for n, t in schema_of.items()})


def write_csv(frame: pl.DataFrame, target: Path | BinaryIO, zone: tzinfo) -> None:
    """The table as CSV by the county's clock, UTF-8 with a mark so that spreadsheets see it.

    Text that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    safe = frame.with_columns(
        *(pl.col(n).dt.convert_time_zone(str(zone)) for n, t in frame.schema.items() if t == _TIME),
        *(_harmless(n) for n, t in frame.schema.items() if t == pl.String),
    )
    safe.rename(HEADERS).write_csv(target, include_bom=True, datetime_format="%Y-%m-%dT%H:%M:%S%:z")


def write_xlsx(frame: pl.DataFrame, target: Path | BinaryIO, zone: tzinfo) -> None:
    """The table as a workbook by the county's clock."""
    workbook = new_workbook(target)
    write_table(workbook, "警情", frame, HEADERS, zone)
    workbook.close()


def _responses(conn: sa.Connection, where: sa.ColumnElement[bool]) -> dict[str, list[Any]]:
    call, response = schema.call, schema.response
    query = (
        sa.select(response)
        .join(call, call.c.id == response.c.call_id)
        .where(where)
        .order_by(response.c.call_id, response.c.idx)
    )
    by_call: dict[str, list[Any]] = {}
    for row in conn.execute(query):
        by_call.setdefault(row.call_id, []).append(row)
    return by_call


def _row(call: dict[str, Any], responses: list[Any]) -> dict[str, Any]:
    times = dict(call)
    for name in _MILESTONES:
        times[name] = min((t for r in responses if (t := getattr(r, name))), default=None)
    arrived = [r for r in responses if r.arrived_at]
    times["left_at"] = None
    times["predicted_arrival_at"] = None
    if arrived:
        first = min(arrived, key=lambda r: r.arrived_at)
        times["predicted_arrival_at"] = first.predicted_arrival_at
        if all(r.cleared_at for r in arrived):
            times["left_at"] = max(r.cleared_at for r in arrived)
    spans = {name: _span(times, *pair, name == "late_s") for name, pair in INTERVALS.items()}
    derived = {
        "units": len({r.unit_id for r in responses}),
        "entered_late": call["source"] == "paper",
    }
    whole = {**times, **spans, **derived}
    return {name: whole[name] for name in HEADERS}


def _span(times: dict[str, Any], start: str, end: str, signed: bool) -> float | None:
    if times[start] is None or times[end] is None:
        return None
    seconds: float = (times[end] - times[start]).total_seconds()
    return seconds if signed or seconds >= 0 else None


def _harmless(name: str) -> pl.Expr:
    text = pl.col(name)
    runs = text.str.contains(r"^[=+\-@\t\r]")
    return pl.when(runs).then(pl.concat_str(pl.lit("'"), text)).otherwise(text).alias(name)
