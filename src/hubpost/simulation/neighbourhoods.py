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
def _read_tail(even: Floats, depth: int, chain: Floats) -> None:
    """Beyond the set: the chances of an even sample, bent so that the last one meets the loss.

    even: (N + 1,) chance that so many named units are all busy.
    """
    units = len(chain)
    ahead = 1.0
    for k in range(depth):
        ahead *= chain[k]
    if depth == units or ahead <= 0:
        return
    bend = 1.0
    if even[units] > 0 and even[depth] > even[units] and ahead > even[units]:
        bend = np.log(even[units] / ahead) / np.log(even[units] / even[depth])
    for k in range(depth, units):
        ratio = even[k + 1] / even[k] if even[k] > 0 else 0.0
        chain[k] = ratio**bend


@compiled_and_kept
def iterate_neighbourhoods(
    rate: Floats,
    prefs: Ints,
    mu: Floats,
    sets: Ints,
    set_of: Ints,
    even: Floats,
    shift: Floats,
    most: int,
    tolerance: float,
) -> tuple[Floats, Floats, float, int]:
    """Workloads (N,), chain (C, N), last change and rounds; calls are lost when all are busy.

    sets: (S, r) units of each set. set_of: (C,) the set of each class's r nearest units.
    """
    classes, units = prefs.shape
    width = sets.shape[1]
    size = 1 << width
    load = min(0.9, rate.sum() / mu.sum())
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
        for s in range(len(sets)):
            _flows(sets[s], rate, prefs, old, shift, into, taken, count)
            _sweeps(p[s], into, taken, mu[sets[s]], count, 30, tolerance * 1e-3)
            for bit in range(width):
                place[sets[s, bit]] = bit
            for c in range(classes):
                if set_of[c] == s:
                    _read_chain(p[s], place, prefs[c], width, chain[c])
                    _read_tail(even, width, chain[c])
        now = np.zeros(units)
        for c in range(classes):
            flow = rate[c]
            for k in range(units):
                now[prefs[c, k]] += flow * (1 - chain[c, k]) / mu[prefs[c, k]]
                flow *= chain[c, k]
        worst = np.abs(now - busy).max()
        busy = now
    return busy, chain, worst, rounds
