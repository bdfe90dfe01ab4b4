"""What is said where a number alone would mislead, in Chinese and English."""

STATEMENTS: dict[str, tuple[str, str]] = {
    "ok": ("", ""),
    "no_data": ("无数据来源，未填零", "no data source; not a zero"),
    "no_events": ("本期无可计事项", "nothing to count in this period"),
    "empty_period": ("本期没有观测天数", "no day of this period was observed"),
    "no_base_period": ("上年同期无观测，同比无法计算", "last year was not observed; no comparison"),
    "base_zero": (
        "上年同期为 0，同比无定义，仅列起数",
        "last year counted 0: a percentage is undefined, counts only",
    ),
    "both_zero": ("两期均为 0，同比无定义", "both periods counted 0; a percentage is undefined"),
    "suppressed": ("数值小于 5，不予公布", "a count under 5, withheld"),
    "small_base": ("基数不足 30，请看起数", "base under 30: read the counts, not the percentage"),
    "unequal_exposure": (
        "两期观测天数不等，按每日率比较",
        "periods were observed for unequal times; daily rates compared",
    ),
    "part_period": (
        "年中设立或撤销，仅比较两年同一时段",
        "founded or closed within the year; the same part of both years is compared",
    ),
    "merged": (
        "含并入的派出所，两期按同一辖区计",
        "with the stations merged into it; both periods cover the same territory",
    ),
    "territory_changed": (
        "辖区有划出，两期不可比",
        "part of the territory was split off; the periods are not comparable",
    ),
    "complete_count": ("全数统计，无抽样误差", "a complete count, without sampling error"),
    "too_few": ("数量太少，无法给出区间", "too few to give an interval"),
    "not_reached": ("区间一端超出数据范围", "one end of the interval lies beyond the data"),
    "implausible": (
        "数据存疑，未通过可信性检查，不参与比较",
        "the data failed a plausibility check; not compared",
    ),
    "not_matured": (
        "期末登记的事项尚未到期，比率偏低",
        "what was filed late in the period is not yet due; the share is low for that reason",
    ),
    "season_not_separable": (
        "改革前不足 18 个月，季节影响无法分离",
        "under 18 months before the start: season cannot be told apart",
    ),
    "partly_observed": (
        "本期只有部分日期有数据",
        "only part of the period was observed",
    ),
    "no_population": ("人口未知，无法计算人均", "population unknown; no rate a head"),
    "never_seen": (
        "全部数据中从未出现，可能不在来源范围内，未填零",
        "never occurs in any of the data, so perhaps not covered by the source; not a zero",
    ),
    "outside_prediction": (
        "超出计划模拟的95%范围",
        "outside the 95 % range that the plan's simulation gave",
    ),
}


def say(code: str, language: str = "zh") -> str:
    """The words of a statement code; an unknown code is shown as it is rather than dropped."""
    zh, en = STATEMENTS.get(code, (code, code))
    return zh if language.startswith("zh") else en


#: Words that must stand beside figures, as they are shown.
LABEL_WORDS: dict[str, tuple[str, str]] = {
    "synthetic": ("合成", "synthetic"),
    "estimated": ("估算", "estimated"),
    "stand-in": ("代用点", "stand-in"),
    "simulated": ("模拟", "simulated"),
}


def label_words(labels: tuple[str, ...], language: str = "zh") -> str:
    """The labels in words, joined; empty where there are none."""
    idx, by = (0, "、") if language.startswith("zh") else (1, ", ")
    return by.join(LABEL_WORDS.get(label, (label, label))[idx] for label in labels)
