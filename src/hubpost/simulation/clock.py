"""A tournament over the units' next moments: the earliest is always at the root."""

import numpy as np

from hubpost.simulation.arrays import Floats, Ints
from hubpost.simulation.jit import compiled


@compiled
def new_tree(leaves: int) -> Ints:
    """Tree of winners over `leaves` players (a power of two); ties go to the lower one."""
    tree = np.empty(2 * leaves, np.int32)
    for i in range(leaves):
        tree[leaves + i] = i
    for i in range(leaves - 1, 0, -1):
        tree[i] = tree[2 * i]
    return tree


@compiled
def set_key(tree: Ints, key: Floats, player: int, value: float) -> None:
    """Give a player another moment and play its matches again."""
    key[player] = value
    i = (len(key) + player) >> 1
    while i > 0:
        left = tree[2 * i]
        right = tree[2 * i + 1]
        tree[i] = left if key[left] <= key[right] else right
        i >>= 1
