"""Bring indicators of any unit onto 0..1."""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

Floats = NDArray[np.float64]
SCALINGS = ("percentile", "min-max")


def scale(values: Floats, scaling: str) -> Floats:
    """Values (n,) onto [0, 1], larger stays larger, nan stays nan; all equal gives 0.5.

    percentile: mean rank, robust to one huge station. min-max: distance kept, outliers too.
    """
    known = ~np.isnan(values)
    if scaling == "percentile":
        return _spread(values, known, _percentile)
    if scaling == "min-max":
        return _spread(values, known, _min_max)
    raise ValueError(f"scaling must be one of {', '.join(SCALINGS)}, got {scaling!r}")


def _spread(values: Floats, known: NDArray[np.bool_], rule) -> Floats:  # type: ignore[no-untyped-def]
    scaled = np.full(len(values), np.nan)
    given = values[known]
    if len(given):
        scaled[known] = 0.5 if given.min() == given.max() else rule(given)
    return scaled


def _percentile(values: Floats) -> Floats:
    return np.asarray((rankdata(values) - 1) / (len(values) - 1))


def _min_max(values: Floats) -> Floats:
    return np.asarray((values - values.min()) / (values.max() - values.min()))
