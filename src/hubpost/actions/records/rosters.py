"""Rosters: shifts, leave and swaps; minimum cover is checked before anything is granted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from hubpost.actions.records.filing import move_record, open_record
from hubpost.actions.records.tasks import station_scope
from hubpost.model.records.change import Rules
from hubpost.model.records.cover import CoverGap, CoverNeed, list_cover_gaps
from hubpost.model.records.record import Record
from hubpost.model.records.roster import (
    LEAVE_KIND,
    SHIFT_KIND,
    STAFF_KIND,
    SWAP_KIND,
    Leave,
    Shift,
    Staff,
    Swap,
)
from hubpost.model.refused import Refused
from hubpost.storage.records.reading import Filters, get_record, list_records
from hubpost.storage.transaction import Tx

#: No one is on duty again before so many hours have passed.
REST_H = 8


def plan_shift(
    tx: Tx, rules: Rules, staff_id: str, category: str, starts_at: datetime, ends_at: datetime,
    *, station_id: str | None = None,
) -> Record:  # fmt: skip
    """排班. Raises Refused when the person is on leave, on another shift, or has not rested."""
    staff = get_record(tx.conn, STAFF_KIND, staff_id)
    day = starts_at.astimezone(rules.zone).date()
    serves_at = staff.station_on(day) if isinstance(staff, Staff) else ""
    where = station_id or serves_at
    _require_here(tx, staff_id, serves_at, where)
    _require_available(tx, rules, staff_id, starts_at, ends_at)
    put = {
        "owner_id": staff_id,
        "station_id": where,
        "category": category,
        "starts_at": starts_at,
        "ends_at": ends_at,
    }
    return open_record(tx, rules, SHIFT_KIND, "plan", put)


def publish_roster(tx: Tx, rules: Rules, station_id: str, first: date, last: date) -> int:
    """公布 all planned shifts of a station; how many. Raises Refused with a gap in cover."""
    gaps = check_cover(tx, rules, station_id, first, last)
    if gaps:
        raise _cover_refusal(gaps)
    planned = [
        s
        for s in _shifts(tx.conn, station_id)
        if s.state == "planned" and first <= _day(s, rules) <= last
    ]
    for shift in planned:
        move_record(tx, rules, SHIFT_KIND, shift.id, "publish")
    return len(planned)


def advance_shift(tx: Tx, rules: Rules, shift_id: str, move: str, reason: str = "") -> Record:
    """take_over, hand_over, note_absent, cancel."""
    return move_record(
        tx, rules, SHIFT_KIND, shift_id, move, {"reason": reason} if reason else None
    )


def ask_leave(
    tx: Tx, rules: Rules, staff_id: str, station_id: str, first: date, last: date, reason: str = ""
) -> Record:
    """请假. Raises Refused for who is not on the staff."""
    get_record(tx.conn, STAFF_KIND, staff_id)
    put = {
        "owner_id": staff_id,
        "station_id": station_id,
        "first": first,
        "last": last,
        "reason": reason,
    }
    return open_record(tx, rules, LEAVE_KIND, "ask", put)


def grant_leave(tx: Tx, rules: Rules, leave_id: str) -> Record:
    """批准. Raises Refused when the shifts of those days would then lack cover."""
    asked = get_record(tx.conn, LEAVE_KIND, leave_id)
    granted = move_record(tx, rules, LEAVE_KIND, leave_id, "grant")
    if isinstance(asked, Leave) and asked.first and asked.last:
        held = _gaps(tx, rules, asked.station_id, asked.first, asked.last, without=leave_id)
        before = _gap_set(held)
        after = check_cover(tx, rules, asked.station_id, asked.first, asked.last)
        new = [g for g in after if (g.need, g.begin, g.end, g.present) not in before]
        if new:
            raise _cover_refusal(new)
    return granted


def decide_leave(tx: Tx, rules: Rules, leave_id: str, move: str, reason: str = "") -> Record:
    """refuse or withdraw."""
    return move_record(
        tx, rules, LEAVE_KIND, leave_id, move, {"reason": reason} if reason else None
    )


def ask_swap(tx: Tx, rules: Rules, shift_id: str, other_id: str, back_shift_id: str = "") -> Record:
    """调班: give a shift away, or exchange it."""
    shift = get_record(tx.conn, SHIFT_KIND, shift_id)
    put = {
        "owner_id": shift.owner_id,
        "station_id": shift.station_id,
        "other_id": other_id,
        "shift_id": shift_id,
        "back_shift_id": back_shift_id,
    }
    return open_record(tx, rules, SWAP_KIND, "ask", put)


def agree_swap(tx: Tx, rules: Rules, swap_id: str) -> Record:
    """对方同意: only by the other one."""
    swap = get_record(tx.conn, SWAP_KIND, swap_id)
    if isinstance(swap, Swap) and tx.actor != swap.other_id:
        raise Refused("not_yours", "Only the one who would take the shift can agree.")
    return move_record(tx, rules, SWAP_KIND, swap_id, "agree")


def approve_swap(tx: Tx, rules: Rules, swap_id: str) -> Record:
    """批准: both shifts change hands at once, or none. Raises Refused with a gap in cover."""
    approved = move_record(tx, rules, SWAP_KIND, swap_id, "approve")
    assert isinstance(approved, Swap)  # noqa: S101 - the kind's own type
    pairs = [(approved.shift_id, approved.other_id)]
    pairs += [(approved.back_shift_id, approved.owner_id)] if approved.back_shift_id else []
    days = []
    for shift_id, taker in pairs:
        put = {"owner_id": taker, "reason": f"调班 {approved.number}"}
        shift = move_record(tx, rules, SHIFT_KIND, shift_id, "reassign", put)
        assert isinstance(shift, Shift)  # noqa: S101
        days.append(_day(shift, rules))
    gaps = check_cover(tx, rules, approved.station_id, min(days), max(days))
    if gaps:
        raise _cover_refusal(gaps)
    return approved


def check_cover(tx: Tx, rules: Rules, station_id: str, first: date, last: date) -> list[CoverGap]:
    """Where the roster of a station falls short of its minimum, day by day."""
    return _gaps(tx, rules, station_id, first, last)


@dataclass(frozen=True, slots=True)
class RosterDay:
    """A day of a roster: shifts, who is away, what is missing."""

    day: date
    shifts: tuple[Shift, ...]
    away: tuple[str, ...]
    gaps: tuple[CoverGap, ...]


def list_roster(tx: Tx, rules: Rules, station_id: str, first: date, last: date) -> list[RosterDay]:
    """The roster of a station from a day to another."""
    shifts, leave = _shifts(tx.conn, station_id), _leave(tx.conn, station_id)
    gaps = check_cover(tx, rules, station_id, first, last)
    days = [first + timedelta(days=i) for i in range((last - first).days + 1)]
    return [
        RosterDay(
            day,
            tuple(s for s in shifts if _day(s, rules) == day),
            tuple(
                one.owner_id
                for one in leave
                if one.state == "granted"
                and one.first
                and one.last
                and one.first <= day <= one.last
            ),
            tuple(g for g in gaps if g.begin.astimezone(rules.zone).date() == day),
        )
        for day in days
    ]


def _gaps(
    tx: Tx, rules: Rules, station_id: str, first: date, last: date, without: str = ""
) -> list[CoverGap]:
    scope = station_scope(tx.board, station_id)
    needs = [
        CoverNeed(r["category"], int(r["count"]), r["skill"])
        for r in rules.lists["minimum_cover"]
        if r["scope"] == scope
    ]
    shifts = _shifts(tx.conn, station_id)
    staff = _staff(tx.conn)
    leave = [one for one in _leave(tx.conn, station_id) if one.id != without]
    days = [first + timedelta(days=i) for i in range((last - first).days + 1)]
    return [
        gap for day in days for gap in list_cover_gaps(needs, shifts, staff, leave, day, rules.zone)
    ]


def _gap_set(gaps: Sequence[CoverGap]) -> set[tuple[CoverNeed, datetime, datetime, int]]:
    return {(g.need, g.begin, g.end, g.present) for g in gaps}


def _cover_refusal(gaps: Sequence[CoverGap]) -> Refused:
    gap = gaps[0]
    skill = f" with {gap.need.skill}" if gap.need.skill else ""
    return Refused(
        "cover_short",
        f"From {gap.begin:%m-%d %H:%M} to {gap.end:%m-%d %H:%M} there would be {gap.present} of "
        f"{gap.need.count} at {gap.need.category}{skill}. Find someone first.",
        gaps=str(len(gaps)),
    )


def _require_here(tx: Tx, staff_id: str, serves_at: str, where: str) -> None:
    """Duty is done where one serves on that day, or elsewhere in the same group."""
    board = tx.board
    group = board.hub_id_of(serves_at) if serves_at in board.stations else None
    if where != serves_at and (group is None or group != board.hub_id_of(where)):
        raise Refused(
            "not_serving_here", f"{staff_id} serves at {serves_at} on that day, not at {where}."
        )


def _require_available(
    tx: Tx, rules: Rules, staff_id: str, starts_at: datetime, ends_at: datetime
) -> None:
    rest = timedelta(hours=REST_H)
    mine = list_records(tx.conn, SHIFT_KIND, Filters(owner_id=staff_id), limit=500)
    for shift in mine:
        if not isinstance(shift, Shift) or shift.state in ("cancelled", "absent"):
            continue
        if shift.starts_at and shift.ends_at and (
            starts_at < shift.ends_at + rest and shift.starts_at < ends_at + rest
        ):  # fmt: skip
            raise Refused(
                "not_rested",
                f"{staff_id} is on from {shift.starts_at.astimezone(rules.zone):%m-%d %H:%M}; "
                f"{REST_H} hours of rest lie between two shifts.",
            )
    first, last = (t.astimezone(rules.zone).date() for t in (starts_at, ends_at))
    for one in list_records(tx.conn, LEAVE_KIND, Filters(owner_id=staff_id), limit=200):
        if _is_away(one, first, last):
            raise Refused("on_leave", f"{staff_id} is on leave in these days.")


def _is_away(one: Record, first: date, last: date) -> bool:
    granted = isinstance(one, Leave) and one.state == "granted" and one.first and one.last
    return bool(granted) and one.first <= last and first <= one.last  # type: ignore[attr-defined]


def _shifts(conn: sa.Connection, station_id: str) -> list[Shift]:
    found = list_records(conn, SHIFT_KIND, Filters(station_ids=(station_id,)), limit=20_000)
    return [s for s in found if isinstance(s, Shift)]


def _leave(conn: sa.Connection, station_id: str) -> list[Leave]:
    found = list_records(conn, LEAVE_KIND, Filters(station_ids=(station_id,)), limit=5_000)
    return [s for s in found if isinstance(s, Leave)]


def _staff(conn: sa.Connection) -> Mapping[str, Staff]:
    found = list_records(conn, STAFF_KIND, Filters(states=("active",)), limit=20_000)
    return {s.id: s for s in found if isinstance(s, Staff)}


def _day(shift: Shift, rules: Rules) -> date:
    begin = shift.starts_at or datetime.combine(date.min, time(), rules.zone)
    return begin.astimezone(rules.zone).date()
