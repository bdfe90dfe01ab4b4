"""The queueing model: time and memory of the exact one, error of the approximation.

Peers in the same run: a sparse direct solution of the same equations (scipy), and Larson's (1975)
approximation. `--large` adds 25 units, one for each station of the founding county; `--seed N`
takes the hundred random systems from seed N on.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import spsolve

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.simulation.queues import random_system

from hubpost.simulation.hypercube import HypercubeParams, memory_bytes, solve_hypercube
from hubpost.simulation.hypercube_approximation import ApproximationParams, approximate_hypercube
from hubpost.simulation.larson import larson_iterates


def direct_workloads(system) -> np.ndarray:
    """Workloads from a sparse LU of all balance equations, no line."""
    n, size = system.units, 1 << system.units
    rows, columns, values = [], [], []
    for state in range(size):
        for rate, prefs in zip(system.rate, system.prefs, strict=True):
            free = next((i for i in prefs if not state >> i & 1), None)
            if free is not None:
                rows += [state | 1 << free, state]
                columns += [state, state]
                values += [rate, -rate]
        for i in range(n):
            if state >> i & 1:
                rows += [state ^ 1 << i, state]
                columns += [state, state]
                values += [system.mu[i], -system.mu[i]]
    q = sp.csr_matrix((values, (rows, columns)), shape=(size, size)).tolil()
    q[0] = 1.0
    p = spsolve(q.tocsc(), np.eye(size)[0])
    bits = (np.arange(size)[:, None] >> np.arange(n)) & 1
    return p @ bits


def exact_cases(sizes) -> list[dict]:
    """Time, sweeps and residual of uneven units at two loads."""
    found = []
    for units in sizes:
        for load in (0.3, 0.7) if units < 25 else (0.5,):
            system = random_system(units, units, 2 * units, load, infinite=True)
            began, began_processor = time.perf_counter(), time.process_time()
            answer = solve_hypercube(system, HypercubeParams())
            found.append(
                {
                    "units": units,
                    "load": load,
                    "seconds": round(time.perf_counter() - began, 3),
                    "processor_seconds": round(time.process_time() - began_processor, 3),
                    "sweeps": answer.iterations,
                    "residual": answer.residual,
                    "needs_gib": round(memory_bytes(units) / 2**30, 2),
                    "peak_gib": round(
                        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2
                    ),
                }
            )
    return found


def approximation_errors(first_seed: int, systems: int) -> dict:
    """Largest error of any workload in each of so many random systems, ours and Larson's.

    11 to 18 units, so that the exact answer is known; the approximation never solves one exactly,
    and its own seed is another for every system.
    """
    ours, larson, points, travel, known, seconds, sizes = [], [], [], [], [], [], []
    worst = {}
    for seed in range(first_seed, first_seed + systems):
        rng = np.random.default_rng(seed)
        units, load = int(rng.integers(11, 19)), float(rng.uniform(0.2, 0.7))
        classes = int(rng.integers(units, 3 * units))
        system = random_system(
            seed, units, classes, load, infinite=seed % 2 == 0, uneven=seed % 3 == 0
        )
        exact = solve_hypercube(system)
        began = time.process_time()
        near = approximate_hypercube(system, ApproximationParams(seed=seed))
        seconds.append(time.process_time() - began)
        sizes.append(units)
        ours.append(float(np.abs(near.workloads / exact.workloads - 1).max()))
        points.append(float(np.abs(near.workloads - exact.workloads).max()))
        known.append(np.abs(near.workloads - exact.workloads) / near.standard_error)
        travel.append(abs(near.mean_travel / exact.mean_travel - 1))
        if seed % 3:
            peer = larson_iterates(system, 100)[-1]
            larson.append(float(np.abs(peer / exact.workloads - 1).max()))
        if ours[-1] == max(ours):
            worst = {
                "seed": seed, "units": units, "load": round(load, 3), "classes": classes,
                "workload": round(float(exact.workloads.min()), 4),
            }  # fmt: skip
    within_two = np.concatenate(known) <= 1.96
    return {
        "systems": systems,
        "first_seed": first_seed,
        "systems_by_units": {n: sizes.count(n) for n in sorted(set(sizes))},
        "solved_exactly": 0,
        "relative_error_of_the_worst_unit": _summary(ours),
        "error_in_workload_points": _summary(points),
        "relative_error_of_mean_travel": _summary(travel),
        "within_2_percent": sum(e <= 0.02 for e in ours),
        "worst_system": worst,
        "units_within_1.96_of_their_standard_error": round(float(within_two.mean()), 3),
        "processor_seconds": _summary(seconds),
        "larson_1975_relative_error_even_mu": _summary(larson),
    }


def _summary(values) -> dict:
    return {
        "median": round(float(np.median(values)), 5),
        "p90": round(float(np.quantile(values, 0.9)), 5),
        "worst": round(float(np.max(values)), 5),
    }


def main() -> None:
    """Print one JSON object of figures."""
    solve_hypercube(random_system(0, 4, 4, 0.5))
    approximate_hypercube(random_system(0, 4, 4, 0.5))
    system = random_system(3, 10, 15, 0.5)
    began = time.perf_counter()
    direct = direct_workloads(system)
    direct_s = time.perf_counter() - began
    answer = solve_hypercube(system)
    began = time.process_time()
    large = approximate_hypercube(random_system(9, 60, 200, 0.5, uneven=False))
    large_s = time.process_time() - began
    first_seed = int(sys.argv[sys.argv.index("--seed") + 1]) if "--seed" in sys.argv else 0
    print(
        json.dumps(
            {
                "exact": exact_cases((15, 20, 25) if "--large" in sys.argv else (15, 20)),
                "peer_sparse_direct_10_units": {
                    "ratio": round(direct_s / answer.seconds, 1),
                    "largest_difference": float(np.abs(direct - answer.workloads).max()),
                },
                "approximation": approximation_errors(first_seed, 100),
                "approximation_60_units_200_classes": {
                    "processor_seconds": round(large_s, 2),
                    "largest_standard_error": round(large.residual, 4),
                    "calls_played": large.iterations,
                },
                "load_average": os.getloadavg(),
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
