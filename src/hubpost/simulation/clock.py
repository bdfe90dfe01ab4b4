"""A tournament over the units' next moments: the earliest is always at the root."""

from hubpost.simulation.arrays import Floats, Ints
from hubpost.simulation.jit import compiled_in_place


@compiled_in_place
def set_key(tree: Ints, key: Floats, player: int, value: float) -> None:
    """Give a player another moment and play its matches again.

    tree, key: (2 L,) winner of every match, from the root at 1 down to the players at L, and its
    moment. The winner so far stays in registers and its opponents are known beforehand, so that
    nothing is waited for but the matches themselves.
    """
    i = len(key) // 2 + player
    winner = player
    key[i] = value
    while i > 1:
        other = key[i ^ 1]
        opponent = tree[i ^ 1]
        beaten = (other < value) | ((other == value) & (opponent < winner))
        winner += beaten * (opponent - winner)
        value = min(value, other)
        i >>= 1
        tree[i] = winner
        key[i] = value
