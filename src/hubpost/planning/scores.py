"""Hub scores: declared weights over scaled indicators, with a card that says why."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hubpost.planning.defaults import get_default_file
from hubpost.planning.indicator_codes import list_indicator_codes
from hubpost.planning.indicator_table import IndicatorTable
from hubpost.planning.params import BadPlanInput
from hubpost.planning.scaling import SCALINGS, scale

Floats = NDArray[np.float64]
SCORE_DECIMALS = 9


@dataclass(frozen=True, slots=True)
class Weights:
    """Declared weights by indicator code, >= 0 and not all zero; scaling: percentile or min-max."""

    by_code: Mapping[str, float]
    scaling: str = "percentile"
    source: str = ""

    def __post_init__(self) -> None:
        problems = _problems_of(self.by_code, self.scaling)
        if problems:
            raise BadPlanInput([f"{self.source or 'weights'}: {p}" for p in problems])


@dataclass(frozen=True, slots=True, eq=False)
class ScoreCard:
    """Why every station has its score.

    codes, weights (m,): those that could be used, weights summing to 1. scaled (n, m) in [0, 1]
    after direction, nan where unknown: a station is then scored on what is known of it.
    scores (n,) in [0, 1]. unused: declared codes without any value, whose weight falls away.
    """

    codes: tuple[str, ...]
    weights: Floats
    scaled: Floats
    scores: Floats
    table: IndicatorTable
    scaling: str
    unused: tuple[str, ...] = ()

    def scores_for(self, weights: Floats) -> Floats:
        """Scores (n,) under other weights (m,) over the same codes."""
        return weighted_scores(self.scaled, weights)


def make_score_card(table: IndicatorTable, weights: Weights) -> ScoreCard:
    """Score every station. Raises BadPlanInput naming stations with no weighted indicator."""
    direction = {c.code: c.direction for c in list_indicator_codes()}
    wanted = [c for c in table.codes if weights.by_code.get(c, 0.0) > 0]
    known = [c for c in wanted if not np.isnan(table.column(c)).all()]
    if not known:
        raise BadPlanInput(["indicators: none of the weighted indicators has a value"])
    raw = np.column_stack([table.column(c) for c in known])
    signs = np.array([-1.0 if direction[c] == "-" else 1.0 for c in known])
    scaled = np.column_stack([scale(col, weights.scaling) for col in (raw * signs).T])
    bare = [i for i, row in zip(table.station_ids, scaled, strict=True) if np.isnan(row).all()]
    if bare:
        raise BadPlanInput([f"indicators: station {i} has no value for any of them" for i in bare])
    w = np.array([weights.by_code[c] for c in known])
    unused = tuple(c for c in wanted if c not in known)
    scores = weighted_scores(scaled, w)
    return ScoreCard(tuple(known), w / w.sum(), scaled, scores, table, weights.scaling, unused)


def weighted_scores(scaled: Floats, weights: Floats) -> Floats:
    """Weighted mean of the known values of each row; rounded so that equal stations tie."""
    known = ~np.isnan(scaled)
    total = known @ weights
    if (total <= 0).any():
        raise ValueError("a station has no indicator with positive weight")
    summed = np.where(known, scaled, 0.0) @ weights
    scores: Floats = np.clip(summed / total, 0.0, 1.0)
    return np.asarray(np.round(scores, SCORE_DECIMALS), dtype=np.float64)


def read_default_weights() -> Weights:
    """The shipped weights: each family counts the same, shared equally by its indicators."""
    return read_weights(get_default_file("weights.toml"))


def read_weights(path: Path) -> Weights:
    """Weights from TOML: optional `scaling`, and a table [weights] of code = number.

    Raises BadPlanInput listing everything wrong with the file.
    """
    try:
        body = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as reason:
        raise BadPlanInput([f"{path.name}: cannot be read as TOML: {reason}"]) from reason
    table = body.get("weights")
    if not isinstance(table, dict):
        raise BadPlanInput([f"{path.name}: expected a table [weights] of code = number"])
    return Weights(table, body.get("scaling", "percentile"), path.name)


def _problems_of(by_code: Mapping[str, float], scaling: str) -> list[str]:
    codes = {c.code: c for c in list_indicator_codes()}
    problems = []
    if scaling not in SCALINGS:
        problems.append(f"scaling must be one of {', '.join(SCALINGS)}, got {scaling!r}")
    for code, value in by_code.items():
        if code not in codes:
            problems.append(f"unknown indicator code {code!r}; known: {', '.join(codes)}")
        elif not _is_number(value) or not 0 <= value < np.inf:
            problems.append(f"weight of {code} must be a number >= 0, got {value!r}")
        elif value > 0 and not codes[code].scores:
            problems.append(
                f"{code} has direction {codes[code].direction} and carries no weight; remove it"
            )
    if not problems and not any(v > 0 for v in by_code.values()):
        problems.append("all weights are zero; give at least one a positive number")
    return problems


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
