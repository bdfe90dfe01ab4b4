"""Words in cells and the codes they stand for: yes and no, categories, priorities, cycles."""

from hubpost.model.call import CallCategory, Priority

YES_NO: dict[str, bool] = {
    **dict.fromkeys(("yes", "y", "true", "1", "是", "有", "√"), True),
    **dict.fromkeys(("no", "n", "false", "0", "否", "无", "×"), False),
}

#: Chinese labels of the categories; the first of each is the one shown and written.
CATEGORY_ZH: dict[CallCategory, tuple[str, ...]] = {
    CallCategory.CRIMINAL: ("刑事", "刑事警情", "刑事类"),
    CallCategory.PUBLIC_ORDER: ("治安", "治安警情", "治安类"),
    CallCategory.TRAFFIC: ("交通", "交通警情", "交通类", "交通事故"),
    CallCategory.DISPUTE: ("纠纷", "纠纷警情", "纠纷类"),
    CallCategory.ASSISTANCE: ("求助", "群众求助", "求助类", "群众求助类"),
    CallCategory.FIRE_DISASTER: ("火灾灾害", "火灾", "灾害", "灾害事故", "灾害事故类"),
    CallCategory.REPORT: ("举报投诉", "举报", "投诉", "举报类", "投诉类"),
    CallCategory.ENQUIRY: ("咨询", "咨询类"),
    CallCategory.INVALID: ("无效", "无效警情", "骚扰"),
}

CATEGORIES: dict[str, str] = {
    **{c.value: c.value for c in CallCategory},
    **{c.value.replace("_", " "): c.value for c in CallCategory},
    **{label: c.value for c, labels in CATEGORY_ZH.items() for label in labels},
}

PRIORITY_ZH: dict[Priority, str] = {
    Priority.LIFE: "一级",
    Priority.ONGOING: "二级",
    Priority.CAN_WAIT: "三级",
    Priority.REFER: "四级",
}

#: Cycles of secondment: one tour without a break, or segments.
CYCLES: dict[str, str] = {
    **dict.fromkeys(("large", "大", "大循环", "大周期"), "large"),
    **dict.fromkeys(("small", "小", "小循环", "小周期"), "small"),
}

PRIORITIES: dict[str, int] = {
    **{str(p.value): p.value for p in Priority},
    **{f"{p.value}级": p.value for p in Priority},
    **{label: p.value for p, label in PRIORITY_ZH.items()},
}
