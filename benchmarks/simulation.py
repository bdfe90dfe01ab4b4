"""The compiled event loop against SimPy on the same calls: speed, and the same answer call by call.

Scenario of all: 60 units, 1,300 areas, lognormal service, nearest free unit goes, free again when
the service ends. Two SimPy models: the equivalent one asks the same rule (`best_idx`, as the
console does) about every unit; the quick one knows nothing of rules, tiers or availability and
walks a ready-made order of preference, which is as fast as SimPy gets.
"""

import json
import time

import numpy as np
import simpy

from hubpost.dispatch.rule import AVAILABLE, NOT_AVAILABLE, best_idx
from hubpost.simulation.arrays import CallStream, World
from hubpost.simulation.run import run

UNITS, AREAS, SERVICE_S, LOAD = 60, 1300, 1800.0, 0.4
#: Calls that all three play; enough for what is done once a run to matter little.
FEW = 300_000


def scenario(calls: int, seed: int = 1) -> tuple[World, CallStream]:
    """World and drawn calls; units stand at 60 of the points, drive at most about an hour."""
    rng = np.random.default_rng(seed)
    homes, places = rng.random((UNITS, 2)), rng.random((AREAS, 2))
    travel = np.hypot(*(places[:, None] - homes[None]).transpose(2, 0, 1)) * 3600
    none, nobody = np.empty(0), np.empty(0, np.int32)
    world = World(
        np.arange(UNITS, dtype=np.int32), np.zeros(UNITS), np.zeros((UNITS, UNITS), np.int32),
        np.zeros(4), 1, travel[None], np.zeros((1, AREAS, UNITS)), np.zeros(AREAS, np.int32),
        none, nobody, nobody, nobody, none, nobody, 0.0, np.inf,
    )  # fmt: skip
    gap = (SERVICE_S + 400) / (LOAD * UNITS)
    received = np.cumsum(rng.exponential(gap, calls))
    area = rng.integers(0, AREAS, calls).astype(np.int32)
    service = rng.lognormal(np.log(SERVICE_S) - 0.5, 1.0, (calls, 1))
    ones, zeros = np.ones(calls), np.zeros(calls)
    stream = CallStream(
        received, received, area, np.argmin(travel, axis=1)[area].astype(np.int32),
        np.full(calls, 2, np.int32), np.ones(calls, np.int32), service, ones, ones, zeros,
        zeros.astype(bool), zeros.astype(np.int32),
    )  # fmt: skip
    return world, stream


def simpy_responses(world: World, calls: CallStream, same_rule: bool) -> np.ndarray:
    """Response of each call: one process a call, free units as flags, waiting calls first come."""
    env = simpy.Environment()
    travel = world.travel_s[0]
    orders = np.argsort(travel, axis=1, kind="stable").tolist()
    drive = travel.tolist()
    waiting: list[tuple[int, simpy.Event]] = []
    response = [0.0] * len(calls.received_s)
    areas, scene = calls.dest.tolist(), calls.on_scene_s[:, 0].tolist()
    received = calls.received_s.tolist()
    available, tier, penalty = [AVAILABLE] * UNITS, [0] * UNITS, [0.0] * 4

    def quick(area: int) -> int:
        return next((u for u in orders[area] if available[u]), -1)

    def ruled(area: int) -> int:
        return best_idx(drive[area], tier, available, 2, penalty, 1)

    choose = ruled if same_rule else quick

    def serve(c: int):
        unit = choose(areas[c])
        if unit < 0:
            turn = env.event()
            waiting.append((c, turn))
            unit = yield turn
        available[unit] = NOT_AVAILABLE
        way = drive[areas[c]][unit]
        response[c] = env.now + way - received[c]
        yield env.timeout(way + scene[c])
        available[unit] = AVAILABLE
        if waiting:
            available[unit] = NOT_AVAILABLE
            waiting.pop(0)[1].succeed(unit)

    def source():
        for c, t in enumerate(received):
            yield env.timeout(t - env.now)
            env.process(serve(c))

    env.process(source())
    env.run()
    return np.array(response)


def timed(work, repeats: int):
    """The last result and the best processor time of a few repeats, all on one core."""
    best = np.inf
    for _ in range(repeats):
        began = time.process_time()
        result = work()
        best = min(best, time.process_time() - began)
    return result, best


def main() -> None:
    """Print one JSON object of figures."""
    world, few = scenario(FEW)
    run(world, few)
    ours, few_s = timed(lambda: run(world, few), 20)
    responses, same_s = timed(lambda: simpy_responses(world, few, True), 3)
    quick, quick_s = timed(lambda: simpy_responses(world, few, False), 3)
    apart = [float(np.abs(ours.arrived_s - few.received_s - r).max()) for r in (responses, quick)]
    _, many = scenario(1_000_000)
    _, many_s = timed(lambda: run(world, many), 5)
    print(
        json.dumps(
            {
                "scenario": f"{UNITS} units, {AREAS} areas, lognormal service, load {LOAD}",
                "calls_per_s": {
                    "hubpost": round(FEW / few_s),
                    "hubpost_million_calls": round(1_000_000 / many_s),
                    "simpy_same_rule": round(FEW / same_s),
                    "simpy_ready_made_order": round(FEW / quick_s),
                },
                "ratio_same_rule": round(same_s / few_s, 1),
                "ratio_ready_made_order": round(quick_s / few_s, 1),
                "largest_difference_of_any_response_s": max(apart),
                **county_years(),
            },
            indent=1,
        )
    )


def county_years() -> dict:
    """Three years of qianjiang under its plan, whole run with reading off the figures."""
    from hubpost.dispatch.rule import HUB_GROUP
    from hubpost.model.station import HubGroup
    from hubpost.roads.estimate import EstimatedTimes
    from hubpost.simulation.inputs import (
        SimulationParams,
        draw_replication,
        make_simulation_inputs,
        simulate,
    )
    from hubpost.simulation.policy import Policy
    from hubpost.tables.county import read_county

    county = read_county("qianjiang")
    params = SimulationParams(years=3)
    inputs = make_simulation_inputs(
        county, EstimatedTimes([s.place for s in county.stations]), params
    )
    groups = tuple(
        HubGroup(a.id, (b.id,))
        for a, b in zip(county.stations[::2], county.stations[1::2], strict=False)
    )
    policy = Policy(HUB_GROUP, groups)

    def years():
        return simulate(inputs, policy, draw_replication(inputs, params, 0), params)

    years()
    outcome, seconds = timed(years, 3)
    return {
        "qianjiang_three_years_s": round(seconds, 3),
        "qianjiang_calls": len(outcome.response_s),
        "qianjiang_labels": list(inputs.labels),
    }


if __name__ == "__main__":
    main()
