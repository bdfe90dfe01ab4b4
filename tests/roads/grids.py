"""Random street grids for tests of invariants."""

from collections.abc import Callable

import numpy as np

from hubpost.roads.network import RoadNetwork
from tests.roads.osm_files import road


def grid(make_network: Callable[..., RoadNetwork], seed: int, side: int = 7) -> RoadNetwork:
    """A grid of random one-way and two-way streets."""
    rng = np.random.default_rng(seed)
    nodes = {1 + x + side * y: (0.01 * x, 0.01 * y) for x in range(side) for y in range(side)}
    pairs = [(i, i + 1) for i in nodes if i % side] + [
        (i, i + side) for i in nodes if i + side in nodes
    ]
    ways = [
        road(k, pair, oneway=rng.choice(["yes", "no", "-1"], p=[0.2, 0.6, 0.2]))
        for k, pair in enumerate(pairs, start=1)
        if rng.random() > 0.15
    ]
    return make_network(nodes, ways)
