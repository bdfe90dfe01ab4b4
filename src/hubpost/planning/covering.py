# mypy: disable-error-code="no-untyped-call"
"""Covering: place p sites so that the most weight lies within reach, once or twice.

Church and ReVelle (1974), maximal covering; Hogan and ReVelle (1986), backup coverage (BACOP2).
"""

from time import perf_counter
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, eye_array, hstack, vstack

from hubpost.planning.interruptible import run_interruptibly
from hubpost.planning.location_result import Floats, Ints, LocationResult
from hubpost.planning.pruned_median import load_model

Bools = NDArray[np.bool_]


def solve_max_covering(
    covers: Bools, weight: Floats, p: int, *, time_limit_s: float = 60.0
) -> LocationResult:
    """Choose p sites to cover the most weight. covers (sites, clients); weight (clients,) >= 0.

    objective: weight covered; bound: no choice covers more; assigned: a chosen site that covers
    the client, -1 for none. Raises ValueError when p or the shapes make no sense.
    """
    return _solve(covers, weight, p, 0.0, time_limit_s)


def solve_backup_covering(
    covers: Bools, weight: Floats, p: int, *, backup: float = 0.5, time_limit_s: float = 60.0
) -> LocationResult:
    """Choose p sites; weight covered once counts 1 - backup, covered twice another `backup`."""
    if not 0 <= backup <= 1:
        raise ValueError(f"backup must lie in 0..1, got {backup}")
    return _solve(covers, weight, p, backup, time_limit_s)


def _solve(
    covers: Bools, weight: Floats, p: int, backup: float, time_limit_s: float
) -> LocationResult:
    _check(covers, weight, p)
    started = perf_counter()
    sites = _useful_sites(covers, p, backup)
    small, gain = _merge_clients(covers[sites], weight)
    solver = _model(small, gain, p, backup, time_limit_s)
    chosen, value = _relax_and_round(solver, small, gain, p, backup)
    bound = float(gain.sum())
    if solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
        bound = _whole(-solver.getInfo().objective_function_value, gain, backup)
    nodes = 0
    if value < bound - 1e-9 * max(1.0, bound):
        if solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
            _strike(solver, len(sites), value)
        solver.setOptionValue("solve_relaxation", False)
        # Ctrl-C ends the search; what is chosen by then has its bound.
        run_interruptibly(solver)
        chosen, value, most, nodes = _settled(solver, small, gain, p, backup, chosen, value)
        bound = min(bound, most)
    return _result(covers, weight, sites[chosen], backup, bound, nodes, perf_counter() - started)


def _whole(bound: float, gain: Floats, backup: float) -> float:
    """A bound on whole weights may be rounded down."""
    whole = backup == 0 and bool((gain == np.round(gain)).all())
    return float(np.floor(bound + 1e-6)) if whole else bound


def _relax_and_round(
    solver: Any, covers: Bools, gain: Floats, p: int, backup: float
) -> tuple[Ints, float]:
    """Run the linear relaxation; the best of its largest sites and a greedy choice, swapped."""
    solver.setOptionValue("solve_relaxation", True)
    solver.run()
    x = np.array(solver.getSolution().col_value[: len(covers)])
    starts = [np.argsort(-x, kind="stable")[:p], _greedy(covers, gain, p, backup)]
    found = [_swap(covers, gain, start, backup) for start in starts]
    return max(found, key=lambda pair: pair[1])


def _further(times: Ints, gain: Floats, backup: float) -> Floats:
    """What one more cover is worth to each client."""
    return np.asarray(gain * ((1 - backup) * (times == 0) + backup * (times == 1)))


def _value(times: Ints, gain: Floats, backup: float) -> float:
    once, twice = gain[times >= 1].sum(), gain[times >= 2].sum()
    return float((1 - backup) * once + backup * twice)


def _greedy(covers: Bools, gain: Floats, p: int, backup: float) -> Ints:
    times, chosen = np.zeros(covers.shape[1], np.int64), np.zeros(0, np.int64)
    for _ in range(p):
        worth = covers @ _further(times, gain, backup)
        worth[chosen] = -1.0
        best = int(np.argmax(worth))
        chosen = np.append(chosen, best)
        times = times + covers[best]
    return chosen


def _swap(covers: Bools, gain: Floats, chosen: Ints, backup: float) -> tuple[Ints, float]:
    """Replace one site by another while that covers more."""
    chosen, times = chosen.copy(), covers[chosen].sum(axis=0)
    value, tried = _value(times, gain, backup), 0
    k = 0
    while tried < len(chosen):
        without = times - covers[chosen[k]]
        worth = covers @ _further(without, gain, backup)
        worth[np.delete(chosen, k)] = -1.0
        best = int(np.argmax(worth))
        new = _value(without, gain, backup) + float(worth[best])
        tried += 1
        if new > value + 1e-9:
            chosen[k], times, value, tried = best, without + covers[best], new, 0
        k = (k + 1) % len(chosen)
    return chosen, value


def _strike(solver: Any, n: int, value: float) -> None:
    """Fix sites that the relaxation prices out of everything better than `value`."""
    room = -solver.getInfo().objective_function_value - value
    price = np.array(solver.getSolution().col_dual[:n])
    lower, upper = np.where(price < -room - 1e-9, 1.0, 0.0), np.where(price > room + 1e-9, 0.0, 1.0)
    solver.changeColsBounds(n, np.arange(n, dtype=np.int32), lower, upper)


def _settled(
    solver: Any, covers: Bools, gain: Floats, p: int, backup: float, chosen: Ints, value: float
) -> tuple[Ints, float, float, int]:
    """(chosen, value, bound, nodes) once HiGHS has settled what was left."""
    info, status = solver.getInfo(), solver.getModelStatus()
    nodes = max(int(info.mip_node_count), 0)
    if status == highspy.HighsModelStatus.kInfeasible:
        return chosen, value, value, nodes
    x = np.array(solver.getSolution().col_value[: len(covers)])
    found = np.flatnonzero(x > 0.5)
    better = _value(covers[found].sum(axis=0), gain, backup) if len(found) == p else -1.0
    if better > value:
        chosen, value = found, better
    # What HiGHS calls optimal must be what its sites are worth, else it solved something else.
    reached = -info.objective_function_value <= value + 1e-6 * max(1.0, value)
    proven = reached and status == highspy.HighsModelStatus.kOptimal
    return chosen, value, value if proven else max(float(-info.mip_dual_bound), value), nodes


def _check(covers: Bools, weight: Floats, p: int) -> None:
    if covers.ndim != 2 or weight.shape != covers.shape[1:]:
        raise ValueError(
            f"expected covers (sites, clients) and weight (clients,), "
            f"got {covers.shape} and {weight.shape}"
        )
    if not 1 <= p <= len(covers):
        raise ValueError(f"p must lie in 1..{len(covers)} (the number of sites), got {p}")
    if not np.isfinite(weight).all() or (weight < 0).any():
        raise ValueError("weight: expected finite numbers >= 0")


def _useful_sites(covers: Bools, p: int, backup: float) -> Ints:
    """Sites that no other replaces: without backup, a site covering no more than another falls."""
    if backup > 0:
        return np.arange(len(covers))
    size = covers.sum(axis=1)
    order = np.lexsort((np.arange(len(covers)), -size))
    inside = covers.astype(np.float32) @ covers.T.astype(np.float32)
    kept: list[int] = []
    for i in order.tolist():
        if not kept or not (inside[i, kept] >= size[i]).any():
            kept.append(i)
    if len(kept) < p:
        kept += [i for i in order.tolist() if i not in set(kept)][: p - len(kept)]
    return np.array(sorted(kept))


def _merge_clients(covers: Bools, weight: Floats) -> tuple[Bools, Floats]:
    """Clients covered by the same sites become one; those that none covers fall away."""
    columns, group = np.unique(np.packbits(covers, axis=0), axis=1, return_inverse=True)
    gain = np.bincount(group.ravel(), weights=weight, minlength=columns.shape[1])
    merged = np.unpackbits(columns, axis=0, count=len(covers)).astype(bool)
    worth = merged.any(axis=0) & (gain > 0)
    return np.asarray(merged[:, worth]), np.asarray(gain[worth], dtype=np.float64)


def _model(covers: Bools, gain: Floats, p: int, backup: float, time_limit_s: float) -> Any:
    """Columns: sites, covered once, covered twice (only with backup)."""
    n, m = covers.shape
    twice = m if backup > 0 else 0
    reach = csr_array(covers.T.astype(float))
    served = [-reach, eye_array(m), *([eye_array(m)] if twice else [])]
    rows = [hstack(served)]
    if twice:
        rows.append(hstack([csr_array((m, n)), -eye_array(m), eye_array(m)]))
    rows.append(csr_array(np.concatenate([np.ones(n), np.zeros(m + twice)])[None, :]))
    matrix = csr_array(vstack(rows, format="csr"))
    top = np.concatenate([np.zeros(matrix.shape[0] - 1), [float(p)]])
    low = np.concatenate([np.full(matrix.shape[0] - 1, -np.inf), [float(p)]])
    parts = [np.zeros(n), -(1 - backup) * gain, *([-backup * gain] if twice else [])]
    # Where a second cover counts more than the first, half of each would pay: it must be whole.
    whole = np.concatenate([np.ones(n), np.zeros(m), np.full(twice, float(backup > 0.5))])
    return load_model(
        np.concatenate(parts), matrix, low, top, np.zeros(n + m + twice), whole, time_limit_s
    )


def _result(
    covers: Bools,
    weight: Floats,
    chosen: Ints,
    backup: float,
    bound: float,
    nodes: int,
    seconds: float,
) -> LocationResult:
    chosen = np.sort(chosen)
    times = covers[chosen].sum(axis=0)
    objective = _value(times, weight, backup)
    proven = bound <= objective + 1e-9 * max(1.0, objective)
    bound = objective if proven else bound
    gap = (bound - objective) / objective if objective > 0 else 0.0
    first = np.where(times > 0, chosen[np.argmax(covers[chosen], axis=0)], -1)
    return LocationResult(
        "optimal" if proven else "feasible", objective, bound, gap, seconds, chosen, first, nodes
    )
