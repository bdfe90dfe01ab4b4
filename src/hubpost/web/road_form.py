"""Reading the forms about roads."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite
from zoneinfo import ZoneInfo

from hubpost.actions.roads import ClosureRequest
from hubpost.model.place import Place
from hubpost.model.refused import Refused

#: More clicks than this on one stretch were not meant.
MOST_POINTS = 50
REASON_LENGTH = 200


@dataclass(frozen=True, slots=True)
class ClosureForm:
    """The fields as they came, all text.

    points: `lon,lat;lon,lat`. speed_left: hundredths. begins, ends: a code of road_words, with the
    county's wall-clock times from_time and until_time where the code is `time`.
    """

    points: str = ""
    reason: str = ""
    speed_left: str = "0"
    begins: str = "now"
    from_time: str = ""
    ends: str = "lifted"
    until_time: str = ""
    request_id: str = ""


def read_closure_form(form: ClosureForm, zone: ZoneInfo, now: datetime) -> ClosureRequest:
    """The closure a form stands for. Raises Refused naming what cannot be read."""
    begins = _moment(form.begins, form.from_time, zone, now) if form.begins != "now" else None
    ends = None
    if form.ends != "lifted":
        ends = _moment(form.ends, form.until_time, zone, begins or now)
    return ClosureRequest(
        points=read_points(form.points),
        reason=form.reason[:REASON_LENGTH],
        from_at=begins,
        until_at=ends,
        speed_factor=_share(form.speed_left),
        request_id=form.request_id[:32],
    )


def read_points(text: str) -> tuple[Place, ...]:
    """Points of `lon,lat;lon,lat`. Raises Refused."""
    try:
        pairs = [tuple(map(float, p.split(","))) for p in text.split(";") if p.strip()]
        places = tuple(Place(lon, lat) for lon, lat in pairs)
    except ValueError:
        raise Refused("closure_shape", f"Expected lon,lat;lon,lat, came {text[:60]!r}.") from None
    sound = all(isfinite(p.lon) and isfinite(p.lat) and abs(p.lat) <= 90 for p in places)
    if not sound or not 0 < len(places) <= MOST_POINTS:
        raise Refused("closure_shape", f"Expected 1 to {MOST_POINTS} points in degrees.")
    return places


def read_wall_clock(text: str, zone: ZoneInfo) -> datetime:
    """An instant from a date and time of the county's clock. Raises Refused."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Refused("closure_time", f"Expected a date and time, came {text[:40]!r}.") from None
    return at if at.tzinfo else at.replace(tzinfo=zone)


def _moment(code: str, text: str, zone: ZoneInfo, start: datetime) -> datetime:
    if code == "time":
        return read_wall_clock(text, zone)
    if not code.isdecimal() or len(code) > 5:
        raise Refused("closure_time", f"Expected minutes, came {code[:20]!r}.")
    return start + timedelta(minutes=int(code))


def _share(hundredths: str) -> float:
    if not hundredths.isdecimal() or int(hundredths[:4]) > 100:
        raise Refused("speed_factor_range", f"Expected 0 to 100, came {hundredths[:20]!r}.")
    return int(hundredths) / 100
