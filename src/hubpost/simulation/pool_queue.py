"""A pool of stations as a queue: how a call fares with so many units at each, hour by hour.

Pointwise stationary: each hour of the week is taken as if its rate had gone on for ever (Green,
Kolesar, Management Science 37, 1991). That overstates the wait just before a peak and understates
it just after; with services of about an hour and rates that change slowly the error is small.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hubpost.simulation.arrays import Floats, Ints
from hubpost.simulation.erlang import erlang_c
from hubpost.simulation.hypercube import HypercubeParams, solve_hypercube
from hubpost.simulation.queue_system import QueueSystem

#: Probabilities are read as percent; the residual stays far below that.
_PARAMS = HypercubeParams(tolerance=1e-9)
#: A quantile is found to a hundredth of a second.
_QUANTILE_S = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """K stations that answer for one another. travel_s (K, A): from station to area, inf where
    there is no way. weight (K, A): share of a station's calls by area, rows sum to 1, or to 0 for
    a station without areas. turnout_s: until the wheels turn. on_scene_s: mean.
    """

    travel_s: Floats
    weight: Floats
    turnout_s: float
    on_scene_s: float

    @property
    def mean_travel_s(self) -> Floats:
        """(K, K) mean drive of calls of station k (row) from station j, over reachable areas."""
        reach = np.isfinite(self.travel_s)
        drive = np.where(reach, self.travel_s, 0.0)
        known = self.weight @ reach.T.astype(float)
        mean = np.divide(self.weight @ drive.T, known, out=np.zeros_like(known), where=known > 0)
        return np.asarray(mean)

    @property
    def mu_per_h(self) -> Floats:
        """(K,) services an hour of a unit of each station: turnout, drive to its own calls, scene.

        Casework after the call is not counted, nor the longer drive of helping a neighbour.
        """
        busy_s = self.turnout_s + np.diag(self.mean_travel_s) + self.on_scene_s
        return np.asarray(3600.0 / busy_s)


@dataclass(frozen=True, slots=True, eq=False)
class PoolService:
    """p_wait: a call finds nobody free, 1 when overloaded. p90_s (K,): response within which nine
    of ten calls of each station are reached, inf when unbounded, nan without calls. dispatch
    (K, K): share of the calls of station k (row) that a unit of station j goes to.
    """

    p_wait: float
    p90_s: Floats
    dispatch: Floats


def spread_units(load: Floats, units: int) -> Ints:
    """(K,) one unit to each station first, then each to the highest load per unit.

    load (K,): erlangs. Fewer units than stations go to the highest loads; ties to the first.
    """
    if units <= len(load):
        placed = np.zeros(len(load), dtype=np.int64)
        placed[np.argsort(-load, kind="stable")[:units]] = 1
        return placed
    placed = np.ones(len(load), dtype=np.int64)
    for _ in range(units - len(load)):
        placed[int(np.argmax(load / placed))] += 1
    return placed


def serve_pool(pool: Pool, rate_per_h: Floats, units: Ints, quantile: float = 0.9) -> PoolService:
    """What the queue does to calls of each station, rate_per_h (K,), with units (K,).

    Exact hypercube with an infinite line: a station's own units first, then those of the station
    that drives least to its calls. Units all at one place are Erlang's M/M/c, which is the same.
    Waiting, given that all are busy, is exponential with rate (sum of mu - sum of rates).
    """
    stations = len(rate_per_h)
    home = np.repeat(np.arange(stations), units)
    mu = pool.mu_per_h[home]
    total = float(rate_per_h.sum())
    if total <= 0:
        return PoolService(0.0, np.full(stations, np.nan), np.eye(stations))
    if len(mu) == 0 or total >= mu.sum():
        return PoolService(1.0, np.where(rate_per_h > 0, np.inf, np.nan), np.eye(stations))
    at_once, p_wait = _dispatch(pool, rate_per_h, home, mu)
    later = p_wait * np.bincount(home, mu, stations) / mu.sum()
    spare = float(mu.sum()) - total
    p90 = [
        _quantile_of(pool, k, at_once[k], later, spare / 3600.0, quantile)
        if rate_per_h[k] > 0
        else np.nan
        for k in range(stations)
    ]
    return PoolService(p_wait, np.array(p90), at_once + later)


def floor_p90_s(pool: Pool, quantile: float = 0.9) -> Floats:
    """(K,) the quantile with so many units that a station's own is always free; nan: no areas."""
    stations = len(pool.travel_s)
    own = np.eye(stations)
    nobody = np.zeros(stations)
    return np.array(
        [
            _quantile_of(pool, k, own[k], nobody, 1.0, quantile) if pool.weight[k].any() else np.nan
            for k in range(stations)
        ]
    )


def _dispatch(pool: Pool, rate: Floats, home: Ints, mu: Floats) -> tuple[Floats, float]:
    """(K, K) probability that a call of k is sent at once a unit of j, and that it waits."""
    stations = len(rate)
    if len(set(home.tolist())) == 1:
        p_wait = erlang_c(float(rate.sum() / mu[0]), len(mu))
        at_once = np.zeros((stations, stations))
        at_once[:, home[0]] = 1.0 - p_wait
        return at_once, p_wait
    asked = np.flatnonzero(rate > 0)
    system = QueueSystem(
        mu=mu,
        rate=rate[asked],
        prefs=_preferences(pool.mean_travel_s[asked], asked, home),
        infinite=True,
        travel=np.zeros((len(asked), len(mu))),
    )
    answer = solve_hypercube(system, _PARAMS)
    full = answer.loss_or_wait
    sent = answer.dispatch / (system.rate / system.total_rate)[:, None] - full * mu / mu.sum()
    at_once = np.zeros((stations, stations))
    for row, k in enumerate(asked):
        at_once[k] = np.bincount(home, np.maximum(sent[row], 0.0), stations)
    return at_once, full


def _preferences(mean_travel_s: Floats, asked: Sequence[int] | Ints, home: Ints) -> Ints:
    """(C, N) units by station: the class's own first, then by mean drive; ties to the first."""
    drive = mean_travel_s.copy()
    drive[np.arange(len(drive)), asked] = -1.0
    return np.argsort(drive[:, home], axis=1, kind="stable").astype(np.int64)


def _quantile_of(
    pool: Pool, k: int, at_once: Floats, later: Floats, spare_per_s: float, quantile: float
) -> float:
    """The time within which this share of the calls of station k is reached.

    at_once, later (K,): probability that a unit of station j goes at once, or after waiting.
    """
    fixed = (pool.turnout_s + pool.travel_s).ravel()
    now, late = ((p[:, None] * pool.weight[k][None, :]).ravel() for p in (at_once, later))
    reach = np.isfinite(fixed) & (now + late > 0)
    fixed, now, late = fixed[reach], now[reach], late[reach]
    if now.sum() + late.sum() < quantile - 1e-12:
        return float("inf")

    def reached(by_s: float) -> float:
        gone = by_s - fixed
        waited = -np.expm1(-spare_per_s * np.maximum(gone, 0.0))
        return float(((gone >= 0) * (now + late * waited)).sum())

    low, high = 0.0, float(fixed.max())
    while reached(high) < quantile - 1e-12:
        low, high = high, 2 * high + 60.0
        if high > 1e9:
            return float("inf")
    while high - low > _QUANTILE_S:
        middle = (low + high) / 2
        low, high = (low, middle) if reached(middle) >= quantile - 1e-12 else (middle, high)
    return high
