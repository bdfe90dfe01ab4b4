"""What can happen to the roads."""

from dataclasses import dataclass
from datetime import datetime

from hubpost.model.road_rule import RoadClosure, RoadConditions


@dataclass(frozen=True, slots=True)
class RoadClosed:
    """A road is closed or slowed, at once or from a time to come; at is when it was decided."""

    at: datetime
    closure: RoadClosure


@dataclass(frozen=True, slots=True)
class RoadReopened:
    """A closure is lifted before its time, or called off before it began."""

    at: datetime
    closure_id: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RoadConditionsSet:
    """Weather and light to reckon with from now on."""

    at: datetime
    conditions: RoadConditions
