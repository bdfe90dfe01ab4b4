"""A figure: a value or none, its interval, the counts behind it, and what must be said of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that carries its own proof.

    value: None where no honest number exists; `statement` then says why (see statements.py).
    low, high: limits at `confidence`; None where unbounded or unknown. counts: what was counted.
    method: how the interval was made. notes: further statements that must stand beside it.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    counts: Mapping[str, float] = field(default_factory=dict)
    statement: str = "ok"
    method: str = ""
    confidence: float = 0.95
    notes: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        return self.value is not None

    def noting(self, *notes: str) -> "Figure":
        """The same figure with further notes, each once."""
        return replace(self, notes=tuple(dict.fromkeys((*self.notes, *notes))))

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "counts": dict(self.counts),
            "statement": self.statement,
            "method": self.method,
            "confidence": self.confidence,
            "notes": list(self.notes),
        }


def no_figure(statement: str, **counts: float) -> Figure:
    """A figure without a value, and the statement that takes its place."""
    return Figure(None, counts=counts, statement=statement)
