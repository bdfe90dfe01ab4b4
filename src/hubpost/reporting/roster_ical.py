"""A roster of secondments as an iCalendar feed: whole days, numbers of officers and no names."""

from datetime import UTC, date, datetime

import icalendar

from hubpost.planning.roster_report import RosterReport
from hubpost.planning.secondment import Tour

_MARKS = {"synthetic": "合成", "estimated": "估算", "stand-in": "替代"}


def write_roster_feed(report: RosterReport, created: datetime) -> bytes:
    """One event for each tour and one for each hand-over; the same roster gives the same bytes.

    created: the stamp of every event. DTEND is the day after the last, as RFC 5545 wants it.
    """
    mark = "".join(f"({_MARKS.get(w, w)} {w})" for w in report.labels)
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Hubpost//secondments//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "下沉 secondments" + mark)
    for tour in sorted(report.roster.tours):
        station = report.names[tour.post_id]
        what = f"下沉 {tour.officer_id} · {station}{mark}"
        days = (report.first_day(tour.start), report.first_day(tour.end))
        calendar.add_component(_event(tour, "tour", what, days, created))
        if tour.handed_over > tour.end:
            what = f"交接 hand-over {tour.officer_id} · {station}{mark}"
            days = (report.first_day(tour.end), report.first_day(tour.handed_over))
            calendar.add_component(_event(tour, "handover", what, days, created))
    return bytes(calendar.to_ical())


def _event(
    tour: Tour, kind: str, summary: str, days: tuple[date, date], created: datetime
) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", f"{kind}-{tour.officer_id}-{tour.post_id}-{days[0].isoformat()}@hubpost")
    event.add("summary", summary)
    event.add("dtstamp", created.astimezone(UTC))
    event.add("dtstart", days[0])
    event.add("dtend", days[1])
    event.add("transp", "TRANSPARENT")
    return event
