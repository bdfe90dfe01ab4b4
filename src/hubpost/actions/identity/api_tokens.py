"""Tokens of programs: a service account, one role within a scope, and a day when all of it ends."""

from dataclasses import replace
from uuid import uuid4

import sqlalchemy as sa

from hubpost.actions.identity.accounts import create_account, give_grant
from hubpost.actions.identity.sign_in import SignedIn
from hubpost.actions.identity.tokens import new_token, token_hash
from hubpost.model.access import Grant
from hubpost.model.apply import Refused
from hubpost.storage.identity.queries import (
    display_name_of,
    find_account,
    find_api_token,
    list_grants,
)
from hubpost.storage.identity.tables import api_token
from hubpost.storage.store import Store
from hubpost.storage.transaction import Tx

#: By this a token is known for one wherever it turns up, as in a log or a repository.
PREFIX = "hubpost_"


def issue_api_token(tx: Tx, name: str, grant: Grant, purpose: str = "") -> tuple[str, str]:
    """A new token of a service account, made when there is none: the token and its id.

    Raises Refused without an end that lies ahead, or for the account of a person.
    """
    end = grant.valid_to
    if end is None or end <= tx.now:
        raise Refused("token_end", "A token needs an end that lies ahead, such as --days 90.")
    row = find_account(tx.conn, name)
    if row is not None and (row.password_hash is not None or row.oidc_subject is not None):
        raise Refused(
            "token_person", f"{name} is the account of a person. Name a service account of its own."
        )
    account_id = row.id if row is not None else create_account(tx, name, person=False)
    if grant not in list_grants(tx.conn, account_id):
        give_grant(tx, account_id, grant)
    token, token_id = PREFIX + new_token(), uuid4().hex[:12]
    tx.conn.execute(
        api_token.insert().values(
            token_hash=token_hash(token),
            id=token_id,
            account_id=account_id,
            purpose=purpose.strip()[:100],
            created_at=tx.now,
            expires_at=end,
        )
    )
    tx.audit("issue_api_token", account_id, {"token": token_id, "role": grant.role})
    return token, token_id


def revoke_api_token(tx: Tx, token_id: str) -> None:
    """End a token at once. Raises Refused when it is unknown or ended already."""
    running = (api_token.c.id == token_id) & api_token.c.revoked_at.is_(None)
    done = tx.conn.execute(api_token.update().where(running).values(revoked_at=tx.now))
    if done.rowcount == 0:
        raise Refused("token_unknown", f"There is no running token {token_id}.")
    tx.audit("revoke_api_token", token_id, {})


def find_api_client(store: Store, token: str) -> SignedIn | None:
    """The service account behind a token, or None when the token is worth nothing now."""
    now = store.now()
    hashed = token_hash(token)

    def look(conn: sa.Connection) -> SignedIn | None:
        row = find_api_token(conn, hashed, now)
        if row is None:
            return None
        grants = tuple(
            replace(g, valid_to=min(g.valid_to, row.expires_at) if g.valid_to else row.expires_at)
            for g in list_grants(conn, row.account_id)
        )
        shown = display_name_of(conn, row.account_id, row.display_name)
        return SignedIn(row.account_id, row.name, shown, grants)

    return store.read(look)
