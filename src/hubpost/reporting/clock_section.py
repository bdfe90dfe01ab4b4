"""What was open at the end of a period, what was late, and what falls due next."""

from hubpost.evaluation.evaluate import Evaluation
from hubpost.evaluation.kpi_counts import COUNTY
from hubpost.evaluation.month_so_far import OpenClock
from hubpost.evaluation.statements import label_words
from hubpost.reporting.figure_texts import NONE
from hubpost.reporting.section import Section
from hubpost.reporting.station_words import station_words

SOURCES = {
    "cases": ("案件", "Cases"),
    "disputes": ("矛盾纠纷", "Disputes"),
    "services": ("办件", "Services"),
    "tasks": ("任务", "Tasks"),
}


def clock_section(evaluation: Evaluation, language: str) -> Section:
    """A row for each source of the county, and for each station with something late."""
    zh = language == "zh"
    called = station_words(evaluation, language)
    county = "全县" if zh else "County"
    rows = tuple(
        (_source(c, language), called.get(c.station_id, c.station_id) or county, *_counts(c))
        for c in evaluation.clocks
        if c.station_id == COUNTY or c.late
    )
    columns = ("事项", "范围", "未结", "其中已逾期", "下月底前到期") if zh else (
        "What", "Where", "Open", "Past its limit", "Due by the end of next month")  # fmt: skip
    note = (
        "按期末状态统计；无办结时限的事项不计逾期，有办结时限的只计时限。" if zh
        else "As they stood at the end of the period. What has no limit is never late; of what has "
        "one only the limits are counted."
    )  # fmt: skip
    heading = "未结与到期事项" if zh else "Open, and due next"
    return Section(heading, (note,) if rows else (), columns if rows else (), rows)


def clock_sentence(evaluation: Evaluation, station_id: str, language: str) -> str:
    """The same of one scope in a line; "" where nothing is open or due."""
    zh = language == "zh"
    said = []
    for c in evaluation.clocks:
        if c.station_id != station_id:
            continue
        words = ("未结", "逾期", "下月底前到期") if zh else ("open", "late", "due next month")
        counts = (c.open, c.late, c.due_next)
        parts = [f"{w} {n}" for w, n in zip(words, counts, strict=True) if n]
        if parts:
            said.append(f"{_source(c, language)} {('，' if zh else ', ').join(parts)}")
    if not said:
        return ""
    joined = ("；" if zh else "; ").join(said)
    return f"期末未结与到期：{joined}。" if zh else f"At the end of the period: {joined}."


def _source(clock: OpenClock, language: str) -> str:
    zh = language == "zh"
    name, words = SOURCES[clock.source][0 if zh else 1], label_words(clock.labels, language)
    return name + ((f"（{words}）" if zh else f" ({words})") if words else "")


def _counts(clock: OpenClock) -> tuple[str, str, str]:
    return tuple(  # type: ignore[return-value]
        NONE if n is None else str(n) for n in (clock.open, clock.late, clock.due_next)
    )
