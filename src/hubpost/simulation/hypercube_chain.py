"""The Markov chain of the hypercube, played: calls and ends of service one by one, compiled.

A step is the next call or a possible end of service, whichever the rates say. A state is weighed
by its mean stay, which is known, not by a drawn one: less chance in the answer for nothing.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hubpost.simulation.arrays import Floats, Ints
from hubpost.simulation.jit import compiled, compiled_and_kept

#: Every so many calls one class, in turn, is asked who would be sent: a call sees the system as
#: time does, so rare classes are known as well as common ones.
ASK_EVERY = 8


class ChainState(NamedTuple):
    """Where the chain is, kept between batches. busy: the first busy_count[0] are the busy units.

    luck: (1,) state of the random numbers. free: (N,). sent: (C, N + 1) calls of each class and
    who was sent, the last column those that found nobody.
    """

    luck: NDArray[np.uint64]
    free: NDArray[np.bool_]
    busy: Ints
    busy_count: Ints
    sent: Ints


def new_chain(classes: int, units: int, seed: int) -> ChainState:
    """Everybody free."""
    return ChainState(
        np.array([seed], dtype=np.uint64),
        np.ones(units, dtype=np.bool_),
        np.zeros(units, dtype=np.int32),
        np.zeros(1, dtype=np.int64),
        np.zeros((classes, units + 1), dtype=np.int64),
    )


@compiled
def _drawn(luck: NDArray[np.uint64]) -> float:
    """A number in [0, 1): SplitMix64 (Steele, Lea and Flood 2014)."""
    luck[0] += np.uint64(0x9E3779B97F4A7C15)
    z = luck[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return float((z >> np.uint64(11)) * (1.0 / 9007199254740992.0))


@compiled
def _first_free(prefs: Ints, c: int, free: NDArray[np.bool_]) -> int:
    """The unit that a call of the class is sent, -1 when none may be."""
    for k in range(prefs.shape[1]):
        unit = prefs[c, k]
        if unit < 0 or free[unit]:
            return int(unit)
    return -1


@compiled_and_kept
def play_batches(
    rate: float,
    keep: Floats,
    other: Ints,
    prefs: Ints,
    mu: Floats,
    state: ChainState,
    calls_each: int,
    batches: int,
) -> tuple[Floats, Floats, Floats]:
    """Time busy (B, N), time (B,) and time with all busy (B,) of so many batches of calls.

    rate: of all classes together. keep, other: the alias table of their shares. Calls that find
    nobody are lost. A possible end of service comes at the fastest rate for every busy unit, and
    is one with chance mu over that rate.
    """
    classes, units = prefs.shape
    free, busy, sent = state.free, state.busy, state.sent
    fastest = mu.max()
    stay = 1.0 / (rate + fastest * np.arange(units + 1))
    count = state.busy_count[0]
    busy_time = np.zeros((batches, units))
    time = np.zeros(batches)
    full_time = np.zeros(batches)
    since = np.zeros(units)
    asked = 0
    for b in range(batches):
        now = 0.0
        since[:] = 0.0
        calls = 0
        while calls < calls_each:
            now += stay[count]
            if count == units:
                full_time[b] += stay[count]
            drawn = _drawn(state.luck) / stay[count]
            if drawn < rate:
                calls += 1
                share = drawn / rate * classes
                c = min(int(share), classes - 1)
                if share - c >= keep[c]:
                    c = other[c]
                if calls % ASK_EVERY == 0:
                    asked = asked + 1 if asked + 1 < classes else 0
                    sent[asked, _first_free(prefs, asked, free)] += 1
                unit = _first_free(prefs, c, free)
                sent[c, unit] += 1
                if unit >= 0:
                    free[unit] = False
                    busy[count] = unit
                    count += 1
                    since[unit] = now
            else:
                share = (drawn - rate) / fastest
                k = min(int(share), count - 1)
                unit = busy[k]
                if (share - k) * fastest < mu[unit]:
                    free[unit] = True
                    count -= 1
                    busy[k] = busy[count]
                    busy_time[b, unit] += now - since[unit]
        for k in range(count):
            busy_time[b, busy[k]] += now - since[busy[k]]
        time[b] = now
    state.busy_count[0] = count
    return busy_time, time, full_time


def alias_table(share: Floats) -> tuple[Floats, Ints]:
    """(C,) chance to keep a class drawn evenly, (C,) the class to take else. Vose (1991)."""
    scaled = share * len(share) / share.sum()
    keep, other = np.ones(len(share)), np.arange(len(share), dtype=np.int32)
    small = [c for c in range(len(share)) if scaled[c] < 1]
    large = [c for c in range(len(share)) if scaled[c] >= 1]
    while small and large:
        low, high = small.pop(), large[-1]
        keep[low], other[low] = scaled[low], high
        scaled[high] -= 1 - scaled[low]
        if scaled[high] < 1:
            small.append(large.pop())
    return keep, other
