"""Synthetic control: a weighted mix of stations that did not join stands for one that did."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class SyntheticControl:
    """weights (J,) >= 0, sum 1. synthetic (T,). change: relative, mean over months after.

    fit_error: root mean square before, relative to the mean; over 0.2 the mix is no twin.
    p: rank of the after/before error ratio among all stations taken in turn as if they had
    joined; not below 1/(J+1), which is stated. No interval: the method gives none.
    """

    weights: Floats
    synthetic: Floats
    change: float
    fit_error: float
    p: float
    least_p: float


def simplex_weights(target: Floats, donors: Floats) -> Floats:
    """Weights w >= 0, sum 1, that minimise |w·donors − target|². target (T,), donors (J, T).

    The nearest point of a hull, solved exactly by non-negative least squares of the differences
    with a row of ones: its solution is a multiple of w. Lawson and Hanson (1974), chapter 23.
    """
    apart = (donors - target).T
    scale = float(np.abs(apart).max())
    if scale == 0:
        return np.full(len(donors), 1 / len(donors))
    rows = np.vstack([apart / scale, np.ones(len(donors))])
    raw, _ = nnls(rows, np.append(np.zeros(len(target)), 1.0))
    return np.asarray(raw / raw.sum())


def synthetic_control(target: Floats, donors: Floats, start_idx: int) -> SyntheticControl:
    """Mix the donors to follow the target before start_idx, and compare after.

    target (T,) and donors (J, T) are rates. Abadie, Diamond and Hainmueller (2010).
    Raises ValueError with fewer than two donors or no month on either side.
    """
    if len(donors) < 2 or not 0 < start_idx < len(target):
        raise ValueError("Expected two donors or more, and months before and after the start.")
    weights = simplex_weights(target[:start_idx], donors[:, :start_idx])
    synthetic = weights @ donors
    after = float(synthetic[start_idx:].mean())
    ratios = [_error_ratio(target, donors, start_idx)]
    for j in range(len(donors)):
        # The station that joined takes the free place among the donors, as in the paper, so
        # that each mix has as many parts: else the first would fit best and p be too small.
        others = np.vstack([np.delete(donors, j, axis=0), target])
        ratios.append(_error_ratio(donors[j], others, start_idx))
    rank = sum(r >= ratios[0] - 1e-12 for r in ratios)
    before = float(target[:start_idx].mean())
    gap = target[:start_idx] - synthetic[:start_idx]
    return SyntheticControl(
        weights=weights,
        synthetic=synthetic,
        change=float(target[start_idx:].mean() / after - 1) if after > 0 else float("nan"),
        fit_error=float(np.sqrt(np.mean(gap**2)) / before) if before > 0 else float("inf"),
        p=rank / len(ratios),
        least_p=1 / len(ratios),
    )


def _error_ratio(target: Floats, donors: Floats, start_idx: int) -> float:
    weights = simplex_weights(target[:start_idx], donors[:, :start_idx])
    gap = target - weights @ donors
    before = float(np.sqrt(np.mean(gap[:start_idx] ** 2)))
    return float(np.sqrt(np.mean(gap[start_idx:] ** 2))) / max(before, 1e-9)
