"""The units that could win, and the rule's choice among them; compiled into the event loop.

The choice is `hubpost.dispatch.rule.best_idx`, compiled, not a copy.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from hubpost.dispatch.rule import best_idx
from hubpost.simulation.arrays import Floats, Ints
from hubpost.simulation.jit import compiled_in_place

#: Units nearest to each place that are kept by themselves: one line of the processor's cache each.
NEAR = 4

compiled_best_idx: Any = compiled_in_place(best_idx)


@compiled_in_place
def enlist(
    short: Ints,
    eta: Floats,
    its_tier: Ints,
    its_avail: Ints,
    count: int,
    unit: int,
    expected: float,
    tier: int,
    availability: int,
) -> None:
    """Add a unit to the short list, which is in the order of units, because ties go by it."""
    k = count
    while k > 0 and short[k - 1] > unit:
        short[k] = short[k - 1]
        eta[k] = eta[k - 1]
        its_tier[k] = its_tier[k - 1]
        its_avail[k] = its_avail[k - 1]
        k -= 1
    short[k] = unit
    eta[k] = expected
    its_tier[k] = tier
    its_avail[k] = availability


@compiled_in_place
def choose(
    short: Ints,
    eta: Floats,
    its_tier: Ints,
    its_avail: Ints,
    count: int,
    order: Floats,
    near: Floats,
    layer: int,
    dest: int,
    at_home: NDArray[np.bool_],
    tiers: Ints,
    station: int,
    avail: Ints,
    priority: int,
    penalty_s: Floats,
    conditional_priority: int,
) -> int:
    """Position in the short list of the unit that the rule sends, -1 when it sends none.

    The list holds the `count` units that are not at home. Units at home join it, soonest first,
    until no further one can beat the choice of the rule: penalties are never below zero. near:
    the beginning of order, so small that it stays in the processor's cache.
    """
    chosen = compiled_best_idx(
        eta[:count], its_tier[:count], its_avail[:count], priority, penalty_s, conditional_priority
    )
    bound = eta[chosen] + penalty_s[its_tier[chosen]] if chosen >= 0 else np.inf
    for k in range(order.shape[2]):
        row = near if k < NEAR else order
        unit = int(row[layer, dest, k, 0])
        if not at_home[unit] or avail[unit] == 0:
            continue
        expected = row[layer, dest, k, 1]
        if expected > bound or expected == np.inf:
            break
        enlist(
            short,
            eta,
            its_tier,
            its_avail,
            count,
            unit,
            expected,
            tiers[station, unit],
            avail[unit],
        )
        count += 1
        chosen = compiled_best_idx(
            eta[:count],
            its_tier[:count],
            its_avail[:count],
            priority,
            penalty_s,
            conditional_priority,
        )
        if chosen >= 0:
            bound = eta[chosen] + penalty_s[its_tier[chosen]]
    return chosen  # type: ignore[no-any-return]
