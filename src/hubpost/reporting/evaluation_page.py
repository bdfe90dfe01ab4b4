"""The account as a page: tables, charts, printable, no script."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hubpost.evaluation.evaluate import Evaluation
from hubpost.evaluation.kpi_counts import COUNTY
from hubpost.evaluation.statements import label_words
from hubpost.reporting.charts import calibration_chart, funnel_chart, series_chart
from hubpost.reporting.evaluation_account import make_account

#: Headings of official documents are numbered so (GB/T 9704).
NUMERALS = {
    "zh": tuple(f"{n}、" for n in "一二三四五六七八九十"),
    "en": tuple(f"{n}. " for n in range(1, 11)),
}


def account_page(evaluation: Evaluation, language: str = "zh", station_id: str = COUNTY) -> str:
    """HTML of the county's account, or of a station's brief."""
    env = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
    )
    charts = _charts(evaluation, language) if station_id == COUNTY else []
    return env.get_template("evaluation_account.html.j2").render(
        account=make_account(evaluation, language, station_id),
        language=language,
        numerals=NUMERALS[language],
        charts=charts,
        brief=station_id != COUNTY,
    )


def _charts(evaluation: Evaluation, language: str) -> list[tuple[str, str]]:
    zh = language == "zh"
    words = label_words(evaluation.labels, language)
    tail = (f"（{words}）" if zh else f" ({words})") if words else ""
    names = {r.kpi.code: r.kpi.name_zh if zh else r.kpi.name_en for r in evaluation.results}
    charts = []
    for e in evaluation.effects:
        caption = names[e.what] + (
            "：实际（点）、拟合（线）、无改革时的预期（虚线）" if zh
            else ": observed (dots), fitted (line), expected without the reform (dashed)"
        ) + tail  # fmt: skip
        charts.append((caption, series_chart(e, caption)))
    for f in evaluation.funnels:
        caption = names[f.kpi.code] + (
            "：各派出所与正常波动范围（95%、99.8%）" if zh
            else ": stations and the limits of chance (95 %, 99.8 %)"
        ) + tail  # fmt: skip
        charts.append((caption, funnel_chart(f, dict(evaluation.station_names), caption)))
    if evaluation.predicted is not None:
        caption = ("预测与实际：分布应平直" if zh else "Predicted and actual: flat if right") + tail
        charts.append((caption, calibration_chart(evaluation.predicted, caption)))
    return charts
