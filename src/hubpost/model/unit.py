"""Units: a car and its crew, and what they are doing."""

from dataclasses import dataclass
from enum import StrEnum


class Availability(StrEnum):
    """The primary unit state of EIDO: exactly one holds."""

    AVAILABLE = "available"
    CONDITIONAL = "conditional"
    NOT_AVAILABLE = "not_available"


class UnitActivity(StrEnum):
    """What a unit is doing, the secondary unit state of EIDO."""

    AT_STATION = "at_station"
    RETURNING = "returning"
    ASSIGNED = "assigned"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    CASEWORK = "casework"
    MEAL = "meal"
    TRAINING = "training"
    OFF_DUTY = "off_duty"
    OUT_OF_SERVICE = "out_of_service"


#: Activities that only a call brings about; the others may be set by hand.
CALL_ACTIVITIES = frozenset({UnitActivity.ASSIGNED, UnitActivity.EN_ROUTE, UnitActivity.ON_SCENE})

_AVAILABILITY = {
    UnitActivity.AT_STATION: Availability.AVAILABLE,
    UnitActivity.RETURNING: Availability.AVAILABLE,
    UnitActivity.MEAL: Availability.CONDITIONAL,
    UnitActivity.TRAINING: Availability.CONDITIONAL,
}


def availability_of(activity: UnitActivity) -> Availability:
    """The primary state that an activity implies."""
    return _AVAILABILITY.get(activity, Availability.NOT_AVAILABLE)


@dataclass(frozen=True, slots=True)
class Unit:
    """A car with its crew, based at a station; turnout_s is dispatch to wheels turning."""

    id: str
    name: str
    station_id: str
    turnout_s: float | None = None
