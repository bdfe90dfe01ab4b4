"""A spatial queue: units, classes of calls with their order of preference, and its answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from hubpost.simulation.arrays import Floats, Ints


class NoSteadyState(ValueError):
    """Calls bring more work than the units can do; waiting grows without end."""


class NotConverged(ValueError):
    """No answer within the sweeps allowed; says how far it came. Nothing unconverged is given."""


@dataclass(frozen=True, slots=True, eq=False)
class QueueSystem:
    """N units and C classes. rate: (C,) calls per unit of time. mu: (N,) services per unit of time.

    prefs: (C, N) unit positions from 0, nearest first, -1 beyond the units that may be sent.
    infinite: calls wait in one line when all are busy; else they are lost. travel: (C, N), nan
    where not given. group: (N,) the group of each unit, or None.
    """

    mu: Floats
    rate: Floats
    prefs: Ints
    infinite: bool
    travel: Floats
    group: Ints | None = None

    @property
    def units(self) -> int:
        """N."""
        return len(self.mu)

    @property
    def total_rate(self) -> float:
        """Calls of all classes."""
        return float(self.rate.sum())


@dataclass(frozen=True, slots=True, eq=False)
class QueueAnswer:
    """Steady state. workloads: (N,) share of time busy. loss_or_wait: share of calls lost or
    waiting. dispatch: (C, N) share of all served calls that are of the class and go to the unit.

    queue_length, mean_wait: None without a line. mean_travel: None without travel times.
    inter_response: served by another unit than the first preferred. inter_group: by one of
    another group. states: (2^N,) probabilities, bit i is unit i + 1, exact method only.
    residual: see `method`. loss_by_class: (C,). standard_error: (N,) of the workloads,
    approximate method only.
    """

    method: str
    workloads: Floats
    loss_or_wait: float
    dispatch: Floats
    loss_by_class: Floats
    mean_travel: float | None
    inter_response: float
    inter_group: float | None
    queue_length: float | None
    mean_wait: float | None
    residual: float
    iterations: int
    seconds: float
    states: Floats | None = None
    standard_error: Floats | None = None


def parse_queue_system(body: Mapping[str, Any]) -> QueueSystem:
    """The system of a JSON object (contract: DESIGN section 3), or of its key `input`.

    Raises ValueError that lists every problem; NoSteadyState for an overloaded infinite line.
    """
    inner = body.get("input", body)
    if not isinstance(inner, Mapping):
        raise ValueError("queue: expected a JSON object, or one under the key `input`.")
    problems: list[str] = []
    n, mu = _units(inner, problems)
    rows = inner.get("classes")
    if not isinstance(rows, list) or not rows:
        problems.append("classes: expected a list of at least one class")
        rows = []
    if inner.get("line") not in ("infinite", "zero"):
        problems.append(f"line: expected infinite or zero, found {inner.get('line')!r}")
    infinite = inner.get("line") == "infinite"
    if n:
        for k, row in enumerate(rows):
            problems += [f"class {k + 1}: {p}" for p in _class_problems(row, n, infinite)]
    group = _groups(inner.get("groups"), n, problems)
    if problems:
        raise ValueError("queue: " + "; ".join(problems) + ".")
    return checked_system(
        QueueSystem(
            mu=mu,
            rate=np.array([float(row["rate"]) for row in rows]),
            prefs=np.array([_padded([u - 1 for u in row["prefs"]], n, -1) for row in rows]),
            infinite=infinite,
            travel=np.array([row.get("travel") or [np.nan] * n for row in rows], dtype=float),
            group=group,
        )
    )


def checked_system(system: QueueSystem) -> QueueSystem:
    """The system itself. Raises ValueError without calls, NoSteadyState when it is overloaded."""
    load, capacity = system.total_rate, float(system.mu.sum())
    if load <= 0:
        raise ValueError("queue: expected a rate above 0 in at least one class.")
    if system.infinite and load >= capacity:
        raise NoSteadyState(
            f"no steady state: calls arrive at {load:g} and all {system.units} units together "
            f"serve {capacity:g}, so the line grows without end. Add units, or take line = zero."
        )
    return system


def _units(body: Mapping[str, Any], problems: list[str]) -> tuple[int, Floats]:
    n, mu = body.get("N"), body.get("mu")
    if not isinstance(n, int) or isinstance(n, bool) or n < 1:
        problems.append(f"N: expected a whole number of units above 0, found {n!r}")
        return 0, np.empty(0)
    rates: list[Any] = mu if isinstance(mu, list) else [mu] * n
    if len(rates) != n or not all(_number(m) and m > 0 for m in rates):
        problems.append(f"mu: expected a rate above 0, or a list of {n} of them, found {mu!r}")
        return n, np.ones(n)
    return n, np.array(rates, dtype=np.float64)


def _class_problems(row: Any, n: int, infinite: bool) -> list[str]:
    if not isinstance(row, Mapping):
        return ["expected an object with rate and prefs"]
    found = []
    if not _number(row.get("rate")) or row["rate"] < 0:
        found.append(f"rate: expected a number, 0 or more, found {row.get('rate')!r}")
    prefs = row.get("prefs")
    known = isinstance(prefs, list) and all(isinstance(u, int) and 1 <= u <= n for u in prefs)
    if not known or not prefs or len(set(prefs)) != len(prefs):
        found.append(f"prefs: expected different unit numbers from 1 to {n}, found {prefs!r}")
    elif infinite and len(prefs) != n:
        found.append(f"prefs: expected all {n} units with an infinite line, found {len(prefs)}")
    travel = row.get("travel")
    if travel is not None and not (
        isinstance(travel, list) and len(travel) == n and all(_number(t) and t >= 0 for t in travel)
    ):
        found.append(f"travel: expected {n} times, 0 or more")
    return found


def _groups(groups: Any, n: int, problems: list[str]) -> Ints | None:
    if groups is None or not n:
        return None
    members = [u for g in groups for u in g] if isinstance(groups, list) else []
    if sorted(members) != list(range(1, n + 1)):
        problems.append(f"groups: expected lists that name each unit from 1 to {n} once")
        return None
    of = {u: k for k, g in enumerate(groups) for u in g}
    return np.array([of[u] for u in range(1, n + 1)], dtype=np.int32)


def _padded(values: list[int], size: int, fill: int) -> list[int]:
    return values + [fill] * (size - len(values))


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
