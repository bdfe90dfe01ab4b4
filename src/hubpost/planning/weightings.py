"""Weights that the data themselves suggest, to be set beside the declared ones, never for them.

Entropy: an indicator that hardly differs between stations tells little (Shannon 1948; Zeleny 1982).
CRITIC: contrast times conflict with the other indicators (Diakoulaki, Mavrotas, Papayannakis 1995).
"""

import numpy as np

from hubpost.planning.indicator_table import Floats
from hubpost.planning.scaling import scale
from hubpost.planning.scores import ScoreCard


def entropy_weights(card: ScoreCard) -> dict[str, float]:
    """Weight by code, summing to 1: one minus the entropy of each indicator's shares.

    Values are first brought onto 0..1 by their range (direction applied); unknown ones are left
    out. Equal weights where no indicator tells anything apart.
    """
    values = _by_range(card)
    return _shares(card, np.array([1.0 - _entropy(column) for column in values.T]))


def critic_weights(card: ScoreCard) -> dict[str, float]:
    """Weight by code, summing to 1: standard deviation × sum over others of (1 - correlation).

    Correlations over the stations that know both; an indicator without spread gets 0.
    """
    values = _by_range(card)
    spread = np.array([np.nanstd(column) for column in values.T])
    conflict = np.array(
        [
            sum(1.0 - _correlation(a, b) for k, b in enumerate(values.T) if k != j)
            for j, a in enumerate(values.T)
        ]
    )
    # A single indicator conflicts with nothing, yet carries everything.
    return _shares(card, spread * conflict if len(spread) > 1 else spread)


def _by_range(card: ScoreCard) -> Floats:
    """(stations, codes): scaled by range, from whatever scaling the card has, order kept."""
    return np.column_stack([scale(column, "min-max") for column in card.scaled.T])


def _entropy(column: Floats) -> float:
    """Entropy of the shares over the known stations, in units of its maximum; 1 when all equal."""
    known = column[~np.isnan(column)]
    total = known.sum()
    if len(known) < 2 or total <= 0 or known.min() == known.max():
        return 1.0
    share = known[known > 0] / total
    return float(-(share * np.log(share)).sum() / np.log(len(known)))


def _correlation(a: Floats, b: Floats) -> float:
    both = ~np.isnan(a) & ~np.isnan(b)
    if both.sum() < 2 or np.ptp(a[both]) == 0 or np.ptp(b[both]) == 0:
        return 0.0
    return float(np.corrcoef(a[both], b[both])[0, 1])


def _shares(card: ScoreCard, raw: Floats) -> dict[str, float]:
    total = raw.sum()
    share = raw / total if total > 1e-12 else np.full(len(raw), 1.0 / len(raw))
    return dict(zip(card.codes, share.tolist(), strict=True))
