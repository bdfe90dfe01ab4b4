"""Disputes: from registering to filing away, with every exit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from hubpost.actions.records.filing import move_record, open_record
from hubpost.actions.records.privacy import keep_person, start_retention
from hubpost.actions.records.reminding import notify_handler
from hubpost.model.call import CallCategory
from hubpost.model.records.change import Rules
from hubpost.model.records.dispute import (
    Body,
    Dispute,
    DisputeCategory,
    DisputeLevel,
    FollowUp,
    Handler,
    Mediation,
    Party,
    Sitting,
)
from hubpost.model.records.dispute_rule import DISPUTE_KIND
from hubpost.model.records.record import Record
from hubpost.model.refused import Refused
from hubpost.storage import schema
from hubpost.storage.records.links import list_links, save_link
from hubpost.storage.records.persons import Person
from hubpost.storage.records.reading import find_record, get_record
from hubpost.storage.sealed import open_value
from hubpost.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class DisputeReport:
    """What whoever finds a dispute enters; the rest follows as it is handled."""

    station_id: str
    category: DisputeCategory
    title: str
    area_id: str | None = None
    place_text: str = ""
    cause: str = ""
    people_count: int = 2
    source: str = "screening"
    lon: float | None = None
    lat: float | None = None
    outside_jurisdiction: bool = False
    id: str | None = None
    synthetic: bool = False


def register_dispute(
    tx: Tx, rules: Rules, report: DisputeReport, *, at: datetime | None = None
) -> Record:
    """登记. A report sent twice under one id is taken once."""
    put = {name: getattr(report, name) for name in report.__dataclass_fields__}
    return open_record(tx, rules, DISPUTE_KIND, "register", put, at=at)


def register_from_call(tx: Tx, rules: Rules, call_id: str, *, title: str = "") -> Record:
    """登记 from a call: place and station are taken over, and each leads to the other.

    Raises Refused when there is no such call, or it has its dispute already.
    """
    call = tx.conn.execute(sa.select(schema.call).where(schema.call.c.id == call_id)).first()
    if call is None:
        raise Refused("call_unknown", f"There is no call {call_id}.", call_id=call_id)
    note, place_text = (
        open_value(tx.conn, "call", name, call._mapping[name], call_id)
        for name in ("note", "place_text")
    )
    put = {
        "id": f"call-{call_id}",
        "station_id": call.station_id,
        "category": DisputeCategory.OTHER,
        "title": title or note or place_text or f"警情 {call.number}",
        "area_id": call.area_id,
        "place_text": place_text,
        "lon": call.lon,
        "lat": call.lat,
        "call_id": call_id,
        "source": "call" if call.category == CallCategory.DISPUTE else "call_other",
    }
    opened = open_record(tx, rules, DISPUTE_KIND, "register", put, at=call.received_at)
    link = (("dispute", opened.id), ("call", call_id))
    save_link(tx.conn, *link, "arose_from", at=tx.now, actor=tx.actor)
    return opened


def link_call(tx: Tx, dispute_id: str, call_id: str) -> None:
    """Note that a further call belongs to a dispute."""
    get_record(tx.conn, DISPUTE_KIND, dispute_id)
    found = tx.conn.execute(sa.select(schema.call.c.id).where(schema.call.c.id == call_id)).first()
    if found is None:
        raise Refused("call_unknown", f"There is no call {call_id}.", call_id=call_id)
    link = (("dispute", dispute_id), ("call", call_id))
    if save_link(tx.conn, *link, "concerns", at=tx.now, actor=tx.actor):
        tx.audit("dispute.link_call", dispute_id, {"call_id": call_id})


def add_party(
    tx: Tx,
    rules: Rules,
    dispute_id: str,
    person: Person,
    *,
    side: str,
    minor: bool = False,
    organisation: bool = False,
) -> str:
    """Add a party; its key. The file holds the key, the person table name and contact."""
    key = person.key or uuid4().hex[:8]
    party = Party(key, side, minor, organisation)
    _move(tx, rules, dispute_id, "edit", add={"parties": (party,)})
    keep_person(
        tx, rules, DISPUTE_KIND, dispute_id, Person(key, person.name, person.phone, person.address)
    )
    return key


def grade_dispute(tx: Tx, rules: Rules, dispute_id: str, level: DisputeLevel) -> Record:
    """评估定级, or 调整等级 once it has a level."""
    held: Any = get_record(tx.conn, DISPUTE_KIND, dispute_id)
    move = "grade" if held.state in ("registered", "reopened") else "regrade"
    return _move(tx, rules, dispute_id, move, {"level": level})


def report_up(tx: Tx, rules: Rules, dispute_id: str) -> Record:
    """上报 a major dispute."""
    return _move(tx, rules, dispute_id, "report_up")


def triage_dispute(tx: Tx, rules: Rules, dispute_id: str, body: Body, staff_id: str = "") -> Record:
    """分流: who leads."""
    lead = Handler(body, staff_id, tx.now, lead=True)
    return _give(tx, rules, dispute_id, "triage", lead)


def add_handler(tx: Tx, rules: Rules, dispute_id: str, body: Body, staff_id: str = "") -> Record:
    """增加协办: station, governance centre, justice office, court."""
    helper = Handler(body, staff_id, tx.now)
    return _give(tx, rules, dispute_id, "add_handler", helper)


def list_handled(conn: sa.Connection, staff_id: str) -> list[Dispute]:
    """Open disputes that a member of staff leads or helps with, the most urgent first."""
    ids = [ref[1] for relation, ref in list_links(conn, "staff", staff_id) if relation == "handles"]
    found = (find_record(conn, DISPUTE_KIND, i) for i in ids)
    held = [d for d in found if isinstance(d, Dispute) and d.closed_at is None]
    return sorted(held, key=lambda d: (d.due_at is None, d.due_at or d.opened_at))


def _give(tx: Tx, rules: Rules, dispute_id: str, move: str, handler: Handler) -> Record:
    """Give a case to a handler, who finds it under his or her name and is sent a message."""
    after = _move(tx, rules, dispute_id, move, add={"handlers": (handler,)})
    if handler.staff_id:
        link = (("dispute", dispute_id), ("staff", handler.staff_id))
        save_link(tx.conn, *link, "handles", at=tx.now, actor=tx.actor)
        notify_handler(tx, after, handler.staff_id)
    return after


def accept_dispute(tx: Tx, rules: Rules, dispute_id: str, owner_id: str) -> Record:
    """受理."""
    return _move(tx, rules, dispute_id, "accept", {"owner_id": owner_id})


def start_mediation(tx: Tx, rules: Rules, dispute_id: str, *, consented: bool) -> Record:
    """开始调解: only with the consent of both sides."""
    return _move(tx, rules, dispute_id, "start_mediation", {"consented": consented})


def hold_sitting(
    tx: Tx,
    rules: Rules,
    dispute_id: str,
    mediation: Mediation,
    *,
    at: datetime | None = None,
    attended: Sequence[str] = (),
    guardian_present: bool = False,
    note: str = "",
) -> Record:
    """调解一次."""
    sitting = Sitting(at or tx.now, mediation, tx.actor, tuple(attended), guardian_present, note)
    return _move(tx, rules, dispute_id, "sit", add={"sittings": (sitting,)})


def reach_agreement(
    tx: Tx, rules: Rules, dispute_id: str, terms: str, perform_by: date | None = None
) -> Record:
    """达成协议; the document is written from it by `reporting.agreements`."""
    return _move(tx, rules, dispute_id, "agree", {"terms": terms, "perform_by": perform_by})


def note_confirmation(tx: Tx, rules: Rules, dispute_id: str, outcome: str) -> Record:
    """司法确认: `applied`, then `confirmed` or `rejected`."""
    if outcome == "applied":
        return _move(tx, rules, dispute_id, "apply_confirmation")
    return _move(tx, rules, dispute_id, "note_confirmation", {"confirmation": outcome})


def follow_up(tx: Tx, rules: Rules, dispute_id: str, *, passed: bool, note: str = "") -> Record:
    """回访."""
    asked = FollowUp(tx.now, passed, tx.actor, note)
    return _move(tx, rules, dispute_id, "follow_up", add={"follow_ups": (asked,)})


def advance_dispute(
    tx: Tx, rules: Rules, dispute_id: str, move: str, reason: str = "", transferred_to: str = ""
) -> Record:
    """Any move that needs no more than a reason: fail, breach, escalate, transfer, settle …"""
    put: dict[str, Any] = {}
    if reason:
        put["extension_reason" if move == "extend" else "reason"] = reason
    if transferred_to:
        put["transferred_to"] = transferred_to
    return _move(tx, rules, dispute_id, move, put)


def edit_dispute(
    tx: Tx, rules: Rules, dispute_id: str, put: Mapping[str, Any], was: Mapping[str, Any]
) -> Record:
    """修改: set fields that still are as the form showed them."""
    allowed = {
        "title", "cause", "category", "place_text", "area_id", "people_count", "lon", "lat",
        "owner_id", "exclusion", "outside_jurisdiction", "terms", "perform_by",
    }  # fmt: skip
    wrong = sorted(set(put) - allowed)
    if wrong:
        raise Refused("field_unknown", f"{', '.join(wrong)} cannot be edited by hand.")
    return _move(tx, rules, dispute_id, "edit", put, was=was)


def _move(tx: Tx, rules: Rules, dispute_id: str, move: str, put: Any = None, **more: Any) -> Record:
    after = move_record(tx, rules, DISPUTE_KIND, dispute_id, move, put, **more)
    if isinstance(after, Dispute) and after.closed_at is not None:
        start_retention(tx, rules, DISPUTE_KIND, dispute_id, after.closed_at)
    elif move == "reopen":
        start_retention(tx, rules, DISPUTE_KIND, dispute_id, None)
    return after
