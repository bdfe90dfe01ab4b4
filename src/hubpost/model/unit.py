"""Units: a car and its crew, and what they are doing."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hubpost.model.place import Place


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
    REST = "rest"
    TRAINING = "training"
    OFF_DUTY = "off_duty"
    OUT_OF_SERVICE = "out_of_service"


#: Activities that only a call brings about; the others may be set by hand.
CALL_ACTIVITIES = frozenset({UnitActivity.ASSIGNED, UnitActivity.EN_ROUTE, UnitActivity.ON_SCENE})

_AVAILABILITY = {
    UnitActivity.AT_STATION: Availability.AVAILABLE,
    UnitActivity.RETURNING: Availability.AVAILABLE,
    UnitActivity.MEAL: Availability.CONDITIONAL,
    UnitActivity.REST: Availability.CONDITIONAL,
    UnitActivity.TRAINING: Availability.CONDITIONAL,
}


def availability_of(activity: UnitActivity) -> Availability:
    """The primary state that an activity implies."""
    return _AVAILABILITY.get(activity, Availability.NOT_AVAILABLE)


@dataclass(frozen=True, slots=True)
class Unit:
    """A car with its crew, based at a station; turnout_s is dispatch to wheels turning.

    crew: officers and auxiliaries aboard, None where unknown. skills: codes such as `armed`,
    `mediator`, `first_aid`; of the crew as a whole, never of a named person.
    """

    id: str
    name: str
    station_id: str
    turnout_s: float | None = None
    crew: int | None = None
    skills: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fix:
    """Where a unit was by its device; the three times tell an old fix from a live one.

    fixed_at: when the satellites were heard. sent_at: the device's clock when it sent, None when
    it did not say. received_at: ours when it came.
    """

    place: Place
    fixed_at: datetime
    received_at: datetime
    sent_at: datetime | None = None
    accuracy_m: float | None = None

    def age_s(self, now: datetime) -> float:
        """Seconds since the satellites were heard; never negative."""
        return max(0.0, (now - self.fixed_at).total_seconds())
