"""The sheets and columns of a county: names in English and Chinese, kinds, what is required.

This table is the contract of docs/county-format.md; the reader, the template and the document's
test all go by it.
"""

from dataclasses import dataclass

from hubpost.tables.indicator_codes import INDICATOR_CODES


@dataclass(frozen=True, slots=True)
class Column:
    """A column: zh[0] is the header the template writes, the others are understood as well.

    kind: text, count (whole, not negative), number, positive, degrees, time, date, year, yes,
    category, priority, cycle.
    """

    name: str
    zh: tuple[str, ...]
    kind: str
    required: bool = False
    note: str = ""
    note_zh: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: required says whether a county can be without it."""

    name: str
    zh: tuple[str, ...]
    columns: tuple[Column, ...]
    required: bool = False
    note: str = ""
    note_zh: str = ""

    def get_column(self, name: str) -> Column:
        """The column of this name. Raises KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


_LON = Column("lon", ("经度",), "degrees", True, "Degrees east.", "东经,十进制度")
_LAT = Column("lat", ("纬度",), "degrees", True, "Degrees north.", "北纬,十进制度")
_LON_OPTIONAL = Column("lon", ("经度",), "degrees", note="Degrees east.", note_zh="东经,十进制度")
_LAT_OPTIONAL = Column("lat", ("纬度",), "degrees", note="Degrees north.", note_zh="北纬,十进制度")
_ELEVATION = Column("elevation_m", ("海拔", "海拔米"), "number", note="Metres.", note_zh="米")
_NAME_EN = Column("name_en", ("英文名", "英文名称"), "text")
_STATION_NAMES = ("所属派出所", "派出所", "派出所编号", "所属派出所编号")


def _station_id(required: bool) -> Column:
    return Column(
        "station_id", _STATION_NAMES, "text", required,
        "The id of a row of the sheet stations.", "填派出所表中的编号",
    )  # fmt: skip


def _milestone(name: str, zh: tuple[str, ...], required: bool = False) -> Column:
    return Column(
        name, zh, "time", required,
        "ISO 8601, local time of the county. Blank: unknown.", "年-月-日 时:分:秒,不详则留空",
    )  # fmt: skip


STATIONS = Sheet(
    "stations", ("派出所",),
    (
        Column("id", ("编号", "派出所编号"), "text", True, "Unique.", "不得重复"),
        Column("name", ("名称", "派出所名称", "派出所"), "text", True),
        _LON, _LAT,
        Column("border", ("边界", "边界所", "是否边界"), "yes", False, "yes or no.", "是或否"),
        Column("officers", ("民警数", "民警"), "count"),
        Column("auxiliaries", ("辅警数", "辅警"), "count"),
        Column("units", ("车组数", "车组"), "count"),
        Column("area_km2", ("面积", "辖区面积", "面积平方公里"), "positive"),
        _NAME_EN, _ELEVATION,
    ),
    True, "One row per rural station.", "每个农村派出所一行",
)  # fmt: skip

AREAS = Sheet(
    "areas", ("村社",),
    (
        Column("id", ("编号", "村社编号"), "text", True, "Unique.", "不得重复"),
        Column("name", ("名称", "村社名称"), "text", True),
        _station_id(True), _LON, _LAT,
        Column("population", ("常住人口", "人口"), "count"),
        Column("households", ("户数",), "count"),
        Column("grids", ("网格数", "网格"), "count"),
        _ELEVATION,
    ),
    False, "One row per village or community.", "每个村(社区)一行",
)  # fmt: skip

CALLS = Sheet(
    "calls", ("警情",),
    (
        Column("id", ("编号", "警情编号"), "text", True, "Unique.", "不得重复"),
        _milestone("received_at", ("接警时间", "接警"), True),
        _LON_OPTIONAL, _LAT_OPTIONAL,
        Column("area_id", ("村社", "村社编号"), "text", False,
               "Instead of lon and lat: the id of a row of areas.", "无经纬度时填村社表中的编号"),
        Column("category", ("类别", "警情类别"), "category"),
        Column("priority", ("等级", "警情等级"), "priority", False, "1 to 4.", "一级至四级"),
        Column("units_needed", ("所需车组", "所需车组数"), "count"),
        _milestone("dispatched_at", ("派警", "派警时间")),
        _milestone("enroute_at", ("出警", "出警时间")),
        _milestone("arrived_at", ("到达", "到达时间")),
        _milestone("cleared_at", ("办结", "办结时间")),
        _station_id(False),
        Column("exercise", ("演练", "是否演练"), "yes", False, "yes or no.", "是或否"),
    ),
    False, "One row per call.", "每起警情一行",
)  # fmt: skip

INDICATORS = Sheet(
    "indicators", ("指标",),
    (_station_id(True), Column("year", ("年份", "年度", "年"), "year", True)),
    False,
    "One row per station and year; one column per indicator code, blank where unknown.",
    "每所每年一行;每个指标一列,不详则留空",
)  # fmt: skip

NEIGHBOURS = Sheet(
    "neighbours", ("毗邻", "相邻"),
    (
        _station_id(True),
        Column("other_id", ("毗邻编号", "毗邻派出所", "毗邻"), "text", True,
               "Another station, or a township outside the county.", "相邻派出所或区外乡镇的编号"),
        Column("outside", ("区外", "县外", "是否区外"), "yes", False,
               "yes: a township of another county.", "是:区(县)外乡镇"),
        Column("name", ("名称",), "text"),
        _LON_OPTIONAL, _LAT_OPTIONAL,
    ),
    False, "One row per pair that adjoins.", "每对相邻关系一行",
)  # fmt: skip

OFFICERS = Sheet(
    "officers", ("民警",),
    (
        Column("id", ("编号", "民警编号"), "text", True, "Unique.", "不得重复"),
        _station_id(False),
        Column("hq", ("机关", "是否机关"), "yes", False, "yes: of headquarters.", "是:机关民警"),
        Column("rank", ("警衔", "职级"), "text"),
        Column("skills", ("专长", "技能"), "text"),
        Column("home", ("家庭所在地", "住地"), "text", False,
               "For secondments: a station or area id, or lon lat.",
               "用于下沉:派出所或村社编号,或经度 纬度"),
        Column("available_from", ("可用起", "可用开始"), "date"),
        Column("available_to", ("可用止", "可用结束"), "date"),
        Column("section", ("部门", "科室", "所属部门"), "text", False,
               "Of headquarters.", "机关部门"),
        Column("cycle", ("周期", "循环", "下沉周期"), "cycle", False,
               "large or small: may be seconded.", "大循环或小循环;留空为不下沉"),
        Column("preference", ("意向", "意向派出所"), "text", False,
               "Station ids, semicolons between.", "派出所编号,用分号隔开"),
    ),
    False, "One row per officer: a station_id, or hq yes.", "每名民警一行:填派出所,或机关填是",
)  # fmt: skip

TRAVEL_TIMES = Sheet(
    "travel_times", ("行车时间",),
    (
        Column("from_id", ("起点", "起点编号"), "text", True, "A station or area.", "派出所或村社"),
        Column("to_id", ("终点", "终点编号"), "text", True, "A station or area.", "派出所或村社"),
        Column("seconds", ("秒", "秒数", "行车秒数"), "seconds", True,
               "Driving seconds; inf where there is no way.", "行车秒数;不通填 inf"),
    ),
    False, "Used where there are no roads on file.", "无路网文件时使用",
)  # fmt: skip

#: Seats for headquarters officers; a file of its own for `hubpost second`, no sheet of a county.
POSTS = Sheet(
    "posts", ("下沉岗位", "岗位"),
    (
        _station_id(True),
        Column("seats", ("席位", "人数"), "count", True, "Officers wanted.", "需要人数"),
        Column("skills", ("专长", "技能"), "text", False,
               "Each wanted of at least one; semicolons between.", "至少一人具备,用分号隔开"),
        Column("ranks", ("警衔", "职级"), "text", False,
               "Each wanted of at least one; semicolons between.", "至少一人具备,用分号隔开"),
    ),
)  # fmt: skip

SHEETS = (STATIONS, AREAS, CALLS, INDICATORS, NEIGHBOURS, OFFICERS, TRAVEL_TIMES)

#: The columns of the milestones of a call in the order they happen.
MILESTONES = ("received_at", "dispatched_at", "enroute_at", "arrived_at", "cleared_at")


def get_sheet(name: str) -> Sheet:
    """The sheet of this name. Raises KeyError."""
    for sheet in SHEETS:
        if sheet.name == name:
            return sheet
    raise KeyError(name)


def indicator_columns() -> tuple[Column, ...]:
    """One optional column per indicator code; its name in Chinese is understood too."""
    return tuple(
        Column(i.code, (i.name_zh, i.name_en), "indicator", False, f"{i.name_en}, {i.unit}")
        for i in INDICATOR_CODES
    )
