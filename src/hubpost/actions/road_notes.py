"""What an advice says of the roads it reckoned with, and how sure its arrivals are."""

from dataclasses import replace
from math import isfinite

from hubpost.actions.command_room import CommandRoom
from hubpost.dispatch.recommendation import Candidate, Reason, Recommendation
from hubpost.roads.calibration_file import KeptCalibration
from hubpost.roads.in_force import RoadsInForce, RoadsSeen

#: Every code that `notes_of_roads` may give.
ROAD_NOTE_CODES = ("roads_closed", "roads_ignored", "roads_rain", "roads_snow", "roads_dark")


def notes_of_roads(seen: RoadsSeen) -> tuple[Reason, ...]:
    """Closures reckoned with, closures that could not be, weather and darkness."""
    notes = []
    if seen.closure_ids:
        notes.append(Reason("roads_closed", {"closures": len(seen.closure_ids)}))
    if seen.ignored_ids:
        notes.append(Reason("roads_ignored", {"closures": len(seen.ignored_ids)}))
    if seen.weather != "dry":
        notes.append(Reason(f"roads_{seen.weather}"))
    if seen.dark:
        notes.append(Reason("roads_dark"))
    return tuple(notes)


def with_eta_range(advice: Recommendation, room: CommandRoom) -> Recommendation:
    """The advice with the interval of each arrival, where the county's speeds are calibrated."""
    kept = room.travel.calibration if isinstance(room.travel, RoadsInForce) else None
    if kept is None:
        return advice
    return replace(
        advice,
        choices=tuple(_ranged(c, kept) for c in advice.choices),
        ranked=tuple(_ranged(c, kept) for c in advice.ranked),
        barred=tuple(_ranged(c, kept) for c in advice.barred),
    )


def _ranged(candidate: Candidate, kept: KeptCalibration) -> Candidate:
    if not isfinite(candidate.travel_s):
        return candidate
    low_s, high_s = kept.eta_range_s(candidate.turnout_s, candidate.travel_s)
    return replace(candidate, eta_low_s=low_s, eta_high_s=high_s)
