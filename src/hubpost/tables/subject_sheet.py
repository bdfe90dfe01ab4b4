"""What is held of one person, as a workbook to hand over; text stays text."""

from datetime import datetime
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from hubpost.tables.xlsx import new_workbook, write_cell

_HELD = ("种类 kind", "编号 number", "时间 time", "状态 state", "姓名 name", "电话 phone",
         "地址 address", "保存至 kept until", "文字 texts")  # fmt: skip
_VIEWS = ("编号 number", "查看时间 seen at", "查看人 by", "目的 purpose", "说明 reason")
_CALLS = ("编号 number", "时间 time", "类别 category", "地点 place", "结果 outcome")


def write_subject_sheet(gathered: Any, zone: ZoneInfo) -> bytes:
    """Three tabs: where details stand, who looked at them, calls from the number.

    gathered: as actions.records.subjects.gather gives it. Names of others are masked in it.
    """
    target = BytesIO()
    book = new_workbook(target)

    def tab(title: str, headers: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
        sheet = book.add_worksheet(title)
        for line, row in enumerate([headers, *rows]):
            for column, value in enumerate(row):
                write_cell(sheet, line, column, _shown(value, zone))

    tab("所存信息 held", _HELD, [
        (h.kind_zh, h.number, h.opened_at, h.state_zh, h.details.name, h.details.phone,
         h.details.address, h.retain_until, "\n".join(h.texts))
        for h in gathered.held
    ])  # fmt: skip
    tab("查看记录 seen by", _VIEWS, [
        (h.number, v.at, v.actor, v.purpose, v.reason) for h in gathered.held for v in h.views
    ])  # fmt: skip
    tab("警情 calls", _CALLS, [
        (c.number, c.received_at, str(c.category), c.place_text, c.outcome or "")
        for c in gathered.calls
    ])  # fmt: skip
    book.close()
    return target.getvalue()


def _shown(value: object, zone: ZoneInfo) -> object:
    """A moment by the county's clock, to the minute; everything else as it is."""
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(" ", "minutes")
    return value
