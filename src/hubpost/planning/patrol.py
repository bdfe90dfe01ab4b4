"""A round through villages: which to visit, and in which order, within the time there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

#: Solver statuses that mean a round was found.
_FOUND = {cp_model.FEASIBLE: "feasible", cp_model.OPTIMAL: "optimal"}


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
    seconds: float = 10.0,
) -> Round:
    """The round with the most need met within a time, then with the least driving.

    travel_s: (1 + villages, 1 + villages) seconds, position 0 the station; inf where there is no
    way. need: one weight >= 0 a village. stop_s: time at each stop. Orienteering problem
    (Golden, Levy and Vohra 1987), by CP-SAT's circuit constraint, which proves small rounds.
    """
    n = len(need)
    if travel_s.shape != (n + 1, n + 1):
        raise ValueError(f"Expected travel_s of {n + 1} × {n + 1}, came {travel_s.shape}.")
    if n == 0:
        return Round((), (), 0.0, (), "optimal")
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    model, legs = _make_model(travel_s, need, stop_s, budget_s)
    status = solver.solve(model)
    if status not in _FOUND:
        return Round((), (), 0.0, tuple(range(n)), "infeasible")
    driven = {a: b for (a, b), used in legs.items() if a != b and solver.boolean_value(used)}
    return _read(travel_s, driven, _FOUND[status])


def _make_model(
    travel_s: NDArray[np.float64], need: Sequence[float], stop_s: float, budget_s: float
) -> tuple[cp_model.CpModel, dict[tuple[int, int], cp_model.IntVar]]:
    """A circuit through the station in which a village left out is a loop on itself."""
    n, model = len(need), cp_model.CpModel()
    pairs = [(a, b) for a in range(n + 1) for b in range(n + 1)]
    usable = [(a, b) for a, b in pairs if a == b or np.isfinite(travel_s[a, b])]
    legs = {(a, b): model.new_bool_var(f"{a} to {b}") for a, b in usable}
    model.add_circuit([(a, b, used) for (a, b), used in legs.items()])
    seconds = {leg: int(np.ceil(travel_s[leg])) if leg[0] != leg[1] else 0 for leg in legs}
    drive = sum(seconds[leg] * used for leg, used in legs.items())
    visited = [1 - legs[v, v] for v in range(1, n + 1)]
    # The station may be left out of the circuit only when every village is.
    for v in range(1, n + 1):
        model.add_implication(legs[0, 0], legs[v, v])
    model.add(drive + int(stop_s) * sum(visited) <= int(budget_s))
    # A stop counts for more than any driving could save, in proportion to its need.
    unit, most = int(budget_s) + 1, max(need) or 1.0
    gains = [unit * (1 + round(100 * w / most)) for w in need]
    met = sum(gain * there for gain, there in zip(gains, visited, strict=True))
    model.maximize(met - drive)
    return model, legs


def _read(travel_s: NDArray[np.float64], driven: dict[int, int], status: str) -> Round:
    nodes, n = [0], len(travel_s) - 1
    while driven and (len(nodes) == 1 or nodes[-1] != 0):
        nodes.append(driven[nodes[-1]])
    stops = tuple(v - 1 for v in nodes[1:-1])
    if not stops:
        return Round((), (), 0.0, tuple(range(n)), "infeasible")
    legs = tuple(float(travel_s[a, b]) for a, b in pairwise(nodes))
    left = tuple(v for v in range(n) if v not in stops)
    return Round(stops, legs, float(sum(legs)), left, status)
