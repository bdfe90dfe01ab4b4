"""Anderson acceleration of a fixed point x = g(x) on probabilities: fewer, better aimed steps."""

import numpy as np

from hubpost.simulation.arrays import Floats


class Anderson:
    """Remembers the last `depth` steps and mixes them so that what is left of f = g - x is least.

    Walker and Ni, SIAM J. Numer. Anal. 49 (2011) 1715-1735. Memory: 2 (depth + 1) vectors.
    """

    def __init__(self, depth: int) -> None:
        self._depth = depth
        self._steps: list[tuple[Floats, Floats]] = []
        self._gram = np.zeros((0, 0))
        self._last: tuple[Floats, Floats] | None = None

    def next_point(self, x: Floats, g: Floats) -> Floats:
        """Where to go on from, given x and g(x); g itself when mixing would leave probability."""
        f = g - x
        if self._last is not None:
            self._remember(f - self._last[0], g - self._last[1])
        self._last = (f, g)
        if not self._steps:
            return g.copy()
        right = np.array([_dot(step, f) for step, _ in self._steps])
        weights = np.linalg.lstsq(self._gram, right, rcond=1e-14)[0]
        mixed = g.copy()
        for weight, (_, step) in zip(weights, self._steps, strict=True):
            mixed -= weight * step
        if mixed.min() > 0:
            return mixed
        self._steps.clear()
        self._gram = np.zeros((0, 0))
        return g.copy()

    def _remember(self, f_step: Floats, g_step: Floats) -> None:
        self._steps.append((f_step, g_step))
        del self._steps[: -self._depth]
        row = np.array([_dot(f_step, step) for step, _ in self._steps])
        old = len(row) - 1
        gram = np.empty((old + 1, old + 1))
        gram[:old, :old] = self._gram[len(self._gram) - old :, len(self._gram) - old :]
        gram[old], gram[:, old] = row, row
        self._gram = gram


def _dot(a: Floats, b: Floats) -> float:
    """Not by BLAS: its threads wait for one another on a busy machine, for nothing gained here."""
    return float(np.einsum("i,i->", a, b))
