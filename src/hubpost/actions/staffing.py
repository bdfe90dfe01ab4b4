"""Staffing a county: what it asks for by hour of week, priced on the queueing model."""

from dataclasses import asdict, dataclass, field
from time import perf_counter
from typing import Any

import numpy as np

from hubpost import __version__
from hubpost.actions.rural_share import headquarters_of, share_of_police
from hubpost.actions.staffing_ground import (
    HOURS,
    MOST_UNITS,
    Progress,
    StaffingGround,
    make_staffing_ground,
    mean_casework_s,
    mean_load,
    mean_on_scene_s,
    pool_predictor,
    waits_today_of,
)
from hubpost.actions.staffing_words import labels_by_kind, labels_of_report, with_secondments
from hubpost.dispatch.rule import OWN_STATION
from hubpost.model.county import County
from hubpost.model.plan import Plan
from hubpost.planning.indicator_table import make_indicator_table
from hubpost.planning.params import BadPlanInput
from hubpost.planning.roster_report import SecondedAtStations
from hubpost.planning.staffing import (
    Staffing,
    StaffingParams,
    allocate_units,
    compare_staffing,
)
from hubpost.planning.staffing_report import StaffingReport, StationStaffing
from hubpost.planning.workload import (
    WorkloadAssumptions,
    make_workload_table,
    read_default_assumptions,
)
from hubpost.roads.travel_times import TravelTimes
from hubpost.simulation.arrays import Floats, Ints
from hubpost.simulation.demand import Demand, fit_demand
from hubpost.simulation.draw import CaseworkParams
from hubpost.simulation.policy import check_plan_fits
from hubpost.simulation.pool_queue import PoolService, spread_units


@dataclass(frozen=True, slots=True)
class StaffingQuestion:
    """targets: of every hour of every pool. productive_h: hours a year an officer works on what
    the workload counts (248 working days of 8 h less leave and training; proposed).
    least_per_station: units at every station in every hour; 0 lets stations of a group close in
    turns, one unit staying in the group. headquarters, seconded: officers; None takes them from
    the officers sheet. demand: factor on all calls. workload: assumptions, None the shipped ones.
    casework: units stay with a case after the call, as long as the simulator assumes.
    seconded_at: officers that a roster puts at each station.
    """

    targets: StaffingParams = field(default_factory=StaffingParams)
    productive_h: float = 1760.0
    least_per_station: int = 1
    headquarters: float | None = None
    seconded: float | None = None
    demand: float = 1.0
    workload: WorkloadAssumptions | None = None
    casework: bool = False
    seconded_at: SecondedAtStations | None = None


def staff_county(
    county: County,
    travel: TravelTimes,
    plan: Plan | None,
    question: StaffingQuestion,
    progress: Progress = lambda _: None,
) -> StaffingReport:
    """Units by station and hour of week that meet the targets, and officers beside today's.

    Without a plan every station is a pool of its own; with one the stations of a group share
    their units. Raises BadPlanInput listing everything wrong with the question, NoCalls.
    """
    started = perf_counter()
    _check(county, plan, question)
    demand = fit_demand(county).scaled(question.demand)
    scene_s, notes = mean_on_scene_s(demand)
    after_s = mean_casework_s(demand, CaseworkParams()) if question.casework else 0.0
    ground = make_staffing_ground(county, travel, plan, demand, scene_s + after_s)
    staffing, units = _allocate(ground, question, progress)
    workload_h, workload_notes = _workload(county, travel, question)
    stations = _stations(county, ground, staffing, units, workload_h, question)
    return StaffingReport(
        status=staffing.status,
        reason=_reason(county, ground, staffing),
        stations=with_secondments(stations, question.seconded_at),
        units=units,
        share=share_of_police(county, question.headquarters, question.seconded),
        labels=labels_of_report(county, travel, question.seconded_at),
        labels_of=labels_by_kind(county, travel, question.seconded_at),
        assumptions=_assumptions(question, demand, scene_s, after_s),
        notes=(*notes, *workload_notes),
        inputs=dict(county.checksums),
        county_id=county.id,
        version=__version__,
        seconds=perf_counter() - started,
    )


def _check(county: County, plan: Plan | None, question: StaffingQuestion) -> None:
    t = question.targets
    numbers = (
        ("most wait", t.most_wait, 0 <= t.most_wait <= 1, "a share from 0 to 1"),
        ("most p90", t.most_p90_s, t.most_p90_s > 0, "above 0"),
        ("headcount", t.headcount, t.headcount is None or t.headcount > 0, "above 0"),
        ("officers per unit", t.officers_per_unit, t.officers_per_unit > 0, "above 0"),
        ("duty hours", t.duty_h, 0 < t.duty_h <= HOURS, "above 0, at most 168 a week"),
        ("productive hours", question.productive_h, 0 < question.productive_h <= 8784,
         "above 0, at most 8784 a year"),
        ("least per station", question.least_per_station,
         0 <= question.least_per_station <= t.most // _largest_pool(plan),
         f"0 to {t.most // _largest_pool(plan)}, the units of a pool over its stations"),
        ("most units", t.most, 1 <= t.most <= MOST_UNITS, f"1 to {MOST_UNITS} in a pool"),
        ("demand", question.demand, 0 < question.demand < np.inf, "above 0"),
        ("headquarters", question.headquarters, _count(question.headquarters), "0 or more"),
        ("seconded", question.seconded, _count(question.seconded), "0 or more"),
    )  # fmt: skip
    problems = [f"{name}: expected {what}, got {v}" for name, v, good, what in numbers if not good]
    headquarters, seconded = headquarters_of(county, question.headquarters, question.seconded)
    if headquarters is not None and seconded is not None and seconded > headquarters:
        problems.append(f"seconded: expected at most the {headquarters:g} of headquarters, "
                        f"got {seconded:g}")  # fmt: skip
    if plan is not None:
        try:
            check_plan_fits(plan, [s.id for s in county.stations])
        except ValueError as why:
            problems.append(str(why))
    if problems:
        raise BadPlanInput(problems)


def _largest_pool(plan: Plan | None) -> int:
    """Stations of the largest pool."""
    return max((len(g.station_ids) for g in plan.hub_groups), default=1) if plan else 1


def _count(value: float | None) -> bool:
    return value is None or 0 <= value < np.inf


@dataclass(frozen=True, slots=True, eq=False)
class _Priced:
    """allocate_units by pool, with the answer of each pool and hour."""

    by_pool: Staffing
    services: tuple[tuple[PoolService, ...], ...]

    @property
    def status(self) -> str:
        return self.by_pool.status


def _allocate(
    ground: StaffingGround, question: StaffingQuestion, progress: Progress
) -> tuple[_Priced, Ints]:
    predict, serve = pool_predictor(ground, progress)
    calls = np.array([ground.rate[list(p)].sum(axis=0) for p in ground.pools])
    least = np.array([max(1, question.least_per_station * len(p)) for p in ground.pools])
    found = allocate_units(calls, predict, question.targets, least=least)
    units = np.zeros(ground.rate.shape, dtype=np.int64)
    for k, pool in enumerate(ground.pools):
        load = mean_load(ground, k)
        for hour in range(HOURS):
            units[list(pool), hour] = spread_units(load, int(found.units[k, hour]))
    services = tuple(
        tuple(serve(k, h, int(found.units[k, h])) for h in range(HOURS))
        for k in range(len(ground.pools))
    )
    return _Priced(found, services), units


def _workload(
    county: County, travel: TravelTimes, question: StaffingQuestion
) -> tuple[Floats, tuple[str, ...]]:
    table = make_indicator_table(county, travel)
    assumed = question.workload or read_default_assumptions()
    workload = make_workload_table(county, table, assumed)
    return workload.total_h, tuple(f"workload: {note}" for note in workload.notes)


def _stations(
    county: County,
    ground: StaffingGround,
    priced: _Priced,
    units: Ints,
    workload_h: Floats,
    question: StaffingQuestion,
) -> tuple[StationStaffing, ...]:
    t = question.targets
    by_cover = units.sum(axis=1) * t.officers_per_unit / t.duty_h
    by_workload = workload_h / question.productive_h
    needed = np.maximum(by_cover, by_workload)
    today = np.array([np.nan if s.officers is None else float(s.officers) for s in county.stations])
    over = compare_staffing(needed, today)
    rows = {}
    for p, pool in enumerate(ground.pools):
        waits_today = waits_today_of(county, ground, p)
        for at, k in enumerate(pool):
            rows[k] = StationStaffing(
                id=county.stations[k].id,
                name=county.stations[k].name,
                pool=county.stations[pool[0]].id,
                today=_known(today[k]),
                by_cover=float(by_cover[k]),
                by_workload=float(by_workload[k]),
                needed=float(needed[k]),
                over=_known(over[k]),
                units_today=county.stations[k].units,
                units_mean=float(units[k].mean()),
                units_most=int(units[k].max()),
                unreachable=int(np.isinf(ground.travel_s[k]).sum()),
                **_service_of(ground.rate[k], priced.services[p], at, waits_today),
                hours_met=int(priced.by_pool.met[p].sum()),
            )
    return tuple(rows[k] for k in range(len(county.stations)))


def _service_of(
    rate: Floats, services: tuple[PoolService, ...], at: int, waits_today: Floats | None
) -> dict[str, Any]:
    wait = np.array([s.p_wait for s in services])
    p90 = np.array([s.p90_s[at] for s in services])
    calls = float(rate.sum())
    return {
        "calls_per_week": calls,
        "wait_share": float(wait @ rate / calls) if calls else 0.0,
        "wait_share_worst": float(wait.max()),
        "wait_share_today": (
            None if waits_today is None else float(waits_today @ rate / calls) if calls else 0.0
        ),
        "p90_worst_s": _known(float(p90.max())) if calls else None,
    }


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _reason(county: County, ground: StaffingGround, priced: _Priced) -> str:
    if priced.status == "met":
        return ""
    bad = [
        county.stations[k].name
        for p, pool in enumerate(ground.pools)
        for k in pool
        if not priced.by_pool.met[p].all()
    ]
    shown = "、".join(bad[:8]) + (f" and {len(bad) - 8} more" if len(bad) > 8 else "")
    return f"{priced.by_pool.reason}; at {shown}"


def _assumptions(
    question: StaffingQuestion, demand: Demand, scene_s: float, after_s: float
) -> dict[str, object]:
    t = asdict(question.targets)
    return {
        **{k: (None if v == float("inf") else v) for k, v in t.items() if k != "least"},
        "least_per_station": question.least_per_station,
        "productive_h_a_year": question.productive_h,
        "demand_factor": question.demand,
        "turnout_s": OWN_STATION.turnout_s,
        "on_scene_mean_s": scene_s,
        "casework_mean_s": after_s,
        "units_per_call": float(demand.marks.needed.mean()),
        "queue": "exact hypercube with an infinite line, each hour of the week as if it lasted "
        "(pointwise stationary); waiting exponential given that all are busy; season averaged; "
        "a unit of each station is busy for turnout, the mean drive to its own calls, the mean "
        "time on scene and the mean casework (0: casework is in the workload only)",
        "needed": "the larger of cover and workload: the same hours on duty serve both",
    }
