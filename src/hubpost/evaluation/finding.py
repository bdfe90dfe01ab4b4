"""A finding: something in the data that would make a figure or a ranking untrue."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hubpost.evaluation.finding_words import COLUMNS, FINDINGS


@dataclass(frozen=True, slots=True)
class Finding:
    """code of FINDINGS. station_id "" is all the data. hits of `of` rows show it.

    bars: whether the figures of this scope may not be ranked or compared. p: of as many by
    chance, None where chance has nothing to do with it. examples: keys of at most five rows.
    """

    code: str
    hits: int
    of: int
    station_id: str = ""
    column: str = ""
    bars: bool = False
    p: float | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    examples: tuple[str, ...] = ()

    def words(self, language: str = "zh") -> str:
        """What is said of it."""
        idx = 0 if language.startswith("zh") else 1
        template = FINDINGS[self.code][idx]
        share = self.hits / self.of if self.of else 0.0
        column = COLUMNS.get(self.column, (self.column, self.column))[idx]
        filled = {"hits": self.hits, "of": self.of, "column": column, "share": share}
        return template.format(**{**filled, **self.detail})

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "code": self.code, "station_id": self.station_id, "column": self.column,
            "hits": self.hits, "of": self.of, "p": self.p, "bars_ranking": self.bars,
            "detail": dict(self.detail), "examples": list(self.examples),
            "zh": self.words("zh"), "en": self.words("en"),
        }  # fmt: skip


def barred_stations(findings: "tuple[Finding, ...]") -> frozenset[str]:
    """Stations that may not be ranked; "" among them when the data as a whole may not."""
    return frozenset(f.station_id for f in findings if f.bars)
