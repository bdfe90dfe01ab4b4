"""Erlang's two formulas, which need no iteration: the yardstick of everything else here."""

from math import isfinite

import numpy as np

from hubpost.simulation.arrays import Floats
from hubpost.simulation.queue_system import NoSteadyState


def erlang_b(load: float, servers: int) -> float:
    """Share of calls lost with so many servers and no line; load is rate over mu.

    By the recursion B(n) = a B(n-1) / (n + a B(n-1)), stable for any size.
    """
    _check(load, servers)
    loss = 1.0
    for n in range(1, servers + 1):
        loss = load * loss / (n + load * loss)
    return loss


def erlang_c(load: float, servers: int) -> float:
    """Share of calls that wait in one infinite line. Raises NoSteadyState when overloaded."""
    _check(load, servers)
    if load >= servers:
        raise NoSteadyState(f"no steady state: load {load:g} on {servers} servers.")
    loss = erlang_b(load, servers)
    return loss / (1 - load / servers * (1 - loss))


def level_probabilities(load: float, servers: int, infinite: bool) -> Floats:
    """(servers + 1,) probability that 0, 1, … all servers are busy, those waiting included."""
    _check(load, servers)
    log = np.concatenate([[0.0], np.cumsum(np.log(load / np.arange(1, servers + 1)))])
    weight = np.exp(log - log.max())
    if infinite:
        weight[-1] /= 1 - load / servers
    return np.asarray(weight / weight.sum())


def _check(load: float, servers: int) -> None:
    if not (load > 0 and isfinite(load)) or servers < 1:
        raise ValueError(f"expected load above 0 and servers from 1, found {load} and {servers}.")
