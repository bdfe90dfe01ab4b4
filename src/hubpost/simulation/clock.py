"""A tournament over the units' next moments: the earliest is always at the root."""

from hubpost.simulation.arrays import Floats, Ints
from hubpost.simulation.jit import compiled


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
