"""Exact cover by depth-first branch and bound, compiled; proves a county in milliseconds.

A node is a set of stations already decided. Below it, the additive cost is bounded by prices of
the stations (see `duals`), the imbalance by the workloads already bound together and by those the
undecided stations force; the mean workload by the heaviest inland that is still possible. Groups
that cannot be part of a better plan are dropped, and the station with the fewest choices left is
decided next. Nothing is drawn, so the answer is always the same.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

import numpy as np

from hubpost.planning.candidate_groups import Floats, Ints
from hubpost.planning.duals import Prices
from hubpost.planning.grouping_problem import GroupingProblem
from hubpost.planning.search_kernel import FRESH, LEVEL, NODES, UNSET, advance

MOST_STATIONS = 63
NODES_PER_ROUND = 400_000

Arrays = tuple[Any, ...]
Progress = Callable[[float | None, float], None]


@dataclass(frozen=True, slots=True, eq=False)
class SearchResult:
    """values (k,) ascending; groups (k, hubs): positions of the chosen groups.

    proven: the search ended by itself, so nothing better than `limit` was missed; bound: no
    grouping costs less. interrupted: somebody stopped it (Ctrl-C).
    """

    values: Floats
    groups: Ints
    bound: float
    proven: bool
    nodes: int
    interrupted: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Caps:
    """Upper limits besides the objective. most (r,): of measures that add up group by group,
    whose costs are measure (r, m) and whose prices bound them. imbalance: of the ratio.
    """

    most: Floats
    measure: Floats
    prices: tuple[Prices, ...]
    imbalance: float = np.inf


def no_caps(problem: GroupingProblem) -> Caps:
    """No limit on anything."""
    return Caps(np.zeros(0), np.zeros((0, len(problem.groups))), ())


def search_groupings(
    problem: GroupingProblem,
    prices: Prices,
    *,
    keep: int = 1,
    limit: float = np.inf,
    caps: Caps | None = None,
    deadline_s: float = np.inf,
    progress: Progress | None = None,
) -> SearchResult:
    """The `keep` best groupings costing less than `limit` within the caps, cheapest first.

    At most 63 stations. deadline_s is a perf_counter instant; Ctrl-C also stops the search, and
    what was found so far is returned with proven=False.
    """
    if problem.n > MOST_STATIONS:
        raise ValueError(f"the compiled search takes up to {MOST_STATIONS} stations")
    caps = caps or no_caps(problem)
    data = _search_data(problem, prices, caps)
    state = _search_state(problem, prices, caps, keep, limit)
    done = len(problem.groups) == 0
    try:
        while not done and perf_counter() < deadline_s:
            done = bool(advance(*data, *state, NODES_PER_ROUND))  # type: ignore[call-arg]
            if progress is not None:
                progress(_best_value(state), _open_bound(state))
    except KeyboardInterrupt:
        return replace(_read_state(state, False), interrupted=True)
    return _read_state(state, done)


def _search_data(problem: GroupingProblem, prices: Prices, caps: Caps) -> Arrays:
    members = problem.groups.members
    bits = np.where(members >= 0, np.uint64(1) << members.astype(np.uint64), np.uint64(0))
    masks = np.bitwise_or.reduce(bits, axis=1) if len(members) else np.zeros(0, np.uint64)
    order = np.argsort(problem.workload_h, kind="stable")
    light_first = order[problem.may_stand_alone[order]].astype(np.int64)
    counts = np.array([problem.n, problem.hubs, problem.alone, problem.most_candidate_hubs])
    cap_reduced = np.zeros(caps.measure.shape)
    cap_alone = np.zeros((len(caps.most), problem.n))
    for r, price in enumerate(caps.prices):
        cap_reduced[r] = _reduced(members, caps.measure[r], price)
        cap_alone[r] = _reduced_alone(price)
    return (
        counts, masks.astype(np.uint64), members, problem.cost,
        _reduced(members, problem.cost, prices), problem.groups.workload_h,
        problem.hub_is_candidate.astype(np.int64), problem.may_stand_alone,
        _reduced_alone(prices), light_first, problem.workload_h, problem.beta,
        caps.most, cap_reduced, cap_alone, caps.imbalance,
    )  # fmt: skip


def _reduced(members: Ints, cost: Floats, prices: Prices) -> Floats:
    """What each group costs beyond what its stations' prices already count."""
    priced = np.where(members >= 0, prices.station[members], 0.0).sum(axis=1)
    return np.asarray(np.maximum(cost - priced - prices.per_group, 0.0))


def _reduced_alone(prices: Prices) -> Floats:
    return np.asarray(np.maximum(-prices.station - prices.per_alone, 0.0))


def _search_state(
    problem: GroupingProblem, prices: Prices, caps: Caps, keep: int, limit: float
) -> Arrays:
    levels, m = problem.hubs + problem.alone + 2, len(problem.groups)
    integers = np.zeros(3, np.int64)
    integers[FRESH] = 1
    covered = np.zeros(levels, np.uint64)
    tally = np.zeros((levels, 3), np.int64)  # groups, alone, candidate hubs
    money = np.zeros((levels, 5))  # bound, cost, largest, smallest, workload left alone
    money[0] = (prices.bound(problem), 0.0, 0.0, UNSET, 0.0)
    active = np.zeros((levels, max(m, 1)), np.int32)
    active[0, :m] = np.arange(m)
    n_active = np.zeros(levels, np.int64)
    n_active[0] = m
    options = np.zeros((levels, m + 1), np.int64)
    option_bound = np.zeros((levels, m + 1))
    cursor = np.zeros((levels, 2), np.int64)  # next option, number of options
    choice = np.zeros(levels, np.int64)
    spent = np.zeros((levels, len(caps.most)))
    spent[0] = [price.bound(problem) for price in caps.prices]
    values = np.full(keep, limit, dtype=np.float64)
    chosen = np.full((keep, problem.hubs), -1, np.int64)
    return (
        integers, covered, tally, money, active, n_active, options, option_bound, cursor, choice,
        spent, values, chosen,
    )  # fmt: skip


def _read_state(state: Arrays, done: bool) -> SearchResult:
    integers, values, chosen = state[0], state[-2], state[-1]
    found = chosen[:, 0] >= 0
    best = float(values[0])
    bound = best if done else min(best, _open_bound(state))
    return SearchResult(values[found], chosen[found], bound, done, int(integers[NODES]))


def _best_value(state: Arrays) -> float | None:
    return float(state[-2][0]) if state[-1][0, 0] >= 0 else None


def _open_bound(state: Arrays) -> float:
    """The least bound among branches not yet taken."""
    integers, money, option_bound, cursor = state[0], state[3], state[7], state[8]
    level = int(integers[LEVEL])
    if level < 0:
        return float(state[-2][0])
    bounds = [float(money[level, 0])]
    for k in range(level + (0 if integers[FRESH] else 1)):
        bounds += option_bound[k, cursor[k, 0] : cursor[k, 1]].tolist()
    return min(bounds)
