"""What units do when they are on no call, where they are, who is aboard, and calls for help."""

from datetime import datetime

from hubpost.model import events as ev
from hubpost.model.apply import Refused
from hubpost.model.board import UnitOnBoard
from hubpost.model.unit import UnitActivity
from hubpost.roads.geodesy import great_circle_m
from hubpost.roads.positions import Fix, measured_at, refuse_fix
from hubpost.storage.transaction import Tx

#: A position is written down when the unit has moved this far, or the last one is this old.
MOVED_M = 100.0
AFTER_S = 60.0
#: What a device is told of a position that is not believed, by the check that refused it.
NOT_BELIEVED = {
    "off_the_earth": "nowhere",
    "from_the_future": "ahead",
    "vague": "inaccurate",
    "outdated": "older",
    "impossible_jump": "leap",
}


def set_activity(tx: Tx, unit_id: str, activity: UnitActivity, reason: str = "") -> None:
    """Note that a unit takes up casework, a meal, training, or is back at its station."""
    tx.record(ev.UnitActivitySet(tx.now, unit_id, activity, reason.strip()))


def crew_unit(tx: Tx, unit_id: str, crew: int | None, skills: tuple[str, ...] = ()) -> None:
    """Note how many are aboard and what they can do together."""
    tx.record(ev.UnitCrewed(tx.now, unit_id, crew, skills))


def hold_back(tx: Tx, unit_id: str, reserve: bool, reason: str = "") -> None:
    """Keep a unit in reserve, or no longer."""
    tx.record(ev.UnitReserveSet(tx.now, unit_id, reserve, reason.strip()))


def move_up(tx: Tx, unit_id: str, station_id: str | None, reason: str = "") -> None:
    """Send a unit to another station to cover it; None sends it home."""
    tx.record(ev.UnitMovedUp(tx.now, unit_id, station_id, reason.strip()))


def read_crew(text: str) -> tuple[int | None, tuple[str, ...]]:
    """`3 +armed +mediator` as a crew of three with two skills; blank means not known.

    Raises Refused for what is no number from 0 to 20 and no skill.
    """
    crew: int | None = None
    skills = []
    for word in text.replace("+", " +").split():
        if word.startswith("+") and word[1:].replace("_", "").isalnum():
            skills.append(word[1:].casefold())
        elif word.isascii() and word.isdigit() and int(word) <= 20 and crew is None:
            crew = int(word)
        else:
            raise Refused("crew_unlikely", f"Expected a crew such as `3 +armed`, came {word!r}.")
    return crew, tuple(skills)


def stack_unit(tx: Tx, call_id: str, unit_id: str) -> None:
    """Let a call wait for a unit that is active on another."""
    tx.record(ev.UnitStacked(tx.now, call_id, unit_id))


def unstack_unit(tx: Tx, call_id: str, unit_id: str) -> None:
    """Let it wait no longer."""
    tx.record(ev.UnitUnstacked(tx.now, call_id, unit_id))


def raise_duress(tx: Tx, unit_id: str, *, at: datetime | None = None) -> None:
    """The crew calls for help."""
    tx.record(ev.DuressRaised(at or tx.now, unit_id))


def clear_duress(tx: Tx, unit_id: str, reason: str) -> None:
    """Help is no longer needed; the reason says how that is known."""
    tx.record(ev.DuressCleared(tx.now, unit_id, reason.strip()))


def report_position(
    tx: Tx,
    unit_id: str,
    lon: float,
    lat: float,
    *,
    fixed_at: datetime,
    sent_at: datetime | None = None,
    accuracy_m: float | None = None,
) -> str:
    """Take in a device's position; `kept`, or why not: `still`, or a word of NOT_BELIEVED.

    The device's clock is corrected by its own sending time, and `roads.positions` judges the fix.
    Not every one becomes an event: a parked car says nothing new. Raises Refused for an unknown
    unit or an impossible place.
    """
    unit = tx.board.units.get(unit_id)
    if unit is None:
        raise Refused("unit_unknown", f"Unit {unit_id} is not on the board.", unit_id=unit_id)
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Refused("position_impossible", "Expected WGS-84 degrees.", unit_id=unit_id)
    new = Fix(unit_id, lon, lat, fixed_at, tx.now, sent_at, accuracy_m)
    at, last = measured_at(new), _last_fix(unit)
    refused = refuse_fix(new, last)
    if refused is not None:
        return NOT_BELIEVED[refused]
    if last is not None:
        apart_s = (at - last.fix_at).total_seconds()
        if apart_s <= 0:
            return "older"
        if great_circle_m(lon, lat, last.lon, last.lat) < MOVED_M and apart_s < AFTER_S:
            return "still"
    tx.record(ev.PositionReported(at, unit_id, lon, lat, tx.now, sent_at, accuracy_m))
    return "kept"


def _last_fix(unit: UnitOnBoard) -> Fix | None:
    """The last believed fix; its time is by our clock already."""
    known = unit.fix
    if known is None:
        return None
    place = known.place
    return Fix(unit.unit.id, place.lon, place.lat, known.fixed_at, known.received_at)
