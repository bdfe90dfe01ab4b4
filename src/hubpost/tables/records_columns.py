"""Columns of each kind of record in its XLSX template, and which of them a form asks for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RecordColumn:
    """One column: the field, its Chinese header, how it is read, whether a row needs it.

    read: text, time, date, number, count, yes, list (separated by ；) or a vocabulary's name.
    typed: whether a person types it on the form; the others follow from who, where and when.
    """

    field: str
    zh: str
    read: str = "text"
    required: bool = False
    typed: bool = True
    note_zh: str = ""


def _common(*, owner: bool = True) -> tuple[RecordColumn, ...]:
    who = (RecordColumn("owner_id", "责任人", typed=False),) if owner else ()
    return (
        RecordColumn("id", "编号", typed=False, note_zh="留空则新建;填写则更新该编号的记录"),
        RecordColumn("station_id", "派出所", required=True, typed=False),
        RecordColumn("area_id", "村社", typed=False),
        *who,
        RecordColumn("opened_at", "时间", "time", required=True, typed=False),
    )


_C = RecordColumn
_COLUMNS: dict[str, tuple[RecordColumn, ...]] = {
    "dispute": (
        *_common(),
        _C("category", "类别", "dispute_category", True),
        _C("title", "简要情况", required=True),
        _C("place_text", "地点", typed=False),
        _C("cause", "起因"),
        _C("people_count", "涉及人数", "count"),
        _C("source", "来源", typed=False),
        _C("lon", "经度", "number", typed=False),
        _C("lat", "纬度", "number", typed=False),
    ),
    "visit": (
        *_common(),
        _C("category", "对象", "visit_place", True),
        _C("place_ref", "登记编号"),
        _C("title", "情况"),
        _C("grid_id", "网格", typed=False),
        _C("second_id", "同行人", typed=False),
        _C("found", "发现", "list"),
    ),
    "activity": (
        *_common(),
        _C("category", "事项", required=True),
        _C("title", "一行记录"),
        _C("people_count", "人数", "count"),
        _C("receipt_no", "回执号", typed=False),
    ),
    "hazard": (
        *_common(),
        _C("category", "类别", required=True),
        _C("title", "隐患情况", required=True),
        _C("fix_by", "整改期限", "date", typed=False),
    ),
    "police_grid": (
        *_common(),
        _C("title", "网格名称", required=True),
        _C("village_grid_ids", "村社网格", "list", True),
        _C("area_ids", "村社编号", "list", typed=False),
    ),
    "posting": (*_common(), _C("role", "职务")),
    "service": (
        *_common(),
        _C("category", "事项编号", required=True),
        _C("met", "材料方式", typed=False),
    ),
    "agreement": (
        *_common(),
        _C("partner", "对方", required=True),
        _C("title", "名称"),
        _C("parties", "签订方", "list"),
        _C("joints", "六联", "list"),
        _C("signed_on", "签订日", "date"),
        _C("expires_on", "到期日", "date"),
    ),
    "joint_action": (
        *_common(),
        _C("category", "事项", required=True),
        _C("partner", "对方"),
        _C("planned_at", "计划时间", "time"),
        _C("outcome", "结果"),
    ),
    "staff": (
        *_common(owner=False),
        _C("title", "称谓", required=True),
        _C("category", "类别", required=True),
        _C("rank", "职务"),
        _C("skills", "技能", "list"),
    ),
    "shift": (
        *_common(),
        _C("category", "岗位", required=True),
        _C("starts_at", "开始", "time", True),
        _C("ends_at", "结束", "time", True),
    ),
    "leave": (
        *_common(),
        _C("first", "起", "date", True),
        _C("last", "止", "date", True),
        _C("reason", "事由"),
    ),
    "answer": (
        *_common(),
        _C("survey_id", "抽样编号", required=True, typed=False),
        _C("ref", "登记编号", required=True, typed=False),
        _C("grid_id", "网格", typed=False),
        _C("verdict", "结果", "verdict", True),
    ),
    "handover": (*_common(), _C("title", "说明")),
    "call_out": (*_common(owner=False), _C("lesson", "评估"), _C("grid_id", "网格", typed=False)),
    "bulletin": (*_common(owner=False),),
    "survey": (
        *_common(owner=False),
        _C("category", "类别"),
        _C("checker_station_id", "检查派出所"),
    ),
}

#: Kinds that a workbook may bring in; the others come about only by their own work.
IMPORTABLE = (
    "dispute", "visit", "activity", "hazard", "police_grid", "posting", "agreement",
    "joint_action", "staff", "shift", "leave", "answer",
)  # fmt: skip


def list_columns(kind: str) -> tuple[RecordColumn, ...]:
    """The columns of a kind. Raises KeyError for a kind that has no template."""
    return _COLUMNS[kind]
