"""The sections of each account: a month's, a year's, a station's brief, any other period's."""

from collections.abc import Sequence

from hubpost.evaluation.evaluate import Evaluation
from hubpost.evaluation.kpi_counts import COUNTY
from hubpost.reporting.clock_section import clock_section, clock_sentence
from hubpost.reporting.comparison_section import comparison_section
from hubpost.reporting.effect_section import effect_sections, predicted_sections
from hubpost.reporting.figure_section import (
    figures_section,
    headline,
    results_of,
    surviving_changes,
    trust_section,
    unknown_sentences,
)
from hubpost.reporting.section import Section

#: Chapters of the annual evaluation, and the catalogue's groups in each.
CHAPTERS = (
    ("警情与响应", "Calls and response", ("calls", "response")),
    ("案件与矛盾纠纷", "Cases and disputes", ("cases", "disputes")),
    ("基础工作与服务", "Ground work and services",
     ("familiarity", "register", "services", "tasks")),
    ("警力下沉与减负", "Officers in the stations, and relief", ("strength", "burden")),
)  # fmt: skip


def brief_sections(evaluation: Evaluation, language: str, station_id: str) -> list[Section]:
    """All figures of a station, what it has open, and whether its data can be trusted."""
    zh = language == "zh"
    month, year = evaluation.period.is_month, evaluation.period.is_year
    span = "month" if month else "year" if year else "period"
    results = results_of(evaluation.results, station_id)
    unknown = unknown_sentences(evaluation.results, station_id, language)
    clocks = clock_sentence(evaluation, station_id, language)
    figures = figures_section(
        "主要指标" if zh else "Figures", results, language, span, _known(clocks, *unknown)
    )
    return [figures, trust_section(evaluation, language, station_id)]


def period_sections(evaluation: Evaluation, language: str) -> list[Section]:
    """A period that is neither a month nor a year: everything there is."""
    results = results_of(evaluation.results)
    unknown = unknown_sentences(evaluation.results, COUNTY, language)
    return [
        figures_section("主要指标" if language == "zh" else "Figures", results, language,
                        sentences=unknown),
        trust_section(evaluation, language),
        comparison_section(evaluation, language),
        *effect_sections(evaluation, language),
        *predicted_sections(evaluation, language),
    ]  # fmt: skip


def month_sections(evaluation: Evaluation, language: str) -> list[Section]:
    """The month, the same month a year before, the year so far, and what is open or due.

    Comparisons of stations, the reform and the prediction need more than a month's counts; they
    stand in the annual evaluation.
    """
    zh = language == "zh"
    results = results_of(evaluation.results)
    said = [
        Section("本月概况" if zh else "The month in brief", headline(results, language)),
        figures_section("本月指标" if zh else "Figures of the month", results, language, "month"),
    ]
    if evaluation.running:
        said.append(figures_section(
            "本年累计" if zh else "The year so far", results_of(evaluation.running), language,
            "running",
        ))  # fmt: skip
    unknown = unknown_sentences(evaluation.results, COUNTY, language)
    trust = trust_section(evaluation, language, also=unknown)
    return [*said, clock_section(evaluation, language), trust]


def year_sections(evaluation: Evaluation, language: str) -> list[Section]:
    """The year by chapters, stations beside one another, the reform, the prediction, the data."""
    zh = language == "zh"
    results = results_of(evaluation.results)
    unknown = unknown_sentences(evaluation.results, COUNTY, language)
    brief = (*headline(results, language), *surviving_changes(evaluation, language))
    return [
        Section("总体情况" if zh else "The year in brief", brief),
        *_chapters(evaluation, language),
        comparison_section(evaluation, language),
        *effect_sections(evaluation, language),
        *predicted_sections(evaluation, language),
        trust_section(evaluation, language, also=unknown),
    ]


def _chapters(evaluation: Evaluation, language: str) -> Sequence[Section]:
    """A chapter without any figure stays, and says so: nobody shall think it was forgotten."""
    zh = language == "zh"
    none = "本章指标均无数据。" if zh else "None of this chapter's figures has data."
    made = []
    for name_zh, name_en, groups in CHAPTERS:
        results = results_of(evaluation.results, groups=groups)
        said = () if results else (none,)
        made.append(figures_section(name_zh if zh else name_en, results, language, "year", said))
    return made


def _known(*sentences: str) -> tuple[str, ...]:
    return tuple(s for s in sentences if s)
