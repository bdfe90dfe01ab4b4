"""Stations beside one another: funnels and shrunk rates, never a league table."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hubpost.evaluation.finding import Finding
from hubpost.evaluation.funnel import (
    Funnel,
    over_dispersion,
    positions,
    rate_funnel,
    share_funnel,
    widened,
)
from hubpost.evaluation.kpi_catalogue import Kpi
from hubpost.evaluation.kpi_counts import COUNTY
from hubpost.evaluation.kpis import KpiResult
from hubpost.evaluation.records import Records
from hubpost.evaluation.shrinkage import ShrunkRates, shrink_rates

#: What a finding makes unfit for comparison: figures of times, or counts of calls.
BARS_COUNTS = frozenset({"missing_months", "definition_change"})
PER_PEOPLE = 1000


@dataclass(frozen=True, slots=True, eq=False)
class StationFunnel:
    """One figure of all comparable stations. value (n,), position: as funnel.positions.

    spread: variance over chance; where clearly over 1, the limits were widened by it.
    shrunk: rates drawn to the mean, for counts only. left_out: station -> finding or statement.
    unit: "per 1,000 people a year" or "share".
    """

    kpi: Kpi
    station_ids: tuple[str, ...]
    value: np.ndarray
    funnel: Funnel
    position: tuple[str, ...]
    spread: float
    shrunk: ShrunkRates | None
    left_out: dict[str, str]
    unit: str


def barred_groups(findings: Sequence[Finding]) -> frozenset[tuple[str, str]]:
    """(station, group of KPIs) that may not be compared; station "" bars all stations."""
    return frozenset(
        (f.station_id, "calls" if f.code in BARS_COUNTS else "response") for f in findings if f.bars
    )


def station_funnels(
    results: Sequence[KpiResult], records: Records, findings: Sequence[Finding]
) -> tuple[StationFunnel, ...]:
    """A funnel for each share, and for each kind of call where the population is known."""
    barred = barred_groups(findings)
    found = []
    by_code: dict[str, list[KpiResult]] = {}
    for r in results:
        if r.station_id != COUNTY:
            by_code.setdefault(r.kpi.code, []).append(r)
    for rows in by_code.values():
        kpi, usable = rows[0].kpi, [r for r in rows if _usable(r, records, barred)]
        if len(usable) < 5:
            continue
        kept = {r.station_id for r in usable}
        left = {r.station_id: _why(r, barred) for r in rows if r.station_id not in kept}
        if kpi.kind == "share":
            found.append(_shares(kpi, usable, left))
        elif kpi.kind == "count" and kpi.group == "calls":
            found.append(_rates(kpi, usable, left, records))
    return tuple(found)


def _usable(r: KpiResult, records: Records, barred: frozenset[tuple[str, str]]) -> bool:
    if r.now.value is None or (COUNTY, r.kpi.group) in barred:
        return False
    people = r.kpi.kind != "count" or records.population.get(r.station_id, 0) > 0
    return people and (r.station_id, r.kpi.group) not in barred


def _why(r: KpiResult, barred: frozenset[tuple[str, str]]) -> str:
    if (r.station_id, r.kpi.group) in barred:
        return "implausible"
    return r.now.statement if r.now.value is None else "no_population"


def _shares(kpi: Kpi, rows: list[KpiResult], left: dict[str, str]) -> StationFunnel:
    hits, of = (np.array([r.now.counts[c] for r in rows], dtype=float) for c in ("hits", "of"))
    funnel = share_funnel(hits, of)
    share = hits / of
    se = np.sqrt(funnel.target * (1 - funnel.target) / of)
    spread = over_dispersion((share - funnel.target) / se) if 0 < funnel.target < 1 else 1.0
    funnel = widened(funnel, spread)
    ids = tuple(r.station_id for r in rows)
    where = tuple(positions(share, funnel))
    return StationFunnel(kpi, ids, share, funnel, where, spread, None, left, "share")


def _rates(
    kpi: Kpi, rows: list[KpiResult], left: dict[str, str], records: Records
) -> StationFunnel:
    events = np.array([r.now.counts["events"] for r in rows], dtype=float)
    exposure = np.array([
        records.population[r.station_id] / PER_PEOPLE * r.now.counts["days"] / 365.25
        for r in rows
    ])  # fmt: skip
    funnel = rate_funnel(events, exposure)
    expected = funnel.target * exposure
    spread = over_dispersion((events - expected) / np.sqrt(expected)) if funnel.target else 1.0
    funnel = widened(funnel, spread)
    ids = tuple(r.station_id for r in rows)
    where = tuple(positions(events / exposure, funnel))
    shrunk = shrink_rates(events, exposure)
    unit = "per 1,000 people a year"
    return StationFunnel(kpi, ids, events / exposure, funnel, where, spread, shrunk, left, unit)
