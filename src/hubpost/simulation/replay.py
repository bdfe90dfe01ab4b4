"""Real calls, in order, through a dispatch policy: what it predicts against what was recorded."""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from hubpost.dispatch.rule import NEAREST, DispatchRule
from hubpost.model.county import County
from hubpost.model.place import Place
from hubpost.model.plan import Plan
from hubpost.roads.travel_times import TravelTimes
from hubpost.simulation.arrays import CallStream, Floats, Ints, Run
from hubpost.simulation.durations import DEFAULTS, DurationDefaults
from hubpost.simulation.ground import Ground, make_ground, world_of
from hubpost.simulation.labels import labels_of
from hubpost.simulation.policy import Policy, check_plan_fits
from hubpost.simulation.replay_checks import REFUSALS, RecordedCalls, recorded_calls
from hubpost.simulation.run import run as run_calls


class NoCalls(ValueError):
    """There is no call that could be replayed; says why."""


@dataclass(frozen=True, slots=True)
class ReplayParams:
    """longest_response_s: a recorded response beyond it is taken for an error of record.

    default_units: units of a station whose number is unknown.
    """

    longest_response_s: float = 180 * 60.0
    default_units: int = 1
    defaults: DurationDefaults = DEFAULTS


@dataclass(frozen=True, slots=True)
class Spread:
    """Seconds: median, 90th percentile and mean of one set of response times; None when empty."""

    median_s: float | None
    p90_s: float | None
    mean_s: float | None


@dataclass(frozen=True, slots=True, eq=False)
class ReplayResult:
    """Predicted against recorded response time (received to first arrival) of the same calls.

    in_list: calls read. replayed: sent through the policy. used: compared. refused: counts by
    reason (words in `REFUSALS`). rank_correlation: Spearman, None where it is undefined.
    predicted_s, recorded_s: (used,) seconds, by receipt. labels: words that must stand beside.
    """

    county_id: str
    policy: str
    in_list: int
    replayed: int
    used: int
    refused: Mapping[str, int]
    predicted: Spread
    recorded: Spread
    rank_correlation: float | None
    crossed_stations: int
    waited: int
    labels: tuple[str, ...]
    caveats: tuple[str, ...]
    assumptions: Mapping[str, Any]
    seconds: float
    call_ids: tuple[str, ...] = ()
    predicted_s: Floats = field(default_factory=lambda: np.empty(0))
    recorded_s: Floats = field(default_factory=lambda: np.empty(0))


def replay_calls(
    county: County,
    travel: TravelTimes,
    rule: DispatchRule = NEAREST,
    plan: Plan | None = None,
    calls: pl.DataFrame | None = None,
    params: ReplayParams | None = None,
) -> ReplayResult:
    """Send each real call in order through a rule and compare with what was recorded.

    calls: other calls than the county's own, same columns. Units are busy until the recorded end
    of a call, or for the documented time where none is on record.
    Raises NoCalls when no call can be replayed, ValueError when the plan is of other stations.
    """
    began = time.perf_counter()
    params = params or ReplayParams()
    if plan is not None:
        check_plan_fits(plan, [s.id for s in county.stations])
    recorded = recorded_calls(
        county, county.calls if calls is None else calls, params.longest_response_s
    )
    if not recorded.ids:
        raise NoCalls(
            f"calls: expected at least one call with a time and a place, found none "
            f"among {recorded.in_list}: {dict(recorded.refused)}."
        )
    places, dest = _distinct(recorded)
    ground = make_ground(county, travel, places, params.default_units)
    stream, order = _stream(recorded, ground, dest, params.defaults)
    policy = Policy(rule, plan.hub_groups if plan else ())
    run = run_calls(world_of(ground, policy), stream)
    return _result(county, rule, ground, recorded, order, stream, run, params, began)


def _distinct(recorded: RecordedCalls) -> tuple[list[Place], Ints]:
    """The distinct places, and for each call which of them it is at."""
    key: dict[tuple[float, float], int] = {}
    dest = [key.setdefault((p.lon, p.lat), len(key)) for p in recorded.places]
    first = dict(zip(reversed(dest), reversed(recorded.places), strict=True))
    places = [first[i] for i in range(len(key))]
    return places, np.array(dest, dtype=np.int32)


def _stream(
    recorded: RecordedCalls, ground: Ground, dest: Ints, defaults: DurationDefaults
) -> tuple[CallStream, Ints]:
    """The reachable calls as the kernel takes them, and which of the recorded they are."""
    from_station = ground.travel_s[0][:, : len(ground.stations)]
    reachable = np.isfinite(from_station).any(axis=1)[dest]
    nearest = np.argmin(from_station, axis=1)
    idx = ground.station_idx
    station = [
        idx.get(name, nearest[d]) if name is not None else nearest[d]
        for name, d in zip(recorded.station_id, dest, strict=True)
    ]
    processing = np.where(
        np.isnan(recorded.processing_s), defaults.processing_s, recorded.processing_s
    )
    decide = recorded.received_s + processing
    keep = np.flatnonzero(reachable)
    order = keep[np.argsort(decide[keep], kind="stable")]
    needed = np.array(recorded.needed, dtype=np.int32)[order]
    on_scene = np.where(np.isnan(recorded.on_scene_s), defaults.on_scene_s, recorded.on_scene_s)
    n = len(order)
    stream = CallStream(
        received_s=recorded.received_s[order],
        decide_s=decide[order],
        dest=dest[order],
        station=np.array(station, dtype=np.int32)[order],
        priority=np.array(recorded.priority, dtype=np.int32)[order],
        needed=needed,
        on_scene_s=np.repeat(on_scene[order][:, None], needed.max(initial=1), axis=1),
        turnout_ratio=np.ones(n),
        travel_ratio=np.ones(n),
        casework_s=np.zeros(n),
        binds=np.zeros(n, dtype=bool),
        category=np.zeros(n, dtype=np.int32),
    )
    return stream, order


def _result(
    county: County,
    rule: DispatchRule,
    ground: Ground,
    recorded: RecordedCalls,
    order: Ints,
    stream: CallStream,
    run: Run,
    params: ReplayParams,
    began: float,
) -> ReplayResult:
    refused = Counter(recorded.refused)
    refused["no_road"] += len(recorded.ids) - len(order)
    used = []
    for k, i in enumerate(order):
        why = recorded.why[i] or ("no_unit_sent" if np.isnan(run.arrived_s[k]) else "")
        if why:
            refused[why] += 1
        else:
            used.append(k)
    used.sort(key=lambda k: (stream.received_s[k], order[k]))
    predicted = (run.arrived_s - stream.received_s)[used]
    actual = recorded.response_s[order[used]]
    station_of_unit = [ground.station_idx[u.station_id] for u in ground.units]
    sent = run.first_unit >= 0
    crossed = sum(
        station_of_unit[run.first_unit[k]] != stream.station[k] for k in np.flatnonzero(sent)
    )
    labels = labels_of(county, ground.estimated, "stations", "calls")
    return ReplayResult(
        county_id=county.id,
        policy=rule.name,
        in_list=recorded.in_list,
        replayed=len(order),
        used=len(used),
        refused={code: refused[code] for code in REFUSALS if refused[code]},
        predicted=spread_of(predicted),
        recorded=spread_of(actual),
        rank_correlation=rank_correlation(predicted, actual),
        crossed_stations=int(crossed),
        waited=int((run.dispatched_s[sent] > stream.decide_s[sent]).sum()),
        labels=labels,
        caveats=_caveats(labels),
        assumptions=_assumptions(rule, ground, recorded, params),
        seconds=time.perf_counter() - began,
        call_ids=tuple(recorded.ids[i] for i in order[used]),
        predicted_s=predicted,
        recorded_s=actual,
    )


def spread_of(seconds: Floats) -> Spread:
    """Median, p90 (linear between ranks) and mean."""
    if not len(seconds):
        return Spread(None, None, None)
    median, p90 = np.quantile(seconds, [0.5, 0.9])
    return Spread(float(median), float(p90), float(seconds.mean()))


def rank_correlation(a: Floats, b: Floats) -> float | None:
    """Spearman's, ties by mean rank; None below three pairs or where one side never varies."""
    if len(a) < 3 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return None
    from scipy.stats import rankdata

    return float(np.corrcoef(rankdata(a), rankdata(b))[0, 1])


def _caveats(labels: tuple[str, ...]) -> tuple[str, ...]:
    said = {
        "stand-in": "The stations are stand-ins, not the places units really left from; recorded "
        "times were made by other stations, so agreement or disagreement says little of the rule.",
        "synthetic": "Part of the input is synthetic: this shows that the parts work together, "
        "not how the county is.",
        "estimated": "Part of the input, or the driving times, is estimated.",
    }
    return tuple(words for label, words in said.items() if label in labels)


def _assumptions(
    rule: DispatchRule, ground: Ground, recorded: RecordedCalls, params: ReplayParams
) -> dict[str, Any]:
    return {
        "turnout_s": rule.turnout_s,
        "processing_s_where_not_recorded": params.defaults.processing_s,
        "calls_without_recorded_processing": int(np.isnan(recorded.processing_s).sum()),
        "on_scene_s_where_not_recorded": params.defaults.on_scene_s,
        "calls_without_recorded_end": int(np.isnan(recorded.on_scene_s).sum()),
        "longest_response_s": params.longest_response_s,
        "units": len(ground.units),
        "units_of_a_station_where_unknown": params.default_units,
        "stations_with_unknown_units": sum(s.units is None for s in ground.stations),
    }
