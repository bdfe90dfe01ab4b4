"""Live positions of units: which to believe, and how old they are.

What an advice makes of them, and when it does without, stands in `dispatch.origins`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from hubpost.roads.geodesy import great_circle_m


@dataclass(frozen=True, slots=True)
class Fix:
    """One position report. Three clocks, kept apart, all with zone:

    fix_at: when the receiver measured. sent_at: when the device sent it, by the device's
    clock; None where it does not say. received_at: when our server had it.
    accuracy_m: radius the device claims; None where it does not say.
    """

    unit_id: str
    lon: float
    lat: float
    fix_at: datetime
    received_at: datetime
    sent_at: datetime | None = None
    accuracy_m: float | None = None


@dataclass(frozen=True, slots=True)
class FixParams:
    """Limits of the checks.

    fresh_s: a last position older than this no longer proves a later one impossible. skew_s: how
    far a device's clock may be off before its times are mistrusted. fastest_mps, least_jump_m: a
    move beyond both is impossible for a patrol car (216 km/h). widest_m: least useful accuracy.
    """

    fresh_s: float = 180.0
    skew_s: float = 60.0
    fastest_mps: float = 60.0
    least_jump_m: float = 500.0
    widest_m: float = 500.0


Check = Callable[[Fix, Fix | None, FixParams], bool]


def is_off_the_earth(fix: Fix, last: Fix | None, params: FixParams) -> bool:
    """No place at all, or the null island receivers report before they know."""
    outside = not (-180 <= fix.lon <= 180 and -90 <= fix.lat <= 90)
    return outside or (abs(fix.lon) < 1e-6 and abs(fix.lat) < 1e-6)


def is_from_the_future(fix: Fix, last: Fix | None, params: FixParams) -> bool:
    """Measured after it was sent, or, where the device does not say when it sent, after we
    received it by more than the clocks may differ."""
    if fix.sent_at is not None:
        return (fix.fix_at - fix.sent_at).total_seconds() > 1.0
    return (fix.fix_at - fix.received_at).total_seconds() > params.skew_s


def is_vague(fix: Fix, last: Fix | None, params: FixParams) -> bool:
    """So inaccurate that the station is the better guess."""
    return fix.accuracy_m is not None and fix.accuracy_m > params.widest_m


def is_outdated(fix: Fix, last: Fix | None, params: FixParams) -> bool:
    """Older than what we already believe; buffered reports arrive late and out of order."""
    return last is not None and measured_at(fix) < measured_at(last)


def is_impossible_jump(fix: Fix, last: Fix | None, params: FixParams) -> bool:
    """Further from the last believed position than a car can have driven.

    A last position no longer fresh proves nothing, so one wrong fix cannot shut out all later.
    """
    if last is None:
        return False
    elapsed_s = (measured_at(fix) - measured_at(last)).total_seconds()
    if elapsed_s > params.fresh_s:
        return False
    moved_m = float(great_circle_m(last.lon, last.lat, fix.lon, fix.lat))
    return moved_m > max(params.least_jump_m, params.fastest_mps * max(elapsed_s, 1.0))


CHECKS: tuple[tuple[str, Check], ...] = (
    ("off_the_earth", is_off_the_earth),
    ("from_the_future", is_from_the_future),
    ("vague", is_vague),
    ("outdated", is_outdated),
    ("impossible_jump", is_impossible_jump),
)


def refuse_fix(fix: Fix, last: Fix | None, params: FixParams | None = None) -> str | None:
    """The code of the first check that refuses a fix, or None where it is believed.

    last: the unit's last believed fix.
    """
    chosen = params or FixParams()
    return next((code for code, check in CHECKS if check(fix, last, chosen)), None)


def measured_at(fix: Fix) -> datetime:
    """When the fix was measured, by the server's clock.

    A device that says when it sent needs no right clock: only the time between measuring and
    sending is taken from it. Otherwise its word is taken, but never later than reception.
    """
    if fix.sent_at is not None:
        delay = max(fix.sent_at - fix.fix_at, timedelta())
        return fix.received_at - delay
    return min(fix.fix_at, fix.received_at)


def clock_skew_s(fix: Fix) -> float | None:
    """Seconds the device's clock is ahead of the server's (transmission included), if known."""
    return None if fix.sent_at is None else (fix.sent_at - fix.received_at).total_seconds()
