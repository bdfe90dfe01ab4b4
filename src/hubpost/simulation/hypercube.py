"""The hypercube queueing model, exact (Larson 1974): steady state over all sets of busy units."""

import time
from dataclasses import dataclass

import numpy as np

from hubpost.simulation.anderson import Anderson
from hubpost.simulation.arrays import Floats, Ints
from hubpost.simulation.queue_system import (
    NotConverged,
    QueueAnswer,
    QueueSystem,
    checked_system,
)


@dataclass(frozen=True, slots=True)
class HypercubeParams:
    """tolerance: residual below which the equations count as solved. most_bytes: memory limit."""

    tolerance: float = 1e-11
    sweeps: int = 1000
    most_bytes: float = 8 * 2**30


def solve_hypercube(system: QueueSystem, params: HypercubeParams | None = None) -> QueueAnswer:
    """Steady state by Gauss-Seidel sweeps, levels rescaled between them, steps mixed (Anderson).

    Service times are exponential with a rate of each unit's own; with an infinite line all-busy
    states are one geometric series, so only its weight differs from the system without a line.
    Residual: sum of |flow in - flow out| over the sum of flows, at most params.tolerance.
    Raises NotConverged instead of giving anything less, ValueError beyond the memory limit,
    NoSteadyState when overloaded. Larson, Computers & Operations Research 1 (1974) 67-95.
    """
    began = time.perf_counter()
    params = params or HypercubeParams()
    checked_system(system)
    _check_size(system, params)
    from hubpost.simulation import hypercube_sweeps as sweeps

    rate, prefs, _ = merged_classes(system)
    lossy = bool((prefs < 0).any())
    into, accepted = sweeps.inflow_table(rate, prefs, system.units, lossy)
    p = _start(system)
    mixing = Anderson(_depth(system.units))
    residual, done = np.inf, 0
    while done < params.sweeps:
        swept = p.copy()
        sweeps.sweep(swept, into, accepted, system.mu, system.total_rate)
        sweeps.rescale_levels(swept, accepted, system.mu, system.total_rate)
        done += 1
        # The change of a sweep is cheap to know and about as large as the residual.
        if np.abs(swept - p).sum() < 10 * params.tolerance:
            residual = sweeps.residual_of(swept, into, accepted, system.mu, system.total_rate)
            if residual <= params.tolerance:
                p = swept
                break
        p = mixing.next_point(p, swept)
    if not residual <= params.tolerance:
        raise NotConverged(
            f"not converged: residual {residual:.1e} after {done} sweeps, "
            f"{params.tolerance:.0e} wanted. Allow more sweeps, or take the approximation."
        )
    return _answer(system, p, float(residual), done, began)


def memory_bytes(units: int) -> float:
    """What an exact solution needs: the table of flows, the states, and the steps remembered."""
    return 8.0 * 2.0 ** (units - 1) * units + (2 * _depth(units) + 7) * 8 * 2.0**units


def _depth(units: int) -> int:
    """Steps to remember: six, or fewer where each takes hundreds of megabytes."""
    return 6 if units <= 22 else 3


def _check_size(system: QueueSystem, params: HypercubeParams) -> None:
    needed = memory_bytes(system.units)
    if needed > params.most_bytes:
        raise ValueError(
            f"queue: exact needs {needed / 2**30:.1f} GiB for {system.units} units, more than "
            f"{params.most_bytes / 2**30:.1f}. Take --method approximate."
        )


def merged_classes(system: QueueSystem) -> tuple[Floats, Ints, Ints]:
    """Rates and preferences with equal preferences as one class, and which of them each is of."""
    prefs, which = np.unique(system.prefs, axis=0, return_inverse=True)
    rate = np.bincount(which.ravel(), system.rate, len(prefs))
    return (
        np.asarray(rate, dtype=np.float64),
        np.ascontiguousarray(prefs, dtype=np.int32),
        which.ravel(),
    )


def _start(system: QueueSystem) -> Floats:
    """Independent units, each as busy as all are together: good enough to begin with."""
    load = min(0.95, system.total_rate / float(system.mu.sum()))
    p = np.ones(1)
    for _ in range(system.units):
        p = np.concatenate([p * (1 - load), p * load])
    return p


def _answer(
    system: QueueSystem, p: Floats, residual: float, done: int, began: float
) -> QueueAnswer:
    from hubpost.simulation.hypercube_sweeps import sums_over_states

    utilisation = system.total_rate / float(system.mu.sum())
    if system.infinite:
        p[-1] /= 1 - utilisation
        p /= p.sum()
    prefs = np.ascontiguousarray(system.prefs, dtype=np.int32)
    busy, sent = sums_over_states(p, prefs, system.units)
    answer = finished_answer(
        system,
        busy,
        sent,
        full=float(p[-1]),
        method="exact",
        residual=residual,
        iterations=done,
        seconds=time.perf_counter() - began,
    )
    from dataclasses import replace

    return replace(answer, states=p)


def finished_answer(
    system: QueueSystem,
    busy: Floats,
    sent: Floats,
    *,
    full: float,
    method: str,
    residual: float,
    iterations: int,
    seconds: float,
) -> QueueAnswer:
    """Everything that follows from workloads and (C, N) probabilities of being sent at once.

    full: probability that all are busy (with a line: that a call waits). A waiting call goes to
    the unit that is free first, so to each in proportion to its mu.
    """
    share = system.rate / system.total_rate
    loss = np.zeros(len(share)) if system.infinite else 1 - sent.sum(axis=1)
    if system.infinite:
        sent = sent + full * system.mu / system.mu.sum()
    served = float((share * sent.sum(axis=1)).sum())
    dispatch = share[:, None] * sent / served
    classes = np.arange(len(share))
    first = system.prefs[:, 0]
    utilisation = system.total_rate / float(system.mu.sum())
    length = full * utilisation / (1 - utilisation) if system.infinite else None
    known = not np.isnan(np.where(dispatch > 0, system.travel, 0.0)).any()
    group = system.group
    return QueueAnswer(
        method=method,
        workloads=busy,
        loss_or_wait=full if system.infinite else float((share * loss).sum()),
        dispatch=dispatch,
        loss_by_class=loss,
        mean_travel=float(np.nansum(dispatch * system.travel)) if known else None,
        inter_response=float(1 - dispatch[classes, first].sum()),
        inter_group=(
            None
            if group is None
            else float((dispatch * (group[None, :] != group[first][:, None])).sum())
        ),
        queue_length=length,
        mean_wait=None if length is None else length / system.total_rate,
        residual=residual,
        iterations=iterations,
        seconds=seconds,
    )
