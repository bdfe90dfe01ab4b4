"""The effect of the reform, and predicted against actual, as sections of an account."""

from hubpost.evaluation.effect_words import effect_sentence, percent
from hubpost.evaluation.evaluate import Evaluation
from hubpost.evaluation.statements import label_words
from hubpost.reporting.charts import calibration_chart, series_chart
from hubpost.reporting.figure_section import names_of
from hubpost.reporting.figure_texts import counts_text, interval_text, marked_names
from hubpost.reporting.section import Chart, Section

VERDICTS = {
    "no_data": ("数据不足", "too few data"),
    "as_predicted": ("与预测一致", "as predicted"),
    "slower": ("慢于预测", "slower than predicted"),
    "faster": ("快于预测", "faster than predicted"),
    "other_spread": ("离散程度与预测不同", "spread unlike the prediction"),
}


def effect_sections(evaluation: Evaluation, language: str) -> list[Section]:
    """What may be said of the reform; nothing where it was not studied."""
    if not evaluation.effects:
        return []
    zh = language == "zh"
    names = names_of(evaluation, language)
    marked = marked_names(evaluation, language)
    sentences = tuple(effect_sentence(e, language, names[e.what]) for e in evaluation.effects)
    rows = tuple(
        (marked[e.what], *(_months(e.months_needed.get(x), zh) for x in (-0.05, -0.1, -0.2, -0.3)))
        for e in evaluation.effects
    )
    columns = ("若真实降幅为", "5%", "10%", "20%", "30%") if zh else (
        "Months until a true fall would show", "5 %", "10 %", "20 %", "30 %")  # fmt: skip
    heading = "改革效果" if zh else "Effect of the reform"
    return [Section(heading, sentences, columns, rows, charts=_effect_charts(evaluation, language))]


def _effect_charts(evaluation: Evaluation, language: str) -> tuple[Chart, ...]:
    zh = language == "zh"
    names = names_of(evaluation, language)
    charts = []
    for e in evaluation.effects:
        caption = _marked(names[e.what], e.labels, zh) + (
            "：实际（点）、拟合（线）、无改革时的预期（虚线）" if zh
            else ": observed (dots), fitted (line), expected without the reform (dashed)"
        )  # fmt: skip
        charts.append(Chart(caption, series_chart(e, caption)))
    return tuple(charts)


def _marked(name: str, labels: tuple[str, ...], zh: bool) -> str:
    words = label_words(labels, "zh" if zh else "en")
    return name + ((f"（{words}）" if zh else f" ({words})") if words else "")


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
    heading = "预测与实际" if zh else "Predicted and actual"
    caption = _marked("预测与实际：分布应平直" if zh else "Predicted and actual: flat if right",
                      p.labels, zh)  # fmt: skip
    chart = Chart(caption, calibration_chart(p, caption))
    return [Section(heading, (sentence,), columns, rows, charts=(chart,))]
