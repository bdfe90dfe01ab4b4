# mypy: disable-error-code="no-untyped-def"
"""Lagrangian bound of the p-median problem, compiled.

Relaxing "each client is served once" with a price u per client leaves, for each site, the value
rho_i = sum_j min(0, cost_ij - u_j); the bound is sum(u) plus the p smallest rho. Prices move along
the subgradient. Fisher (1981); Beasley (1993).
"""

import numpy as np
from numba import njit

CLOSED, FREE, OPEN = -1, 0, 1


@njit(cache=True)
def subgradient(cost, p, status, u, upper, best_sites, rounds, least_step):
    """Improve prices u (clients,) in place; returns (bound, upper, rho at the best prices).

    cost (sites, clients); status (sites,) CLOSED, FREE or OPEN; best_sites (p,) is replaced
    whenever the sites of a relaxed solution serve everyone for less than `upper`.
    """
    n, m = cost.shape
    rho = np.empty(n)
    best_rho = np.empty(n)
    best_u = u.copy()
    slack = np.empty(m)
    sites = np.empty(p, np.int64)
    bound = -1e300
    step, since = 1.5, 0
    for _ in range(rounds):
        _values(cost, status, u, rho)
        _pick(rho, status, p, sites)
        value = u.sum()
        for i in sites:
            value += rho[i]
        if value > bound:
            bound = value
            best_u[:] = u
            best_rho[:] = rho
            since = 0
        else:
            since += 1
            if since >= 12:
                step *= 0.6
                since = 0
                u[:] = best_u
        total = _serve(cost, sites, slack, u)
        if total < upper:
            upper = total
            best_sites[:] = sites
        norm = (slack * slack).sum()
        if norm == 0 or step < least_step or bound >= upper - 1e-9 * abs(upper):
            break
        length = step * (upper - value) / norm
        for j in range(m):
            u[j] += length * slack[j]
    u[:] = best_u
    return bound, upper, best_rho


@njit(cache=True)
def _values(cost, status, u, rho):
    n, m = cost.shape
    for i in range(n):
        total = 0.0
        if status[i] != CLOSED:
            row = cost[i]
            for j in range(m):
                d = row[j] - u[j]
                total += d if d < 0 else 0.0
        rho[i] = total


@njit(cache=True)
def _pick(rho, status, p, sites):
    """The open sites and the free ones of smallest value."""
    k = 0
    keys = np.empty(len(rho))
    for i in range(len(rho)):
        if status[i] == OPEN:
            sites[k] = i
            k += 1
        keys[i] = rho[i] if status[i] == FREE else np.inf
    order = np.argsort(keys, kind="mergesort")
    for q in range(p - k):
        sites[k + q] = order[q]


@njit(cache=True)
def _serve(cost, sites, slack, u):
    """Cost of serving all from the nearest site; slack = 1 - times served in the relaxation."""
    total = 0.0
    for j in range(cost.shape[1]):
        best, times = np.inf, 0
        for i in sites:
            c = cost[i, j]
            if c < best:
                best = c
            if c < u[j]:
                times += 1
        slack[j] = 1 - times
        total += best
    return total


@njit(cache=True)
def interchange(cost, sites):
    """Swap a site in `sites` for another while that lowers the cost; returns the cost.

    Best improvement, each round in O(sites · clients) (Whitaker 1983).
    """
    n, m = cost.shape
    p = len(sites)
    chosen = np.zeros(n, np.bool_)
    for i in sites:
        chosen[i] = True
    loss = np.empty(p)
    extra = np.empty(p)
    first = np.empty(m, np.int64)
    near = np.empty(m)
    second = np.empty(m)
    while True:
        _nearest_two(cost, sites, first, near, second)
        loss[:] = 0.0
        for j in range(m):
            loss[first[j]] += second[j] - near[j]
        best_gain, best_in, best_out = 1e-9 * near.sum(), -1, -1
        for i in range(n):
            if chosen[i]:
                continue
            gain = 0.0
            extra[:] = 0.0
            row = cost[i]
            for j in range(m):
                c = row[j]
                if c < near[j]:
                    gain += near[j] - c
                    extra[first[j]] += near[j] - second[j]
                elif c < second[j]:
                    extra[first[j]] += c - second[j]
            for k in range(p):
                total = gain - loss[k] - extra[k]
                if total > best_gain:
                    best_gain, best_in, best_out = total, i, k
        if best_in < 0:
            return near.sum()
        chosen[sites[best_out]] = False
        chosen[best_in] = True
        sites[best_out] = best_in


@njit(cache=True)
def _nearest_two(cost, sites, first, near, second):
    for j in range(cost.shape[1]):
        near[j] = np.inf
        second[j] = np.inf
        first[j] = 0
        for k in range(len(sites)):
            c = cost[sites[k], j]
            if c < near[j]:
                second[j] = near[j]
                near[j] = c
                first[j] = k
            elif c < second[j]:
                second[j] = c
        if second[j] == np.inf:
            second[j] = near[j] + 1e12


@njit(cache=True)
def greedy(cost, p):
    """p sites, each time the one that lowers the cost most."""
    n, m = cost.shape
    near = np.full(m, np.inf)
    sites = np.empty(p, np.int64)
    chosen = np.zeros(n, np.bool_)
    for k in range(p):
        best, best_i = np.inf, -1
        for i in range(n):
            if chosen[i]:
                continue
            total = 0.0
            for j in range(m):
                total += min(near[j], cost[i, j])
            if total < best:
                best, best_i = total, i
        sites[k] = best_i
        chosen[best_i] = True
        for j in range(m):
            near[j] = min(near[j], cost[best_i, j])
    return sites
