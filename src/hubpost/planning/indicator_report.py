"""What is behind the hub scores: where values came from, scalings, weights, reasons, hours."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from hubpost import __version__
from hubpost.model.county import County
from hubpost.planning.indicator_codes import IndicatorCode, list_indicator_codes
from hubpost.planning.indicator_table import IndicatorTable, make_indicator_table
from hubpost.planning.scaling import SCALINGS
from hubpost.planning.score_reasons import ScoreReason, explain_score
from hubpost.planning.scores import ScoreCard, Weights, make_score_card
from hubpost.planning.weightings import critic_weights, entropy_weights
from hubpost.planning.workload import WorkloadAssumptions, WorkloadTable, make_workload_table
from hubpost.roads.travel_times import TravelTimes

#: What a value that was not read is computed from, as sheets and `sheet.column`s of the county.
COMPUTED_FROM: Mapping[str, tuple[str, ...]] = {
    "P1": ("areas.population",),
    "P2": ("areas.households",),
    "P4": ("areas.population", "stations.area_km2"),
    "G1": ("stations.area_km2",),
    "G2": ("areas",),
    "G3": ("areas.grids",),
    "G4": ("travel_times", "stations.lon", "areas.lon"),
    "G5": ("travel_times", "stations.lon"),
    "G6": ("neighbours",),
    **dict.fromkeys(("I1", "I2", "I3", "I4", "I5"), ("calls",)),
    "I6": ("calls",),
    "I7": ("calls",),
    "R1": ("stations.officers",),
    "R2": ("stations.auxiliaries",),
}
_BY_ROAD = ("G4", "G5")


@dataclass(frozen=True, slots=True)
class CodeBasis:
    """One indicator: how many stations have it read, computed, missing; what a computed value
    comes from; the words that stand beside it; weights as declared (share of all that count; None
    where it carries none), by entropy and by CRITIC.
    """

    code: IndicatorCode
    read: int
    computed: int
    missing: int
    computed_from: tuple[str, ...]
    labels: tuple[str, ...]
    declared: float | None
    entropy: float | None
    critic: float | None


@dataclass(frozen=True, slots=True, eq=False)
class IndicatorReport:
    """cards: a score card for each of SCALINGS; weights.scaling says which one counts.

    labels: words beside every score and hour; inputs: sha256 by file.
    """

    names: tuple[str, ...]
    table: IndicatorTable
    codes: tuple[CodeBasis, ...]
    weights: Weights
    cards: Mapping[str, ScoreCard]
    reasons: Mapping[str, tuple[ScoreReason, ...]]
    workload: WorkloadTable
    labels: tuple[str, ...]
    inputs: Mapping[str, str]
    county_id: str
    version: str = __version__

    @property
    def card(self) -> ScoreCard:
        """The card that counts."""
        return self.cards[self.weights.scaling]


def report_indicators(
    county: County, travel: TravelTimes, weights: Weights, assumptions: WorkloadAssumptions
) -> IndicatorReport:
    """The report of a county. Raises BadPlanInput naming stations without a weighted indicator."""
    table = make_indicator_table(county, travel)
    cards = {s: make_score_card(table, replace(weights, scaling=s)) for s in SCALINGS}
    card = cards[weights.scaling]
    codes = tuple(_basis(county, travel, table, card, code) for code in list_indicator_codes())
    counts = {c for c, hours in assumptions.per_indicator_h.items() if hours}
    words = {w for b in codes if b.declared or b.code.code in counts for w in b.labels}
    words |= set(county.labels.words_for("calls"))
    return IndicatorReport(
        names=tuple(s.name for s in county.stations),
        table=table,
        codes=codes,
        weights=weights,
        cards=cards,
        reasons={i: explain_score(card, i) for i in table.station_ids},
        workload=make_workload_table(county, table, assumptions),
        labels=tuple(sorted(words)),
        inputs=dict(county.checksums),
        county_id=county.id,
    )


def _basis(
    county: County, travel: TravelTimes, table: IndicatorTable, card: ScoreCard, code: IndicatorCode
) -> CodeBasis:
    at = table.codes.index(code.code)
    read, computed = int(table.read[:, at].sum()), int(table.computed[:, at].sum())
    sources = COMPUTED_FROM.get(code.code, ())
    words = set(county.labels.words_for(f"indicators.{code.code}")) if read else set()
    if computed:
        words |= set(county.labels.words_for(*sources))
        words |= {"estimated"} if code.code in _BY_ROAD and travel.estimated else set()
    used = card.codes.index(code.code) if code.code in card.codes else None
    return CodeBasis(
        code,
        read,
        computed,
        len(table.station_ids) - read - computed,
        sources,
        tuple(sorted(words)),
        None if used is None else float(card.weights[used]),
        entropy_weights(card).get(code.code),
        critic_weights(card).get(code.code),
    )


def source_of(table: IndicatorTable, station: int, code: int) -> str:
    """read, computed or missing."""
    if table.read[station, code]:
        return "read"
    return "computed" if table.computed[station, code] else "missing"


def indicators_to_json(report: IndicatorReport) -> dict[str, Any]:
    """The report as a JSON object; what is unknown is null."""
    return {
        "county_id": report.county_id,
        "labels": list(report.labels),
        "scaling": report.weights.scaling,
        "weights_from": report.weights.source,
        "indicators": [_code_json(basis) for basis in report.codes],
        "missing": report.table.missing(),
        "unused": list(report.card.unused),
        "stations": [_station_json(report, k) for k in range(len(report.names))],
        "assumptions": asdict(report.workload.assumptions),
        "notes": [*report.table.notes, *report.workload.notes],
        "inputs": dict(report.inputs),
        "version": report.version,
    }


def _code_json(basis: CodeBasis) -> dict[str, Any]:
    code = basis.code
    return {
        "code": code.code,
        "name_zh": code.name_zh,
        "name_en": code.name_en,
        "unit": code.unit,
        "direction": code.direction,
        "basis": code.basis,
        "read": basis.read,
        "computed": basis.computed,
        "missing": basis.missing,
        "computed_from": list(basis.computed_from),
        "labels": list(basis.labels),
        "weights": {
            "declared": basis.declared,
            "entropy": basis.entropy,
            "critic": basis.critic,
        },
    }


def _station_json(report: IndicatorReport, k: int) -> dict[str, Any]:
    table, station_id = report.table, report.table.station_ids[k]
    workload = report.workload
    return {
        "id": station_id,
        "name": report.names[k],
        "score": float(report.card.scores[k]),
        "scores": {s: float(card.scores[k]) for s, card in report.cards.items()},
        "values": {
            code: {"value": _known(table.values[k, j]), "source": source_of(table, k, j)}
            for j, code in enumerate(table.codes)
        },
        "scaled": {
            s: {c: _known(card.scaled[k, j]) for j, c in enumerate(card.codes)}
            for s, card in report.cards.items()
        },
        "why": [asdict(reason) for reason in report.reasons[station_id]],
        "workload_h": {
            **{c: float(workload.hours[k, j]) for j, c in enumerate(workload.components)},
            "total": float(workload.total_h[k]),
        },
    }


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
