"""Taking a call from the command line: a line as read, to a report or to what is missing."""

import re
from datetime import datetime, timedelta

from hubpost.actions.calls import CallReport, CallTaken, receive_call
from hubpost.actions.command_room import CommandRoom
from hubpost.dispatch.command_line import CallLine
from hubpost.model.apply import Refused
from hubpost.model.board import Board
from hubpost.model.call import CallCategory, Priority
from hubpost.storage.transaction import Tx


def report_of_line(
    room: CommandRoom, line: CallLine, now: datetime, *, request_id: str | None = None
) -> tuple[CallReport, datetime | None]:
    """The report a typed line makes, and when it rang if that was earlier.

    A clock time is the last one of its kind before now, a due time the next one after.
    Raises Refused when a word could not be read, or the place is not known or not one.
    """
    if line.problems:
        first = line.problems[0]
        raise Refused(
            "line_unreadable",
            f"Could not read {first.word!r} ({first.code}). Correct it or leave it out.",
            word=first.word,
            problem=first.code,
        )
    place = line.place.place
    if place is None:
        raise Refused(
            "place_not_known" if not line.place.places else "place_not_one",
            "Expected one known place; choose one of those found, or point at the map.",
        )
    at = _before(room, now, line.at) if line.at else None
    return (
        CallReport(
            category=line.category or CallCategory.ASSISTANCE,
            priority=line.priority or Priority.ONGOING,
            lon=place.lon,
            lat=place.lat,
            area_id=place.area_id,
            station_id=place.station_id,
            place_text=place.name,
            note=line.note,
            # What lies between two posts, or was said by half a name, no caller has confirmed.
            confirmed=line.confirmed and not line.place.approximate,
            units_needed=line.units_needed,
            exercise=line.exercise,
            request_id=request_id,
            mode=line.mode,
            due_at=_after(room, now, line.due) if line.due else None,
            danger=line.danger,
            skills_needed=line.skills,
            caller_phone=line.caller_phone,
            source=line.source,
        ),
        at,
    )


def receive_line(
    tx: Tx, room: CommandRoom, line: CallLine, *, request_id: str | None = None
) -> CallTaken:
    """Take the call a line speaks of."""
    report, at = report_of_line(room, line, tx.now, request_id=request_id)
    return receive_call(tx, room, report, received_at=at)


def split_time(room: CommandRoom, text: str, now: datetime) -> tuple[str, datetime | None]:
    """A text without its `@14:05`, and that moment: the last one of its kind before now.

    Raises Refused for a clock time that cannot be.
    """
    words = text.split()
    marks = [w for w in words if w.startswith("@")]
    if not marks:
        return text, None
    match = re.fullmatch(r"@(\d{1,2}):(\d{2})", marks[0])
    if match is None or int(match[1]) > 23 or int(match[2]) > 59 or len(marks) > 1:
        raise Refused("line_unreadable", f"Expected one clock time, came {marks[0]!r}.")
    kept = " ".join(w for w in words if w not in marks)
    return kept, _before(room, now, (int(match[1]), int(match[2])))


def find_call_id(board: Board, number: str) -> str | None:
    """The open call people mean by a number: whole, or its last digits when only one has them."""
    wanted = number.rpartition("-")[2].zfill(4)
    hits = [
        c.call.id
        for c in board.calls.values()
        if c.call.number == number or c.call.number.rpartition("-")[2] == wanted
    ]
    return hits[0] if len(hits) == 1 else None


def find_unit_id(board: Board, name: str) -> str | None:
    """The unit of this call sign or id, or None."""
    wanted = name.casefold()
    hits = [u for u, on in board.units.items() if wanted in (u.casefold(), on.unit.name.casefold())]
    return hits[0] if len(hits) == 1 else None


def find_station_id(board: Board, name: str) -> str | None:
    """The station of this name or id, with or without the word for station, or None."""
    wanted = name.casefold().strip()
    hits = [
        s.id
        for s in board.stations.values()
        if wanted
        and wanted in (s.id.casefold(), s.name.casefold(), s.name.removesuffix("派出所").casefold())
    ]
    return hits[0] if len(hits) == 1 else None


def _at_clock(room: CommandRoom, now: datetime, clock: tuple[int, int]) -> datetime:
    local = room.local(now)
    return local.replace(hour=clock[0], minute=clock[1], second=0, microsecond=0)


def _before(room: CommandRoom, now: datetime, clock: tuple[int, int]) -> datetime:
    at = _at_clock(room, now, clock)
    return at if at <= now else at - timedelta(days=1)


def _after(room: CommandRoom, now: datetime, clock: tuple[int, int]) -> datetime:
    at = _at_clock(room, now, clock)
    return at if at > now else at + timedelta(days=1)
