"""Sections of figures: the table of a period, its headline, and whether the data can be trusted."""

from collections.abc import Mapping, Sequence

from hubpost.evaluation.evaluate import Evaluation
from hubpost.evaluation.kpi_counts import COUNTY
from hubpost.evaluation.kpis import KpiResult
from hubpost.evaluation.statements import say
from hubpost.reporting.figure_texts import COLUMNS, figure_row, marked_rows
from hubpost.reporting.section import Section

#: Figures that the first paragraph of an account names, as far as they are known.
HEADLINES = (
    "calls_all", "response_p50", "response_p90", "within_predicted", "clearance", "disputes_found",
    "disputes_rate", "services_on_time", "satisfaction", "tasks_done", "police_share",
    "minutes_saved",
)  # fmt: skip
#: What the period and the one before are called in the columns: Chinese, English.
SPANS = {
    "period": (("本期", "上年同期"), ("This period", "Last year")),
    "month": (("本月", "上年同月"), ("This month", "Month last year")),
    "running": (("本年累计", "上年同期"), ("Year so far", "Last year to date")),
    "year": (("本年", "上年"), ("This year", "Year before")),
}
#: What a figure has in the place of its number where it is named in a sentence, not in a row.
UNKNOWN = ("no_data", "never_seen", "empty_period")
#: Below this a change that many comparisons were made for is still called one.
FALSE_DISCOVERY = 0.05


def results_of(
    results: Sequence[KpiResult], station_id: str = COUNTY, groups: Sequence[str] = ()
) -> list[KpiResult]:
    """Figures of a scope that there are data for; of some chapters of the catalogue, or of all."""
    return [
        r for r in results
        if r.station_id == station_id and r.now.statement not in UNKNOWN
        and (not groups or r.kpi.group in groups)
    ]  # fmt: skip


def figures_section(
    heading: str,
    results: Sequence[KpiResult],
    language: str,
    span: str = "period",
    sentences: tuple[str, ...] = (),
) -> Section:
    """A table of figures, each with the query for its rows."""
    rows, legend = marked_rows(results, language)
    columns = columns_of(span, language)
    if not legend:
        rows, columns = tuple(row[:-1] for row in rows), columns[:-1]
    return Section(
        heading, sentences, columns if rows else (), rows,
        tuple({"code": r.kpi.code, **r.query} for r in results), legend,
    )  # fmt: skip


def columns_of(span: str, language: str) -> tuple[str, ...]:
    """Heads of the table's columns."""
    now, before = SPANS[span][0 if language == "zh" else 1]
    heads = list(COLUMNS[language])
    heads[1], heads[4] = now, before
    heads[7] = "注" if language == "zh" else "Note"
    return tuple(heads)


def headline(results: Sequence[KpiResult], language: str) -> tuple[str, ...]:
    """A sentence for each of the figures read first, with its interval and its year on year."""
    zh = language == "zh"
    known = {r.kpi.code: r for r in results if r.station_id == COUNTY and r.now.value is not None}
    said = [_clause(known[code], language) for code in HEADLINES if code in known]
    if not said:
        return ("本期没有可报的数据。" if zh else "There is nothing to report in this period.",)
    return tuple(clause + ("。" if zh else ".") for clause in said)


def _clause(result: KpiResult, language: str) -> str:
    """Such as: All calls 812 (95 % 757 – 870), year on year +3.1% (+1.0% – +5.2%)."""
    zh = language == "zh"
    name, value, interval, counts, _, change, change_interval, _ = figure_row(result, language)
    inside = (f"95%区间 {interval}" if zh else f"95 % {interval}") if interval else ""
    if result.kpi.kind in ("share", "ratio") and counts:
        inside = ("，" if zh else ", ").join(t for t in (counts, inside) if t)
    said = f"{name} {value}" + (_bracket(inside, zh) if inside else "")
    if not change:
        return said
    said += f"，同比 {change}" if zh else f", year on year {change}"
    return said + (_bracket(change_interval, zh) if change_interval else "")


def _bracket(text: str, zh: bool) -> str:
    return f"（{text}）" if zh else f" ({text})"


def surviving_changes(evaluation: Evaluation, language: str) -> tuple[str, ...]:
    """Which changes on the year before stand when all comparisons made are counted."""
    tested = {c: p for (c, s), p in evaluation.adjusted_p.items() if s == COUNTY}
    if not tested:
        return ()
    zh = language == "zh"
    names = names_of(evaluation, language)
    held = [names[c] for c, p in tested.items() if p < FALSE_DISCOVERY]
    by = "、" if zh else ", "
    return (
        f"共比较 {len(tested)} 项同比，计入多重比较后仍可认定有变化的："
        f"{by.join(held) or '无'}。" if zh else
        f"Of {len(tested)} comparisons with the year before, these changes stand when all of them "
        f"are counted: {by.join(held) or 'none'}.",
    )  # fmt: skip


def names_of(evaluation: Evaluation, language: str) -> Mapping[str, str]:
    """Code -> name of the figure."""
    return {r.kpi.code: r.kpi.name_zh if language == "zh" else r.kpi.name_en
            for r in evaluation.results}  # fmt: skip


def unknown_sentences(
    results: Sequence[KpiResult], station_id: str, language: str
) -> tuple[str, ...]:
    """Name the figures without data, so that nobody takes them for zero; one for each reason."""
    zh = language == "zh"
    said = []
    for why in UNKNOWN:
        names = [
            r.kpi.name_zh if zh else r.kpi.name_en for r in results
            if r.station_id == station_id and r.now.statement == why
        ]  # fmt: skip
        if names:
            reason = say(why, language)
            said.append(
                f"{reason}的指标：{'、'.join(names)}。" if zh
                else f"{reason[:1].upper()}{reason[1:]}: {', '.join(names)}."
            )  # fmt: skip
    return tuple(said)


def trust_section(
    evaluation: Evaluation, language: str, station_id: str = COUNTY, also: tuple[str, ...] = ()
) -> Section:
    """What the checks found in a scope. also: sentences that stand above it."""
    zh = language == "zh"
    heading = "数据可信性" if zh else "Can the data be trusted?"
    found = [f for f in evaluation.findings if f.station_id == station_id]
    if not found:
        none = "未发现疑点。" if zh else "The checks found nothing."
        return Section(heading, (*also, none))
    bars = ("不参与比较", "仅作说明") if zh else ("not compared", "stated only")
    rows = tuple((f.words(language), bars[0] if f.bars else bars[1]) for f in found)
    return Section(heading, also, ("发现", "处理") if zh else ("Finding", "Consequence"), rows)
