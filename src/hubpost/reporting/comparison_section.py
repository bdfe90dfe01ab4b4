"""Stations beside one another: funnels and shrunk rates; no order, no rank."""

import numpy as np

from hubpost.evaluation.evaluate import Evaluation
from hubpost.evaluation.ranking import StationFunnel
from hubpost.evaluation.statements import label_words
from hubpost.reporting.charts import funnel_chart
from hubpost.reporting.figure_section import names_of
from hubpost.reporting.figure_texts import NONE, marked_names, number_text
from hubpost.reporting.section import Chart, Section
from hubpost.reporting.station_words import station_words


def comparison_section(evaluation: Evaluation, language: str) -> Section:
    """Stations that lie outside what chance and usual differences make, with each funnel."""
    zh = language == "zh"
    marked, called = marked_names(evaluation, language), station_words(evaluation, language)
    rows = tuple(
        (marked[f.kpi.code], called.get(s, s), *_numbers(f, i))
        for f in evaluation.funnels
        for i, s in enumerate(f.station_ids)
        if f.position[i] != "inside"
    )
    columns = ("指标", "派出所", "数值", "正常波动范围（95%）", "收缩估计") if zh else (
        "Figure", "Station", "Value", "What chance makes (95 %)", "Shrunk")  # fmt: skip
    return Section(
        "派出所之间的差异" if zh else "Differences between stations",
        (_note(zh),) if evaluation.funnels else (),
        columns if rows else (),
        rows,
        charts=_charts(evaluation, language),
    )


def _numbers(funnel: StationFunnel, i: int) -> tuple[str, str, str]:
    kind = "share" if funnel.unit == "share" else "quantile"
    low, high = (float(getattr(funnel.funnel, f"{side}_95")[i]) for side in ("low", "high"))
    shrunk = NONE if funnel.shrunk is None else number_text(float(funnel.shrunk.rate[i]), kind)
    limits = f"{number_text(low, kind)} – {number_text(high, kind)}"
    return number_text(float(funnel.value[i]), kind), limits, shrunk


def _note(zh: bool) -> str:
    return (
        "仅列超出正常波动范围的派出所，不排名次；警情为每千人每年。收缩估计把起数少的派出所"
        "向全县水平靠拢，比原值更可信。" if zh
        else "Only stations outside the range of chance; no ranking. Calls per 1,000 people a "
        "year. The shrunk rate draws stations with few calls to the county's level; it is the "
        "safer one."
    )  # fmt: skip


def _charts(evaluation: Evaluation, language: str) -> tuple[Chart, ...]:
    zh = language == "zh"
    names, called = names_of(evaluation, language), station_words(evaluation, language)
    labels = {r.kpi.code: label_words(r.labels, language) for r in evaluation.results}
    charts = []
    for f in evaluation.funnels:
        if len(f.value) and np.ptp(f.value) == 0:
            continue  # all the same, as the figures say: a flat line shows nothing more
        words = labels[f.kpi.code]
        name = names[f.kpi.code] + ((f"（{words}）" if zh else f" ({words})") if words else "")
        caption = name + (
            "：各派出所与正常波动范围（95%、99.8%）" if zh
            else ": stations and the limits of chance (95 %, 99.8 %)"
        )  # fmt: skip
        charts.append(Chart(caption, funnel_chart(f, called, caption)))
    return tuple(charts)
