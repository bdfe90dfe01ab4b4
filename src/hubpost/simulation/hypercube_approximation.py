"""The hypercube without its 2^N states: many small ones that overlap."""

import time
from dataclasses import dataclass
from math import comb

import numpy as np

from hubpost.simulation.arrays import Floats, Ints
from hubpost.simulation.erlang import level_probabilities
from hubpost.simulation.hypercube import finished_answer, merged_classes
from hubpost.simulation.queue_system import (
    NotConverged,
    QueueAnswer,
    QueueSystem,
    checked_system,
)


@dataclass(frozen=True, slots=True)
class ApproximationParams:
    """nearest: units of each class that are solved exactly together; time grows with 2^nearest.

    least_chance: further units are looked at through a window of as many, as long as the chance
    that all before them are busy is above this.
    """

    nearest: int = 10
    least_chance: float = 1e-5
    tolerance: float = 1e-8
    rounds: int = 300


def approximate_hypercube(
    system: QueueSystem, params: ApproximationParams | None = None
) -> QueueAnswer:
    """Workloads, dispatch fractions and travel of systems of hundreds of units.

    The nearest units of every class are solved together, exactly, as a small hypercube; units
    beyond them take calls away with the chance their own neighbourhood gives. Larson's (1975)
    even sample serves only for the units beyond. See docs/validation.md for the error of both.
    Several units at one station are units one after another in `prefs`.
    Residual: largest change of a workload in the last round, at most params.tolerance.
    Raises NotConverged, NoSteadyState, ValueError for classes that not every unit may serve.
    """
    began = time.perf_counter()
    params = params or ApproximationParams()
    checked_system(system)
    if (system.prefs < 0).any():
        raise ValueError(
            "queue: the approximation expects every class to list all units; take --method exact."
        )
    from hubpost.simulation.neighbourhoods import iterate_neighbourhoods

    rate, prefs, which = merged_classes(system)
    width = min(params.nearest, system.units)
    level = level_probabilities(
        system.total_rate / float(system.mu.mean()), system.units, infinite=False
    )
    even = even_sample(level)
    sets, windows, depth = _windows(prefs, width, even, params.least_chance)
    busy, chain, change, rounds = iterate_neighbourhoods(
        rate,
        prefs,
        system.mu,
        sets,
        windows,
        depth,
        even,
        odds_shift(level, width),
        params.rounds,
        params.tolerance,
    )
    if not change <= params.tolerance:
        raise NotConverged(
            f"not converged: workloads still change by {change:.1e} after {rounds} rounds, "
            f"{params.tolerance:.0e} wanted."
        )
    sent, loss = _sent(prefs, chain)
    full = float((rate * loss).sum() / rate.sum())
    if system.infinite:
        busy, sent, full = _with_line(system, busy, sent, full)
    return finished_answer(
        system,
        busy,
        sent[which],
        full=full,
        method="approximate",
        residual=float(change),
        iterations=int(rounds),
        seconds=time.perf_counter() - began,
    )


def _windows(prefs: Ints, width: int, even: Floats, least: float) -> tuple[Ints, Ints, int]:
    """Sets (S, width), windows (W, 3) as set, class, first place, by set; places covered."""
    classes, units = prefs.shape
    starts = [0, *(j for j in range(1, units - width + 1) if even[j + width - 1] > least)]
    rows = [(c, j) for c in range(classes) for j in starts]
    members = np.array([np.sort(prefs[c, j : j + width]) for c, j in rows], dtype=np.int32)
    sets, of = np.unique(members, axis=0, return_inverse=True)
    windows = np.column_stack([of.ravel(), np.array(rows)]).astype(np.int32)
    order = np.argsort(windows[:, 0], kind="stable")
    return (
        np.ascontiguousarray(sets),
        np.ascontiguousarray(windows[order]),
        len(starts) - 1 + width,
    )


def _sent(prefs: Ints, chain: Floats) -> tuple[Floats, Floats]:
    """(C, N) chance that a class is sent each unit, (C,) that it finds all busy."""
    ahead = np.cumprod(np.column_stack([np.ones(len(chain)), chain]), axis=1)
    sent = np.zeros_like(chain)
    np.put_along_axis(sent, prefs, ahead[:, :-1] * (1 - chain), axis=1)
    return sent, np.asarray(ahead[:, -1], dtype=np.float64)


def _with_line(
    system: QueueSystem, busy: Floats, sent: Floats, full: float
) -> tuple[Floats, Floats, float]:
    """A line makes the all-busy state heavier; everything else keeps its proportions."""
    more = 1 / (1 - system.total_rate / float(system.mu.sum()))
    whole = 1 + full * (more - 1)
    return (busy + full * (more - 1)) / whole, sent / whole, full * more / whole


def even_sample(level: Floats) -> Floats:
    """(N + 1,) chance that so many named units are all busy, were all alike; level: (N + 1,)."""
    units = len(level) - 1
    busy = np.arange(units + 1)
    chance, found = level.copy(), [1.0]
    for k in range(units):
        chance = chance * np.maximum(busy - k, 0) / (units - k)
        found.append(float(chance.sum()))
    return np.array(found)


def odds_shift(level: Floats, width: int) -> Floats:
    """(width + 1, N, N) odds of a further unit outside a set given n busy in it, over its odds
    given only that k named units are busy: what n tells of the rest, were all units alike.

    Index: n busy in the set, k units named before, o of those outside the set.
    """
    units = len(level) - 1
    rest = units - width
    joint = np.array(
        [[_pattern(level, width, n, o) for o in range(rest + 1)] for n in range(width + 1)]
    )
    even = even_sample(level)
    shift = np.ones((width + 1, units, units))
    for k in range(units):
        base = _odds(even[k + 1], even[k])
        for o in range(min(rest, k + 1)):
            given = np.array([_odds(joint[n, o + 1], joint[n, o]) for n in range(width + 1)])
            shift[:, k, o] = np.clip(given / base, 1e-6, 1e6)
    return shift


def _pattern(level: Floats, width: int, n: int, o: int) -> float:
    """Chance of n given units of a set busy, the others of it free, and o outside it busy."""
    units = len(level) - 1
    return float(
        sum(
            level[k] * comb(units - width - o, k - n - o) / comb(units, k)
            for k in range(n + o, units - width + n + 1)
        )
    )


def _odds(both: float, given: float) -> float:
    """Odds of the share both / given, kept off its ends."""
    share = min(max(both / given if given > 0 else 0.5, 1e-12), 1 - 1e-12)
    return share / (1 - share)


def larson_iterates(system: QueueSystem, rounds: int) -> list[Floats]:
    """Workloads after each round of Larson's approximation, one mu for all units.

    Urban Operations Research (1981), section 5.5; Operations Research 23 (1975) 845-868.
    """
    n, load = system.units, system.total_rate / float(system.mu[0])
    full = float(level_probabilities(load, n, system.infinite)[-1])
    carried = load if system.infinite else load * (1 - full)
    q = _larson_factors(n, load, system.infinite)
    busy = np.full(n, load / n)
    found = []
    for _ in range(rounds):
        gain = np.zeros(n)
        for rate, prefs in zip(system.rate, system.prefs, strict=True):
            ahead = 1.0
            for k, i in enumerate(prefs):
                gain[i] += rate / system.mu[0] * q[k] * ahead
                ahead *= busy[i]
        # Busy with calls taken when free, and with an even share of those that waited.
        waited = load * full / n if system.infinite else 0.0
        busy = (gain + waited) / (1 + gain)
        busy *= carried / busy.sum()
        found.append(busy.copy())
    return found


def _larson_factors(n: int, load: float, infinite: bool) -> Floats:
    """(N,) Q(k): P(k units named are busy, the next is free) over rho^k (1 - rho), M/M/N."""
    level = level_probabilities(load, n, infinite)
    rho = load / n if infinite else load / n * (1 - float(level[-1]))
    factors = []
    for k in range(n):
        # k + 1 units drawn one by one: the first k among the busy ones, the last among the free.
        chance = 0.0
        for b in range(k, n):
            draw = 1.0
            for j in range(k):
                draw *= (b - j) / (n - j)
            chance += level[b] * draw * (n - b) / (n - k)
        factors.append(chance / (rho**k * (1 - rho)))
    return np.array(factors)
