"""Planning: time to a proof, beside spopt on the same instances in the same run.

Run: .venv/bin/python benchmarks/planning.py [--joint] [--peer-limit SECONDS]
or, the published districting rows, all or some: --districting [18-C3 C2 ...] [--limit SECONDS].
spopt comes with the dependency group `bench`; without it only our own times are printed. Both
sides are timed from the cost matrix to the answer, model building included, after one warm-up.
"""

import argparse
import csv
import json
import os
import statistics
import sys
import time
from pathlib import Path

import numpy as np

from hubpost.planning.covering import solve_max_covering
from hubpost.planning.district_solver import solve_districting
from hubpost.planning.districting import DistrictProblem, adjacent_by_distance
from hubpost.planning.grouping import make_plan
from hubpost.planning.location_files import read_pmed
from hubpost.planning.p_median import PMedianParams, solve_p_median
from hubpost.planning.params import GroupingParams
from hubpost.planning.province import plan_province
from hubpost.planning.synthetic import synthetic_inputs

DATA = Path(__file__).parents[1] / "tests" / "data"
PEER_FILES = ("pmed1", "pmed2", "pmed5", "pmed6", "pmed10", "pmed13", "pmed15", "pmed18", "pmed20")


def timed(action):
    """(answer, seconds)."""
    started = time.perf_counter()
    return action(), time.perf_counter() - started


def report(name: str, **figures: object) -> None:
    """One JSON object a line on stdout."""
    print(json.dumps({"bench": name, **figures}), flush=True)


def p_median_all() -> None:
    """All 20 published cases: proven, and the median time."""
    optima = {
        r["file"]: int(r["optimum"])
        for r in csv.DictReader((DATA / "pmed" / "published_optima.csv").open())
    }
    times, proven = [], 0
    for name, optimum in optima.items():
        cost, p = read_pmed(DATA / "pmed" / name)
        result, seconds = timed(lambda cost=cost, p=p: solve_p_median(cost, p))
        times.append(seconds)
        proven += result.status == "optimal" and result.objective == optimum
    report("pmed", cases=len(times), proven_at_published_optimum=proven,
           median_s=statistics.median(times), longest_s=max(times))  # fmt: skip


def against_spopt(limit_s: float) -> None:
    """p-median and maximal covering, ours against spopt with CBC, the same matrices."""
    try:
        import pulp
        from spopt.locate import MCLP, PMedian
    except ImportError:
        print("spopt is not installed: uv pip install --group bench", file=sys.stderr)
        return
    ratios: dict[str, list[tuple[int, float]]] = {"p-median": [], "max-cover": []}
    for name in PEER_FILES:
        cost, p = read_pmed(DATA / "pmed" / f"{name}.txt")
        weight = np.ones(len(cost))
        radius = float(np.percentile(cost, 100 / p / 2))
        solver = pulp.PULP_CBC_CMD(msg=False, timeLimit=limit_s)

        def spopt_median(cost=cost, weight=weight, p=p, solver=solver):
            return PMedian.from_cost_matrix(cost, weight, p_facilities=p).solve(solver)

        def spopt_cover(cost=cost, weight=weight, p=p, radius=radius, solver=solver):
            return MCLP.from_cost_matrix(cost, weight, radius, p_facilities=p).solve(solver)

        ours, ours_s = timed(lambda cost=cost, p=p: solve_p_median(cost, p))
        _compare(ratios, "p-median", name, len(cost), ours.objective, ours_s, spopt_median)
        ours, ours_s = timed(lambda c=cost <= radius, w=weight, p=p: solve_max_covering(c, w, p))
        _compare(ratios, "max-cover", name, len(cost), ours.objective, ours_s, spopt_cover)
    for model, found in ratios.items():
        large = [ratio for n, ratio in found if n >= 300]
        report("spopt summary", model=model, least_ratio=min(r for _, r in found),
               median_ratio_from_300=statistics.median(large) if large else None)  # fmt: skip


def _compare(ratios, model, name, n, objective, ours_s, peer) -> None:
    """A peer that runs out of time is counted with the time it had."""
    started = time.perf_counter()
    try:
        solved = peer()
        theirs, proven = float(solved.problem.objective.value() or 0.0), True
    except RuntimeError:
        theirs, proven = None, False
    peer_s = time.perf_counter() - started
    ratios[model].append((n, peer_s / ours_s))
    report("spopt", model=model, file=name, nodes=n, ours=objective, spopt=theirs,
           spopt_solved=proven, ours_s=ours_s, spopt_s=peer_s,
           ratio=peer_s / ours_s)  # fmt: skip


def districting(only: list[str], limit_s: float) -> None:
    """The 40 published rows, our seconds beside the published commercial ones.

    only: rows such as 18-C3, or shapes such as C3; all of them when empty.
    """
    folder = DATA / "police_districting_0510"
    cost = np.loadtxt(folder / "workload_0510.csv.gz")
    distance = np.loadtxt(folder / "airdistances_0510.csv.gz")
    adjacent, eligible = adjacent_by_distance(distance), np.arange(len(cost)) < 255
    for row in csv.DictReader((folder / "published_optima.csv").open()):
        names = {row["constraints"], f"{row['centres']}-{row['constraints']}"}
        if only and not names & set(only):
            continue
        problem = DistrictProblem(
            cost, eligible, distance, adjacent, int(row["centres"]), row["constraints"]
        )
        started_s = time.process_time()
        result = solve_districting(problem, PMedianParams(time_limit_s=limit_s))
        processor_s = time.process_time() - started_s
        published = float(row["objective"])
        off = None if result.objective is None else result.objective / published - 1
        report("districting", centres=row["centres"], shape=row["constraints"],
               status=result.status, relative_to_published=off, gap=result.gap,
               seconds=result.seconds, processor_s=processor_s, load=os.getloadavg()[0],
               gurobi_s=float(row["gurobi_seconds"]))  # fmt: skip


def counties() -> None:
    """One synthetic county of 25 by two solvers; a province of 40."""
    make_plan(synthetic_inputs(0))
    for solver in ("search", "highs"):
        params = GroupingParams(solver=solver, time_limit_s=30)
        times = [timed(lambda k=k, p=params: make_plan(synthetic_inputs(k), p))[1]
                 for k in range(1, 4)]  # fmt: skip
        report("county of 25", solver=solver, label="synthetic", median_s=statistics.median(times))
    plans, seconds = timed(lambda: plan_province([synthetic_inputs(k) for k in range(40)]))
    proven = sum(p.status == "optimal" for p in plans)
    report("province 40 x 25", label="synthetic", proven=proven, seconds=seconds)


def joint() -> None:
    """300 stations as one county, 60 seconds."""
    plan = make_plan(synthetic_inputs(1, 300), GroupingParams(time_limit_s=60, gap=0.001))
    report("joint 300", label="synthetic", status=plan.status, gap=plan.gap, seconds=plan.seconds)


def main() -> None:
    """Run what was asked for; without options, the quick parts."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--districting", nargs="*", metavar="ROW", help="rows (18-C3, C2) or all")
    parser.add_argument("--limit", type=float, default=600.0, help="seconds a row of districting")
    parser.add_argument("--joint", action="store_true")
    parser.add_argument("--peer-limit", type=float, default=60.0)
    args = parser.parse_args()
    rng = np.random.default_rng(0)
    solve_p_median(rng.random((20, 20)), 3)
    solve_max_covering(rng.random((20, 20)) < 0.2, rng.random(20), 3)
    if args.districting is not None:
        districting(args.districting, args.limit)
        return
    if args.joint:
        joint()
        return
    counties()
    p_median_all()
    against_spopt(args.peer_limit)


if __name__ == "__main__":
    main()
