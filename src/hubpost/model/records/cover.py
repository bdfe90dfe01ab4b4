"""Minimum cover: who must be on duty, and where a roster falls short."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hubpost.model.records.roster import Leave, Shift, Staff


@dataclass(frozen=True, slots=True)
class CoverNeed:
    """So many at a post at every moment of a day; with a skill, when one is named."""

    category: str
    count: int
    skill: str = ""


@dataclass(frozen=True, slots=True)
class CoverGap:
    """A stretch in which too few are on; present are those who count."""

    need: CoverNeed
    begin: datetime
    end: datetime
    present: int


_WORKING = ("planned", "published", "on", "done")


def list_cover_gaps(
    needs: Sequence[CoverNeed],
    shifts: Sequence[Shift],
    staff: Mapping[str, Staff],
    leave: Sequence[Leave],
    day: date,
    zone: ZoneInfo,
) -> list[CoverGap]:
    """The stretches of a day on which a station has too few on duty.

    A shift counts only while its holder is not on granted leave, and a skill only while it is
    good. Stretches are cut where shifts begin and end.
    """
    begin = datetime.combine(day, time(), zone)
    end = datetime.combine(day + timedelta(days=1), time(), zone)
    standing = [s for s in shifts if s.state in _WORKING and not _away(s, leave, zone)]
    cuts = sorted(
        {begin, end}
        | {t for s in standing for t in (s.starts_at, s.ends_at) if t and begin < t < end}
    )
    gaps = []
    for need in needs:
        for a, b in pairwise(cuts):
            present = _present(need, standing, staff, a, b, day)
            if present < need.count:
                gaps.append(CoverGap(need, a, b, present))
    return _joined(gaps)


def _present(
    need: CoverNeed, shifts: Sequence[Shift], staff: Mapping[str, Staff], a: datetime,
    b: datetime, day: date,
) -> int:  # fmt: skip
    on = {
        s.owner_id
        for s in shifts
        if s.category == need.category
        and s.starts_at is not None
        and s.ends_at is not None
        and s.starts_at <= a
        and b <= s.ends_at
    }
    if need.skill:
        on = {i for i in on if i in staff and staff[i].holds(need.skill, day)}
    return len(on)


def _away(shift: Shift, leave: Sequence[Leave], zone: ZoneInfo) -> bool:
    if shift.starts_at is None or shift.ends_at is None:
        return False
    first = shift.starts_at.astimezone(zone).date()
    last = (shift.ends_at - timedelta(seconds=1)).astimezone(zone).date()
    return any(
        one.owner_id == shift.owner_id
        and one.state == "granted"
        and one.first is not None
        and one.last is not None
        and one.first <= last
        and first <= one.last
        for one in leave
    )


def _joined(gaps: list[CoverGap]) -> list[CoverGap]:
    """Neighbouring stretches of one need with as many present become one."""
    joined: list[CoverGap] = []
    for gap in gaps:
        last = joined[-1] if joined else None
        if last and (last.need, last.end, last.present) == (gap.need, gap.begin, gap.present):
            joined[-1] = CoverGap(gap.need, last.begin, gap.end, gap.present)
        else:
            joined.append(gap)
    return joined
