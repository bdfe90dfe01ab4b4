"""Chinese words of the vocabularies that a record's workbook uses; the English code is read too."""

WORDS: dict[str, dict[str, str]] = {
    "dispute_category": {
        "婚姻家庭": "family",
        "邻里": "neighbours",
        "土地山林权属": "land",
        "宅基地": "homestead",
        "债务": "debt",
        "劳资": "labour",
        "施工损害": "works_damage",
        "交通赔偿": "traffic",
        "消费": "consumer",
        "涉校": "school",
        "其他": "other",
    },
    "visit_place": {
        "入户": "household",
        "单位": "unit",
        "学校": "school",
        "旅馆": "hotel",
        "重点单位": "key_unit",
        "危爆场所": "explosives",
        "村社": "village",
    },
    "verdict": {
        "正确": "right",
        "错误": "wrong",
        "遗漏": "omitted",
        "未见到": "not_reached",
    },
}
