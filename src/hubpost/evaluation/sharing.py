"""An evaluation as it may leave the county: small cells withheld, and those that betray them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from hubpost.evaluation.effect import EffectStudy
from hubpost.evaluation.evaluate import Evaluation
from hubpost.evaluation.figure import Figure
from hubpost.evaluation.kpi_counts import COUNTY
from hubpost.evaluation.kpis import KpiResult
from hubpost.evaluation.prediction import PredictedActual
from hubpost.evaluation.ranking import StationFunnel
from hubpost.evaluation.small_numbers import SUPPRESS_UNDER, shared

Cell = tuple[str, str]
_WITHHELD = Figure(None, statement="suppressed")
#: A sum of the others, so no cell of its own.
_TOTAL = "calls_all"


def shared_evaluation(evaluation: Evaluation, under: int = SUPPRESS_UNDER) -> Evaluation:
    """The evaluation with every figure withheld whose counts include 1 to under−1.

    A figure is withheld whole: period, year before and change, for each can be had from the
    others. Calls by kind and station add up to totals that are shown, so a cell that stands alone
    withheld in its line takes the next smallest with it. The running year and what is open are
    left out: less an earlier month they give a small cell back. Findings lose their example rows,
    those of single stations are left out.
    """
    results = evaluation.results
    hidden = {_cell(r) for r in results if _small(r, under)}
    for part in ("now", "last_year"):
        counts = {
            _cell(r): int(getattr(r, part).counts.get("events", 0))
            for r in results
            if r.kpi.group == "calls" and r.kpi.kind == "count" and r.kpi.code != _TOTAL
        }
        hidden |= _with_company(counts, hidden & counts.keys())
    return replace(
        evaluation,
        results=tuple(_withheld(r) if _cell(r) in hidden else r for r in results),
        funnels=tuple(_without(f, hidden) for f in evaluation.funnels),
        findings=tuple(
            replace(f, examples=()) for f in evaluation.findings if f.station_id == COUNTY
        ),
        effects=shared_effects(evaluation.effects, under),
        predicted=shared_predicted(evaluation.predicted, under) if evaluation.predicted else None,
        running=(),
        clocks=(),
    )


def shared_effects(
    effects: Iterable[EffectStudy], under: int = SUPPRESS_UNDER
) -> tuple[EffectStudy, ...]:
    """The studies without those that would tell a count of 1 to under−1, before or after."""
    return tuple(e for e in effects if not any(0 < n < under for n in _told(e)))


def _told(study: EffectStudy) -> tuple[float, ...]:
    """Counts that stand in the sentence of a study."""
    parts = [p.change.counts for p in (study.step, study.staggered) if p is not None]
    return tuple(
        float(c[name]) for c in parts for name in ("before", "after", "observed") if name in c
    )


def shared_predicted(predicted: PredictedActual, under: int = SUPPRESS_UNDER) -> PredictedActual:
    """The comparison with small shares withheld, and nothing of single scopes or weeks.

    A weekly mean of one call is that call's time.
    """
    levels = {k: shared(f, under) for k, f in predicted.calibration.reliability.items()}
    return replace(
        predicted,
        calibration=replace(predicted.calibration, reliability=levels),
        by_station={},
        figures={},
        weekly=np.full(len(predicted.weekly), np.nan),
    )


def _cell(r: KpiResult) -> Cell:
    return r.station_id, r.kpi.code


def _small(r: KpiResult, under: int) -> bool:
    parts = (r.now, r.this_year, r.last_year)
    return any(shared(p, under).statement == "suppressed" for p in parts)


def _withheld(r: KpiResult) -> KpiResult:
    return replace(
        r, now=_WITHHELD, this_year=_WITHHELD, last_year=_WITHHELD, change=_WITHHELD, p=None
    )


def _with_company(counts: Mapping[Cell, int], hidden: Iterable[Cell]) -> set[Cell]:
    """Withhold until no line, by station or by kind, has exactly one cell withheld."""
    out = set(hidden)
    stations = {c[0] for c in counts}
    lines = [
        *([c for c in counts if c[0] == s] for s in stations),
        *([c for c in counts if c[1] == k and c[0] != COUNTY] for k in {c[1] for c in counts}),
    ]
    changed = True
    while changed:
        changed = False
        for line in lines:
            others = [c for c in line if c not in out and counts[c] > 0]
            if len(line) - len([c for c in line if c not in out]) == 1 and others:
                out.add(min(others, key=lambda c: (counts[c], c)))
                changed = True
    return out


def _without(funnel: StationFunnel, hidden: set[Cell]) -> StationFunnel:
    keep = np.array([(s, funnel.kpi.code) not in hidden for s in funnel.station_ids], dtype=bool)
    if keep.all():
        return funnel
    limits = ("size", "low_95", "high_95", "low_998", "high_998")
    left = {s: "suppressed" for s, kept in zip(funnel.station_ids, keep, strict=True) if not kept}
    return replace(
        funnel,
        station_ids=tuple(np.array(funnel.station_ids)[keep]),
        value=funnel.value[keep],
        position=tuple(np.array(funnel.position)[keep]),
        funnel=replace(funnel.funnel, **{n: getattr(funnel.funnel, n)[keep] for n in limits}),
        shrunk=None,
        left_out={**funnel.left_out, **left},
    )
