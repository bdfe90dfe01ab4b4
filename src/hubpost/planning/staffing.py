"""Units per station and hour of week by marginal allocation (Fox 1966).

The measure to lower is separable: the weight of each station and hour times a measure of its queue
that falls, ever more slowly, with each further unit. Giving each further unit where it lowers the
total most is then optimal for every total on the way.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import product

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: (station position, hour of week 0..167, units) -> what the queue then does to a call.
PredictService = Callable[[int, int, int], "Service"]


@dataclass(frozen=True, slots=True)
class Service:
    """p_wait: probability that a call finds no free unit, 1 when the units cannot keep up.
    p90_response_s: nine calls of ten are reached within; inf when unbounded, nan without calls.
    floor_p90_s: what it falls to with ever more units, as driving alone takes so long.
    """

    p_wait: float
    p90_response_s: float = float("inf")
    floor_p90_s: float = 0.0


@dataclass(frozen=True, slots=True)
class StaffingParams:
    """Targets and the arithmetic of duty.

    most_wait, most_p90_s: what a station-hour should meet. least, most: units at any time.
    officers_per_unit: people in a car. duty_h: hours a week an officer is on the road (leave,
    training, courts and desk taken off). headcount: officers there are, None for as many as needed.
    """

    most_wait: float = 0.05
    most_p90_s: float = float("inf")
    least: int = 1
    most: int = 12
    officers_per_unit: float = 2.0
    duty_h: float = 30.0
    headcount: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Staffing:
    """units (stations, hours). officers (stations,): people that this takes. met (stations, hours):
    whether the targets are met. status: met, or short (the headcount or `most` ran out, or driving
    alone takes longer than the target), or stopped (by Ctrl-C, targets missed that more units may
    yet meet), with reason.
    """

    units: Ints
    officers: Floats
    met: NDArray[np.bool_]
    p_wait: Floats
    status: str
    reason: str
    p90_response_s: Floats = field(default_factory=lambda: np.empty((0, 0)))


def allocate_units(
    calls_per_h: Floats,
    predict: PredictService,
    params: StaffingParams | None = None,
    *,
    least: Ints | None = None,
) -> Staffing:
    """Units per station and hour that meet the targets, or the best within the headcount.

    calls_per_h (stations, hours): weights of the station-hours. First every station-hour gets
    `least`; then each further unit goes where it lowers the expected number of waiting calls most
    among those that miss a target, until all are met or the headcount is used up; a station-hour
    whose units cannot keep up comes before all others. Optimal in the total of waiting calls as
    long as `least` keeps up everywhere, as the waiting of an M/M/c queue is then convex. Where
    only the p90 is missed and driving alone takes longer, further units are not wasted.
    least (stations,): of each, in the place of params.least. KeyboardInterrupt keeps the units
    given until then, once every station-hour has its first answer. Raises ValueError when the
    headcount does not even cover `least` everywhere.
    """
    params = params or StaffingParams()
    stations, hours = _check(calls_per_h, params)
    first = np.full(stations, params.least) if least is None else least
    units = np.repeat(np.asarray(first, dtype=np.int64)[:, None], hours, axis=1)
    left = _units_left(units, params)
    now = [[predict(s, h, int(first[s])) for h in range(hours)] for s in range(stations)]
    try:
        _give(calls_per_h, predict, params, units, now, left)
    except KeyboardInterrupt:
        return _staffing(units, now, params, stopped=True)
    return _staffing(units, now, params)


def _give(
    calls_per_h: Floats,
    predict: PredictService,
    params: StaffingParams,
    units: Ints,
    now: list[list[Service]],
    left: float,
) -> None:
    """Give the units that are left, one by one, where each lowers the waiting calls most."""
    heap: list[tuple[float, int, int]] = []
    for s, h in product(*map(range, units.shape)):
        _offer(heap, calls_per_h, predict, params, units, now, s, h)
    while heap and left >= 1:
        _, s, h = heapq.heappop(heap)
        # Asked before the unit is given: Ctrl-C in between leaves units and answers agreeing.
        after = predict(s, h, int(units[s, h]) + 1)
        units[s, h] += 1
        now[s][h] = after
        left -= 1
        _offer(heap, calls_per_h, predict, params, units, now, s, h)


def compare_staffing(needed: Staffing | Floats, officers_today: Floats) -> Floats:
    """(stations,): officers today less officers needed; negative is understaffed, nan unknown."""
    wanted = needed.officers if isinstance(needed, Staffing) else needed
    return np.asarray(officers_today - wanted)


def rural_share(rural_officers: float, all_officers: float) -> float:
    """Share of the police in rural stations. Raises ValueError unless 0 <= rural <= all."""
    if not 0 <= rural_officers <= all_officers or all_officers == 0:
        raise ValueError(f"expected 0 <= rural <= all > 0, got {rural_officers}, {all_officers}")
    return rural_officers / all_officers


def _check(calls_per_h: Floats, params: StaffingParams) -> tuple[int, int]:
    if calls_per_h.ndim != 2 or not np.isfinite(calls_per_h).all() or (calls_per_h < 0).any():
        raise ValueError("calls_per_h: expected (stations, hours) of numbers >= 0")
    if not 0 <= params.least <= params.most or params.duty_h <= 0 or params.officers_per_unit <= 0:
        raise ValueError("staffing: expected 0 <= least <= most, duty_h > 0, officers_per_unit > 0")
    return calls_per_h.shape[0], calls_per_h.shape[1]


def _units_left(units: Ints, params: StaffingParams) -> float:
    """Further unit-hours that the headcount pays for."""
    if params.headcount is None:
        return float("inf")
    hours = params.headcount * params.duty_h / params.officers_per_unit
    left = hours - units.sum()
    if left < 0:
        need = units.sum() * params.officers_per_unit / params.duty_h
        raise ValueError(
            f"the least units everywhere take {need:.1f} officers, there are "
            f"{params.headcount:g}; lower the least or raise the headcount"
        )
    return float(left)


def _missed(service: Service, params: StaffingParams) -> bool:
    return service.p_wait > params.most_wait or service.p90_response_s > params.most_p90_s


def _hopeless(service: Service, params: StaffingParams) -> bool:
    """Whether only the p90 is missed, and no number of units could mend it."""
    return service.p_wait <= params.most_wait and service.floor_p90_s > params.most_p90_s


def _offer(heap, calls_per_h, predict, params, units, now, s, h) -> None:  # type: ignore[no-untyped-def]
    """Put a station-hour's next unit on offer, if it misses a target and may have one more."""
    if units[s, h] >= params.most or not _missed(now[s][h], params) or _hopeless(now[s][h], params):
        return
    after = predict(s, h, int(units[s, h]) + 1)
    # Where units cannot keep up, one more may change nothing yet; such queues come first.
    drop = 1.0 if now[s][h].p_wait >= 1.0 else now[s][h].p_wait - after.p_wait
    gain = calls_per_h[s, h] * drop
    heapq.heappush(heap, (-float(gain), s, h))


def _staffing(
    units: Ints, now: list[list[Service]], params: StaffingParams, stopped: bool = False
) -> Staffing:
    met = np.array([[not _missed(x, params) for x in row] for row in now])
    wait = np.array([[x.p_wait for x in row] for row in now])
    p90 = np.array([[x.p90_response_s for x in row] for row in now])
    officers = units.sum(axis=1) * params.officers_per_unit / params.duty_h
    if met.all():
        return Staffing(units, officers, met, wait, "met", "", p90)
    last = "stopped before more units were tried" if stopped else "the headcount is used up"
    reason = _why_short(units, now, met, params, last)
    word = "stopped" if stopped else "short"
    return Staffing(units, officers, met, wait, word, reason, p90)


def _why_short(
    units: Ints,
    now: list[list[Service]],
    met: NDArray[np.bool_],
    params: StaffingParams,
    last: str,
) -> str:
    """How many pool-hours miss a target, by what stands in the way; last: of all the others."""
    far = np.array([[_hopeless(x, params) for x in row] for row in now]) & ~met
    full = ~met & ~far & (units >= params.most)
    causes = [
        (int(far.sum()), "driving alone takes longer than the p90 wanted"),
        (int(full.sum()), f"{params.most} units are not enough"),
        (int((~met & ~far & ~full).sum()), last),
    ]
    parts = [f"{n}: {cause}" for n, cause in causes if n]
    return f"{int((~met).sum())} of {met.size} pool-hours miss a target ({'; '.join(parts)})"
