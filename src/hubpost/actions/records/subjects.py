"""What is held of one person, for that person: seen, put right, deleted, or refused with a reason.

One person at a time, under a request that was registered with proof of identity; there are no
lists, and nothing is compared or counted about the person. Each reading is a row of the log.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from hubpost.actions.callers import list_caller_history, peek_caller_key
from hubpost.actions.records.filing import move_record, open_record
from hubpost.actions.records.privacy import TEXTS, keep_person, start_retention
from hubpost.model.records.change import Rules
from hubpost.model.records.kinds import KINDS
from hubpost.model.records.personal import Purpose, mask_text, names_of, strip_id_numbers
from hubpost.model.records.record import Record
from hubpost.model.records.subject import SUBJECT_KIND
from hubpost.model.refused import Refused
from hubpost.storage import schema
from hubpost.storage.records import persons
from hubpost.storage.records.persons import Person
from hubpost.storage.records.reading import get_record, list_history
from hubpost.storage.records.tables import record, record_person
from hubpost.storage.transaction import Tx

#: The key under which the person's details stand with the request.
SUBJECT = "subject"
#: So many readings by one member of staff within an hour; a request is one person's.
MOST_READINGS = 10
_WITHIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class SubjectAsk:
    """What is asked and by whom; proof: how identity was checked, without the card's number.

    number: of one record, where no telephone number is known to be kept with the name.
    """

    category: str
    person: Person
    proof: str
    asked: str = ""
    number: str = ""
    station_id: str = ""


@dataclass(frozen=True, slots=True)
class HeldOfPerson:
    """One place where something of the person stands, texts masked where they name others."""

    kind: str
    kind_zh: str
    number: str
    record_id: str
    key: str
    opened_at: datetime
    state_zh: str
    details: Person
    texts: tuple[str, ...]
    retain_until: datetime | None
    views: tuple[persons.View, ...]


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything held of one person: in records, and calls taken from the number."""

    request: Record
    held: tuple[HeldOfPerson, ...]
    calls: tuple[Any, ...]


def register_request(tx: Tx, rules: Rules, ask: SubjectAsk) -> Record:
    """登记. Raises Refused without proof of identity, a name, and a number of either kind."""
    if not ask.person.phone.strip() and not ask.number.strip():
        raise Refused(
            "subject_vague",
            "A name alone finds others too. Give the telephone number, or a record's number.",
        )
    put = {
        "category": ask.category,
        "station_id": ask.station_id,
        "owner_id": tx.actor,
        "proof": strip_id_numbers(ask.proof.strip()),
        "title": strip_id_numbers(ask.asked.strip()),
        "extra": {},
    }
    opened = open_record(tx, rules, SUBJECT_KIND, "register", put)
    subject = Person(SUBJECT, ask.person.name, ask.person.phone, ask.number.strip())
    keep_person(tx, rules, SUBJECT_KIND, opened.id, subject)
    return opened


def gather(tx: Tx, rules: Rules, request_id: str) -> Gathered:
    """提供查阅: everything, and the request is answered; every place read is logged.

    Raises Refused when the request is answered, or too many were read within the hour.
    """
    subject = _open_subject(tx, request_id, "access")
    found = tuple(_read_one(tx, place) for place in _places(tx.conn, subject, request_id))
    key = peek_caller_key(tx.conn, subject.phone)
    calls = tuple(list_caller_history(tx.conn, key, limit=1_000)) if key else ()
    done = move_record(
        tx, rules, SUBJECT_KIND, request_id, "provide", {"places": len(found) + len(calls)}
    )
    start_retention(tx, rules, SUBJECT_KIND, request_id, tx.now)
    return Gathered(done, found, calls)


def correct(
    tx: Tx, rules: Rules, request_id: str, right: Person, reason: str
) -> tuple[Record, int]:
    """更正 in every place at once; blank fields stay as they are. The request, how many places.

    Raises Refused when nothing of the person is found.
    """
    subject = _open_subject(tx, request_id, "correct")
    places = _matters(_places(tx.conn, subject, request_id))
    for place in places:
        old = persons.find_person(tx.conn, place.record_id, place.key)
        assert old is not None  # noqa: S101 - it was found in this transaction
        new = Person(place.key, *(getattr(right, f) or getattr(old, f) for f in _FIELDS))
        until = place.retain_until
        keep_person(tx, rules, KINDS[place.kind], place.record_id, new, retain_until=until)
        tx.audit("person.correct", place.record_id, {"key": place.key, "request": request_id})
    done = _answer(tx, rules, request_id, "correct", reason, len(places))
    return done, len(places)


def erase(tx: Tx, rules: Rules, request_id: str, reason: str) -> tuple[Record, tuple[str, ...]]:
    """删除 where the matter is over; the request, and the numbers of those that are still open.

    Each deletion leaves a tombstone that names the request. Raises Refused when every place is
    still needed: then it is refused with that reason.
    """
    subject = _open_subject(tx, request_id, "erase")
    places = _matters(_places(tx.conn, subject, request_id))
    over = [p for p in places if p.closed_at is not None]
    if not over:
        raise Refused("subject_needed", "Every record of the person is still being worked on.")
    for place in over:
        persons.purge_person(
            tx.conn, place.kind, place.record_id, place.key, rule=f"subject_request {request_id}",
            at=tx.now, actor=tx.actor,
        )  # fmt: skip
        tx.audit("person.erase", place.record_id, {"key": place.key, "request": request_id})
    done = _answer(tx, rules, request_id, "erase", reason, len(over))
    return done, tuple(p.number for p in places if p.closed_at is None)


def refuse(tx: Tx, rules: Rules, request_id: str, reason: str) -> Record:
    """不予办理, with the reason that the person is told."""
    return _answer(tx, rules, request_id, "refuse", reason, 0)


def list_tombstones_of(conn: sa.Connection, request_id: str) -> list[Any]:
    """The proof of what was deleted under a request."""
    return persons.list_tombstones_by_rule(conn, f"subject_request {request_id}")


_FIELDS = ("name", "phone", "address")


def _answer(tx: Tx, rules: Rules, request_id: str, move: str, reason: str, places: int) -> Record:
    put = {"reason": strip_id_numbers(reason.strip()), "places": places}
    done = move_record(tx, rules, SUBJECT_KIND, request_id, move, put)
    start_retention(tx, rules, SUBJECT_KIND, request_id, tx.now)
    return done


def _open_subject(tx: Tx, request_id: str, category: str) -> Person:
    """Who asks, from the request itself; reading it counts and is logged."""
    request = get_record(tx.conn, SUBJECT_KIND, request_id)
    if request.state != "registered" or request.category != category:
        raise Refused("subject_answered", f"Expected an open request for {category}.")
    audit = schema.audit
    mine = (audit.c.action == "subject.read") & (audit.c.actor == tx.actor)
    recent = sa.select(sa.func.count()).where(mine & (audit.c.at > tx.now - _WITHIN))
    if tx.conn.execute(recent).scalar_one() >= MOST_READINGS:
        raise Refused("subject_often", f"At most {MOST_READINGS} requests are read within an hour.")
    subject = persons.find_person(tx.conn, request_id, SUBJECT)
    if subject is None:
        raise Refused("person_purged", "The details of the request were purged.")
    tx.audit("subject.read", request_id, {"category": category})
    return subject


def _matters(places: Sequence[Any]) -> list[Any]:
    """Places but for the person's own requests, which prove what was asked. Raises Refused."""
    found = [p for p in places if p.kind != SUBJECT_KIND.name]
    if not found:
        raise Refused("subject_unknown", "Nothing is held under this name and number.")
    return found


def _places(conn: sa.Connection, subject: Person, request_id: str) -> Sequence[Any]:
    """Rows of record_person with their records: the same name, and number or record."""
    t, index = record_person, persons.index_of(conn, subject)
    same = t.c.name_index == index["name_index"]
    if index["phone_index"]:
        same &= t.c.phone_index == index["phone_index"]
    else:
        same &= record.c.number == subject.address
    query = (
        sa.select(
            t.c.record_id, t.c.key, t.c.kind, t.c.retain_until, record.c.number,
            record.c.opened_at, record.c.closed_at,
        )
        .join(record, record.c.id == t.c.record_id)
        .where(same, t.c.record_id != request_id)
        .order_by(record.c.opened_at, t.c.record_id, t.c.key)
    )  # fmt: skip
    return conn.execute(query).all()


def _read_one(tx: Tx, place: Any) -> HeldOfPerson:
    kind, conn = KINDS[place.kind], tx.conn
    held = get_record(conn, kind, place.record_id)
    details = persons.find_person(conn, place.record_id, place.key)
    assert details is not None  # noqa: S101 - it was found in this transaction
    views = tuple(v for v in persons.list_views(conn, place.record_id) if v.key == place.key)
    persons.log_view(
        conn, at=tx.now, actor=tx.actor, record_id=place.record_id, key=place.key,
        purpose=Purpose.SUBJECT_REQUEST, reason="",
    )  # fmt: skip
    tx.audit("person.view", place.record_id, {"key": place.key, "purpose": Purpose.SUBJECT_REQUEST})
    return HeldOfPerson(
        place.kind, kind.machine.zh, held.number, held.id, place.key, held.opened_at,
        kind.machine.states[held.state], details, _texts(conn, held, place.key),
        place.retain_until, views,
    )  # fmt: skip


def _texts(conn: sa.Connection, held: Record, key: str) -> tuple[str, ...]:
    """The record's free texts, now and before, with everybody else's names masked."""
    others = persons.list_others(conn, held.id, key)
    names = sorted({n for one in others for n in names_of(one)}, key=len, reverse=True)
    said = [str(getattr(held, f, "") or "") for f in TEXTS]
    for row in list_history(conn, held.id):
        said += [str(row.changed.get(f) or "") for f in TEXTS]
    return tuple(dict.fromkeys(mask_text(text, names) for text in said if text))
