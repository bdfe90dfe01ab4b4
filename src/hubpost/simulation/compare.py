"""Before and after: what a plan does to response times, by paired replications."""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from hubpost.model.plan import Plan
from hubpost.model.station import HubGroup
from hubpost.simulation.arrays import Floats, Ints
from hubpost.simulation.capacity import check_playable, overload_warnings
from hubpost.simulation.ground import Ground
from hubpost.simulation.inputs import (
    SimulationInputs,
    SimulationParams,
    check_params,
    draw_replication,
    simulate,
)
from hubpost.simulation.outcomes import FIGURES, Outcome, measure, scopes_of
from hubpost.simulation.paired import PairedFigure, half_width, paired_figure, replications_needed
from hubpost.simulation.policy import Policy, check_plan_fits, get_policy

#: Shares of time, by station.
LOAD = ("busy", "casework", "empty")


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Before and after for every scope: scope -> id -> figure -> PairedFigure.

    load: station id -> busy, casework, empty (shares of time). waiting_at_end: calls that nobody
    had come to when the last call had, mean over replications. labels must stand beside.
    """

    county_id: str
    before: str
    after: str
    scopes: Mapping[str, Mapping[str, Mapping[str, PairedFigure]]]
    load: Mapping[str, Mapping[str, PairedFigure]]
    replications: int
    replications_needed: int | None
    waiting_at_end: tuple[float, float]
    labels: tuple[str, ...]
    assumptions: Mapping[str, Any]
    warnings: tuple[str, ...]
    seconds: float


def before_and_after(plan: Plan, inputs: SimulationInputs) -> tuple[Policy, Policy]:
    """Own station only, and the plan's groups. Raises ValueError for a plan of other stations."""
    check_plan_fits(plan, [s.id for s in inputs.ground.stations])
    return Policy(), get_policy("group", plan)


def compare(
    inputs: SimulationInputs,
    before: Policy,
    after: Policy,
    params: SimulationParams | None = None,
    *,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Comparison:
    """Run both policies over the same drawn calls and tell the difference with its uncertainty.

    Groups are those of `after`, or of `before` when `after` has none. Raises NoSteadyState where
    the county is so overloaded that a run would tell nothing. progress: told how many replications
    are done, of how many; what it raises ends the run.
    """
    began = time.perf_counter()
    params = params or SimulationParams()
    check_params(params)
    groups = after.groups or before.groups
    names, group_of_station = _groups(inputs.ground, groups)
    ids = {
        "county": (inputs.county_id,),
        "groups": names,
        "stations": tuple(s.id for s in inputs.ground.stations),
        "areas": inputs.area_ids,
        "priorities": ("1", "2", "3", "4"),
    }
    sizes = {scope: len(keys) for scope, keys in ids.items()}
    sides: list[list[_Measured]] = []
    warnings: tuple[str, ...] = ()
    for replication in range(params.replications):
        calls = draw_replication(inputs, params, replication)
        if replication == 0:
            check_playable(inputs.ground, calls, params.days, before, after)
            warnings = overload_warnings(inputs.ground, calls, params.days, before, after)
        pair = [
            _measured(
                inputs, simulate(inputs, policy, calls, params), group_of_station, sizes, params
            )
            for policy in (before, after)
        ]
        sides.append(pair)
        progress(replication + 1, params.replications)
        if params.precision_s and _precise(sides, params):
            break
    return _comparison(inputs, before, after, ids, sides, params, warnings, began)


@dataclass(frozen=True, slots=True, eq=False)
class _Measured:
    """One side of one replication: figures of each scope, (stations, 3) load."""

    scopes: Mapping[str, Floats]
    load: Floats
    waiting_at_end: int


def _measured(
    inputs: SimulationInputs,
    outcome: Outcome,
    group_of_station: Ints,
    sizes: Mapping[str, int],
    params: SimulationParams,
) -> _Measured:
    scopes = {
        scope: measure(outcome, key, size, params.target_s)
        for scope, (key, size) in scopes_of(outcome, group_of_station, sizes).items()
    }
    station_of = inputs.ground.station_of_unit
    return _Measured(scopes, _load(outcome, station_of), outcome.waiting_at_end)


def _load(outcome: Outcome, station_of: Ints) -> Floats:
    """(stations, 3): mean share of time its units are on calls, on casework; nobody ready."""
    stations = len(outcome.empty)
    units = np.maximum(np.bincount(station_of, minlength=stations), 1)
    busy = np.bincount(station_of, outcome.busy, stations) / units
    casework = np.bincount(station_of, outcome.casework, stations) / units
    return np.column_stack([busy, casework, outcome.empty])


def _groups(ground: Ground, groups: tuple[HubGroup, ...]) -> tuple[tuple[str, ...], Ints]:
    """Names (hub ids) and the group of each station; a station in none is a group of its own."""
    hub_of = {member: g.hub_id for g in groups for member in g.station_ids}
    hubs = [hub_of.get(s.id, s.id) for s in ground.stations]
    names = tuple(dict.fromkeys(hubs))
    return names, np.array([names.index(h) for h in hubs], dtype=np.int32)


def _precise(sides: list[list[_Measured]], params: SimulationParams) -> bool:
    if len(sides) < 5 or params.precision_s is None:
        return False
    half = half_width(_differences(sides), params.confidence)
    return half is not None and half <= params.precision_s


def _differences(sides: list[list[_Measured]]) -> Floats:
    mean = FIGURES.index("mean_s")
    return np.array([a.scopes["county"][0, mean] - b.scopes["county"][0, mean] for b, a in sides])


def _comparison(
    inputs: SimulationInputs,
    before: Policy,
    after: Policy,
    ids: Mapping[str, tuple[str, ...]],
    sides: list[list[_Measured]],
    params: SimulationParams,
    warnings: tuple[str, ...],
    began: float,
) -> Comparison:
    scopes = {
        scope: _figures(keys, FIGURES, *_stacked(sides, scope), params.confidence)
        for scope, keys in ids.items()
    }
    load = np.array([[side.load for side in pair] for pair in sides])
    needed = None
    if params.precision_s and len(sides) > 1:
        needed = replications_needed(_differences(sides), params.precision_s, params.confidence)
    return Comparison(
        county_id=inputs.county_id,
        before=before.name,
        after=after.name,
        scopes=scopes,
        load=_figures(ids["stations"], LOAD, load[:, 0], load[:, 1], params.confidence),
        replications=len(sides),
        replications_needed=needed,
        waiting_at_end=(
            float(np.mean([pair[0].waiting_at_end for pair in sides])),
            float(np.mean([pair[1].waiting_at_end for pair in sides])),
        ),
        labels=inputs.labels,
        assumptions=assumptions_of(inputs, params),
        warnings=warnings,
        seconds=time.perf_counter() - began,
    )


def _stacked(sides: list[list[_Measured]], scope: str) -> tuple[Floats, Floats]:
    """Before and after, each (replications, keys, figures)."""
    return (
        np.array([pair[0].scopes[scope] for pair in sides]),
        np.array([pair[1].scopes[scope] for pair in sides]),
    )


def _figures(
    keys: tuple[str, ...], names: tuple[str, ...], before: Floats, after: Floats, confidence: float
) -> dict[str, dict[str, PairedFigure]]:
    return {
        key: {
            name: paired_figure(before[:, k, f], after[:, k, f], confidence)
            for f, name in enumerate(names)
        }
        for k, key in enumerate(keys)
    }


def assumptions_of(inputs: SimulationInputs, params: SimulationParams) -> dict[str, Any]:
    """Everything a reader must know to run it again, and what was assumed rather than known."""
    demand = inputs.demand
    return {
        **asdict(params),
        "calls_per_day": demand.per_day * params.demand,
        "fitted_calls": demand.fitted_calls,
        "calls_left_out_of_the_fit": dict(demand.left_out),
        "dispersion_of_daily_counts": demand.dispersion,
        "units": len(inputs.ground.units),
        "stations_with_unknown_units": sum(s.units is None for s in inputs.ground.stations),
        "casework": {**asdict(params.casework), "source": "assumption"},
    }
