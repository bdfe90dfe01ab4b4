"""One sentence on an effect, in plain Chinese and English, with the strength of evidence."""

from hubpost.evaluation.effect import EffectStudy
from hubpost.evaluation.evidence import Grade
from hubpost.evaluation.figure import Figure
from hubpost.evaluation.statements import label_words

GRADES = {
    Grade.STRONG: ("强", "strong"),
    Grade.MODERATE: ("中等", "moderate"),
    Grade.WEAK: ("弱", "weak"),
    Grade.NONE: ("不足（与偶然波动无法区分）", "none (not told apart from chance)"),
    Grade.UNKNOWN: ("无法判断", "cannot be judged"),
}

REASONS = {
    "series_shows_it": ("时间序列显示变化", "the series shows it"),
    "newey_west_agrees": ("Newey–West 法一致", "Newey–West limits agree"),
    "placebo_dates_quiet": ("假设的改革日期未见变化", "placebo dates show nothing"),
    "season_separated": ("季节影响已分离", "season was told apart"),
    "comparison_shows_it": (
        "与未加入的派出所对比一致",
        "stations not yet joined did not change so",
    ),
    "placebo_stations_rare": (
        "随机改派加入日期少见如此变化",
        "dates dealt out by chance rarely give as much",
    ),
    "synthetic_control_same_way": ("合成对照方向一致", "the synthetic control points the same way"),
    "data_plausible": ("数据通过可信性检查", "the data passed the plausibility checks"),
    "survives_many_questions": (
        "多项同时检验后仍显著",
        "it holds when all questions asked are counted",
    ),
    "interval_holds_zero": ("区间包含零", "the interval holds zero"),
    "too_short": ("月份太少", "too few months"),
}


def percent(value: float | None, signed: bool = True) -> str:
    """A share as a percentage with one decimal and a true minus sign; – for none."""
    if value is None:
        return "–"
    text = f"{100 * value:+.1f}" if signed else f"{100 * value:.1f}"
    return text.replace("-", "−") + "%"


def effect_sentence(study: EffectStudy, language: str = "zh", what: str | None = None) -> str:
    """What may be said of the effect; the interval, counts and grade are always in it."""
    chinese = language.startswith("zh")
    what = what or study.what
    if words := label_words(study.labels, language):
        what = f"{what}（{words}）" if chinese else f"{what} ({words})"
    figure = _main(study)
    grade = _grade(study, language)
    if figure is None:
        why = "；".join(study.refused) if chinese else "; ".join(study.refused)
        return (
            f"{what}：数据不足以判断改革效果（{why}）。" if chinese
            else f"{what}: the data cannot tell an effect of the reform ({why})."
        )  # fmt: skip
    body = _chinese(what, study, figure) if chinese else _english(what, study, figure)
    body += _beside(study, figure, chinese)
    return body + (f"证据强度：{grade}。" if chinese else f" Strength of evidence: {grade}.")


def _grade(study: EffectStudy, language: str) -> str:
    """The grade; where it is weak, what it failed."""
    chinese = language.startswith("zh")
    grade = GRADES[study.strength.grade][0 if chinese else 1]
    failed = reasons_words(study.strength.speaks_against, language)
    if study.strength.grade is not Grade.WEAK or not failed:
        return grade
    return (
        f"{grade}（未通过：{'；'.join(failed)}）" if chinese
        else f"{grade} (not so: {'; '.join(failed)})"
    )  # fmt: skip


def _beside(study: EffectStudy, main: Figure, chinese: bool) -> str:
    """The comparison with stations that had not joined, where it is not the main figure."""
    if study.staggered is None or study.staggered.change is main:
        return ""
    change = study.staggered.change
    if chinese:
        return (
            f"与未加入的派出所相比为 {percent(change.value)}"
            f"（95%区间 {percent(change.low)} 至 {percent(change.high)}）。"
        )
    return (
        f" Against stations not yet joined it is {percent(change.value)} "
        f"(95 % interval {percent(change.low)} to {percent(change.high)})."
    )


def reasons_words(codes: tuple[str, ...], language: str = "zh") -> list[str]:
    """The reasons of a grade in words."""
    idx = 0 if language.startswith("zh") else 1
    return [REASONS[code][idx] for code in codes]


def _main(study: EffectStudy) -> Figure | None:
    if study.step is not None:
        return study.step.change
    return study.staggered.change if study.staggered is not None else None


def _chinese(what: str, study: EffectStudy, figure: Figure) -> str:
    span = f"（95%区间 {percent(figure.low)} 至 {percent(figure.high)}）"
    basis = _basis_zh(study)
    if study.strength.grade is Grade.NONE:
        beyond = _beyond(figure)
        ruled = f"；降幅超过 {percent(beyond, False)} 可以排除" if beyond else ""
        return (
            f"{study.start:%Y年%m月}改革后，{what}月均变化 {percent(figure.value)}{span}，"
            f"{basis}，尚不能认定与改革有关{ruled}。"
        )
    return f"扣除趋势和季节影响，改革后{what}月均变化 {percent(figure.value)}{span}，{basis}。"


def _english(what: str, study: EffectStudy, figure: Figure) -> str:
    span = f"(95 % interval {percent(figure.low)} to {percent(figure.high)})"
    basis = _basis_en(study)
    if study.strength.grade is Grade.NONE:
        beyond = _beyond(figure)
        ruled = f"; a fall of more than {percent(beyond, False)} can be ruled out" if beyond else ""
        return (
            f"Since the reform of {study.start:%Y-%m}, {what} a month changed by "
            f"{percent(figure.value)} {span}, {basis}: this cannot be put down to the "
            f"reform{ruled}."
        )
    return (
        f"Beside trend and season, {what} a month changed by {percent(figure.value)} {span} "
        f"since the reform, {basis}."
    )


def _beyond(figure: Figure) -> float | None:
    return -figure.low if figure.low is not None and figure.low < 0 else None


def _basis_zh(study: EffectStudy) -> str:
    counts = (study.step or study.staggered).change.counts  # type: ignore[union-attr]
    if "before" not in counts:
        return f"实际 {counts['observed']:.0f} 起，预期 {counts['expected']:.0f} 起"
    return (
        f"依据改革前 {counts['months_before']} 个月 {counts['before']:.0f} 起、"
        f"改革后 {counts['months_after']} 个月 {counts['after']:.0f} 起"
    )


def _basis_en(study: EffectStudy) -> str:
    counts = (study.step or study.staggered).change.counts  # type: ignore[union-attr]
    if "before" not in counts:
        return f"{counts['observed']:.0f} observed against {counts['expected']:.0f} expected"
    return (
        f"from {counts['before']:.0f} in {counts['months_before']} months before and "
        f"{counts['after']:.0f} in {counts['months_after']} months after"
    )
