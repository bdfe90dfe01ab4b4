"""A comparison as JSON and in lines for a person; the keys are a contract (docs/simulation.md)."""

from dataclasses import asdict
from math import isfinite
from typing import Any

from hubpost.simulation.compare import Comparison
from hubpost.simulation.paired import PairedFigure


def comparison_to_json(result: Comparison) -> dict[str, Any]:
    """Status, words, and for every scope and id each figure before, after, difference, interval."""
    return {
        "county": result.county_id,
        "status": "no_steady_state" if result.warnings else "done",
        "labels": list(result.labels),
        "warnings": list(result.warnings),
        "before": result.before,
        "after": result.after,
        "replications": result.replications,
        "replications_needed": result.replications_needed,
        "waiting_at_end": {"before": result.waiting_at_end[0], "after": result.waiting_at_end[1]},
        "scopes": {
            scope: {
                key: {name: asdict(figure) for name, figure in figures.items()}
                for key, figures in keys.items()
            }
            for scope, keys in result.scopes.items()
        },
        "load": {
            key: {name: asdict(figure) for name, figure in figures.items()}
            for key, figures in result.load.items()
        },
        "assumptions": plain(result.assumptions),
        "seconds": result.seconds,
    }


def plain(value: Any) -> Any:
    """The same without what JSON does not know: arrays' own numbers, and infinities."""
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not isfinite(value):
        return None
    return value


def describe_comparison(result: Comparison) -> str:
    """The county's figures in lines."""
    county = result.scopes["county"][result.county_id]
    head = (
        f"{result.county_id}: {result.before} | {result.after} [{', '.join(result.labels)}], "
        f"{result.replications} paired replications"
    )
    rows = [
        _line("mean response", county["mean_s"], 60, "min"),
        _line("median response", county["median_s"], 60, "min"),
        _line("p90 response", county["p90_s"], 60, "min"),
        _line("within target", county["within_target"], 0.01, "%"),
        _line("calls that waited", county["waited"], 0.01, "%"),
        _line("calls crossing stations", county["crossed"], 0.01, "%"),
    ]
    return "\n".join([head, *rows, *(f"Warning: {w}" for w in result.warnings)])


def _line(name: str, figure: PairedFigure, unit: float, sign: str) -> str:
    def shown(value: float | None) -> str:
        return "none" if value is None else f"{value / unit:.2f}"

    return (
        f"  {name:<24} {shown(figure.before):>8} | {shown(figure.after):>8} {sign}   "
        f"difference {shown(figure.difference)} ({shown(figure.low)} to {shown(figure.high)})"
    )
