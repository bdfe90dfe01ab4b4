"""The account of a period: which one it is, its title, its sections, its footing."""

from hubpost.evaluation.evaluate import Evaluation
from hubpost.evaluation.kpi_counts import COUNTY
from hubpost.evaluation.statements import label_words
from hubpost.reporting.county_accounts import (
    brief_sections,
    month_sections,
    period_sections,
    year_sections,
)
from hubpost.reporting.section import Account, Section
from hubpost.reporting.station_words import station_words

#: Kind of account -> its name in Chinese and English; the county's name comes before.
TITLES = {
    "month": ("运行情况月报", "monthly account of the rural stations"),
    "year": ("年度运行评估报告", "annual evaluation of the rural stations"),
    "period": ("运行评估报告", "account of operations"),
}


def make_account(evaluation: Evaluation, language: str = "zh", station_id: str = COUNTY) -> Account:
    """The county's account in "zh" or "en", or the one-page brief of a station.

    A month of the calendar gets the monthly account, a year the annual evaluation.
    """
    chinese = language == "zh"
    words = label_words(evaluation.labels, language)
    return Account(
        title=_title(evaluation, language, station_id),
        period=_period(evaluation, language),
        labels=(f"本文数据含：{words}" if chinese else f"Data herein are {words}") if words else "",
        sections=tuple(
            s for s in _sections(evaluation, language, station_id) if s.rows or s.sentences
        ),
        footing=_footing(evaluation, language, station_id),
        one_page=station_id != COUNTY,
    )


def account_kind(evaluation: Evaluation) -> str:
    """month, year, or period for anything else."""
    if evaluation.period.is_month:
        return "month"
    return "year" if evaluation.period.is_year else "period"


def _sections(evaluation: Evaluation, language: str, station_id: str) -> list[Section]:
    if station_id != COUNTY:
        return brief_sections(evaluation, language, station_id)
    make = {"month": month_sections, "year": year_sections, "period": period_sections}
    return make[account_kind(evaluation)](evaluation, language)


def _title(evaluation: Evaluation, language: str, station_id: str) -> str:
    if station_id != COUNTY:
        name = station_words(evaluation, language).get(station_id, station_id)
        return f"{name}工作简报" if language == "zh" else f"Brief: {name}"
    zh, en = TITLES[account_kind(evaluation)]
    return f"{evaluation.name}{zh}" if language == "zh" else f"{evaluation.name_en}: {en}"


def _period(evaluation: Evaluation, language: str) -> str:
    first, last = evaluation.period.start, evaluation.period.last_day
    kind = account_kind(evaluation)
    if kind == "month":
        return f"（{first.year}年{first.month}月）" if language == "zh" else f"{first:%B %Y}"
    if kind == "year":
        return f"（{first.year}年度）" if language == "zh" else str(first.year)
    if language == "zh":
        days = [f"{d.year}年{d.month}月{d.day}日" for d in (first, last)]
        return f"（{days[0]}至{days[1]}）"
    return f"{first.isoformat()} to {last.isoformat()}, both counted"


def _footing(evaluation: Evaluation, language: str, station_id: str) -> tuple[str, ...]:
    zh = language == "zh"
    method = (
        "起数的区间按泊松分布，比率按威尔逊区间，时长按自助法；空白为未知，不是零。" if zh
        else "Intervals: Poisson for counts, Wilson for shares, bootstrap for times. "
        "Blank is unknown, not zero."
    )  # fmt: skip
    if station_id == COUNTY:
        files = "; ".join(f"{n} {d[:16]}…" for n, d in evaluation.checksums.items())
        return (method, f"sha256: {files}") if files else (method,)
    said = "各数的查询条件与明细见其链接。" if zh else "Each number leads to its query and rows."
    return (method + ("" if zh else " ") + said,)
