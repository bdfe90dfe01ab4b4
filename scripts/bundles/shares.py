"""Whole numbers that add up."""

from collections.abc import Sequence

import numpy as np


def apportion(total: int, weights: Sequence[float], least: int = 0) -> list[int]:
    """Split total into whole parts in proportion to weights, each at least `least`.

    Largest-remainder method (Hamilton); ties go to the earlier weight.
    Raises ValueError when total cannot give everyone the least.
    """
    spare = total - least * len(weights)
    if spare < 0:
        raise ValueError(f"{total} cannot give {len(weights)} parts {least} each")
    exact = np.asarray(weights, dtype=float) / sum(weights) * spare
    parts = np.floor(exact).astype(int)
    order = np.argsort(-(exact - parts), kind="stable")
    parts[order[: spare - int(parts.sum())]] += 1
    return [least + int(p) for p in parts]
