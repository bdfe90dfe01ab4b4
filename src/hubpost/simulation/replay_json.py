"""A replay as JSON and in lines for a person; the keys are a contract (docs/simulation.md)."""

from dataclasses import asdict
from typing import Any

from hubpost.simulation.replay import ReplayResult
from hubpost.simulation.replay_checks import REFUSALS


def replay_to_json(result: ReplayResult) -> dict[str, Any]:
    """Counts, both spreads, rank correlation, who was refused and why, words and assumptions."""
    return {
        "county": result.county_id,
        "policy": result.policy,
        "labels": list(result.labels),
        "caveats": list(result.caveats),
        "calls_in_list": result.in_list,
        "replayed": result.replayed,
        "used": result.used,
        "refused": {
            "count": sum(result.refused.values()),
            "why": [
                {"reason": code, "count": count, "words": REFUSALS[code]}
                for code, count in result.refused.items()
            ],
        },
        "response": {
            "predicted": asdict(result.predicted),
            "recorded": asdict(result.recorded),
            "rank_correlation": result.rank_correlation,
        },
        "crossed_stations": result.crossed_stations,
        "waited": result.waited,
        "assumptions": dict(result.assumptions),
        "seconds": result.seconds,
    }


def describe_replay(result: ReplayResult) -> str:
    """The same in lines."""
    words = ", ".join(result.labels)
    lines = [
        f"{result.county_id}, policy {result.policy} [{words}]",
        f"{result.in_list} calls in the list, {result.replayed} replayed, {result.used} compared",
        *(f"  {count} left out: {REFUSALS[code]}" for code, count in result.refused.items()),
        f"response time    median {_minutes(result.predicted.median_s)}  p90 "
        f"{_minutes(result.predicted.p90_s)}  predicted",
        f"                 median {_minutes(result.recorded.median_s)}  p90 "
        f"{_minutes(result.recorded.p90_s)}  recorded",
        f"rank correlation {_number(result.rank_correlation)}",
        *(f"Note: {caveat}" for caveat in result.caveats),
    ]
    return "\n".join(lines)


def _minutes(seconds: float | None) -> str:
    return "none" if seconds is None else f"{seconds / 60:.1f} min"


def _number(value: float | None) -> str:
    return "undefined (too few calls, or no variation)" if value is None else f"{value:.2f}"
