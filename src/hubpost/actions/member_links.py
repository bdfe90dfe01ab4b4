"""A member's own page: opened by a code on a phone, without an account; only its hash is kept."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from hubpost.actions.records.secret_codes import hash_code, new_code
from hubpost.model.apply import Refused
from hubpost.storage.field_tables import member_link
from hubpost.storage.transaction import Tx

#: A code must be made anew each year, as a volunteer's consent [proposed].
LASTS = timedelta(days=365)
_PURPOSE = "member"


def make_member_link(tx: Tx, member_id: str) -> str:
    """A fresh code for a member's page; the one before opens nothing any more.

    Raises Refused for who is on no list.
    """
    if member_id not in tx.board.members:
        raise Refused("member_unknown", f"Member {member_id} is on no list.", member_id=member_id)
    revoke_links(tx, member_id)
    code = new_code()
    tx.conn.execute(
        member_link.insert().values(
            code_hash=hash_code(_PURPOSE, code),
            member_id=member_id,
            made_at=tx.now,
            expires_at=tx.now + LASTS,
        )
    )
    tx.audit("make_member_link", member_id, {})
    return code


def revoke_links(tx: Tx, member_id: str) -> None:
    """End every page of a member."""
    c = member_link.c
    mine = (c.member_id == member_id) & c.revoked_at.is_(None)
    tx.conn.execute(member_link.update().where(mine).values(revoked_at=tx.now))


def find_member_id(conn: sa.Connection, code: str, now: datetime) -> str | None:
    """Whose page a code opens; None when it opens nothing, or no longer."""
    c = member_link.c
    query = sa.select(c.member_id).where(
        (c.code_hash == hash_code(_PURPOSE, code)) & c.revoked_at.is_(None) & (c.expires_at > now)
    )
    found = conn.execute(query).scalar()
    return str(found) if found is not None else None


def list_linked(conn: sa.Connection, now: datetime) -> set[str]:
    """The members whose page can be opened."""
    c = member_link.c
    query = sa.select(c.member_id).where(c.revoked_at.is_(None) & (c.expires_at > now))
    return {row.member_id for row in conn.execute(query)}
