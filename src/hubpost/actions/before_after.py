"""Keeping what the before | after page shows, and reading it again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from hubpost.model.codec import event_from_json, event_kind, event_to_json
from hubpost.model.county import County
from hubpost.model.events import Event, GroupsFormed
from hubpost.model.station import HubGroup
from hubpost.simulation.before_after import SimulatedDay, simulated_day, spread_to_json, spreads
from hubpost.simulation.compare import Comparison
from hubpost.simulation.compare_json import comparison_to_json
from hubpost.simulation.inputs import SimulationInputs, SimulationParams
from hubpost.simulation.policy import Policy

SIDES = ("before", "after")


@dataclass(frozen=True, slots=True, eq=False)
class KeptPrediction:
    """A prediction as kept. figures: as `comparison_to_json` gives them.

    spreads: side -> key -> {"calls", "seconds"}. events: side -> the events of one simulated day,
    which runs from begins_at to ends_at.
    """

    figures: Mapping[str, Any]
    spreads: Mapping[str, Mapping[str, Mapping[str, Any]]]
    shares: tuple[float, ...]
    begins_at: datetime
    ends_at: datetime
    calls: int
    events: Mapping[str, tuple[Event, ...]]
    areas: Mapping[str, str]

    @property
    def groups(self) -> tuple[HubGroup, ...]:
        """The groups that were simulated; none where the policy needs none."""
        formed = [e.groups for e in self.events["after"] if isinstance(e, GroupsFormed)]
        return formed[-1] if formed else ()

    @property
    def labels(self) -> tuple[str, ...]:
        """Words that must stand beside everything in it; *simulated* is always the first."""
        return tuple(dict.fromkeys(("simulated", *self.figures["labels"])))


def keep_before_after(
    path: Path,
    county: County,
    inputs: SimulationInputs,
    policies: tuple[Policy, Policy],
    params: SimulationParams,
    comparison: Comparison,
) -> None:
    """Write one JSON file with figures, spreads and a day; the old one stays until it is whole."""
    from hubpost.simulation.before_after import SHARES

    before, after = policies
    day = simulated_day(inputs, before, after, params, county.timezone)
    body = {
        "figures": comparison_to_json(comparison),
        "shares": SHARES,
        "spreads": {
            side: {key: spread_to_json(spread) for key, spread in keys.items()}
            for side, keys in spreads(inputs, before, after, params).items()
        },
        "day": _day_to_json(day),
        "areas": {a.id: a.name for a in county.areas},
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".new")
    aside.write_text(json.dumps(body, ensure_ascii=False, allow_nan=False), "utf-8")
    aside.replace(path)


def read_before_after(path: Path) -> KeptPrediction:
    """Raises ValueError, saying what to run, when the file is not such a prediction."""
    try:
        body = json.loads(path.read_text("utf-8"))
        day = body["day"]
        return KeptPrediction(
            figures=body["figures"],
            spreads=body["spreads"],
            shares=tuple(body["shares"]),
            begins_at=datetime.fromisoformat(day["begins_at"]),
            ends_at=datetime.fromisoformat(day["ends_at"]),
            calls=int(day["calls"]),
            events={side: tuple(map(_event, day[side])) for side in SIDES},
            areas=body["areas"],
        )
    except (KeyError, TypeError, ValueError, msgspec.ValidationError) as why:
        raise ValueError(
            f"{path.name}: expected a kept prediction, came something else ({why}). Make it anew: "
            "hubpost simulate COUNTY --plan plan.json --keep DATA."
        ) from why


def _day_to_json(day: SimulatedDay) -> dict[str, Any]:
    def rows(events: tuple[Event, ...]) -> list[Any]:
        return [[event_kind(e), json.loads(event_to_json(e))] for e in events]

    return {
        "begins_at": day.begins_at.isoformat(),
        "ends_at": day.ends_at.isoformat(),
        "calls": day.calls,
        "before": rows(day.before),
        "after": rows(day.after),
    }


def _event(row: list[Any]) -> Event:
    kind, fields = row
    return event_from_json(kind, json.dumps(fields))
