"""The 29 indicators: code, names, unit, and what a high value does to the hub score."""

import csv
from dataclasses import dataclass
from functools import cache

from hubpost.planning.defaults import get_default_file


@dataclass(frozen=True, slots=True)
class IndicatorCode:
    """One of the 29. direction: + raises the hub score, - lowers it, B serves the border rule,
    G the grouping, N is a denominator; only + and - can carry weight.
    """

    code: str
    name_zh: str
    name_en: str
    unit: str
    direction: str
    family_zh: str
    basis: str

    @property
    def scores(self) -> bool:
        return self.direction in ("+", "-")


@cache
def list_indicator_codes() -> tuple[IndicatorCode, ...]:
    """All 29, in the order of data/domain/indicators.csv."""
    with get_default_file("indicators.csv", "domain").open(encoding="utf-8", newline="") as lines:
        return tuple(
            IndicatorCode(
                row["code"],
                row["name_zh"],
                row["name_en"],
                row["unit"],
                row["direction"],
                row["category_zh"],
                row["basis"],
            )
            for row in csv.DictReader(lines)
        )
