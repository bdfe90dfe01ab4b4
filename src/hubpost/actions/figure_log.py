"""What figures take from the log of events: stations opened, and when groups were in force.

The log of ten million calls holds some sixty million events, so it is read once, and then only
what was added.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from hubpost.evaluation.evaluate import Reform
from hubpost.model.events import GroupsFormed, StationOpened
from hubpost.storage.schema import event
from hubpost.storage.sealed_events import event_row

_KINDS = ("StationOpened", "GroupsFormed")


@dataclass(frozen=True, slots=True, eq=False)
class ToldByLog:
    """event_id: the last one read. names: of stations. joined: station -> when first in a group."""

    event_id: int = 0
    names: Mapping[str, str] = field(default_factory=dict)
    joined: Mapping[str, datetime] = field(default_factory=dict)

    def find_reform(self, timezone: str) -> Reform | None:
        """The day groups were first in force, and when each station first was in one; None while
        no plan was signed.
        """
        zone = ZoneInfo(timezone)
        days: dict[str, date] = {s: at.astimezone(zone).date() for s, at in self.joined.items()}
        return Reform(min(days.values()), days) if days else None


def read_on(conn: sa.Connection, told: ToldByLog, until: int) -> ToldByLog:
    """The same with the events since; `until` is the last one there is."""
    query = (
        sa.select(event.c.id, event.c.kind, event.c.body)
        .where(event.c.id > told.event_id, event.c.kind.in_(_KINDS))
        .order_by(event.c.id)
    )
    names, joined = dict(told.names), dict(told.joined)
    for row in conn.execute(query):
        match event_row(conn, row):
            case StationOpened(station=station):
                names[station.id] = station.name
            case GroupsFormed(at=at, groups=groups):
                for s in (s for g in groups for s in (g.hub_id, *g.base_ids)):
                    joined.setdefault(s, at)
    same = len(names) == len(told.names) and len(joined) == len(told.joined)
    return replace(told, event_id=until) if same else ToldByLog(until, names, joined)
