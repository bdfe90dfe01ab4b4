"""Duty rosters as iCalendar feeds (RFC 5545) that any calendar program can subscribe to."""

from collections.abc import Iterable, Mapping
from datetime import UTC
from zoneinfo import ZoneInfo

import icalendar

from hubpost.model.records.roster import Shift

_STATUS = {"planned": "TENTATIVE", "cancelled": "CANCELLED", "absent": "CANCELLED"}


def write_duty_feed(
    shifts: Iterable[Shift],
    station_names: Mapping[str, str],
    post_names: Mapping[str, str],
    zone: ZoneInfo,
    *,
    synthetic: bool = False,
) -> bytes:
    """The shifts of one person as a feed; times in UTC, the same shifts give the same bytes.

    No name is in it: a feed address may be passed on.
    """
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Hubpost//duty//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "值班" + ("(合成)" if synthetic else ""))
    calendar.add("x-wr-timezone", zone.key)
    for shift in sorted(shifts, key=lambda s: (s.starts_at or s.opened_at, s.id)):
        if shift.starts_at is not None and shift.ends_at is not None:
            calendar.add_component(_event(shift, station_names, post_names, synthetic))
    return bytes(calendar.to_ical())


def _event(
    shift: Shift, stations: Mapping[str, str], posts: Mapping[str, str], synthetic: bool
) -> icalendar.Event:
    event = icalendar.Event()
    post = posts.get(shift.category, shift.category)
    station = stations.get(shift.station_id, shift.station_id)
    event.add("uid", f"{shift.id}@hubpost")
    event.add("summary", f"{post} · {station}" + ("(合成)" if synthetic else ""))
    event.add("dtstamp", shift.opened_at.astimezone(UTC))
    event.add("dtstart", shift.starts_at.astimezone(UTC))  # type: ignore[union-attr]
    event.add("dtend", shift.ends_at.astimezone(UTC))  # type: ignore[union-attr]
    event.add("sequence", shift.version)
    event.add("status", _STATUS.get(shift.state, "CONFIRMED"))
    return event
