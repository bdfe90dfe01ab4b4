"""The compiled event loop against SimPy on the same calls: speed, and the same answer call by call.

Scenario of all: 60 units, 1,300 areas, lognormal service, nearest free unit goes, free again when
the service ends. Four SimPy models, from the plain one to the fastest we could write:

* `resources`: a unit is a `simpy.Resource`, as in SimPy's own examples; who is free is read from
  the resources; a call is a process that drives, notes its response, and is on scene.
* `resources_and_board`: the same, with a board of who is free kept beside the resources. This is
  the *equivalent* model of the ratio: it keeps the state that the console keeps.
* `by_hand`: no resources and a single wait for driving and scene together; the list alone says
  who is free.
* `ready_made_order`: by hand, and no rule: it walks a list of units by distance.

The first three ask the console's rule (`best_idx`) about all units for every call.
"""

import json
import os
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


def with_resources(world: World, calls: CallStream, board: bool) -> np.ndarray:
    """Response of each call: one process a call, one resource a unit, waiting calls first come."""
    env = simpy.Environment()
    travel = world.travel_s[0].tolist()
    units = [simpy.Resource(env, capacity=1) for _ in range(UNITS)]
    tier, penalty, available = [0] * UNITS, [0.0] * 4, [AVAILABLE] * UNITS
    waiting: list[simpy.Event] = []
    response = {}

    def choose(area: int) -> int:
        free = available
        if not board:
            free = [AVAILABLE if unit.count == 0 else NOT_AVAILABLE for unit in units]
        return best_idx(travel[area], tier, free, 2, penalty, 1)

    def serve(call: int, area: int, scene_s: float):
        came = env.now
        unit = choose(area)
        if unit < 0:
            turn = env.event()
            waiting.append(turn)
            unit = yield turn
        available[unit] = NOT_AVAILABLE
        with units[unit].request() as taken:
            yield taken
            yield env.timeout(travel[area][unit])
            response[call] = env.now - came
            yield env.timeout(scene_s)
        available[unit] = AVAILABLE
        if waiting:
            available[unit] = NOT_AVAILABLE
            waiting.pop(0).succeed(unit)

    def source():
        columns = calls.received_s.tolist(), calls.dest.tolist(), calls.on_scene_s[:, 0].tolist()
        for call, (received, area, scene_s) in enumerate(zip(*columns, strict=True)):
            yield env.timeout(received - env.now)
            env.process(serve(call, area, scene_s))

    env.process(source())
    env.run()
    return np.array([response[call] for call in range(len(response))])


def by_hand(world: World, calls: CallStream, ask_rule: bool) -> np.ndarray:
    """The same as fast as SimPy gets: flags for units, one wait a call, the rule or a list."""
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

    choose = ruled if ask_rule else quick

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
    models = {
        "resources": lambda: with_resources(world, few, False),
        "resources_and_board": lambda: with_resources(world, few, True),
        "by_hand": lambda: by_hand(world, few, True),
        "ready_made_order": lambda: by_hand(world, few, False),
    }
    simpy_s, apart = {}, []
    for name, model in models.items():
        responses, simpy_s[name] = timed(model, 2)
        apart.append(float(np.abs(ours.arrived_s - few.received_s - responses).max()))
    # Again at the end, and the better of the two: the machine is not ours alone.
    few_s = min(few_s, timed(lambda: run(world, few), 20)[1])
    _, many = scenario(1_000_000)
    _, many_s = timed(lambda: run(world, many), 5)
    print(
        json.dumps(
            {
                "scenario": f"{UNITS} units, {AREAS} areas, lognormal service, load {LOAD}",
                "calls_per_s": {
                    "hubpost": round(FEW / few_s),
                    "hubpost_million_calls": round(1_000_000 / many_s),
                    **{f"simpy_{name}": round(FEW / s) for name, s in simpy_s.items()},
                },
                "ratio": {name: round(s / few_s, 1) for name, s in simpy_s.items()},
                "largest_difference_of_any_response_s": max(apart),
                **county_years(),
                "load_average": os.getloadavg(),
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
