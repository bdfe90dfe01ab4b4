"""An administrator's page of accounts: what stands, and what may be done with another's account."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from hubpost.actions.identity import accounts
from hubpost.model.access import Grant, Role, ScopeKind
from hubpost.model.apply import Refused
from hubpost.storage.identity.queries import display_name_of, list_accounts
from hubpost.storage.identity.tables import access_grant, account, session
from hubpost.storage.transaction import Tx


@dataclass(frozen=True, slots=True)
class HeldGrant:
    """A role that was not revoked, with the id by which it is."""

    id: str
    grant: Grant


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account as its administrator sees it; no secret of it."""

    id: str
    name: str
    display_name: str
    has_password: bool
    one_time_codes: bool
    closed: bool
    locked_until: datetime | None
    sessions: int
    grants: tuple[HeldGrant, ...]


def list_account_rows(conn: sa.Connection, now: datetime) -> list[AccountRow]:
    """Every account by name, with its roles and how many sessions nobody ended."""
    counted = sa.select(session.c.account_id, sa.func.count()).where(session.c.ended_at.is_(None))
    sessions: dict[str, int] = {
        row[0]: row[1] for row in conn.execute(counted.group_by(session.c.account_id))
    }
    held: dict[str, list[HeldGrant]] = {}
    query = sa.select(access_grant).where(access_grant.c.revoked_at.is_(None))
    for row in conn.execute(query.order_by(access_grant.c.role, access_grant.c.id)):
        held.setdefault(row.account_id, []).append(HeldGrant(row.id, _grant(row)))
    return [
        AccountRow(
            a.id, a.name, display_name_of(conn, a.id, a.display_name), a.password_hash is not None,
            a.totp_confirmed, a.disabled_at is not None,
            a.locked_until if a.locked_until and a.locked_until > now else None,
            sessions.get(a.id, 0), tuple(held.get(a.id, ())),
        )
        for a in list_accounts(conn)
    ]  # fmt: skip


def make_account(tx: Tx, name: str, display_name: str = "") -> str:
    """A new account; the token of the link by which its person chooses a password."""
    return accounts.issue_link(tx, accounts.create_account(tx, name, display_name))


def sign_out_everywhere(tx: Tx, account_id: str) -> None:
    """End every session of an account, as after a lost telephone."""
    _require_known(tx, account_id)
    accounts.end_sessions(tx, account_id)
    tx.audit("end_sessions", account_id, {})


def unlock_account(tx: Tx, account_id: str) -> None:
    """Let a person try again at once after too many wrong passwords."""
    _require_known(tx, account_id)
    _change(tx, account_id, {"failures": 0, "locked_until": None})
    tx.audit("unlock_account", account_id, {})


def close_account(tx: Tx, account_id: str) -> None:
    """Close an account; who is signed in with it is out."""
    _require_known(tx, account_id)
    accounts.disable_account(tx, account_id)


def reopen_account(tx: Tx, account_id: str) -> None:
    """Open a closed account again, with the roles it had."""
    _require_known(tx, account_id)
    _change(tx, account_id, {"disabled_at": None})
    tx.audit("reopen_account", account_id, {})


def give_role(tx: Tx, account_id: str, grant: Grant) -> str:
    """Give another a role; the grant's id."""
    _require_known(tx, account_id)
    return accounts.give_grant(tx, account_id, grant)


def revoke_role(tx: Tx, account_id: str, grant_id: str) -> None:
    """Take a role of this account back at once. Raises Refused when it has no such one."""
    _require_known(tx, account_id)
    mine = (access_grant.c.id == grant_id) & (access_grant.c.account_id == account_id)
    if tx.conn.execute(sa.select(access_grant.c.id).where(mine)).first() is None:
        raise Refused("grant_unknown", f"There is no running grant {grant_id}.")
    accounts.revoke_grant(tx, grant_id)


def _require_known(tx: Tx, account_id: str) -> None:
    known = sa.select(account.c.id).where(account.c.id == account_id)
    if tx.conn.execute(known).first() is None:
        raise Refused("account_unknown", f"There is no account {account_id}.")


def require_not_mine(account_id: str, mine: str) -> None:
    """Raises Refused for one's own account: nobody gives himself a right, or locks himself out."""
    if account_id == mine:
        raise Refused("own_account", "Another administrator changes your account.")


def _change(tx: Tx, account_id: str, values: dict[str, Any]) -> None:
    tx.conn.execute(account.update().where(account.c.id == account_id).values(values))


def _grant(row: Any) -> Grant:
    kind = ScopeKind(row.scope_kind)
    return Grant(Role(row.role), kind, row.scope_id, row.valid_from, row.valid_to)
