"""The effect of the reform, and predicted against actual, as the figures page shows them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hubpost.actions.figure_studies import Studied
from hubpost.evaluation.evaluate import Evaluation
from hubpost.evaluation.prediction import PredictedActual
from hubpost.evaluation.statements import label_words
from hubpost.reporting.effect_section import effect_sections, predicted_sections
from hubpost.reporting.section import Section
from hubpost.web.languages import mark as _
from hubpost.web.viewer import Viewer

SIDE = {
    "before": _("Before the plan: each station for itself, simulated, against what happened"),
    "after": _("Since the plan: its groups, simulated, against what happened"),
}
_SOURCE = {"before": _("own station only"), "after": _("the signed plan")}


def effect_part(evaluation: Evaluation, studied: Studied, language: str) -> Section | None:
    """One sentence for each kind of call, and the months until a true fall would show."""
    whole = replace(evaluation, effects=studied.effects)
    return next(iter(effect_sections(whole, language)), None)


def effect_chart(evaluation: Evaluation, studied: Studied, language: str) -> dict[str, Any] | None:
    """Changes with their intervals, one row a study; nothing where none could be asked."""
    names = {
        r.kpi.code: r.kpi.name_zh if language == "zh" else r.kpi.name_en for r in evaluation.results
    }
    rows = [
        [names[e.what], *(round(100 * x, 1) for x in (c.value, c.low, c.high))]
        for e in studied.effects
        if (c := _change(e)) is not None
    ]
    return {"rows": rows} if rows else None


def _change(study: Any) -> Any:
    main = study.step or study.staggered
    change = main.change if main is not None else None
    known = change is not None and None not in (change.value, change.low, change.high)
    return change if known else None


def predicted_parts(
    evaluation: Evaluation, found: Mapping[str, PredictedActual], language: str, viewer: Viewer
) -> list[dict[str, Any]]:
    """For each side its sentence, table and the numbers of its two charts."""
    return [
        {
            "side": side,
            "heading": viewer.say(SIDE[side]),
            "labels": label_words(p.labels, language),
            "section": _section(evaluation, p, viewer.say(_SOURCE[side]), language),
            "chart": _chart(p),
            "weeks": [
                (w.isoformat(), round(float(m), 3), round(float(up), 2), round(float(down), 2),
                 i in p.drift.alarms)
                for i, (w, m, up, down) in enumerate(
                    zip(p.weeks, p.weekly, p.drift.upper, p.drift.lower, strict=True)
                )
            ],
        }
        for side, p in found.items()
    ]  # fmt: skip


def with_prediction(
    evaluation: Evaluation, found: Mapping[str, PredictedActual], viewer: Viewer
) -> Evaluation:
    """The evaluation with the signed plan's prediction, where calls came since."""
    since = found.get("after")
    if since is None:
        return evaluation
    return replace(
        evaluation,
        predicted=replace(since, source=viewer.say(_SOURCE["after"])),
        labels=tuple(dict.fromkeys((*evaluation.labels, *since.labels))),
    )


def _section(evaluation: Evaluation, p: PredictedActual, source: str, language: str) -> Section:
    return predicted_sections(replace(evaluation, predicted=replace(p, source=source)), language)[0]


def _chart(p: PredictedActual) -> dict[str, Any]:
    """Levels and shares in percent with intervals; the sums, their limit, and the alarms."""
    points = [
        [round(100 * x, 1) for x in (level, f.value, f.low, f.high)]
        for level, f in p.calibration.reliability.items()
        if f.value is not None and f.low is not None and f.high is not None
    ]
    return {
        "points": points,
        "weeks": [w.isoformat() for w in p.weeks],
        "upper": [round(float(x), 2) for x in p.drift.upper],
        "lower": [round(float(x), 2) for x in p.drift.lower],
        "h": round(p.drift.h, 2),
        "alarms": list(p.drift.alarms),
    }
