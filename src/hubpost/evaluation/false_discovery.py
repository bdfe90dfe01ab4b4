"""False-discovery control when many figures are compared at once."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def adjust_p(p: Floats) -> Floats:
    """Benjamini–Hochberg (1995) adjusted p of (n,) p in [0, 1]; nan stays nan, not counted."""
    known = ~np.isnan(p)
    ranked = np.argsort(p[known], kind="stable")[::-1]
    n = len(ranked)
    raw = p[known][ranked] * n / np.arange(n, 0, -1)
    adjusted = np.full(len(p), np.nan)
    back = np.empty(n)
    back[ranked] = np.minimum.accumulate(np.minimum(raw, 1))
    adjusted[known] = back
    return adjusted
