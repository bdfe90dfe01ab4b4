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
    solver = _model(small, gain, min(p, len(sites)), backup, time_limit_s)
    solver.run()
    return _read(solver, covers, weight, sites, p, backup, perf_counter() - started)


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
    whole = np.concatenate([np.ones(n), np.zeros(m + twice)])
    return load_model(
        np.concatenate(parts), matrix, low, top, np.zeros(n + m + twice), whole, time_limit_s
    )


def _read(
    solver: Any, covers: Bools, weight: Floats, sites: Ints, p: int, backup: float, seconds: float
) -> LocationResult:
    info, status = solver.getInfo(), solver.getModelStatus()
    nothing = np.zeros(0, np.int64)
    solution = np.array(solver.getSolution().col_value[: len(sites)])
    chosen = sites[solution > 0.5] if len(solution) else nothing
    if len(chosen) != p:
        reason = "no choice of sites was found in the time given"
        bound = float(-info.mip_dual_bound)
        return LocationResult(
            "unknown", None, bound, None, seconds, nothing, nothing, reason=reason
        )
    times = covers[chosen].sum(axis=0)
    once, twice = weight[times >= 1].sum(), weight[times >= 2].sum()
    objective = float((1 - backup) * once + backup * twice)
    proven = status == highspy.HighsModelStatus.kOptimal
    bound = objective if proven else max(float(-info.mip_dual_bound), objective)
    gap = (bound - objective) / objective if objective > 0 else 0.0
    first = np.where(times > 0, chosen[np.argmax(covers[chosen], axis=0)], -1)
    nodes = max(int(info.mip_node_count), 0)
    return LocationResult(
        "optimal" if proven else "feasible", objective, bound, gap, seconds, chosen, first, nodes
    )
