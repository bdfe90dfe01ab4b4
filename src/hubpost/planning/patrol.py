"""A round through villages: which to visit, and in which order, within the time there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

#: Solver statuses that mean a round was found; 7 is a proven optimum of the whole model.
_FOUND = {1: "feasible", 7: "optimal"}


@dataclass(frozen=True, slots=True)
class Round:
    """Stops by position among the villages, in driving order, back to the start at the end.

    drive_s: all legs; left_out: villages that did not fit, the least needed first choice.
    status: feasible or optimal (proven), or infeasible where not one stop fits.
    """

    stops: tuple[int, ...]
    leg_s: tuple[float, ...]
    drive_s: float
    left_out: tuple[int, ...]
    status: str


def plan_round(
    travel_s: NDArray[np.float64],
    need: Sequence[float],
    *,
    stop_s: float,
    budget_s: float,
    seconds: float = 1.0,
) -> Round:
    """The round with the most need met within a time, then with the least driving.

    travel_s: (1 + villages, 1 + villages) seconds, position 0 the station; inf where there is no
    way. need: one weight >= 0 a village. stop_s: time at each stop. Orienteering problem
    (Golden, Levy and Vohra 1987), by OR-Tools' routing with guided local search.
    """
    n = len(need)
    if travel_s.shape != (n + 1, n + 1):
        raise ValueError(f"Expected travel_s of {n + 1} × {n + 1}, came {travel_s.shape}.")
    if n == 0:
        return Round((), (), 0.0, (), "optimal")
    manager, routing = _make_model(travel_s, need, stop_s, budget_s)
    search = pywrapcp.DefaultRoutingSearchParameters()
    search.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PATH_CHEAPEST_ARC
    search.local_search_metaheuristic = (
        routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    )
    search.time_limit.FromMilliseconds(int(seconds * 1000))
    solution = routing.SolveWithParameters(search)
    if solution is None:
        return Round((), (), 0.0, tuple(range(n)), "infeasible")
    return _read(travel_s, manager, routing, solution)


def _make_model(
    travel_s: NDArray[np.float64], need: Sequence[float], stop_s: float, budget_s: float
) -> tuple[pywrapcp.RoutingIndexManager, pywrapcp.RoutingModel]:
    n = len(need)
    never = int(budget_s) + 1
    legs = np.where(np.isfinite(travel_s), np.ceil(travel_s), never).astype(int)
    manager = pywrapcp.RoutingIndexManager(n + 1, 1, 0)
    routing = pywrapcp.RoutingModel(manager)

    def drive(a: int, b: int) -> int:
        return int(legs[manager.IndexToNode(a), manager.IndexToNode(b)])

    def spend(a: int, b: int) -> int:
        return drive(a, b) + (int(stop_s) if manager.IndexToNode(a) else 0)

    routing.SetArcCostEvaluatorOfAllVehicles(routing.RegisterTransitCallback(drive))
    routing.AddDimension(routing.RegisterTransitCallback(spend), 0, int(budget_s), True, "time")
    # A stop left out costs more than any driving could save, in proportion to its need.
    unit = int(budget_s) + 1
    most = max(need) or 1.0
    for village in range(n):
        penalty = unit * (1 + round(100 * need[village] / most))
        routing.AddDisjunction([manager.NodeToIndex(village + 1)], penalty)
    return manager, routing


def _read(
    travel_s: NDArray[np.float64],
    manager: pywrapcp.RoutingIndexManager,
    routing: pywrapcp.RoutingModel,
    solution: pywrapcp.Assignment,
) -> Round:
    nodes, index = [0], routing.Start(0)
    while not routing.IsEnd(index):
        index = solution.Value(routing.NextVar(index))
        nodes.append(manager.IndexToNode(index))
    legs = tuple(float(travel_s[a, b]) for a, b in pairwise(nodes))
    stops = tuple(v - 1 for v in nodes[1:-1])
    left = tuple(v for v in range(len(travel_s) - 1) if v not in stops)
    status = "infeasible" if not stops else _FOUND.get(routing.status(), "feasible")
    drive = float(sum(legs)) if stops else 0.0
    return Round(stops, legs if stops else (), drive, left, status)
