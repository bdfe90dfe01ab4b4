"""Figures as texts: name with unit and labels, value, interval, counts, change, notes."""

from collections.abc import Sequence

from hubpost.evaluation.effect_words import percent
from hubpost.evaluation.evaluate import Evaluation
from hubpost.evaluation.figure import Figure
from hubpost.evaluation.kpi_catalogue import Kpi
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
#: What stands where there is no number; the note beside it says why.
NONE = "—"

#: Units of the catalogue, which is written in Chinese.
UNITS_EN = {"分钟": "minutes", "小时": "hours", "天": "days"}


def figure_row(result: KpiResult, language: str) -> tuple[str, ...]:
    """One KPI as texts in the order of COLUMNS; never a percentage without its counts."""
    change = result.change
    return (
        marked_name(result.kpi, result.labels, language),
        value_text(result.now, result.kpi.kind, language),
        interval_text(result.now, result.kpi.kind),
        _counts(result, language),
        value_text(result.last_year, result.kpi.kind, language),
        change_text(change.value, result.kpi.kind, language),
        "" if change.low is None or change.high is None
        else f"{_bare_change(change.low, result.kpi.kind)} – "
        f"{_bare_change(change.high, result.kpi.kind)}",
        notes_text(result, language),
    )  # fmt: skip


def _counts(result: KpiResult, language: str) -> str:
    """A sum is of all there is: told once, not as so many of so many."""
    if result.kpi.kind == "sum" and "of" in result.now.counts:
        return f"{result.now.counts['of']:,.0f}"
    return counts_text(result.now, language)


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
    return number_text(figure.value, kind)


def interval_text(figure: Figure, kind: str) -> str:
    """low – high; empty where there is none."""
    if figure.value is None or figure.low is None or figure.high is None:
        return ""
    return f"{number_text(figure.low, kind)} – {number_text(figure.high, kind)}"


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
    units = {"share": ("个百分点", " points"), "ratio": ("个百分点", " points"),
             "quantile": ("分钟", " min")}  # fmt: skip
    return _bare_change(value, kind) + units.get(kind, ("", ""))[0 if language == "zh" else 1]


def _bare_change(value: float, kind: str) -> str:
    """Without the unit, which stands beside the interval already."""
    if kind in ("count", "sum"):
        text = percent(value)
    else:
        points = 100 * value if kind in ("share", "ratio") else value
        text = f"{points:+.1f}".replace("-", "−")
    return "0.0" + text[4:] if text[1:4] == "0.0" else text


def notes_text(result: KpiResult, language: str) -> str:
    """All statements on the figure and its change, once each."""
    by = "；" if language == "zh" else "; "
    return by.join(say(c, language) for c in _note_codes(result))


def _note_codes(result: KpiResult) -> list[str]:
    codes = [*result.now.notes, *result.change.notes]
    if result.now.value is not None and result.change.value is None:
        codes.append(result.change.statement)
    return [c for c in dict.fromkeys(codes) if say(c)]


def marked_rows(
    results: Sequence[KpiResult], language: str
) -> tuple[tuple[tuple[str, ...], ...], str]:
    """Rows as figure_row gives them with marks for notes, and what each mark says.

    A statement in the place of a number becomes a dash with a mark: rows stay on one line.
    """
    marks: dict[str, str] = {}
    rows = []
    for r in results:
        codes = _note_codes(r)
        if r.now.value is None:
            codes = [r.now.statement, *codes]
        for code in dict.fromkeys(codes):
            marks.setdefault(code, _mark(len(marks), language))
        cells = list(figure_row(r, language))
        cells[1] = NONE if r.now.value is None else cells[1]
        cells[4] = NONE if r.last_year.value is None else cells[4]
        rows.append(
            (
                *cells[:7],
                ("" if language == "zh" else " ").join(marks[c] for c in dict.fromkeys(codes)),
            )
        )
    by, end = ("；", "。") if language == "zh" else ("; ", ".")
    said = by.join(f"{m} {say(c, language)}" for c, m in marks.items())
    return tuple(rows), said + end if said else ""


def _mark(idx: int, language: str) -> str:
    """①… in Chinese, a… in English."""
    return chr(0x2460 + idx) if language == "zh" else chr(ord("a") + idx)


def number_text(value: float, kind: str) -> str:
    """Shares as percentages, times with a decimal, counts whole."""
    if kind in ("share", "ratio"):
        return percent(value, signed=False)
    text = f"{value:,.1f}" if kind == "quantile" else f"{value:,.0f}"
    return text.replace("-", "−")


def marked_names(evaluation: Evaluation, language: str) -> dict[str, str]:
    """Code -> name of the figure with its unit and labels."""
    return {r.kpi.code: marked_name(r.kpi, r.labels, language) for r in evaluation.results}
