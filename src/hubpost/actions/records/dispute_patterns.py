"""Where and why disputes come again, and where more come than before: places, never persons."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from hubpost.evaluation.early_warning import WarningReport, warn
from hubpost.model.records.dispute import Dispute
from hubpost.model.records.dispute_rule import DISPUTE_KIND
from hubpost.storage.records.bodies import open_record
from hubpost.storage.records.reading import STORED
from hubpost.storage.records.tables import record
from hubpost.storage.records.text_search import plain_text

#: So many at one place, or of one cause in one village, within a year, are a repeat.
REPEAT_FROM = 3
_YEAR = timedelta(days=365)
PERIOD = timedelta(days=28)
#: Thirteen periods of four weeks are a year; the one before last year's is left out.
PERIODS = 14


@dataclass(frozen=True, slots=True)
class Repeat:
    """A place, or a cause in a village, that comes up again; open: how many are still unsettled."""

    what: str
    area_id: str
    key: str
    count: int
    open: int


@dataclass(frozen=True, slots=True)
class DisputeCounts:
    """Found, resolved and the rate together; never one of them alone."""

    found: int
    resolved: int
    reopened: int
    open: int
    group: int

    @property
    def rate(self) -> float | None:
        """Resolved of found, None when none was found."""
        return self.resolved / self.found if self.found else None


def list_repeats(
    conn: sa.Connection, now: datetime, station_ids: Sequence[str] = ()
) -> list[Repeat]:
    """Places and causes with three or more disputes within a year, most frequent first."""
    groups: dict[tuple[str, str, str], list[bool]] = defaultdict(list)
    for dispute in _list_since(conn, now - _YEAR, station_ids):
        area = dispute.area_id or ""
        place = plain_text(dispute.place_text)
        if place:
            groups["place", area, place].append(dispute.open)
        if area:
            groups["cause", area, dispute.category].append(dispute.open)
    found = [
        Repeat(what, area, key, len(opens), sum(opens))
        for (what, area, key), opens in groups.items()
        if len(opens) >= REPEAT_FROM
    ]
    return sorted(found, key=lambda r: (-r.count, r.what, r.area_id, r.key))


def warn_of_waves(
    conn: sa.Connection, now: datetime, area_ids: Sequence[str], alpha: float = 0.001
) -> WarningReport:
    """Villages with more disputes in the last four weeks than their own past lets expect."""
    begin = now - PERIODS * PERIOD
    rows = conn.execute(
        sa.select(record.c.area_id, record.c.opened_at).where(
            record.c.kind == DISPUTE_KIND.name,
            record.c.state != "struck",
            record.c.opened_at > begin,
            record.c.opened_at <= now,
        )
    )
    counted = Counter((r.area_id, (now - r.opened_at) // PERIOD) for r in rows)
    series = {area: [counted[area, age] for age in reversed(range(PERIODS))] for area in area_ids}
    return warn(series, alpha)


def count_disputes(
    conn: sa.Connection, begin: datetime, end: datetime, station_ids: Sequence[str] = ()
) -> DisputeCounts:
    """Disputes found in a period, and what became of them by now."""
    found = [d for d in _list_since(conn, begin, station_ids) if d.opened_at < end]
    return DisputeCounts(
        found=len(found),
        resolved=sum(d.resolved for d in found),
        reopened=sum(d.round > 1 for d in found),
        open=sum(d.open for d in found),
        group=sum(d.group for d in found),
    )


def _list_since(conn: sa.Connection, begin: datetime, station_ids: Sequence[str]) -> list[Dispute]:
    query = sa.select(*STORED).where(
        record.c.kind == DISPUTE_KIND.name,
        record.c.opened_at >= begin,
        record.c.state != "struck",
    )
    if station_ids:
        query = query.where(record.c.station_id.in_(station_ids))
    decoded = (open_record(conn, DISPUTE_KIND, row) for row in conn.execute(query))
    return [d for d in decoded if isinstance(d, Dispute)]
