"""Partners across the border and the agreements with them; links for those without a server."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from hubpost.model.apply import Refused
from hubpost.storage import schema
from hubpost.storage.transaction import Tx

#: A link is for one case and short-lived.
LINK_LASTS = timedelta(hours=12)


def agree(
    tx: Tx,
    partner_id: str,
    name: str,
    station_id: str,
    *,
    expires_at: datetime,
    public_key: str | None = None,
    address: str | None = None,
) -> None:
    """Enter or renew an agreement 六联协作 with a partner, until a date.

    station_id: our border station it adjoins. public_key, address: of the partner's server; both
    None for a township that has none and is reached by links.
    Raises Refused for an unknown station, an end that is past, or a key without an address.
    """
    if station_id not in tx.board.stations:
        raise Refused("station_unknown", f"Station {station_id} is not on the board.")
    if expires_at <= tx.now:
        raise Refused("agreement_past", "An agreement needs an end that lies ahead.")
    if (public_key is None) != (address is None):
        raise Refused("partner_half", "A partner's server has a key and an address, or neither.")
    table = schema.partner
    tx.conn.execute(table.delete().where(table.c.id == partner_id))
    tx.conn.execute(
        table.insert().values(
            id=partner_id,
            name=name,
            station_id=station_id,
            public_key=public_key,
            address=address,
            agreed_at=tx.now,
            expires_at=expires_at,
            agreed_by=tx.actor,
        )
    )
    tx.audit("agree", partner_id, {"expires_at": expires_at.isoformat(), "name": name})


def withdraw(tx: Tx, partner_id: str) -> None:
    """End an agreement before its time; nothing more is shared, links included."""
    get_partner(tx.conn, partner_id, tx.now)
    table, links = schema.partner, schema.aid_link
    tx.conn.execute(table.update().where(table.c.id == partner_id).values(withdrawn_at=tx.now))
    cases = [a.id for a in tx.board.aid.values() if a.partner_id == partner_id]
    tx.conn.execute(
        links.update()
        .where(links.c.aid_id.in_(cases) & links.c.revoked_at.is_(None))
        .values(revoked_at=tx.now)
    )
    tx.audit("withdraw", partner_id, {})


def get_partner(conn: sa.Connection, partner_id: str, now: datetime) -> sa.Row[Any]:
    """A partner whose agreement is in force. Raises Refused."""
    table = schema.partner
    row = conn.execute(sa.select(table).where(table.c.id == partner_id)).first()
    if row is None:
        raise Refused("partner_unknown", f"There is no agreement with {partner_id!r}.")
    if row.withdrawn_at is not None or row.expires_at <= now:
        raise Refused("agreement_over", f"The agreement with {row.name} is over. Renew it first.")
    return row


def find_partner(conn: sa.Connection, partner_id: str) -> sa.Row[Any] | None:
    """A partner whatever became of its agreement, or None."""
    table = schema.partner
    return conn.execute(sa.select(table).where(table.c.id == partner_id)).first()


def list_partners(conn: sa.Connection) -> list[sa.Row[Any]]:
    """All partners, by name."""
    return list(conn.execute(sa.select(schema.partner).order_by(schema.partner.c.name)))


def make_link(tx: Tx, aid_id: str, *, lasts: timedelta = LINK_LASTS) -> str:
    """The token of a link to one case's slip; only its hash is kept.

    Raises Refused when the case is not open or its agreement is over.
    """
    case = tx.board.aid.get(aid_id)
    if case is None:
        raise Refused("aid_unknown", f"Aid {aid_id} is not open.")
    partner = get_partner(tx.conn, case.partner_id, tx.now)
    token = secrets.token_urlsafe(32)
    tx.conn.execute(
        schema.aid_link.insert().values(
            token_hash=_hash(token),
            aid_id=aid_id,
            made_at=tx.now,
            expires_at=min(tx.now + lasts, partner.expires_at),
        )
    )
    tx.audit("make_link", aid_id, {"partner": case.partner_id})
    return token


def open_link(tx: Tx, token: str) -> str:
    """The case a link leads to; counts and logs the opening. Raises Refused `link_over`."""
    table = schema.aid_link
    row = tx.conn.execute(sa.select(table).where(table.c.token_hash == _hash(token))).first()
    good = (
        row is not None
        and row.revoked_at is None
        and row.expires_at > tx.now
        and row.aid_id in tx.board.aid
    )
    if not good or row is None:
        # One answer for all: a guesser learns nothing of what exists.
        raise Refused("link_over", "This link is over, or never was. Ask for a new one.")
    tx.conn.execute(
        table.update().where(table.c.token_hash == row.token_hash).values(opened=row.opened + 1)
    )
    tx.audit("open_link", row.aid_id, {"times": row.opened + 1})
    return str(row.aid_id)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
