"""An evaluation as it may leave the county: small cells withheld, and those that betray them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from hubpost.evaluation.evaluate import Evaluation
from hubpost.evaluation.figure import Figure
from hubpost.evaluation.kpi_counts import COUNTY
from hubpost.evaluation.kpis import KpiResult
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
    withheld in its line takes the next smallest with it. Findings lose their example rows, those
    of single stations are left out.
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
