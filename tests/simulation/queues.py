"""Random spatial queues that tests and benchmarks share."""

import numpy as np

from hubpost.simulation.queue_system import QueueSystem


def random_system(seed, units, classes, load, *, infinite=False, uneven=True) -> QueueSystem:
    """Units and call places strewn over a square, nearest first; rates from a flat Dirichlet.

    load: rate over total mu. uneven: each unit has a mu of its own in 0.5 to 1.5.
    """
    rng = np.random.default_rng(seed)
    homes, places = rng.random((units, 2)), rng.random((classes, 2))
    travel = np.hypot(*(places[:, None] - homes[None]).transpose(2, 0, 1))
    mu = rng.uniform(0.5, 1.5, units) if uneven else np.ones(units)
    rate = rng.dirichlet(np.ones(classes)) * load * mu.sum()
    prefs = np.argsort(travel, axis=1).astype(np.int32)
    return QueueSystem(mu, rate, prefs, infinite, travel, None)
