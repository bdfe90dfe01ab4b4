"""What a staffing came to for each station, as staffing.json says it."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class StationStaffing:
    """One station. today: officers, None where unknown. by_cover: officers that the units of
    every hour take; by_workload: officer-hours a year over the productive hours of an officer.
    needed: the larger, as the same hours on duty serve both. over: today less needed, negative
    is understaffed, None where today is unknown.

    units_mean, units_most: over the 168 hours. calls_per_week: visits by units. wait_share, p90_s:
    of its calls over the week, and in the worst hour. wait_share_today: with the units of the
    county's sheet in every hour. hours_met: of 168, all targets. unreachable: areas without way.
    seconded: officers on secondment there, mean over a roster, None without one.
    """

    id: str
    name: str
    pool: str
    today: float | None
    by_cover: float
    by_workload: float
    needed: float
    over: float | None
    units_today: int | None
    units_mean: float
    units_most: int
    calls_per_week: float
    wait_share: float
    wait_share_worst: float
    wait_share_today: float | None
    p90_worst_s: float | None
    hours_met: int
    unreachable: int = 0
    seconded: float | None = None
    over_with_seconded: float | None = None


@dataclass(frozen=True, slots=True)
class RuralShare:
    """Police in rural stations: officers and their share of all, before and after secondments.

    None where something is unknown; reason says what.
    """

    rural: float | None
    headquarters: float | None
    seconded: float | None
    before: float | None
    after: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class StaffingReport:
    """units (stations, 168): Monday 0 h first. status met, short, or stopped by
    Ctrl-C with what was found by then; with reason.

    labels: words beside every figure; labels_of: by kind of figure. assumptions: what the figures
    rest on, by name. notes: what a reader must know. inputs: sha256 by file.
    """

    status: str
    reason: str
    stations: tuple[StationStaffing, ...]
    units: Ints
    share: RuralShare
    labels: tuple[str, ...]
    labels_of: Mapping[str, tuple[str, ...]]
    assumptions: Mapping[str, object]
    notes: tuple[str, ...]
    inputs: Mapping[str, str]
    county_id: str
    version: str
    seconds: float

    @property
    def understaffed(self) -> tuple[str, ...]:
        return tuple(s.id for s in self.stations if s.over is not None and s.over < 0)


def staffing_to_json(report: StaffingReport) -> dict[str, Any]:
    """The report as a JSON object; numbers that are not finite become null."""
    officers = sum(s.by_cover for s in report.stations)
    return {
        "status": report.status,
        "reason": report.reason,
        "county_id": report.county_id,
        "labels": list(report.labels),
        "labels_of": {k: list(v) for k, v in report.labels_of.items()},
        "officers_by_cover": officers,
        "officers_by_workload": sum(s.by_workload for s in report.stations),
        "understaffed": list(report.understaffed),
        "rural_share": asdict(report.share),
        "stations": [
            {**{k: _finite(v) for k, v in asdict(s).items()}, "units": row.tolist()}
            for s, row in zip(report.stations, report.units, strict=True)
        ],
        "assumptions": dict(report.assumptions),
        "notes": list(report.notes),
        "inputs": dict(report.inputs),
        "version": report.version,
        "seconds": report.seconds,
    }


def _finite(value: object) -> object:
    return None if isinstance(value, float) and not math.isfinite(value) else value
