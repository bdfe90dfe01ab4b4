"""Why a station has its score: each indicator's value, where it came from, and what it adds."""

from dataclasses import dataclass

import numpy as np

from hubpost.planning.scores import ScoreCard


@dataclass(frozen=True, slots=True)
class ScoreReason:
    """One indicator of one station. value in the indicator's unit; scaled in 0..1 after direction;
    share: its weight among what is known of the station; adds: share × scaled. The adds of a
    station sum to its score. source: read or computed.
    """

    code: str
    value: float
    scaled: float
    share: float
    adds: float
    source: str


def explain_score(card: ScoreCard, station_id: str) -> tuple[ScoreReason, ...]:
    """The reasons, largest part first; indicators unknown for the station do not appear.

    Raises KeyError for an unknown station.
    """
    if station_id not in card.table.station_ids:
        raise KeyError(station_id)
    k = card.table.station_ids.index(station_id)
    known = ~np.isnan(card.scaled[k])
    total = float(card.weights[known].sum())
    reasons = [
        _reason(card, k, j, float(card.weights[j]) / total) for j in np.flatnonzero(known).tolist()
    ]
    return tuple(sorted(reasons, key=lambda r: (-r.adds, r.code)))


def _reason(card: ScoreCard, k: int, j: int, share: float) -> ScoreReason:
    column = card.table.codes.index(card.codes[j])
    scaled = float(card.scaled[k, j])
    return ScoreReason(
        code=card.codes[j],
        value=float(card.table.values[k, column]),
        scaled=scaled,
        share=share,
        adds=share * scaled,
        source="read" if card.table.read[k, column] else "computed",
    )
