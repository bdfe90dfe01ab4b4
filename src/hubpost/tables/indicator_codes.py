"""The 29 indicators of a station: codes, names and units.

Which of them are stated by the source of the reform and which are only proposed is in `stated`:
"named", "family" (only its family is named) or "proposed". Nothing proposed may be shown as the
county's own figure.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator; a unit of "%" means 0 to 100."""

    code: str
    name_zh: str
    name_en: str
    unit: str
    stated: str


INDICATOR_CODES = (
    Indicator("P1", "常住人口", "Resident population", "人", "named"),
    Indicator("P2", "户籍户数", "Registered households", "户", "proposed"),
    Indicator("P3", "登记流动人口", "Registered floating population", "人", "proposed"),
    Indicator("P4", "人口密度", "Population density", "人/km²", "proposed"),
    Indicator("P5", "60岁以上人口占比", "Share aged 60+ (aggregate only)", "%", "proposed"),
    Indicator("G1", "辖区面积", "Area", "km²", "proposed"),
    Indicator("G2", "行政村(社区)数", "Villages/communities", "个", "proposed"),
    Indicator("G3", "村社网格数", "Village grids", "个", "proposed"),
    Indicator("G4", "最远村行车时间", "Drive time to farthest village", "分钟", "proposed"),
    Indicator("G5", "最近邻所行车时间", "Drive time to nearest other station", "分钟", "proposed"),
    Indicator("G6", "毗邻区外乡镇数", "Adjoining out-of-district townships", "个", "proposed"),
    Indicator("I1", "刑事警情", "Criminal calls", "起/年", "family"),
    Indicator("I2", "治安警情", "Public-order calls", "起/年", "family"),
    Indicator("I3", "交通警情", "Traffic calls", "起/年", "family"),
    Indicator("I4", "纠纷警情", "Dispute calls", "起/年", "family"),
    Indicator("I5", "求助警情", "Help calls", "起/年", "family"),
    Indicator("I6", "重叠警情占比", "Share of calls arriving while another is open", "%", "family"),
    Indicator("I7", "到场时间中位数", "Median arrival time", "分钟", "family"),
    Indicator("C1", "刑事立案数", "Criminal cases filed", "起/年", "family"),
    Indicator("C2", "行政案件受理数", "Administrative cases accepted", "起/年", "family"),
    Indicator("C3", "电诈立案数", "Telecom-fraud cases", "起/年", "family"),
    Indicator("C4", "涉未成年人案件数", "Cases involving minors (count)", "起/年", "family"),
    Indicator("D1", "排查登记纠纷数", "Disputes registered", "起/年", "family"),
    Indicator("D2", "未化解存量纠纷", "Open disputes at year end", "起", "family"),
    Indicator("D3", "涉十人以上纠纷数", "Disputes of 10+ people", "起/年", "family"),
    Indicator("W1", "行业场所与重点单位数", "Regulated venues, key units, schools", "家", "family"),
    Indicator("W2", "户政窗口年办件量", "Counter transactions", "件/年", "family"),
    Indicator("R1", "民警数", "Officers", "人", "proposed"),
    Indicator("R2", "辅警数", "Auxiliaries", "人", "proposed"),
)
