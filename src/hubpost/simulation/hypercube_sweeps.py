"""The balance equations of the hypercube, compiled: one number per set of busy units.

A state is a set of busy units as bits. A call of class c goes to its first free unit, so the flow
from `b` without i into `b` is the rate of the classes whose units before i are all in b: it does
not depend on anything else, and is kept in a table for every (i, b without i).
"""

import numpy as np

from hubpost.simulation.arrays import Floats, Ints
from hubpost.simulation.jit import compiled, compiled_and_kept


@compiled
def without_bit(state: int, i: int) -> int:
    """The state squeezed to the bits other than i."""
    return ((state >> (i + 1)) << i) | (state & ((1 << i) - 1))


@compiled_and_kept
def inflow_table(rate: Floats, prefs: Ints, units: int, lossy: bool) -> tuple[Floats, Floats]:
    """Rates (N, 2^(N-1)) into unit i when the others are as the state says; and accepted (2^N,).

    accepted is of length 1 unless lossy: then the rate of calls somebody may be sent to.
    """
    size = 1 << units
    into = np.zeros((units, size // 2))
    accepted = np.zeros(size if lossy else 1)
    for state in range(size):
        for c in range(len(rate)):
            for k in range(prefs.shape[1]):
                i = prefs[c, k]
                if i < 0:
                    break
                if (state >> i) & 1:
                    continue
                into[i, without_bit(state, i)] += rate[c]
                if lossy:
                    accepted[state] += rate[c]
                break
    return into, accepted


@compiled
def _arriving(state: int, accepted: Floats, total: float, full: int) -> float:
    """Rate of the calls that somebody may be sent to."""
    if len(accepted) > 1:
        return float(accepted[state])
    return total if state != full else 0.0


@compiled_and_kept
def sweep(p: Floats, into: Floats, accepted: Floats, mu: Floats, total: float) -> None:
    """One Gauss-Seidel pass over all states in the order of their numbers.

    The number of a set is above that of each of its subsets, so news is carried all the way
    towards fuller states.
    """
    units = len(mu)
    size = len(p)
    full = size - 1
    for state in range(size):
        inflow = 0.0
        serving = 0.0
        for i in range(units):
            bit = 1 << i
            if state & bit:
                inflow += p[state ^ bit] * into[i, without_bit(state, i)]
                serving += mu[i]
            else:
                inflow += p[state | bit] * mu[i]
        arriving = _arriving(state, accepted, total, full)
        p[state] = inflow / (arriving + serving)


@compiled_and_kept
def rescale_levels(p: Floats, accepted: Floats, mu: Floats, total: float) -> None:
    """Scale each level (number of busy units) so that flow up equals flow down between levels."""
    units = len(mu)
    size = len(p)
    full = size - 1
    up = np.zeros(units + 1)
    down = np.zeros(units + 1)
    level_of_low = np.zeros(1 << 16, np.int32)
    for b in range(1, 1 << 16):
        level_of_low[b] = level_of_low[b >> 1] + (b & 1)
    serving_low, serving_high = _half_sums(mu, 0), _half_sums(mu, 16)
    for state in range(size):
        low, high = state & 0xFFFF, state >> 16
        level = level_of_low[low] + level_of_low[high]
        if len(accepted) > 1:
            up[level] += p[state] * accepted[state]
        elif state != full:
            up[level] += p[state] * total
        down[level] += p[state] * (serving_low[low] + serving_high[high])
    scale = np.ones(units + 1)
    for k in range(units):
        scale[k + 1] = scale[k] * up[k] / down[k + 1] if down[k + 1] > 0 else 0.0
    mass = 0.0
    for state in range(size):
        level = level_of_low[state & 0xFFFF] + level_of_low[state >> 16]
        p[state] *= scale[level]
        mass += p[state]
    for state in range(size):
        p[state] /= mass


@compiled
def _half_sums(mu: Floats, first: int) -> Floats:
    """Sum of mu over the bits of each 16-bit number, bit 0 being unit `first`."""
    count = max(0, min(16, len(mu) - first))
    sums = np.zeros(1 << 16)
    for b in range(1, 1 << count):
        low = 0
        while not (b >> low) & 1:
            low += 1
        sums[b] = sums[b & (b - 1)] + mu[first + low]
    return sums


@compiled_and_kept
def residual_of(p: Floats, into: Floats, accepted: Floats, mu: Floats, total: float) -> float:
    """Sum over states of |flow in - flow out|, over the sum of the flows out."""
    units = len(mu)
    size = len(p)
    wrong = 0.0
    flow = 0.0
    for state in range(size):
        inflow = 0.0
        serving = 0.0
        for i in range(units):
            bit = 1 << i
            if state & bit:
                inflow += p[state ^ bit] * into[i, without_bit(state, i)]
                serving += mu[i]
            else:
                inflow += p[state | bit] * mu[i]
        arriving = _arriving(state, accepted, total, size - 1)
        wrong += abs(inflow - p[state] * (arriving + serving))
        flow += p[state] * (arriving + serving)
    return wrong / flow


@compiled_and_kept
def sums_over_states(p: Floats, prefs: Ints, units: int) -> tuple[Floats, Floats]:
    """Busy share (N,) of each unit, and (C, N) probability that a class is sent each unit."""
    busy = np.zeros(units)
    sent = np.zeros((len(prefs), units))
    for state in range(len(p)):
        for i in range(units):
            if (state >> i) & 1:
                busy[i] += p[state]
        for c in range(len(prefs)):
            for k in range(prefs.shape[1]):
                i = prefs[c, k]
                if i < 0:
                    break
                if not (state >> i) & 1:
                    sent[c, i] += p[state]
                    break
    return busy, sent
