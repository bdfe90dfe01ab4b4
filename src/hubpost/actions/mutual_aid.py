"""Mutual aid 跨界支援: request → offer → commit → release, on either side of the border."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import msgspec
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hubpost.actions.advice import advise, predicted_arrival
from hubpost.actions.aid_messages import AidMessage, sender_of, sign, verify
from hubpost.actions.calls import CallReport, receive_call
from hubpost.actions.command_room import CommandRoom
from hubpost.actions.partners import get_partner, open_link
from hubpost.dispatch.mutual_aid import make_slip
from hubpost.model import events as ev
from hubpost.model.aid import AidCase, AidSide, AidSlip
from hubpost.model.apply import Refused
from hubpost.model.place import Place
from hubpost.storage import schema
from hubpost.storage.sealed import open_value, seal_value
from hubpost.storage.transaction import Tx


@dataclass(frozen=True, slots=True, eq=False)
class AidServer:
    """This server as its partners know it."""

    id: str
    key: Ed25519PrivateKey


def request_aid(tx: Tx, me: AidServer, call_id: str, partner_id: str, line: str = "") -> str:
    """求援: ask a partner for help with one of our calls; the id of the case.

    The partner sees the redacted slip. The message waits in the outbox; with a partner without a
    server it is a link that must be made and sent (`partners.make_link`).
    Raises Refused without an agreement in force, or when the partner was asked already.
    """
    partner = get_partner(tx.conn, partner_id, tx.now)
    if call_id not in tx.board.calls:
        raise Refused("call_not_open", f"Call {call_id} is not open.", call_id=call_id)
    if any(a.call_id == call_id and a.partner_id == partner_id for a in tx.board.aid.values()):
        raise Refused("aid_known", f"{partner.name} was asked for this call already.")
    call = tx.board.calls[call_id].call
    aid_id = uuid4().hex
    slip = make_slip(call, f"{me.id}-{call.number}", line)
    tx.record(ev.AidRequested(tx.now, aid_id, partner_id, AidSide.ASKED, slip, call_id))
    _send(tx, me, partner, "request", aid_id, {"slip": slip})
    return aid_id


def offer_aid(tx: Tx, me: AidServer, room: CommandRoom, aid_id: str, unit_ids: list[str]) -> None:
    """可援: tell the asker which units could come, and when. Nothing is promised yet."""
    case = _get_case(tx, aid_id, AidSide.ASKED_OF_US)
    partner = get_partner(tx.conn, case.partner_id, tx.now)
    names = tuple(_unit_name(tx, u) for u in unit_ids)
    eta_s = _soonest_s(tx, room, case, unit_ids)
    tx.record(ev.AidOffered(tx.now, aid_id, names, eta_s))
    _send(tx, me, partner, "offer", aid_id, {"unit_names": names, "eta_s": eta_s})


def commit_aid(tx: Tx, me: AidServer, room: CommandRoom, aid_id: str, unit_ids: list[str]) -> str:
    """承诺: take the partner's call as one of ours and send the units; the call's id.

    All or nothing: a unit that is no longer free refuses the whole commitment.
    """
    case = _get_case(tx, aid_id, AidSide.ASKED_OF_US)
    partner = get_partner(tx.conn, case.partner_id, tx.now)
    if not unit_ids:
        raise Refused("offer_empty", "A commitment sends at least one unit.")
    call_id = _take_partner_call(tx, room, case, partner.station_id)
    advice = advise(room, tx.board, call_id, tx.now)
    by_id = {c.unit_id: c for c in (*advice.ranked, *advice.barred)}
    for unit_id in unit_ids:
        candidate = by_id.get(unit_id)
        arrival = predicted_arrival(candidate, tx.now) if candidate else None
        why = f"mutual aid for {partner.name}"
        tx.record(ev.UnitAssigned(tx.now, call_id, unit_id, arrival, why))
    tx.record(ev.AidCommitted(tx.now, aid_id, call_id))
    _send(tx, me, partner, "commit", aid_id, {})
    return call_id


def release_aid(tx: Tx, me: AidServer, aid_id: str, reason: str = "") -> None:
    """解除: the help is over; either side may say so."""
    case = _get_case(tx, aid_id)
    partner = get_partner(tx.conn, case.partner_id, tx.now)
    tx.record(ev.AidReleased(tx.now, aid_id, reason.strip()))
    _send(tx, me, partner, "release", aid_id, {"reason": reason.strip()})


def decline_aid(tx: Tx, me: AidServer, aid_id: str, reason: str) -> None:
    """婉拒: we cannot come, or no longer ask."""
    case = _get_case(tx, aid_id)
    partner = get_partner(tx.conn, case.partner_id, tx.now)
    tx.record(ev.AidDeclined(tx.now, aid_id, reason.strip()))
    _send(tx, me, partner, "decline", aid_id, {"reason": reason.strip()})


def take_message(tx: Tx, me: AidServer, raw: bytes | str) -> str:
    """Take in a partner's message: `taken`, or `repeated` when it came before.

    Raises Refused when it is not from a partner in agreement, not signed by it, not for us, not
    fresh, or does not fit the state of the case.
    """
    partner = get_partner(tx.conn, sender_of(raw), tx.now)
    if not partner.public_key:
        raise Refused("partner_without_server", f"{partner.name} has no server on record.")
    message = verify(raw, public_key=partner.public_key, me=me.id, now=tx.now)
    text = raw if isinstance(raw, str) else raw.decode()
    if not _keep_message(tx, partner.id, message.id, text, outgoing=False):
        return "repeated"
    _act_on(tx, partner.id, message)
    return "taken"


def answer_by_link(tx: Tx, token: str, kind: str, unit_names: tuple[str, ...] = ()) -> AidCase:
    """What a township without a server answers on the page of its link: offer, commit, decline.

    Commit here means: they say they have sent. Raises Refused like the messages.
    """
    return _answer(tx, open_link(tx, token), kind, unit_names, "by link")


def answer_for_partner(tx: Tx, aid_id: str, kind: str, unit_names: tuple[str, ...] = ()) -> AidCase:
    """The same by a partner with an account here; the caller has seen to it that it is theirs."""
    return _answer(tx, aid_id, kind, unit_names, "by account")


def _answer(tx: Tx, aid_id: str, kind: str, unit_names: tuple[str, ...], how: str) -> AidCase:
    _get_case(tx, aid_id, AidSide.ASKED)
    case = tx.board.aid[aid_id]
    if kind == "offer":
        tx.record(ev.AidOffered(tx.now, aid_id, unit_names))
    elif kind == "commit":
        tx.record(ev.AidCommitted(tx.now, aid_id))
    elif kind == "decline":
        tx.record(ev.AidDeclined(tx.now, aid_id, how))
    else:
        raise Refused("step_unknown", "Expected offer, commit or decline.")
    return tx.board.aid.get(aid_id, case)


@dataclass(frozen=True, slots=True)
class WaitingMessage:
    """A signed message that waits to be sent to a partner's address."""

    partner_id: str
    message_id: str
    at: datetime
    body: str
    address: str
    attempts: int


def list_outbox(conn: sa.Connection) -> list[WaitingMessage]:
    """Messages that no partner's server has taken yet, oldest first, with its address."""
    m, p = schema.aid_message, schema.partner
    query = (
        sa.select(m, p.c.address)
        .join(p, p.c.id == m.c.partner_id)
        .where(m.c.outgoing & m.c.sent_at.is_(None) & p.c.address.is_not(None))
        .order_by(m.c.at)
    )
    return [_waiting(conn, row) for row in conn.execute(query)]


def _waiting(conn: sa.Connection, row: sa.Row[Any]) -> WaitingMessage:
    place = (row.partner_id, row.message_id)
    body = open_value(conn, "aid_message", "body", row.body, *place)
    return WaitingMessage(*place, row.at, body, row.address, row.attempts)


def note_sending(
    tx: Tx, partner_id: str, message_id: str, error: str | None, *, over: bool = False
) -> None:
    """Write down that a message was taken by the partner's server, or why not.

    over: it is not tried again, and leaves the outbox with its error.
    """
    table = schema.aid_message
    key = (table.c.partner_id == partner_id) & (table.c.message_id == message_id)
    tx.conn.execute(
        table.update()
        .where(key & table.c.outgoing)
        .values(
            attempts=table.c.attempts + 1,
            error=error,
            sent_at=None if error and not over else tx.now,
        )
    )


def _act_on(tx: Tx, partner_id: str, message: AidMessage) -> None:
    aid_id, body = message.aid_id, message.body
    if message.kind == "request":
        slip = _convert(body.get("slip"), AidSlip)
        tx.record(ev.AidRequested(tx.now, aid_id, partner_id, AidSide.ASKED_OF_US, slip))
        return
    case = _get_case(tx, aid_id)
    if case.partner_id != partner_id:
        raise Refused("aid_unknown", f"Aid {aid_id} is not open.")
    if message.kind in ("offer", "commit"):
        _get_case(tx, aid_id, AidSide.ASKED)
    if message.kind == "offer":
        names = _convert(body.get("unit_names"), tuple[str, ...])
        tx.record(ev.AidOffered(tx.now, aid_id, names, _convert(body.get("eta_s"), float | None)))
    elif message.kind == "commit":
        tx.record(ev.AidCommitted(tx.now, aid_id))
    elif message.kind == "release":
        tx.record(ev.AidReleased(tx.now, aid_id, _convert(body.get("reason", ""), str)))
    else:
        tx.record(ev.AidDeclined(tx.now, aid_id, _convert(body.get("reason", ""), str)))


def _convert(value: Any, kind: Any) -> Any:
    try:
        return msgspec.convert(value, kind, strict=True)
    except msgspec.ValidationError as error:
        raise Refused("message_unreadable", f"The body does not fit its kind: {error}.") from error


def _get_case(tx: Tx, aid_id: str, side: AidSide | None = None) -> AidCase:
    case = tx.board.aid.get(aid_id)
    if case is None:
        raise Refused("aid_unknown", f"Aid {aid_id} is not open.")
    if side is not None and case.side is not side:
        raise Refused("aid_wrong_side", "Only the giver offers and commits.")
    return case


def _unit_name(tx: Tx, unit_id: str) -> str:
    if unit_id not in tx.board.units:
        raise Refused("unit_unknown", f"Unit {unit_id} is not on the board.", unit_id=unit_id)
    return tx.board.units[unit_id].unit.name


def _soonest_s(tx: Tx, room: CommandRoom, case: AidCase, unit_ids: list[str]) -> float | None:
    place, travel = Place(case.slip.lon, case.slip.lat), room.travel_at(tx.board, tx.now)
    travel_s = room.unit_travel_s(tx.board, place, travel=travel)
    ways = [travel_s[u] for u in unit_ids]
    soonest = min(ways, default=float("inf"))
    return soonest if soonest != float("inf") else None


def _take_partner_call(tx: Tx, room: CommandRoom, case: AidCase, station_id: str) -> str:
    slip = case.slip
    report = CallReport(
        category=slip.category,
        priority=slip.priority,
        lon=slip.lon,
        lat=slip.lat,
        station_id=station_id,
        place_text=slip.place_text,
        note=f"{slip.case_no} {slip.line}".strip(),
        confirmed=True,
        units_needed=slip.units_needed,
        exercise=slip.exercise,
        request_id=case.id,
        danger=slip.danger,
        source="partner",
    )
    return receive_call(tx, room, report).call.id


def _send(
    tx: Tx, me: AidServer, partner: sa.Row[Any], kind: str, aid_id: str, body: dict[str, Any]
) -> None:
    """Put a signed message into the outbox; it leaves after the commit, and again until taken."""
    built = msgspec.to_builtins(body)
    message = AidMessage(uuid4().hex, me.id, partner.id, kind, aid_id, tx.now, built)
    _keep_message(tx, partner.id, message.id, sign(message, me.key), outgoing=True)


def _keep_message(tx: Tx, partner_id: str, message_id: str, body: str, *, outgoing: bool) -> bool:
    """Keep a message as the record of sharing; False when this one is there already."""
    table = schema.aid_message
    key = (table.c.partner_id == partner_id) & (table.c.message_id == message_id)
    known = sa.select(table.c.message_id).where(key & (table.c.outgoing == outgoing))
    if tx.conn.execute(known).first() is not None:
        return False
    tx.conn.execute(
        table.insert().values(
            partner_id=partner_id,
            message_id=message_id,
            outgoing=outgoing,
            at=tx.now,
            body=seal_value(tx.conn, "aid_message", "body", body, partner_id, message_id),
        )
    )
    tx.audit("aid_sent" if outgoing else "aid_received", partner_id, {"message_id": message_id})
    return True
