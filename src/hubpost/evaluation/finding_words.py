"""What is said of each finding, in Chinese and English."""

#: Code -> what is said, Chinese and English. {…} are filled from a Finding.
FINDINGS: dict[str, tuple[str, str]] = {
    "zero_leg": (
        "{column} 为零 {hits} 条（共 {of} 条）",
        "{hits} of {of} {column} are zero",
    ),
    "negative_leg": (
        "{column} 为负 {hits} 条（共 {of} 条），已作空白处理",
        "{hits} of {of} {column} are negative and taken as blank",
    ),
    "overlong_leg": (
        "{column} 超过 {limit:g} 分钟 {hits} 条（共 {of} 条）",
        "{hits} of {of} {column} are over {limit:g} minutes",
    ),
    "too_good": (
        "{share:.1%} 的 {column} 不超过 {limit:g} 分钟（{hits}/{of}），更像时间填写问题",
        "{share:.1%} of {column} within {limit:g} minutes ({hits}/{of}): a broken clock?",
    ),
    "faster_than_road": (
        "{hits}/{of} 起到达时间不足预计行车时间的一半",
        "{hits} of {of} arrived in less than half of the predicted time",
    ),
    "one_duration": (
        "{column} 恰为 {minutes} 分钟的占 {share:.1%}（{hits}/{of}），疑似照抄",
        "{share:.1%} of {column} are exactly {minutes} minutes ({hits}/{of}): copied?",
    ),
    "copied_times": (
        "{hits}/{of} 起与同所其他至少四起警情的 {column} 完全相同，疑似批量补录",
        "{hits} of {of} share their {column} with four or more calls of the station: in one go?",
    ),
    "heaping_5": (
        "{column} 的分钟为5的倍数占 {share:.1%}（{hits}/{of}），应约 20%：手工取整",
        "{share:.1%} of {column} minutes are multiples of 5 ({hits}/{of}), 20 % by chance: rounded",
    ),
    "clock_grid": (
        "{column} 的分钟除以5余 {remainder} 的占 {share:.1%}（{hits}/{of}），应约 20%："
        "是定时采集的时间，不是发生时间",
        "{share:.1%} of {column} minutes leave {remainder} modulo 5 ({hits}/{of}), 20 % by chance: "
        "times of a machine's round, not of the call",
    ),
    "midnight": (
        "{column} 恰为零点的 {hits} 条（共 {of} 条），应约 {expected_hits:.1f} 条：时间缺省",
        "{hits} of {of} {column} are exactly midnight, {expected_hits:.1f} by chance: not known?",
    ),
    "passes_midnight": (
        "{hits}/{of} 条时间线跨越零点，已按次日计",
        "{hits} of {of} time lines pass midnight; the part after it was dated the next day",
    ),
    "skipped_hour_empty": (
        "{day} 夏令时跳过的一小时内 0 条（前后各小时约 {expected_hits:.1f} 条）："
        "记录的是当地钟面时间",
        "no {column} in the hour skipped on {day} (about {expected_hits:.1f} in the hours beside): "
        "times are wall-clock times",
    ),
    "skipped_hour_used": (
        "{day} 夏令时跳过的一小时内有 {hits} 条 {column}：时钟或时区有误",
        "{hits} {column} in the hour that clocks skipped on {day}: wrong clock or zone",
    ),
    "hour_shown_twice": (
        "{day} 重复的一小时内有 {hits} 条 {column}，先后无法确定",
        "{hits} {column} in the hour shown twice on {day}: first or second cannot be told",
    ),
    "duplicates": (
        "{hits} 条与前面的记录时间、地点、类别相同（共 {of} 条）",
        "{hits} of {of} repeat time, place and kind of a record above",
    ),
    "repeated_id": (
        "{hits} 个编号出现不止一次（共 {of} 条）",
        "{hits} of {of} numbers occur more than once",
    ),
    "no_place": ("{hits}/{of} 条没有地点", "{hits} of {of} have no place"),
    "outside_box": (
        "{hits}/{of} 条地点在区县范围之外，已作空白处理",
        "{hits} of {of} lie outside the county's box and are taken as blank",
    ),
    "no_unit": ("{hits}/{of} 起没有任何出警单位", "{hits} of {of} have no unit at all"),
    "no_category": ("{hits}/{of} 条没有类别", "{hits} of {of} have no category"),
    "missing_months": (
        "缺 {months}：平时每月约 {expected_hits:.0f} 起",
        "nothing in {months}, where a month has some {expected_hits:.0f}",
    ),
    "part_month": (
        "{months} 只有部分日期有数据，不可按整月比较",
        "{months} is covered in part only and is no whole month",
    ),
    "definition_change": (
        "{month} 起“{category}”占比由 {before:.1%} 变为 {after:.1%}，疑似口径变更",
        "from {month} the share of {category} goes from {before:.1%} to {after:.1%}: redefined?",
    ),
    "filling_change": (
        "{month} 起 {column} 填写率由 {before:.1%} 变为 {after:.1%}",
        "from {month} {column} is filled in {after:.1%} instead of {before:.1%}",
    ),
    "perfect_share": (
        "{name_zh} 为 100%（{hits}/{of}），请核对来源",
        "{name_en} is 100 % ({hits}/{of}): check the source",
    ),
}  # fmt: skip

#: What columns and legs are called, as in docs/glossary.md.
COLUMNS: dict[str, tuple[str, str]] = {
    "received_at": ("接警时间", "times received"),
    "dispatched_at": ("派警时间", "times dispatched"),
    "enroute_at": ("出警时间", "times en route"),
    "arrived_at": ("到达时间", "times of arrival"),
    "cleared_at": ("办结时间", "times cleared"),
    "processing_min": ("接派时长", "call processing times"),
    "turnout_min": ("出动时长", "turnout times"),
    "travel_min": ("行车时长", "travel times"),
    "response_min": ("响应时长", "response times"),
    "on_scene_min": ("处置时长", "times on scene"),
}
