"""What the before | after page shows beside the figures: spreads of response, and one day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from hubpost.model.events import Event
from hubpost.simulation.arrays import CallStream, Floats
from hubpost.simulation.ground import world_of
from hubpost.simulation.inputs import (
    DAY_S,
    SimulationInputs,
    SimulationParams,
    draw_replication,
    first_day_of,
    simulate,
)
from hubpost.simulation.playback import to_events
from hubpost.simulation.policy import Policy
from hubpost.simulation.run import run

#: Shares of calls at which a spread is kept: 1 % to 99 %.
SHARES = tuple(s / 100 for s in range(1, 100))
#: Days played before the day that is shown, so that it does not begin with everybody idle.
LEAD_DAYS = 1


@dataclass(frozen=True, slots=True)
class Spread:
    """seconds: the response time within which each of SHARES was reached; empty where no call."""

    calls: int
    seconds: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class SimulatedDay:
    """The same calls under both policies, as real events.

    begins_at, ends_at: midnights by the county's clock. events open the board LEAD_DAYS earlier
    and follow every call of the day to its end.
    """

    begins_at: datetime
    ends_at: datetime
    calls: int
    before: tuple[Event, ...]
    after: tuple[Event, ...]


def spreads(
    inputs: SimulationInputs, before: Policy, after: Policy, params: SimulationParams
) -> dict[str, dict[str, Spread]]:
    """Side -> `county` or `priority-N` -> spread of response over all replications together."""
    sides = {"before": before, "after": after}
    found: dict[str, list[tuple[Floats, Floats]]] = {side: [] for side in sides}
    for replication in range(params.replications):
        calls = draw_replication(inputs, params, replication)
        for side, policy in sides.items():
            outcome = simulate(inputs, policy, calls, params)
            found[side].append((outcome.response_s, outcome.priority.astype(float)))
    return {
        side: _by_priority(*map(np.concatenate, zip(*p, strict=True))) for side, p in found.items()
    }


def _by_priority(response_s: Floats, priority: Floats) -> dict[str, Spread]:
    rows = {"county": np.ones(len(priority), dtype=bool)}
    rows |= {f"priority-{p}": priority == p for p in (1, 2, 3, 4)}
    return {key: _spread(response_s[at]) for key, at in rows.items()}


def _spread(response_s: Floats) -> Spread:
    came = response_s[~np.isnan(response_s)]
    seconds = np.quantile(came, SHARES) if len(came) else np.empty(0)
    return Spread(len(came), tuple(float(s) for s in seconds))


def simulated_day(
    inputs: SimulationInputs,
    before: Policy,
    after: Policy,
    params: SimulationParams,
    timezone: str,
) -> SimulatedDay:
    """The first day, warm-up over, with as many calls as the median day; in both policies.

    Raises ValueError when not a single call was drawn.
    """
    calls = draw_replication(inputs, params, 0)
    day = _median_day(calls, params)
    within = (calls.received_s >= (day - LEAD_DAYS) * DAY_S) & (
        calls.received_s < (day + 1) * DAY_S
    )
    rows: list[Any] = [values[within] for values in calls]
    some = CallStream(*rows)
    date = first_day_of(inputs) + timedelta(days=day)
    begins_at = datetime.combine(date, time(), ZoneInfo(timezone))
    second_0 = begins_at - timedelta(days=day)
    sides = [
        to_events(
            inputs.ground,
            policy,
            some,
            run(world_of(inputs.ground, policy, inputs.roster), some, log=True),
            second_0,
        )
        for policy in (before, after)
    ]
    on_the_day = int((some.received_s >= day * DAY_S).sum())
    ends_at = begins_at + timedelta(days=1)
    return SimulatedDay(begins_at, ends_at, on_the_day, tuple(sides[0]), tuple(sides[1]))


def _median_day(calls: CallStream, params: SimulationParams) -> int:
    first = max(params.warmup_days, LEAD_DAYS)
    a_day = np.bincount((calls.received_s // DAY_S).astype(int), minlength=params.days)
    counted = a_day[first : params.days]
    if not counted.sum():
        raise ValueError("simulated day: expected calls in the drawn year, found none.")
    median = np.sort(counted)[len(counted) // 2]
    # On so quiet a ground that most days have no call, a day with one shows more.
    return first + int(np.argmax(counted == max(median, counted[counted > 0].min())))


def spread_to_json(spread: Spread) -> Mapping[str, object]:
    """As the data folder keeps it."""
    return {"calls": spread.calls, "seconds": [round(s, 1) for s in spread.seconds]}
