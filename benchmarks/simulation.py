"""The compiled event loop against SimPy on the same calls: speed, and the same answer call by call.

Scenario of both: 60 units, 1,300 areas, lognormal service, nearest free unit goes, free again when
the service ends. The SimPy model is written to be fast: it walks a ready-made order of preference.
"""

import json
import time

import numpy as np
import simpy

from hubpost.simulation.arrays import CallStream, World
from hubpost.simulation.run import run

UNITS, AREAS, SERVICE_S, LOAD = 60, 1300, 1800.0, 0.4


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


def simpy_responses(world: World, calls: CallStream) -> np.ndarray:
    """Response of each call: one process a call, free units as flags, waiting calls first come."""
    env = simpy.Environment()
    travel = world.travel_s[0]
    orders = np.argsort(travel, axis=1, kind="stable").tolist()
    drive = travel.tolist()
    free = [True] * UNITS
    waiting: list[tuple[int, simpy.Event]] = []
    response = [0.0] * len(calls.received_s)
    areas, scene = calls.dest.tolist(), calls.on_scene_s[:, 0].tolist()
    received = calls.received_s.tolist()

    def serve(c: int):
        unit = next((u for u in orders[areas[c]] if free[u]), -1)
        if unit < 0:
            turn = env.event()
            waiting.append((c, turn))
            unit = yield turn
        free[unit] = False
        way = drive[areas[c]][unit]
        response[c] = env.now + way - received[c]
        yield env.timeout(way + scene[c])
        free[unit] = True
        if waiting:
            free[unit] = False
            waiting.pop(0)[1].succeed(unit)

    def source():
        for c, t in enumerate(received):
            yield env.timeout(t - env.now)
            env.process(serve(c))

    env.process(source())
    env.run()
    return np.array(response)


def timed(work, repeats: int):
    """The last result and the best time of a few repeats."""
    best = np.inf
    for _ in range(repeats):
        began = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - began)
    return result, best


def main() -> None:
    """Print one JSON object of figures."""
    world, few = scenario(50_000)
    run(world, few)
    responses, simpy_s = timed(lambda: simpy_responses(world, few), 2)
    ours, few_s = timed(lambda: run(world, few), 3)
    apart = float(np.abs(ours.arrived_s - few.received_s - responses).max())
    _, many = scenario(1_000_000)
    _, many_s = timed(lambda: run(world, many), 3)
    print(
        json.dumps(
            {
                "scenario": f"{UNITS} units, {AREAS} areas, lognormal service, load {LOAD}",
                "simpy_calls_per_s": round(50_000 / simpy_s),
                "hubpost_calls_per_s_same_calls": round(50_000 / few_s),
                "hubpost_calls_per_s_million": round(1_000_000 / many_s),
                "ratio": round(simpy_s / few_s, 1),
                "ratio_million": round((simpy_s / 50_000) / (many_s / 1_000_000), 1),
                "largest_difference_of_a_response_s": apart,
                "same_within_1e-6_s": apart < 1e-6,
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
