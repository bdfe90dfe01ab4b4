"""Requests sent twice: the first is done, the second gets the same reply."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from hubpost.model.apply import Refused
from hubpost.storage import schema
from hubpost.storage.sealed import open_value, seal_value
from hubpost.storage.transaction import Tx

#: Replies are kept this long; a field device must have sent its queue by then.
KEEP = timedelta(days=14)
_LONGEST = 200


def once(tx: Tx, key: str | None, request: Any, action: Callable[[Tx], Any]) -> Any:
    """Do an action under a key: a second request with the key gets the reply of the first.

    Without a key the action's own answer is given. request: what was asked, so that a key used for
    something else is refused. The reply is kept in the same commit as what the action did, as
    JSON; so a crash between the two cannot be.
    Raises Refused when the key was used for another request, or is too long.
    """
    if key is None:
        return action(tx)
    if not 1 <= len(key) <= _LONGEST:
        raise Refused("key_unlikely", f"Expected a key of 1 to {_LONGEST} characters.")
    fingerprint = hashlib.sha256(msgspec.json.encode(request, order="sorted")).hexdigest()
    held = find_reply(tx.conn, key, fingerprint)
    if held is not None:
        return held["reply"]
    reply = msgspec.to_builtins(action(tx))
    keep_reply(tx, key, fingerprint, reply)
    return reply


def find_reply(conn: sa.Connection, key: str, fingerprint: str) -> dict[str, Any] | None:
    """{"reply": …} of a request done before, or None. Raises Refused for another request."""
    row = conn.execute(sa.select(schema.reply).where(schema.reply.c.key == key)).first()
    if row is None:
        return None
    if row.fingerprint != fingerprint:
        raise Refused(
            "key_reused", "This key was used for another request. Use a new key for a new request."
        )
    return {"reply": msgspec.json.decode(open_value(conn, "reply", "body", row.body, key))}


def keep_reply(tx: Tx, key: str, fingerprint: str, reply: Any) -> None:
    """Keep what was answered under a key."""
    tx.conn.execute(
        schema.reply.insert().values(
            key=key,
            fingerprint=fingerprint,
            at=tx.now,
            actor=tx.actor,
            body=seal_value(tx.sealing, "reply", "body", msgspec.json.encode(reply).decode(), key),
        )
    )


def purge_replies(tx: Tx) -> int:
    """Forget replies older than two weeks; how many."""
    old = schema.reply.c.at < tx.now - KEEP
    return tx.conn.execute(schema.reply.delete().where(old)).rowcount
