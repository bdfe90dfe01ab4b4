"""Sessions: opening one, the list of a person's devices, ending one or all others."""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from hubpost.actions.identity.tokens import token_hash
from hubpost.model.apply import Refused
from hubpost.storage.identity.tables import account, session
from hubpost.storage.transaction import Tx

_DEVICE_LENGTH = 100
#: So much of the hash names a session on a page; the hash opens nothing.
_ID_LENGTH = 16


@dataclass(frozen=True, slots=True)
class SessionParams:
    """How long a session lasts: without anything being done, and at all."""

    idle: timedelta = timedelta(minutes=30)
    absolute: timedelta = timedelta(hours=12)


def open_session(tx: Tx, account_id: str, token: str, device: str) -> None:
    """Begin a session that the token opens; failed attempts are forgotten."""
    tx.conn.execute(
        account.update().where(account.c.id == account_id).values(failures=0, locked_until=None)
    )
    said = "".join(c for c in device if c.isprintable()).strip()[:_DEVICE_LENGTH]
    tx.conn.execute(
        session.insert().values(
            token_hash=token_hash(token),
            account_id=account_id,
            device=said,
            created_at=tx.now,
            last_seen_at=tx.now,
        )
    )
    tx.audit("sign_in", account_id, {"device": said})


def session_id(hashed: str) -> str:
    """What a session is called on the page of devices."""
    return hashed[:_ID_LENGTH]


def end_session(tx: Tx, account_id: str, wanted: str) -> None:
    """End one of an account's own sessions by its id. Raises Refused when it has no such one."""
    mine = session.c.account_id == account_id
    this = mine & session.c.ended_at.is_(None) & session.c.token_hash.startswith(wanted[:64])
    known = len(wanted) == _ID_LENGTH and wanted.isalnum()
    found = tx.conn.execute(sa.select(session.c.token_hash).where(this)).all() if known else []
    if len(found) != 1:
        raise Refused("session_unknown", "There is no such session of yours.")
    ended = session.update().where(session.c.token_hash == found[0].token_hash)
    tx.conn.execute(ended.values(ended_at=tx.now))
    tx.audit("end_session", account_id, {"session": wanted})


def end_other_sessions(tx: Tx, account_id: str, token: str) -> None:
    """Sign an account out everywhere but where this token is."""
    others = (session.c.account_id == account_id) & (session.c.token_hash != token_hash(token))
    open_ones = others & session.c.ended_at.is_(None)
    tx.conn.execute(session.update().where(open_ones).values(ended_at=tx.now))
    tx.audit("end_other_sessions", account_id, {})
