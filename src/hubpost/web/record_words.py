"""What records are called: Chinese names come with the tables of moves, English ones are codes."""

from collections.abc import Mapping

from hubpost.model.records.change import Kind
from hubpost.model.records.kinds import KINDS
from hubpost.model.records.record import Record
from hubpost.tables.records_words import WORDS
from hubpost.web.languages import mark as _
from hubpost.web.viewer import Viewer

#: Fields that a refusal may name, as the forms call them.
_FIELD_ZH = {
    "title": "简要情况", "name": "名称", "category": "类别", "station_id": "派出所",
    "owner_id": "责任人", "level": "等级", "handlers": "办理单位", "consented": "双方同意",
    "terms": "协议内容", "reason": "理由", "sittings": "调解", "follow_ups": "回访",
    "people_count": "涉及人数", "first": "开始日期", "last": "结束日期", "day": "日期",
    "until": "有效期至", "secondments": "下沉", "certificates": "证书", "skills": "技能",
    "post": "岗位", "choice": "选项", "text": "文字", "place_text": "地点", "cause": "起因",
    "phone": "电话", "id": "编号", "note": "记录", "verdict": "结果", "kind": "种类",
    "sizes": "网格户数", "ref": "登记编号", "partner": "对方", "parties": "签订方",
    "joints": "六联", "signed_on": "签订日", "expires_on": "到期日", "outcome": "结果",
    "missing": "缺少的材料", "call_back": "回访情况", "measure": "整改措施", "lesson": "评估",
    "adult": "已满18岁", "agreed": "同意", "slip": "请求内容", "offer": "答复", "reply": "答复",
    "text_version": "同意书版本", "village_grid_ids": "村社网格", "comment": "意见",
    "member": "人员", "grid": "网格", "planned_at": "计划时间", "exclusion": "排除情形",
    "transferred_to": "移送单位", "confirmation": "司法确认", "extension_reason": "延期理由",
    "side": "一方", "checker_station_id": "检查派出所", "to_id": "接手人", "from_id": "移交人",
    "other": "另一所", "age": "年龄", "starts_at": "开始", "ends_at": "结束",
}  # fmt: skip

_MORE: dict[str, dict[str, str]] = {
    "level": {"一般": "general", "复杂": "complex", "重大": "major", "未定级": ""},
    "body": {
        "派出所": "station",
        "基层治理中心": "governance_centre",
        "村社": "village",
        "司法所": "justice_office",
        "法庭": "court",
        "其他": "other",
    },
    "mediation": {
        "治安调解": "police",
        "人民调解": "people",
        "司法调解": "judicial",
        "行政调解": "administrative",
    },
    "rating": {"非常满意": "1", "满意": "2", "基本满意": "3", "不满意": "4", "非常不满意": "5"},
    "aspect": {"态度": "attitude", "效率": "speed", "能力": "skill", "环境": "place"},
    "purpose": {
        "调解": "mediate",
        "回访": "follow_up",
        "联系": "contact",
        "办件": "serve",
        "更正": "correct",
        "检查": "inspect",
        "本人申请": "subject_request",
    },
    "joint_action": {
        "联席会议": "meeting",
        "联合巡逻": "patrol",
        "联合演练": "drill",
        "联合研判": "analysis",
        "边界联调": "mediation",
        "年审": "review",
    },
    "survey": {
        "登记准确率": "register",
        "群众知晓率": "residents_know",
        "民警知地率": "officers_know",
    },
    "list": {
        "时限": "clocks",
        "34 项共性任务": "common_tasks",
        "三类专项任务": "special_tasks",
        "任务佐证": "task_evidence",
        "一证通办事项": "services",
        "不得治安调解情形": "mediation_exclusions",
        "六联": "six_joints",
        "最低值守": "minimum_cover",
        "新增字段": "extra_fields",
        "节假日": "calendar",
    },
    "subject": {"查阅复制": "access", "更正": "correct", "删除": "erase"},
    "post": {"值班": "duty", "带班": "duty_leader"},
}
_EN_RATING = {"1": "very satisfied", "2": "satisfied", "3": "fairly satisfied",
              "4": "dissatisfied", "5": "very dissatisfied"}  # fmt: skip


#: What a cell of a workbook should have held, by the code of its column.
_EXPECTED = {
    "value": _("a value"),
    "time": _("a time such as 2026-03-01 08:30"),
    "date": _("a day such as 2026-03-01"),
    "number": _("a number"),
    "count": _("a whole number"),
}


def expected_word(viewer: Viewer, code: str) -> str:
    """What a cell should have held: a form, or one of the words of a vocabulary."""
    if code in _EXPECTED:
        return viewer.say(_EXPECTED[code])
    words = list_codes(code) if viewer.language == "en" else WORDS[code]
    return " / ".join(plain_code(w) for w in words)


def code_word(viewer: Viewer, kind: str, code: str) -> str:
    """The word of a code in the viewer's language; the code itself where there is none."""
    if viewer.language == "en":
        return _EN_RATING.get(code, code) if kind == "rating" else plain_code(code)
    words: Mapping[str, str] = WORDS.get(kind) or _MORE.get(kind, {})
    return next((zh for zh, known in words.items() if known == code), code)


def list_codes(kind: str) -> list[str]:
    """The codes of a vocabulary, in the order of a form; blank ones are left out."""
    words = WORDS.get(kind) or _MORE[kind]
    return [code for code in words.values() if code]


def state_word(viewer: Viewer, kind: str, state: str) -> str:
    """What a state of a kind is called."""
    return plain_code(state) if viewer.language == "en" else KINDS[kind].machine.states[state]


def move_word(viewer: Viewer, kind: str, move: str) -> str:
    """What a move of a kind is called."""
    found = KINDS[kind].machine.find_move(move)
    return plain_code(move) if viewer.language == "en" or found is None else found.zh


def kind_word(viewer: Viewer, kind: str) -> str:
    """What a kind of record is called."""
    return plain_code(kind) if viewer.language == "en" else KINDS[kind].machine.zh


def field_word(viewer: Viewer, field: str) -> str:
    """What a field is called on forms."""
    return plain_code(field) if viewer.language == "en" else _FIELD_ZH.get(field, field)


def plain_code(code: str) -> str:
    """A code as English words."""
    return code.replace("_", " ")


def permitted_moves(kind: Kind, record: Record) -> list[str]:
    """The moves that the table permits now, by name."""
    return [m.name for m in kind.machine.list_moves(record.state)]
