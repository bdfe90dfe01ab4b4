"""The rule that chooses a unit, in one place: the console runs it, the simulator compiles it.

`best_idx` is written in the subset of Python that numba compiles, and over arrays, so that
`hubpost.simulation` can compile this very function. Keep it that way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

#: Tiers, nearest in duty first: own station, own group, a neighbouring group, anywhere else.
OWN, GROUP, NEIGHBOUR, FAR = 0, 1, 2, 3
TIER_NAMES = ("own", "group", "neighbour", "far")

#: Availability as the rule reads it.
NOT_AVAILABLE, CONDITIONAL, AVAILABLE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class DispatchRule:
    """How much sooner a unit of a further tier must arrive to be sent instead.

    penalty_s: seconds per tier (own, group, neighbour, far), added to the predicted arrival when
    ranking; inf forbids the tier. turnout_s: dispatch to wheels turning for a unit that has no
    figure of its own; the default is the median of 11 years of rural units in Lancaster County,
    Nebraska (2.2 minutes, see docs/data.md). conditional_priority: a unit at a meal or in
    training may be sent to calls of this priority or graver. reserve_s: seconds added for a unit
    held in reserve, so that it goes when no other will do.
    """

    name: str
    penalty_s: tuple[float, float, float, float]
    turnout_s: float = 132.0
    conditional_priority: int = 1
    reserve_s: float = 600.0


#: Before the reform: a station answers for its own territory, and callers wait when it is busy.
OWN_STATION = DispatchRule("own", (0.0, inf, inf, inf))
#: After it: the whole group answers; a minute is given to local knowledge.
HUB_GROUP = DispatchRule("group", (0.0, 60.0, inf, inf))
#: The console's rule: beyond the group when that saves a quarter of an hour, or nobody is free.
MUTUAL_AID = DispatchRule("mutual_aid", (0.0, 60.0, 900.0, 1800.0))
#: No borders at all.
NEAREST = DispatchRule("nearest", (0.0, 0.0, 0.0, 0.0))

RULES = {rule.name: rule for rule in (OWN_STATION, HUB_GROUP, MUTUAL_AID, NEAREST)}


def best_idx(
    eta_s: Sequence[float],
    tier: Sequence[int],
    availability: Sequence[int],
    priority: int,
    penalty_s: Sequence[float],
    conditional_priority: int,
) -> Any:
    """Position of the unit to send, -1 when none may be; ties go to the lower position.

    eta_s: (units,) seconds until arrival, inf where unreachable. tier, availability: (units,).
    penalty_s: (4,) seconds by tier.
    """
    best = -1
    best_s = inf
    for i in range(len(eta_s)):
        if availability[i] == 0 or (availability[i] == 1 and priority > conditional_priority):
            continue
        score_s = eta_s[i] + penalty_s[tier[i]]
        if score_s < best_s:
            best = i
            best_s = score_s
    return best
