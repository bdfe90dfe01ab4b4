"""The hypercube without its 2^N states: its chain is played until the answer is precise enough."""

import time
from dataclasses import dataclass, replace

import numpy as np

from hubpost.simulation.arrays import Floats
from hubpost.simulation.erlang import erlang_b
from hubpost.simulation.hypercube import finished_answer, merged_classes
from hubpost.simulation.queue_system import (
    NotConverged,
    QueueAnswer,
    QueueSystem,
    checked_system,
)

#: Batches played before precision is looked at, and the fewest added at a time.
BATCHES = 32


@dataclass(frozen=True, slots=True)
class ApproximationParams:
    """precision: wanted standard error of every workload, as a share of it.

    A unit busy for less than least_workload of the time may take no longer than one that is just
    so busy: its share is allowed to be sqrt(least_workload / workload) times as large.
    seed: same seed, same answer. most_calls: beyond so many it says that it is not precise enough.
    """

    precision: float = 0.004
    least_workload: float = 0.003
    seed: int = 1
    most_calls: float = 2e9


def approximate_hypercube(
    system: QueueSystem, params: ApproximationParams | None = None
) -> QueueAnswer:
    """Workloads, dispatch fractions and travel of systems of hundreds of units.

    The Markov chain whose equations `solve_hypercube` solves is played in compiled code, so the
    error is one of chance only, has no bias, and is known: `standard_error` (N,), from batches.
    Several units at one station are units one after another in `prefs`.
    Residual: the largest standard error of a workload as a share of it, see params.precision.
    Raises NotConverged when it stays above params.precision; NoSteadyState.
    """
    began = time.perf_counter()
    params = params or ApproximationParams()
    checked_system(system)
    _check_params(params)
    busy, error, full, sent, calls = _played(system, params)
    residual = _imprecision(busy, error, params)
    if not residual <= params.precision:
        raise NotConverged(
            f"not converged: a workload is known to {residual:.2%} after {calls:.0f} calls, "
            f"{params.precision:.2%} wanted. Allow less precision, or more calls."
        )
    if _alike(system):
        busy, full = _as_erlang_says(system, busy)
    if system.infinite:
        busy, error, sent, full = _with_line(system, busy, error, sent, full)
    answer = finished_answer(
        system,
        busy,
        sent,
        full=full,
        method="approximate",
        residual=residual,
        iterations=calls,
        seconds=time.perf_counter() - began,
    )
    return replace(answer, standard_error=error)


def _check_params(params: ApproximationParams) -> None:
    if not (0 < params.precision < 1 and 0 < params.least_workload <= 1 and params.seed >= 0):
        raise ValueError(
            "queue: expected a precision between 0 and 1, a least workload above 0 and a seed "
            f"from 0 on, found {params.precision:g}, {params.least_workload:g}, {params.seed}."
        )


def _played(
    system: QueueSystem, params: ApproximationParams
) -> tuple[Floats, Floats, float, Floats, int]:
    """Workloads (N,), their standard errors, share of time with all busy, (C, N) who is sent."""
    from hubpost.simulation.hypercube_chain import alias_table, new_chain, play_batches

    rate, prefs, which = merged_classes(system)
    keep, other = alias_table(rate)
    chain = new_chain(len(rate), system.units, params.seed)
    each = max(10_000, 500 * system.units)

    def play(batches: int) -> tuple[Floats, Floats, Floats]:
        return play_batches(system.total_rate, keep, other, prefs, system.mu, chain, each, batches)

    play(4)  # from everybody free to the steady state, not counted
    chain.sent[:] = 0
    parts = [play(BATCHES)]
    while True:
        busy_time, span, full_time = (np.concatenate(part) for part in zip(*parts, strict=True))
        busy, error = _with_error(busy_time, span)
        calls = each * len(span)
        precise = _imprecision(busy, error, params) <= params.precision
        if precise or calls >= params.most_calls:
            break
        parts.append(play(max(BATCHES, len(span) // 4)))
    share = chain.sent / chain.sent.sum(axis=1, keepdims=True)
    return busy, error, float(full_time.sum() / span.sum()), share[which, :-1], calls


def _with_error(busy_time: Floats, span: Floats) -> tuple[Floats, Floats]:
    """Share of time and its standard error from batches, a ratio of two sums."""
    busy = busy_time.sum(axis=0) / span.sum()
    apart = busy_time - busy * span[:, None]
    batches = len(span)
    return busy, np.sqrt((apart**2).sum(axis=0) * batches / (batches - 1)) / span.sum()


def _imprecision(busy: Floats, error: Floats, params: ApproximationParams) -> float:
    """The largest standard error, as a share of what it is an error of; never sent counts as 0."""
    yardstick = np.sqrt(busy * np.maximum(busy, params.least_workload))
    return float(np.divide(error, yardstick, np.zeros_like(error), where=busy > 0).max())


def _alike(system: QueueSystem) -> bool:
    """Whether Erlang's formula holds: one mu, and every class may be sent everybody."""
    return bool(np.all(system.mu == system.mu[0]) and (system.prefs >= 0).all())


def _as_erlang_says(system: QueueSystem, busy: Floats) -> tuple[Floats, float]:
    """Workloads in their proportions with the sum that is known exactly; share of time all busy."""
    load = system.total_rate / float(system.mu[0])
    full = erlang_b(load, system.units)
    return busy * (load * (1 - full) / busy.sum()), full


def _with_line(
    system: QueueSystem, busy: Floats, error: Floats, sent: Floats, full: float
) -> tuple[Floats, Floats, Floats, float]:
    """A line makes the all-busy state heavier; everything else keeps its proportions."""
    more = 1 / (1 - system.total_rate / float(system.mu.sum()))
    whole = 1 + full * (more - 1)
    return (busy + full * (more - 1)) / whole, error / whole, sent / whole, full * more / whole
