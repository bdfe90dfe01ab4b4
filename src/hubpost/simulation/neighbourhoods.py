"""Small hypercubes that overlap: each class sees its nearest units exactly, compiled.

`chain[c, k]` is the chance that unit k of class c is busy given that all before it are. Each set
of nearest units is solved as a hypercube of its own. A call whose next unit lies outside the set
is taken there with chance 1 - chain, else it comes on to the next: so the sets feed each other.
"""

import numpy as np

from hubpost.simulation.arrays import Floats, Ints
from hubpost.simulation.jit import compiled, compiled_and_kept

#: A class that reaches a set with less than this share of all calls is left out there.
NEGLIGIBLE = 1e-9


@compiled
def _flows(
    members: Ints,
    rate: Floats,
    prefs: Ints,
    chain: Floats,
    shift: Floats,
    into: Floats,
    taken: Floats,
    count: Ints,
) -> None:
    """into[state, bit]: rate into each free unit of the set; taken[state]: their sum.

    shift[n, k, o]: what the log odds of a unit outside gain when n of the set are busy, for the
    k-th unit of a class after o others outside.
    """
    size = len(taken)
    width = len(members)
    units = prefs.shape[1]
    place = np.full(units, -1, np.int32)
    for bit in range(width):
        place[members[bit]] = bit
    into[:] = 0.0
    least = NEGLIGIBLE * rate.sum()
    flow = np.empty(width + 1)
    for c in range(len(rate)):
        flow[:] = rate[c]
        needed = 0
        outside = 0
        for k in range(units):
            bit = place[prefs[c, k]]
            if bit < 0:
                chance = min(max(chain[c, k], 1e-12), 1 - 1e-12)
                odds = chance / (1 - chance)
                for n in range(width + 1):
                    moved = odds * shift[n, k, outside]
                    flow[n] *= moved / (1 + moved)
                outside += 1
                if flow.max() < least:
                    break
                continue
            # Every state in which the units needed are busy and this one is free.
            mask = (size - 1) & ~needed & ~(1 << bit)
            sub = mask
            while True:
                into[needed | sub, bit] += flow[count[needed | sub]]
                if sub == 0:
                    break
                sub = (sub - 1) & mask
            needed |= 1 << bit
    for state in range(size):
        taken[state] = 0.0
        for bit in range(width):
            taken[state] += into[state, bit]


@compiled
def _sweeps(
    p: Floats,
    into: Floats,
    taken: Floats,
    mu: Floats,
    count: Ints,
    most: int,
    tolerance: float,
) -> None:
    """Gauss-Seidel over the states of one set, levels rescaled after each pass."""
    size = len(p)
    width = len(mu)
    serving = np.zeros(size)
    for state in range(1, size):
        low = 0
        while not (state >> low) & 1:
            low += 1
        serving[state] = serving[state & (state - 1)] + mu[low]
    for _ in range(most):
        change = 0.0
        up = np.zeros(width + 1)
        down = np.zeros(width + 1)
        for state in range(size):
            inflow = 0.0
            for bit in range(width):
                if (state >> bit) & 1:
                    inflow += p[state ^ (1 << bit)] * into[state ^ (1 << bit), bit]
                else:
                    inflow += p[state | (1 << bit)] * mu[bit]
            out = taken[state] + serving[state]
            new = inflow / out if out > 0 else p[state]
            change += abs(new - p[state])
            p[state] = new
            up[count[state]] += new * taken[state]
            down[count[state]] += new * serving[state]
        scale = np.ones(width + 1)
        for k in range(width):
            scale[k + 1] = scale[k] * up[k] / down[k + 1] if down[k + 1] > 0 else 0.0
        mass = 0.0
        for state in range(size):
            p[state] *= scale[count[state]]
            mass += p[state]
        for state in range(size):
            p[state] /= mass
        if change < tolerance:
            break


@compiled
def _read_chain(p: Floats, place: Ints, order: Ints, depth: int, chain: Floats) -> None:
    """Chance of each unit in turn to be busy given those before it, from the states of a set."""
    needed = 0
    before = 1.0
    for k in range(depth):
        needed |= 1 << place[order[k]]
        both = 0.0
        for state in range(len(p)):
            if state & needed == needed:
                both += p[state]
        chain[k] = both / before if before > 1e-300 else 0.0
        before = both


@compiled
def _odds(both: float, given: float) -> float:
    share = min(max(both / given if given > 0 else 0.5, 1e-12), 1 - 1e-12)
    return share / (1 - share)


@compiled
def _read_window(
    p: Floats, place: Ints, order: Ints, start: int, even: Floats, chain: Floats
) -> None:
    """Chance of the last unit of a window to be busy given the others of it, and `start` before.

    The units before the window are outside its set; that they are busy too moves the odds by
    what it would tell were all units alike.
    """
    full = len(p) - 1
    last = 1 << place[order[-1]]
    k = start + len(order) - 1
    odds = _odds(p[full], p[full] + p[full ^ last])
    odds *= _odds(even[k + 1], even[k]) / _odds(even[len(order)], even[len(order) - 1])
    chain[k] = odds / (1 + odds)


@compiled
def _read_tail(even: Floats, depth: int, width: int, alike: bool, chain: Floats) -> None:
    """Beyond the last window the chances of an even sample; then all beyond the first set are
    bent, where all units serve alike, so that the loss is the one Erlang gives.
    """
    units = len(chain)
    for k in range(depth, units):
        chain[k] = even[k + 1] / even[k] if even[k] > 0 else 0.0
    ahead = 1.0
    for k in range(width):
        ahead *= chain[k]
    beyond = 1.0
    for k in range(width, units):
        beyond *= chain[k]
    if alike and 0 < beyond < 1 and ahead > even[units] > 0:
        bend = np.log(even[units] / ahead) / np.log(beyond)
        for k in range(width, units):
            chain[k] = chain[k] ** bend


@compiled_and_kept
def iterate_neighbourhoods(
    rate: Floats,
    prefs: Ints,
    mu: Floats,
    sets: Ints,
    windows: Ints,
    depth: int,
    even: Floats,
    shift: Floats,
    most: int,
    tolerance: float,
) -> tuple[Floats, Floats, float, int]:
    """Workloads (N,), chain (C, N), last change and rounds; calls are lost when all are busy.

    sets: (S, r) units of each set. windows: (W, 3) set, class and first place in the class's order
    of preference, by set. depth: places of every class that lie in some window.
    """
    classes, units = prefs.shape
    width = sets.shape[1]
    size = 1 << width
    load = min(0.9, rate.sum() / mu.sum())
    alike = bool(np.all(mu == mu[0]))
    chain = np.full((classes, units), load)
    p = np.full((len(sets), size), 1.0 / size)
    into = np.zeros((size, width))
    taken = np.zeros(size)
    count = np.zeros(size, np.int32)
    for state in range(1, size):
        count[state] = count[state & (state - 1)] + 1
    place = np.zeros(units, np.int32)
    busy = np.zeros(units)
    worst = np.inf
    rounds = 0
    while rounds < most and worst > tolerance:
        rounds += 1
        old = chain.copy()
        at = 0
        for s in range(len(sets)):
            _flows(sets[s], rate, prefs, old, shift, into, taken, count)
            _sweeps(p[s], into, taken, mu[sets[s]], count, 30, tolerance * 1e-3)
            for bit in range(width):
                place[sets[s, bit]] = bit
            while at < len(windows) and windows[at, 0] == s:
                c, start = windows[at, 1], windows[at, 2]
                if start == 0:
                    _read_chain(p[s], place, prefs[c], width, chain[c])
                else:
                    order = prefs[c, start : start + width]
                    _read_window(p[s], place, order, start, even, chain[c])
                at += 1
        for c in range(classes):
            _read_tail(even, depth, width, alike, chain[c])
        now = np.zeros(units)
        for c in range(classes):
            flow = rate[c]
            for k in range(units):
                now[prefs[c, k]] += flow * (1 - chain[c, k]) / mu[prefs[c, k]]
                flow *= chain[c, k]
        worst = np.abs(now - busy).max()
        busy = now
    return busy, chain, worst, rounds
