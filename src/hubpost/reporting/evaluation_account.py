"""The account of a period as sections of rows, the same for page, document and workbook."""

from collections.abc import Mapping
from dataclasses import dataclass

from hubpost.evaluation.effect_words import effect_sentence, percent
from hubpost.evaluation.evaluate import Evaluation
from hubpost.evaluation.figure import Figure
from hubpost.evaluation.kpi_catalogue import Kpi
from hubpost.evaluation.kpi_counts import COUNTY
from hubpost.evaluation.kpis import KpiResult
from hubpost.evaluation.statements import label_words, say

GROUPS = {
    "calls": ("警情", "Calls"),
    "response": ("响应", "Response"),
    "cases": ("案件", "Cases"),
    "disputes": ("矛盾纠纷", "Disputes"),
    "familiarity": ("双向熟悉", "Familiarity"),
    "register": ("基础信息", "Register"),
    "services": ("服务", "Services"),
    "tasks": ("任务", "Tasks"),
    "strength": ("警力", "Strength"),
    "burden": ("减负", "Burden"),
}
COLUMNS = {
    "zh": ("指标", "本期", "95%区间", "依据", "上年同期", "同比", "同比95%区间", "说明"),
    "en": ("Figure", "This period", "95 % interval", "Counts", "Last year", "Change",
           "95 % interval of change", "Notes"),
}  # fmt: skip
VERDICTS = {
    "no_data": ("数据不足", "too few data"),
    "as_predicted": ("与预测一致", "as predicted"),
    "slower": ("慢于预测", "slower than predicted"),
    "faster": ("快于预测", "faster than predicted"),
    "other_spread": ("离散程度与预测不同", "spread unlike the prediction"),
}


#: Units of the catalogue, which is written in Chinese.
UNITS_EN = {"分钟": "minutes", "小时": "hours", "天": "days"}


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, sentences, and a table of texts (may be empty).

    queries: for each row what to ask for the rows behind its number; empty where there is none.
    """

    heading: str
    sentences: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    queries: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """A titled document; labels are the words that stand under the title."""

    title: str
    period: str
    labels: str
    sections: tuple[Section, ...]
    footing: tuple[str, ...]


def make_account(evaluation: Evaluation, language: str = "zh", station_id: str = COUNTY) -> Account:
    """The account of the county, or the one-page brief of a station, in "zh" or "en"."""
    chinese = language == "zh"
    sections = [_figures(evaluation, language, station_id)]
    sections.append(_findings(evaluation, language, station_id))
    if station_id == COUNTY:
        sections += [_stations(evaluation, language), *effect_sections(evaluation, language)]
        sections += predicted_sections(evaluation, language)
    words = label_words(evaluation.labels, language)
    return Account(
        title=_title(evaluation, language, station_id),
        period=_period(evaluation, language),
        labels=(f"本文数据含：{words}" if chinese else f"Data herein are {words}") if words else "",
        sections=tuple(s for s in sections if s.rows or s.sentences),
        footing=_footing(evaluation, language),
    )


def figure_row(result: KpiResult, language: str) -> tuple[str, ...]:
    """One KPI as texts in the order of COLUMNS; never a percentage without its counts."""
    change = result.change
    return (
        marked_name(result.kpi, result.labels, language),
        value_text(result.now, result.kpi.kind, language),
        interval_text(result.now, result.kpi.kind),
        counts_text(result.now, language),
        value_text(result.last_year, result.kpi.kind, language),
        change_text(change.value, result.kpi.kind, language),
        "" if change.low is None or change.high is None
        else f"{change_text(change.low, result.kpi.kind, language)} – "
        f"{change_text(change.high, result.kpi.kind, language)}",
        notes_text(result, language),
    )  # fmt: skip


def marked_name(kpi: Kpi, labels: tuple[str, ...], language: str) -> str:
    """The name of a figure with its unit and the words that must stand beside it."""
    words, unit = label_words(labels, language), unit_text(kpi, language)
    if language == "zh":
        name = f"{kpi.name_zh}，{unit}" if unit else kpi.name_zh
        return f"{name}（{words}）" if words else name
    name = f"{kpi.name_en}, {unit}" if unit else kpi.name_en
    return f"{name} ({words})" if words else name


def unit_text(kpi: Kpi, language: str) -> str:
    """The unit where the number does not show it: of times and sums, not of counts and shares."""
    if kpi.kind not in ("quantile", "sum"):
        return ""
    return kpi.unit if language == "zh" else UNITS_EN.get(kpi.unit, kpi.unit)


def value_text(figure: Figure, kind: str, language: str) -> str:
    """The value, or the statement in its place."""
    if figure.value is None:
        return say(figure.statement, language)
    return _number(figure.value, kind)


def interval_text(figure: Figure, kind: str) -> str:
    """low – high; empty where there is none."""
    if figure.value is None or figure.low is None or figure.high is None:
        return ""
    return f"{_number(figure.low, kind)} – {_number(figure.high, kind)}"


def counts_text(figure: Figure, language: str) -> str:
    """What was counted, short: 57/60, or how many rows."""
    c = figure.counts
    if "of" in c:
        return f"{c['hits']:.0f}/{c['of']:.0f}"
    if "n" in c:
        return f"{c['n']:.0f} 条" if language == "zh" else f"{c['n']:.0f} rows"
    if "events" in c:
        return f"{c['events']:.0f} 起 / {c['days']:.0f} 天" if language == "zh" else (
            f"{c['events']:.0f} in {c['days']:.0f} days"
        )  # fmt: skip
    return ""


def change_text(value: float | None, kind: str, language: str) -> str:
    """Relative for counts and sums, points for shares, minutes for times."""
    if value is None:
        return ""
    if kind in ("count", "sum"):
        return percent(value)
    if kind in ("share", "ratio"):
        unit = "个百分点" if language == "zh" else " points"
        return f"{100 * value:+.1f}".replace("-", "−") + unit
    unit = "分钟" if language == "zh" else " min"
    return f"{value:+.1f}".replace("-", "−") + unit


def notes_text(result: KpiResult, language: str) -> str:
    """All statements on the figure and its change, once each."""
    codes = [*result.now.notes, *result.change.notes]
    if result.now.value is not None and result.change.value is None:
        codes.append(result.change.statement)
    by = "；" if language == "zh" else "; "
    return by.join(w for c in dict.fromkeys(codes) if (w := say(c, language)))


def _number(value: float, kind: str) -> str:
    if kind in ("share", "ratio"):
        return percent(value, signed=False)
    return f"{value:,.1f}" if kind == "quantile" else f"{value:,.0f}"


def _title(evaluation: Evaluation, language: str, station_id: str) -> str:
    if station_id != COUNTY:
        name = evaluation.station_names.get(station_id, station_id)
        return f"{name}工作简报" if language == "zh" else f"Brief: {name}"
    if language == "zh":
        return f"{evaluation.name}运行评估报告"
    return f"{evaluation.name_en}: account of operations"


def _period(evaluation: Evaluation, language: str) -> str:
    first, last = evaluation.period.start, evaluation.period.last_day
    if language == "zh":
        days = [f"{d.year}年{d.month}月{d.day}日" for d in (first, last)]
        return f"（{days[0]}至{days[1]}）"
    return f"{first.isoformat()} to {last.isoformat()}, both counted"


def _figures(evaluation: Evaluation, language: str, station_id: str) -> Section:
    rows = [r for r in evaluation.results if r.station_id == station_id]
    known = [r for r in rows if r.now.statement not in ("no_data", "never_seen")]
    unknown = [r for r in rows if r not in known]
    names = [r.kpi.name_zh if language == "zh" else r.kpi.name_en for r in unknown]
    by = "、" if language == "zh" else ", "
    said = f"以下指标{say('no_data')}：" if language == "zh" else "No data, which is not a zero: "
    sentences = (said + by.join(names) + ("。" if language == "zh" else "."),) if names else ()
    return Section(
        "主要指标" if language == "zh" else "Figures",
        sentences,
        COLUMNS[language],
        tuple(figure_row(r, language) for r in known),
        tuple({"code": r.kpi.code, **r.query} for r in known),
    )


def _findings(evaluation: Evaluation, language: str, station_id: str) -> Section:
    found = [f for f in evaluation.findings if f.station_id == station_id]
    heading = "数据可信性" if language == "zh" else "Can the data be trusted?"
    if not found:
        none = "未发现疑点。" if language == "zh" else "The checks found nothing."
        return Section(heading, (none,))
    bars = ("不参与比较", "仅作说明") if language == "zh" else ("not compared", "stated only")
    rows = tuple((f.words(language), bars[0] if f.bars else bars[1]) for f in found)
    columns = ("发现", "处理") if language == "zh" else ("Finding", "Consequence")
    return Section(heading, (), columns, rows)


def _stations(evaluation: Evaluation, language: str) -> Section:
    """Stations that lie outside what chance and usual differences make; no order, no rank."""
    zh = language == "zh"
    marked = _marked(evaluation, language)
    rows = []
    for f in evaluation.funnels:
        for i, station in enumerate(f.station_ids):
            if f.position[i] == "inside":
                continue
            kind = "share" if f.unit == "share" else "quantile"
            rows.append((
                marked[f.kpi.code],
                evaluation.station_names.get(station, station),
                _number(float(f.value[i]), kind),
                f"{_number(float(f.funnel.low_95[i]), kind)} – "
                f"{_number(float(f.funnel.high_95[i]), kind)}",
            ))  # fmt: skip
    columns = ("指标", "派出所", "数值", "正常波动范围（95%）") if zh else (
        "Figure", "Station", "Value", "What chance makes (95 %)")  # fmt: skip
    note = (
        "仅列超出正常波动范围的派出所，不排名次；警情为每千人每年。" if zh
        else "Only stations outside the range of chance; no ranking. Calls per 1,000 people a year."
    )  # fmt: skip
    heading = "派出所之间的差异" if zh else "Differences between stations"
    return Section(heading, (note,) if evaluation.funnels else (), columns if rows else (),
                   tuple(rows))  # fmt: skip


def _marked(evaluation: Evaluation, language: str) -> dict[str, str]:
    return {r.kpi.code: marked_name(r.kpi, r.labels, language) for r in evaluation.results}


def effect_sections(evaluation: Evaluation, language: str) -> list[Section]:
    """What may be said of the reform; nothing where it was not studied."""
    if not evaluation.effects:
        return []
    zh = language == "zh"
    names = {r.kpi.code: r.kpi.name_zh if zh else r.kpi.name_en for r in evaluation.results}
    marked = _marked(evaluation, language)
    sentences = tuple(effect_sentence(e, language, names[e.what]) for e in evaluation.effects)
    rows = tuple(
        (marked[e.what], *(_months(e.months_needed.get(x), zh) for x in (-0.05, -0.1, -0.2, -0.3)))
        for e in evaluation.effects
    )
    columns = ("若真实降幅为", "5%", "10%", "20%", "30%") if zh else (
        "Months until a true fall would show", "5 %", "10 %", "20 %", "30 %")  # fmt: skip
    return [Section("改革效果" if zh else "Effect of the reform", sentences, columns, rows)]


def _months(months: int | None, zh: bool) -> str:
    if months is None:
        return "十年内看不出" if zh else "not within ten years"
    return f"{months}个月可见" if zh else str(months)


def predicted_sections(evaluation: Evaluation, language: str) -> list[Section]:
    """The prediction beside what happened; nothing where there is none."""
    p = evaluation.predicted
    if p is None:
        return []
    zh = language == "zh"
    verdict = VERDICTS[p.calibration.verdict][0 if zh else 1]
    alarms = [p.weeks[i].isoformat() for i in p.drift.alarms]
    found = "、".join(alarms) if zh else ", ".join(alarms)
    sentence = (
        f"方案{p.source}（模拟）预测与实际：{verdict}（{p.calibration.n} 起）。"
        f"漂移报警：{found or '无'}（无漂移时平均每 {p.drift.run_length:.0f} 周误报一次）。"
        if zh else
        f"Plan {p.source} (simulated) against what happened: {verdict} ({p.calibration.n} calls). "
        f"Drift alarms: {found or 'none'} (without drift one in {p.drift.run_length:.0f} weeks)."
    )  # fmt: skip
    rows = tuple(
        (percent(level, False), percent(f.value, False), interval_text(f, "share"),
         counts_text(f, language))
        for level, f in p.calibration.reliability.items()
    )  # fmt: skip
    columns = ("预测分位", "实际占比", "95%区间", "依据") if zh else (
        "Predicted quantile", "Actual share below", "95 % interval", "Counts")  # fmt: skip
    return [Section("预测与实际" if zh else "Predicted and actual", (sentence,), columns, rows)]


def _footing(evaluation: Evaluation, language: str) -> tuple[str, ...]:
    zh = language == "zh"
    lines = [
        "起数的区间按泊松分布，比率按威尔逊区间，时长按自助法；空白为未知，不是零。" if zh
        else "Intervals: Poisson for counts, Wilson for shares, bootstrap for times. "
        "Blank is unknown, not zero."
    ]  # fmt: skip
    for name, digest in evaluation.checksums.items():
        lines.append(f"{name}  sha256 {digest[:16]}…")
    return tuple(lines)
