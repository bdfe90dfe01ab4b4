"""Making accounts, giving and taking rights, and the links by which people choose a password."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

import sqlalchemy as sa

from hubpost.actions.identity.grants import give_grant, require_account, revoke_grant
from hubpost.actions.identity.sessions import end_other_sessions
from hubpost.actions.identity.stays import follow_new_account
from hubpost.actions.identity.tokens import new_token, token_hash
from hubpost.model.access import Grant, Role, ScopeKind
from hubpost.model.apply import Refused
from hubpost.storage.identity.queries import anyone_can_sign_in, find_account
from hubpost.storage.identity.tables import account, session, sign_up_link
from hubpost.storage.sealed import seal_value
from hubpost.storage.transaction import Tx

__all__ = [
    "FIRST_GRANT", "LINK_RUNS", "change_password", "create_account", "disable_account",
    "end_sessions", "give_grant", "issue_link", "revoke_grant", "set_up", "use_link",
]  # fmt: skip

LINK_RUNS = timedelta(hours=24)
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


def create_account(tx: Tx, name: str, display_name: str = "", *, person: bool = True) -> str:
    """A new account without a password; its id. Raises Refused for a bad or used name.

    person: it gets the rights of the secondments recorded for its name, and no others; a
    program's account gets none at all.
    """
    name = name.strip().casefold()
    if not _NAME.fullmatch(name):
        raise Refused(
            "account_name",
            f"Expected 2 to 40 letters, digits, dots, dashes or underscores, came {name!r}.",
        )
    if find_account(tx.conn, name) is not None:
        raise Refused("account_known", f"There already is an account {name}.")
    account_id = uuid4().hex
    tx.conn.execute(
        account.insert().values(
            id=account_id,
            name=name,
            display_name=seal_value(
                tx.conn, "account", "display_name", display_name.strip() or name, account_id
            ),
            created_at=tx.now,
            totp_confirmed=False,
            failures=0,
        )
    )
    tx.audit("create_account", account_id, {"name": name})
    if person:
        follow_new_account(tx, account_id, name)
    return account_id


def issue_link(tx: Tx, account_id: str) -> str:
    """A one-time token by which a person chooses a password; earlier unused ones end."""
    require_account(tx, account_id)
    open_links = (sign_up_link.c.account_id == account_id) & sign_up_link.c.used_at.is_(None)
    tx.conn.execute(sign_up_link.update().where(open_links).values(used_at=tx.now))
    token = new_token()
    tx.conn.execute(
        sign_up_link.insert().values(
            token_hash=token_hash(token), account_id=account_id, expires_at=tx.now + LINK_RUNS
        )
    )
    tx.audit("issue_link", account_id, {})
    return token


def use_link(tx: Tx, token: str, password_hash: str) -> str:
    """Set the password chosen by a link, once; the account's id. All its sessions end.

    Raises Refused when the link is unknown, used or expired.
    """
    row = tx.conn.execute(
        sa.select(sign_up_link).where(sign_up_link.c.token_hash == token_hash(token))
    ).first()
    if row is None or row.used_at is not None or row.expires_at <= tx.now:
        raise Refused("link_ended", "This link is unknown, used or expired. Ask for a new one.")
    this_link = sign_up_link.c.token_hash == row.token_hash
    tx.conn.execute(sign_up_link.update().where(this_link).values(used_at=tx.now))
    tx.conn.execute(
        account.update()
        .where(account.c.id == row.account_id)
        .values(password_hash=password_hash, failures=0, locked_until=None)
    )
    end_sessions(tx, row.account_id)
    tx.audit("choose_password", row.account_id, {})
    return str(row.account_id)


def disable_account(tx: Tx, account_id: str) -> None:
    """Close an account; whoever is signed in with it is signed out."""
    require_account(tx, account_id)
    closed = account.update().where(account.c.id == account_id).values(disabled_at=tx.now)
    tx.conn.execute(closed)
    end_sessions(tx, account_id)
    tx.audit("disable_account", account_id, {})


def end_sessions(tx: Tx, account_id: str, *, at: datetime | None = None) -> None:
    """Sign an account out on all devices."""
    open_ones = (session.c.account_id == account_id) & session.c.ended_at.is_(None)
    tx.conn.execute(session.update().where(open_ones).values(ended_at=at or tx.now))


def change_password(tx: Tx, account_id: str, password_hash: str, token: str) -> None:
    """Put a new password in force; every session but the one of this token ends."""
    changed = account.update().where(account.c.id == account_id)
    tx.conn.execute(changed.values(password_hash=password_hash, failures=0, locked_until=None))
    tx.audit("change_password", account_id, {})
    end_other_sessions(tx, account_id, token)


def set_up(tx: Tx, name: str, display_name: str, password_hash: str) -> str:
    """The first account of an installation, an administrator; its id.

    Raises Refused once anybody can sign in: then an administrator makes accounts.
    """
    if anyone_can_sign_in(tx.conn, tx.now):
        raise Refused("set_up_done", "This installation has accounts. Ask an administrator.")
    account_id = create_account(tx, name, display_name)
    tx.conn.execute(
        account.update().where(account.c.id == account_id).values(password_hash=password_hash)
    )
    give_grant(tx, account_id, FIRST_GRANT)
    tx.audit("set_up", account_id, {})
    return account_id


#: What the first account of an installation is given.
FIRST_GRANT = Grant(Role.ADMINISTRATOR, ScopeKind.COUNTY, "")
