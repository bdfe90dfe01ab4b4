"""Conditions of contiguity and compactness as rows of a linear program.

`need` of m companions: x[i, j] may be 1 only where that many x[i, v] are. As one row this is
need · x[i, j] <= sum of x[i, v], enough for 0/1 columns. Any m - k of the companions hold at least
need - k, so (need - k) · x[i, j] <= their sum for k < need: together the convex hull of one
condition. These are many, and are told only as a relaxation breaks them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array, vstack

from hubpost.planning.districting import Supports
from hubpost.planning.location_result import Floats, Ints

#: A relaxation breaks a row that it exceeds by more.
TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Alike:
    """Conditions with the same need and number of companions.

    own (conditions,): the column that asks. company (conditions, companions): theirs, -1 where
    struck, which counts as 0.
    """

    need: int
    own: Ints
    company: Ints


def list_alike(supports: Supports, column_of: Ints) -> tuple[Alike, ...]:
    """The conditions by need and number; column_of (centres, areas): -1 where struck."""
    size = np.diff(supports.of.indptr)
    kinds = np.unique(np.stack([size, supports.need]), axis=1).T
    return tuple(_alike(supports, column_of, size, int(m), int(need)) for m, need in kinds)


def _alike(supports: Supports, column_of: Ints, size: Ints, m: int, need: int) -> Alike:
    these = np.flatnonzero((size == m) & (supports.need == need))
    others = supports.of.indices[supports.of.indptr[these][:, None] + np.arange(m)]
    centre = supports.centre[these]
    return Alike(need, column_of[centre, supports.area[these]], column_of[centre[:, None], others])


def condition_rows(conditions: Sequence[Alike], width: int) -> csr_array:
    """Each condition as one row <= 0 over that many columns, enough for 0/1 values."""
    return _stacked([_rows(a.own, a.company, a.need, width) for a in conditions], width)


def broken_rows(conditions: Sequence[Alike], values: Floats) -> csr_array:
    """Rows <= 0 that hold for every districting and that these values (columns,) break.

    Of a condition's choices of m - k companions the one of least sum is tried: no other is broken
    by more.
    """
    found = [_broken(a, values, k) for a in conditions for k in range(a.need)]
    return _stacked([rows for rows in found if rows is not None], len(values))


def _broken(alike: Alike, values: Floats, left_out: int) -> csr_array | None:
    kept = max(alike.company.shape[1] - left_out, 0)
    there = np.append(values, 0.0)[alike.company]
    least = np.argsort(there, axis=1, kind="stable")[:, :kept]
    have = np.take_along_axis(there, least, axis=1).sum(axis=1)
    need = alike.need - left_out
    broken = np.flatnonzero(need * values[alike.own] - have > TOLERANCE)
    if len(broken) == 0:
        return None
    company = np.take_along_axis(alike.company, least, axis=1)[broken]
    return _rows(alike.own[broken], company, need, len(values))


def _rows(own: Ints, company: Ints, need: int, width: int) -> csr_array:
    each = np.arange(len(own))
    there = company >= 0
    row = np.concatenate([np.broadcast_to(each[:, None], company.shape)[there], each])
    column = np.concatenate([company[there], own])
    value = np.concatenate([-np.ones(int(there.sum())), np.full(len(own), float(need))])
    return csr_array(coo_array((value, (row, column)), shape=(len(own), width)).tocsr())


def _stacked(blocks: list[csr_array], width: int) -> csr_array:
    return csr_array(vstack(blocks, format="csr")) if blocks else csr_array((0, width))
