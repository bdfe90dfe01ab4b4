"""Prices of stations that bound the additive part of any grouping from below."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array

from hubpost.planning.candidate_groups import Floats
from hubpost.planning.grouping_problem import GroupingProblem


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """station (n,), per_group and per_alone: what covering costs at least.

    Whatever they are, every allowed group costs at least the sum of its stations' prices plus
    per_group, and every station left alone at least its price plus per_alone (0 in truth): so
    sum(station) + hubs · per_group + alone · per_alone bounds every grouping.
    """

    station: Floats
    per_group: float
    per_alone: float

    def bound(self, problem: GroupingProblem) -> float:
        base = float(self.station.sum()) + problem.hubs * self.per_group
        return base + problem.alone * self.per_alone


def find_prices(problem: GroupingProblem) -> Prices | None:
    """Optimal prices from the linear relaxation; None when even that has no solution."""
    m, n = len(problem.groups), problem.n
    alone = np.flatnonzero(problem.may_stand_alone)
    covers = problem.groups.members
    row, slot = np.nonzero(covers >= 0)
    rows = np.concatenate([covers[row, slot], np.full(m, n), alone, np.full(len(alone), n + 1)])
    columns = np.concatenate([row, np.arange(m), *[m + np.arange(len(alone))] * 2])
    matrix = coo_array((np.ones(len(rows)), (rows, columns)), shape=(n + 2, m + len(alone)))
    right = np.concatenate([np.ones(n), [problem.hubs, problem.alone]])
    cost = np.concatenate([problem.cost, np.zeros(len(alone))])
    result = linprog(cost, A_eq=matrix.tocsr(), b_eq=right, method="highs")
    if result.x is None:
        return None
    return repair_prices(problem, np.asarray(result.eqlin.marginals[:n], dtype=np.float64))


def repair_prices(problem: GroupingProblem, station: Floats) -> Prices:
    """Prices made valid whatever rounding the linear solver left behind."""
    members = problem.groups.members
    priced = np.where(members >= 0, station[members], 0.0).sum(axis=1)
    per_group = float((problem.cost - priced).min()) if len(members) else 0.0
    alone = station[problem.may_stand_alone]
    return Prices(station, per_group, float((-alone).min()) if len(alone) else 0.0)
