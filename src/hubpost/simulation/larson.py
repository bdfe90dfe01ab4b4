"""Larson's own approximation of the hypercube: a product of workloads, with a correction."""

import numpy as np

from hubpost.simulation.arrays import Floats
from hubpost.simulation.erlang import level_probabilities
from hubpost.simulation.queue_system import QueueSystem


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
