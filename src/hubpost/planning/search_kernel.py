# mypy: disable-error-code="no-untyped-def"
"""The compiled inside of the exact search: nodes, bounds and options as arrays by level.

Integer state: LEVEL (-1 when the tree is done), FRESH (1 when the node at this level has not been
looked at), NODES (nodes looked at so far). money, by level: bound, cost, largest and smallest
group workload so far, workload left alone. tally, by level: groups, stations alone, candidate
hubs. spent, by level and capped measure: the least that the measure will be. Bounds are explained
in `exact_search`.
"""

import numpy as np
from numba import njit

TOLERANCE = 1e-10
UNSET = 1e300
LEVEL, FRESH, NODES = 0, 1, 2


@njit(cache=True, nogil=True)
def advance(
    counts, masks, members, cost, reduced, workload, hub_candidate, may_alone, reduced_alone,
    light_first, station_h, beta, caps, cap_reduced, cap_reduced_alone, most_imbalance,
    integers, covered, tally, money, active, n_active, options,
    option_bound, cursor, choice, spent, values, chosen, budget,
):  # fmt: skip
    """Search on for `budget` nodes; True when the whole tree is done."""
    n, hubs, alone, most_candidates = counts
    full = (np.uint64(1) << np.uint64(n)) - np.uint64(1)
    total_h = station_h.sum()
    stop_at = integers[NODES] + budget
    lightest = np.empty(n)
    heaviest = np.empty(n)
    ways = np.empty(n, np.int64)
    while integers[LEVEL] >= 0:
        level = integers[LEVEL]
        if integers[FRESH]:
            if integers[NODES] >= stop_at:
                return False
            integers[NODES] += 1
            integers[FRESH] = 0
            inland_h = _most_inland_h(
                covered[level], alone - tally[level, 1], total_h - money[level, 4], light_first,
                station_h,
            )  # fmt: skip
            if inland_h <= 0:
                integers[LEVEL] -= 1
                continue
            factor = beta * hubs / inland_h
            most_spread = most_imbalance * inland_h / hubs + TOLERANCE * inland_h
            if covered[level] == full:
                spread = money[level, 2] - money[level, 3]
                fits = spread <= most_spread and _within(spent[level], caps)
                if fits and tally[level, 0] == hubs and tally[level, 1] == alone:
                    value = money[level, 1] + factor * spread
                    _keep_if_better(value, level, choice, values, chosen)
                integers[LEVEL] -= 1
                continue
            free_alone = alone > tally[level, 1]
            largest, smallest = _tighten(
                level, covered[level], money[level], factor, most_spread, values[-1], free_alone,
                tally[level, 2] < most_candidates, spent[level], caps, cap_reduced, masks,
                members, reduced, workload, hub_candidate, may_alone, active, n_active, lightest,
                heaviest, ways,
            )  # fmt: skip
            if largest < 0:
                integers[LEVEL] -= 1
                continue
            station = _fewest_ways(covered[level], ways, may_alone, free_alone)
            _list_options(
                level, station, tally[level, 0] < hubs, free_alone and may_alone[station],
                money[level, 0], largest, smallest, factor, masks, reduced, workload,
                reduced_alone, active, n_active, options, option_bound, cursor,
            )  # fmt: skip
        if cursor[level, 0] >= cursor[level, 1]:
            integers[LEVEL] -= 1
            continue
        at = cursor[level, 0]
        cursor[level, 0] += 1
        if option_bound[level, at] >= values[-1] - TOLERANCE:
            cursor[level, 0] = cursor[level, 1]
            continue
        _descend(
            level, options[level, at], masks, cost, reduced, workload, hub_candidate,
            reduced_alone, station_h, covered, tally, money, active, n_active, choice, spent,
            cap_reduced, cap_reduced_alone,
        )  # fmt: skip
        integers[LEVEL] += 1
        integers[FRESH] = 1
    return True


@njit(cache=True, nogil=True)
def _most_inland_h(covered, to_leave, inland_h, light_first, station_h):
    """Inland workload if the lightest open candidates are left alone; -1 if too few are open."""
    for station in light_first:
        if to_leave == 0:
            break
        if not (covered >> np.uint64(station)) & np.uint64(1):
            inland_h -= station_h[station]
            to_leave -= 1
    return inland_h if to_leave == 0 else -1.0


@njit(cache=True, nogil=True)
def _tighten(
    level, covered, money, factor, most_spread, limit, free_alone, free_candidate, spent, caps,
    cap_reduced, masks, members, reduced, workload, hub_candidate, may_alone, active,
    n_active, lightest, heaviest, ways,
):  # fmt: skip
    """Drop groups that cannot improve; the workload range forced so far, (-1, -1) if hopeless."""
    largest, smallest = money[2], money[3]
    n = len(ways)
    while True:
        lightest[:] = UNSET
        heaviest[:] = -1.0
        ways[:] = 0
        kept = 0
        before = n_active[level]
        for k in range(before):
            j = active[level, k]
            if masks[j] & covered or (hub_candidate[j] and not free_candidate):
                continue
            spread = max(largest, workload[j]) - min(smallest, workload[j])
            if spread > most_spread or money[0] + reduced[j] + factor * spread >= limit - TOLERANCE:
                continue
            if not _fits_caps(spent, cap_reduced[:, j], caps):
                continue
            active[level, kept] = j
            kept += 1
            for station in members[j]:
                if station < 0:
                    break
                ways[station] += 1
                lightest[station] = min(lightest[station], workload[j])
                heaviest[station] = max(heaviest[station], workload[j])
        n_active[level] = kept
        moved = False
        for i in range(n):
            if (covered >> np.uint64(i)) & np.uint64(1) or (may_alone[i] and free_alone):
                continue
            if ways[i] == 0:
                return -1.0, -1.0
            if lightest[i] > largest:
                largest = lightest[i]
                moved = True
            if heaviest[i] < smallest:
                smallest = heaviest[i]
                moved = True
        spread = max(largest - smallest, 0.0)
        if spread > most_spread or money[0] + factor * spread >= limit - TOLERANCE:
            return -1.0, -1.0
        if not moved and kept == before:
            return largest, smallest


@njit(cache=True, nogil=True)
def _fits_caps(spent, step, caps):
    for r in range(len(caps)):  # noqa: SIM110 - numba has no all()
        if spent[r] + step[r] > caps[r] + TOLERANCE:
            return False
    return True


@njit(cache=True, nogil=True)
def _within(spent, caps):
    for r in range(len(caps)):  # noqa: SIM110 - numba has no all()
        if spent[r] > caps[r] + TOLERANCE:
            return False
    return True


@njit(cache=True, nogil=True)
def _fewest_ways(covered, ways, may_alone, free_alone):
    best, fewest = -1, 1 << 60
    for i in range(len(ways)):
        if (covered >> np.uint64(i)) & np.uint64(1):
            continue
        count = ways[i] + (1 if may_alone[i] and free_alone else 0)
        if count < fewest:
            best, fewest = i, count
    return best


@njit(cache=True, nogil=True)
def _list_options(
    level, station, free_group, stand_alone, bound, largest, smallest, factor, masks, reduced,
    workload, reduced_alone, active, n_active, options, option_bound, cursor,
):  # fmt: skip
    """The ways to decide a station, most promising first; -1 - station means alone."""
    count = 0
    bit = np.uint64(1) << np.uint64(station)
    if stand_alone:
        options[level, 0] = -1 - station
        spread = max(largest - smallest, 0.0)
        option_bound[level, 0] = bound + reduced_alone[station] + factor * spread
        count = 1
    if free_group:
        for k in range(n_active[level]):
            j = active[level, k]
            if masks[j] & bit:
                spread = max(largest, workload[j]) - min(smallest, workload[j])
                options[level, count] = j
                option_bound[level, count] = bound + reduced[j] + factor * spread
                count += 1
    order = np.argsort(option_bound[level, :count], kind="mergesort")
    options[level, :count] = options[level, :count][order]
    option_bound[level, :count] = option_bound[level, :count][order]
    cursor[level, 0] = 0
    cursor[level, 1] = count


@njit(cache=True, nogil=True)
def _descend(
    level, option, masks, cost, reduced, workload, hub_candidate, reduced_alone, station_h,
    covered, tally, money, active, n_active, choice, spent, cap_reduced,
    cap_reduced_alone,
):  # fmt: skip
    below = level + 1
    choice[level] = option
    tally[below] = tally[level]
    money[below] = money[level]
    for r in range(spent.shape[1]):
        step = cap_reduced[r, option] if option >= 0 else cap_reduced_alone[r, -1 - option]
        spent[below, r] = spent[level, r] + step
    if option >= 0:
        covered[below] = covered[level] | masks[option]
        tally[below, 0] += 1
        tally[below, 2] += hub_candidate[option]
        money[below, 0] += reduced[option]
        money[below, 1] += cost[option]
        money[below, 2] = max(money[level, 2], workload[option])
        money[below, 3] = min(money[level, 3], workload[option])
    else:
        station = -1 - option
        covered[below] = covered[level] | (np.uint64(1) << np.uint64(station))
        tally[below, 1] += 1
        money[below, 0] += reduced_alone[station]
        money[below, 4] += station_h[station]
    count = n_active[level]
    active[below, :count] = active[level, :count]
    n_active[below] = count


@njit(cache=True, nogil=True)
def _keep_if_better(value, level, choice, values, chosen):
    """Insert into the sorted pool of the best."""
    if value >= values[-1] - TOLERANCE:
        return
    at = len(values) - 1
    while at > 0 and values[at - 1] > value:
        values[at] = values[at - 1]
        chosen[at] = chosen[at - 1]
        at -= 1
    values[at] = value
    k = 0
    for q in range(level):
        if choice[q] >= 0:
            chosen[at, k] = choice[q]
            k += 1
