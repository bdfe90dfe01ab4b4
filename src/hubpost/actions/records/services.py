"""The counter: one-ID services, the queue, appointments, progress by a receipt code."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from hubpost.actions.records.filing import move_record, open_record
from hubpost.actions.records.privacy import keep_person, start_retention
from hubpost.actions.records.ratings import rating_token
from hubpost.actions.records.secret_codes import hash_code, new_code
from hubpost.model.records.change import Rules
from hubpost.model.records.record import Record
from hubpost.model.records.service import SERVICE, SERVICE_KIND, TICKET_KIND, ServiceCase, Ticket
from hubpost.model.refused import Refused
from hubpost.storage.records.persons import Person
from hubpost.storage.records.reading import Filters, find_record, list_records
from hubpost.storage.transaction import Tx

#: Half-hour slots of a counter day, and how many appointments each takes.
SLOTS = tuple(f"{h:02d}:{m:02d}" for h in (9, 10, 11, 14, 15, 16) for m in (0, 30))
SLOT_CAPACITY = 2
#: How far ahead appointments are given [proposed].
BOOK_AHEAD_DAYS = 366
#: Off each year by national regulation, also before the year's calendar is announced: month, day.
FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})


@dataclass(frozen=True, slots=True)
class Received:
    """A case taken at the counter, and the code that goes on the receipt, shown this once."""

    case: Record
    receipt_code: str


@dataclass(frozen=True, slots=True)
class Progress:
    """What anyone with the receipt code may see: no name, no counter clerk."""

    number: str
    service_zh: str
    state: str
    state_zh: str
    received_at: datetime
    due_at: datetime | None
    missing: str


def receive_service(
    tx: Tx, rules: Rules, station_id: str, service_no: str, *, contact: Person | None = None,
    synthetic: bool = False,
) -> Received:  # fmt: skip
    """受理 with one ID: how the other papers are met comes from the list of services."""
    row = _service(rules, service_no)
    code = new_code()
    put = {
        "id": hash_code("receipt", code),
        "station_id": station_id,
        "category": service_no,
        "title": row["name_zh"],
        "owner_id": tx.actor,
        "met": row["met"] or "none",
        "receipt_code": f"****{code[-4:]}",
        "synthetic": synthetic,
    }
    case = open_record(tx, rules, SERVICE_KIND, "receive", put)
    if contact is not None:
        keep_person(tx, rules, SERVICE_KIND, case.id, contact)
    return Received(case, code)


def ask_papers(tx: Tx, rules: Rules, case_id: str, missing: str) -> Record:
    """一次性告知: everything that is missing, said at once."""
    return move_record(tx, rules, SERVICE_KIND, case_id, "ask_papers", {"missing": missing})


def advance_service(tx: Tx, rules: Rules, case_id: str, move: str, reason: str = "") -> Record:
    """papers_came, process, ready, refuse, withdraw."""
    if move == "deliver":
        return deliver_service(tx, rules, case_id)[0]
    after = move_record(
        tx, rules, SERVICE_KIND, case_id, move, {"reason": reason} if reason else None
    )
    if after.closed_at is not None:
        start_retention(tx, rules, SERVICE_KIND, case_id, after.closed_at)
    return after


def deliver_service(tx: Tx, rules: Rules, case_id: str) -> tuple[Record, str]:
    """送达; also the token of the one rating the citizen may give, not kept with the case."""
    after = move_record(tx, rules, SERVICE_KIND, case_id, "deliver")
    start_retention(tx, rules, SERVICE_KIND, case_id, after.closed_at or tx.now)
    return after, rating_token(tx, after)


def find_progress(conn: sa.Connection, rules: Rules, receipt_code: str) -> Progress | None:
    """How a case stands, for whoever holds its receipt; None when no case has this code."""
    found = find_record(conn, SERVICE_KIND, hash_code("receipt", receipt_code))
    if not isinstance(found, ServiceCase):
        return None
    return Progress(
        found.number,
        _service(rules, found.category)["name_zh"],
        found.state,
        SERVICE.states[found.state],
        found.opened_at,
        found.due_at,
        found.missing,
    )


def take_ticket(tx: Tx, rules: Rules, station_id: str, service_no: str) -> Record:
    """取号 for today."""
    _service(rules, service_no)
    today = tx.now.astimezone(rules.zone).date()
    put = {"station_id": station_id, "category": service_no, "day": today, "code": new_code()}
    return open_record(tx, rules, TICKET_KIND, "take", put)


def book_slot(
    tx: Tx, rules: Rules, station_id: str, service_no: str, day: date, slot: str
) -> Record:
    """预约 a slot on a day worked. Raises Refused when it is past, off, or full."""
    _service(rules, service_no)
    if slot not in SLOTS:
        raise Refused("slot_unknown", f"Expected one of {', '.join(SLOTS)}, came {slot!r}.")
    if day < tx.now.astimezone(rules.zone).date():
        raise Refused("slot_past", f"{day} is past. Choose a later day.")
    if day > tx.now.astimezone(rules.zone).date() + timedelta(days=BOOK_AHEAD_DAYS):
        raise Refused("slot_far", f"{day} is more than {BOOK_AHEAD_DAYS} days ahead.")
    fixed = not rules.calendar.knows(day) and (day.month, day.day) in FIXED_HOLIDAYS
    if fixed or not rules.calendar.is_workday(day):
        raise Refused("slot_off", f"The counter is closed on {day}. Choose a working day.")
    if slot not in list_free_slots(tx.conn, station_id, day):
        raise Refused("slot_full", f"{slot} on {day} is full. Choose another slot.")
    put = {
        "station_id": station_id,
        "category": service_no,
        "day": day,
        "slot": slot,
        "code": new_code(),
    }
    return open_record(tx, rules, TICKET_KIND, "book", put)


def list_free_slots(conn: sa.Connection, station_id: str, day: date) -> list[str]:
    """Slots of a day that take another appointment."""
    filters = Filters(station_ids=(station_id,), states=("booked", "waiting", "called", "served"))
    held = list_records(conn, TICKET_KIND, filters, limit=5_000)
    used = [t.slot for t in held if isinstance(t, Ticket) and t.day == day]
    return [s for s in SLOTS if used.count(s) < SLOT_CAPACITY]


def call_next(tx: Tx, rules: Rules, station_id: str) -> Record | None:
    """叫号: who has waited longest today; None when nobody waits."""
    today = tx.now.astimezone(rules.zone).date()
    waiting = list_records(
        tx.conn, TICKET_KIND, Filters(station_ids=(station_id,), states=("waiting",)), limit=500
    )
    due = sorted(
        (w for w in waiting if isinstance(w, Ticket) and w.day == today),
        key=lambda w: (w.opened_at, w.id),
    )
    if not due:
        return None
    return move_record(tx, rules, TICKET_KIND, due[0].id, "call")


def move_ticket(tx: Tx, rules: Rules, ticket_id: str, move: str) -> Record:
    """check_in, serve, miss, requeue, cancel."""
    return move_record(tx, rules, TICKET_KIND, ticket_id, move)


def list_queue(conn: sa.Connection, station_id: str, day: date) -> Sequence[Ticket]:
    """The tickets of a day that are not finished, first come first."""
    filters = Filters(station_ids=(station_id,), states=("booked", "waiting", "called", "missed"))
    held = list_records(conn, TICKET_KIND, filters, limit=1_000)
    return sorted(
        (t for t in held if isinstance(t, Ticket) and t.day == day),
        key=lambda t: (t.slot, t.opened_at),
    )


def _service(rules: Rules, service_no: str) -> dict[str, str]:
    row = next((r for r in rules.lists["services"] if r["no"] == service_no), None)
    if row is None:
        raise Refused("service_unknown", f"There is no service {service_no!r} in the list.")
    return dict(row)
