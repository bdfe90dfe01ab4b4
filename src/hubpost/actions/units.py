"""What units do when they are on no call, where they are, who is aboard, and calls for help."""

from datetime import datetime, timedelta

from hubpost.model import events as ev
from hubpost.model.apply import Refused
from hubpost.model.unit import UnitActivity
from hubpost.roads.geodesy import great_circle_m
from hubpost.storage.transaction import Tx

#: A position is written down when the unit has moved this far, or the last one is this old.
MOVED_M = 100.0
AFTER_S = 60.0
#: A fix worse than this says too little about which road a unit is on.
WORST_ACCURACY_M = 500.0
#: Faster than this between two fixes is a fault of the device, not a journey.
FASTEST_M_S = 70.0


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
    """Take in a device's position; `kept`, or why not: `still`, `older`, `inaccurate`, `leap`.

    The device's clock is corrected by its own sending time. Not every fix becomes an event: a
    parked car says nothing new. Raises Refused for an unknown unit or an impossible place.
    """
    if sent_at is not None:
        fixed_at -= sent_at - tx.now
    fixed_at = min(fixed_at, tx.now)
    unit = tx.board.units.get(unit_id)
    if unit is None:
        raise Refused("unit_unknown", f"Unit {unit_id} is not on the board.", unit_id=unit_id)
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Refused("position_impossible", "Expected WGS-84 degrees.", unit_id=unit_id)
    if accuracy_m is not None and accuracy_m > WORST_ACCURACY_M:
        return "inaccurate"
    if unit.fix is not None:
        known = unit.fix
        if fixed_at <= known.fixed_at:
            return "older"
        moved_m = float(great_circle_m(lon, lat, [known.place.lon], [known.place.lat])[0])
        apart = fixed_at - known.fixed_at
        if moved_m > FASTEST_M_S * max(apart.total_seconds(), 1.0):
            return "leap"
        if moved_m < MOVED_M and apart < timedelta(seconds=AFTER_S):
            return "still"
    tx.record(ev.PositionReported(fixed_at, unit_id, lon, lat, tx.now, sent_at, accuracy_m))
    return "kept"
