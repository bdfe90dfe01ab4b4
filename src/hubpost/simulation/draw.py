"""Drawing calls with all their luck: fitted demand, or whole real days once more."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.random import Generator

from hubpost.dispatch.rule import DispatchRule
from hubpost.simulation.arrays import CATEGORIES, CallStream, Floats, Ints
from hubpost.simulation.demand import Demand
from hubpost.simulation.durations import DEFAULTS, DurationDefaults

#: Below this many records a duration is drawn from the documented default instead.
ENOUGH = 30


@dataclass(frozen=True, slots=True)
class CaseworkParams:
    """Follow-up that ties officers up after a call (一案捆绑全所). All figures are assumptions.

    share: probability of follow-up by category. median_s, sigma: its lognormal length.
    binds_share: probability that it takes everyone at the station.
    """

    share: dict[str, float] = field(
        default_factory=lambda: {
            "criminal": 0.6,
            "public_order": 0.3,
            "traffic": 0.15,
            "dispute": 0.1,
        }
    )
    median_s: float = 2 * 3600.0
    sigma: float = 0.7
    binds_share: float = 0.25


NO_CASEWORK = CaseworkParams(share={}, binds_share=0.0)


@dataclass(frozen=True, slots=True)
class Luck:
    """One generator for each kind of chance, so that a change in one leaves the others alone."""

    arrivals: Generator
    places: Generator
    marks: Generator
    durations: Generator
    casework: Generator


def luck_of(seed: int, replication: int) -> Luck:
    """The luck of one replication; the same for every policy that is compared."""
    seeds = np.random.SeedSequence([seed, replication]).spawn(5)
    return Luck(*(np.random.default_rng(s) for s in seeds))


def draw_calls(
    demand: Demand,
    station_of_area: Ints,
    first_day: date,
    days: int,
    luck: Luck,
    rule: DispatchRule,
    casework: CaseworkParams = NO_CASEWORK,
    defaults: DurationDefaults = DEFAULTS,
) -> CallStream:
    """Calls of so many days from first_day on, seconds from its midnight by the local clock.

    A Poisson number in every hour, evenly spread within it. Category and priority come from a
    recorded call of about the same hour, durations from recorded calls of that category.
    """
    per_hour = luck.arrivals.poisson(demand.rate_per_hour(first_day, days).ravel())
    hour = np.repeat(np.arange(len(per_hour)), per_hour)
    received = np.sort((hour + luck.arrivals.random(len(hour))) * 3600.0)
    bounds = np.cumsum(demand.area_share)
    spots = np.searchsorted(bounds / bounds[-1], luck.places.random(len(received)), side="right")
    dest = spots.astype(np.int32)
    mark = _marks_by_hour(demand, (received // 3600).astype(int) % 24, luck.marks)
    return stream_of_marks(
        demand, received, dest, station_of_area[dest], mark, luck, rule, casework, defaults
    )


def _marks_by_hour(demand: Demand, hour: Ints, rng: Generator) -> Ints:
    """A recorded call for each simulated one, of the same hour or, where rare, of any."""
    marks = demand.marks
    order = np.argsort(marks.hour, kind="stable")
    start = np.searchsorted(marks.hour[order], np.arange(25))
    few = np.diff(start) < ENOUGH
    low = np.where(few, 0, start[:-1])[hour]
    high = np.where(few, len(order), start[1:])[hour]
    return np.asarray(order[(low + rng.random(len(hour)) * (high - low)).astype(int)])


def stream_of_marks(
    demand: Demand,
    received: Floats,
    dest: Ints,
    station: Ints,
    mark: Ints,
    luck: Luck,
    rule: DispatchRule,
    casework: CaseworkParams,
    defaults: DurationDefaults,
) -> CallStream:
    """Calls received at these seconds and places, each like the recorded call of its mark."""
    marks = demand.marks
    needed = marks.needed[mark]
    widest = int(needed.max(initial=1))
    names, kind = np.unique(np.array(marks.category), return_inverse=True)
    scenes = [
        _resampled(
            marks.on_scene_s,
            kind,
            kind[mark],
            luck.durations,
            defaults.on_scene_s,
            defaults.on_scene_sigma,
        )
        for _ in range(widest)
    ]
    every = np.zeros_like(kind)
    processing = _resampled(
        marks.processing_s, every, every[mark], luck.durations, defaults.processing_s, 0.0
    )
    turnout = _resampled(marks.turnout_s, every, every[mark], luck.durations, rule.turnout_s, 0.0)
    share = np.array([casework.share.get(str(name), 0.0) for name in names])
    follows = luck.casework.random(len(mark)) < share[kind[mark]]
    length = casework.median_s * np.exp(casework.sigma * luck.casework.standard_normal(len(mark)))
    binds = follows & (luck.casework.random(len(mark)) < casework.binds_share)
    decide = received + processing
    order = np.argsort(decide, kind="stable")
    return CallStream(
        received_s=received[order],
        decide_s=decide[order],
        dest=dest[order],
        station=station[order].astype(np.int32),
        priority=marks.priority[mark][order],
        needed=needed[order],
        on_scene_s=np.column_stack(scenes)[order],
        turnout_ratio=(turnout / rule.turnout_s)[order],
        travel_ratio=np.ones(len(order)),
        casework_s=np.where(follows, length, 0.0)[order],
        binds=binds[order],
        category=_category_idx(marks.category)[mark][order],
    )


def _category_idx(names: Sequence[str]) -> Ints:
    """Position of each name in CATEGORIES, the first for one that is unknown."""
    known = {c.value: i for i, c in enumerate(CATEGORIES)}
    return np.array([known.get(name, 0) for name in names], dtype=np.int32)


def _resampled(
    values: Floats, kind: Ints, wanted: Ints, rng: Generator, default: float, sigma: float
) -> Floats:
    """A recorded value of the wanted kind for each; of any kind, or the default, where too few."""
    known = np.flatnonzero(~np.isnan(values))
    chance = rng.random(len(wanted))
    noise = rng.standard_normal(len(wanted))
    if len(known) < ENOUGH:
        return np.asarray(default * np.exp(sigma * noise))
    order = known[np.argsort(kind[known], kind="stable")]
    kinds = int(kind.max(initial=0)) + 1
    start = np.searchsorted(kind[order], np.arange(kinds + 1))
    few = np.diff(start) < ENOUGH
    low = np.where(few, 0, start[:-1])[wanted]
    high = np.where(few, len(order), start[1:])[wanted]
    return np.asarray(values[order[(low + chance * (high - low)).astype(int)]])


def bootstrap_days(calls: CallStream, days: int, rng: Generator) -> CallStream:
    """A stream of as many days, each a whole day of `calls` drawn with replacement.

    calls: received_s from the midnight of its first day on. Keeps what belongs together on a day
    (a storm, a market) and loses season and weekday. Raises ValueError when there is no call.
    """
    if not len(calls.received_s):
        raise ValueError("bootstrap: expected at least one call, found none.")
    day = (calls.received_s // 86400).astype(int)
    drawn = rng.integers(0, day.max() + 1, days)
    rows = [np.flatnonzero(day == d) for d in range(day.max() + 1)]
    pick = np.concatenate([rows[d] for d in drawn])
    shift = np.concatenate([np.full(len(rows[d]), (k - d) * 86400.0) for k, d in enumerate(drawn)])
    order = np.argsort(calls.decide_s[pick] + shift, kind="stable")
    pick, shift = pick[order], shift[order]
    return CallStream(
        calls.received_s[pick] + shift,
        calls.decide_s[pick] + shift,
        *(column[pick] for column in calls[2:]),
    )
