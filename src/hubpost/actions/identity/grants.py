"""Giving and taking roles within a scope."""

from uuid import uuid4

import sqlalchemy as sa

from hubpost.model.access import Grant, Role, ScopeKind
from hubpost.model.apply import Refused
from hubpost.storage.identity.tables import access_grant, account
from hubpost.storage.schema import partner
from hubpost.storage.transaction import Tx


def give_grant(tx: Tx, account_id: str, grant: Grant) -> str:
    """Give a role within a scope; the grant's id. Raises Refused for a scope that is not there."""
    require_account(tx, account_id)
    _require_scope(tx, grant)
    if grant.valid_from and grant.valid_to and grant.valid_to <= grant.valid_from:
        raise Refused("grant_dates", "The grant would end before it begins. Correct the dates.")
    grant_id = uuid4().hex
    tx.conn.execute(
        access_grant.insert().values(
            id=grant_id,
            account_id=account_id,
            role=grant.role.value,
            scope_kind=grant.scope_kind.value,
            scope_id=grant.scope_id,
            valid_from=grant.valid_from,
            valid_to=grant.valid_to,
        )
    )
    facts = {"role": grant.role, "scope": grant.scope_kind, "id": grant.scope_id}
    tx.audit("give_grant", account_id, facts)
    return grant_id


def revoke_grant(tx: Tx, grant_id: str) -> None:
    """Take a role back at once. Raises Refused when it is unknown or already revoked."""
    running = (access_grant.c.id == grant_id) & access_grant.c.revoked_at.is_(None)
    done = tx.conn.execute(access_grant.update().where(running).values(revoked_at=tx.now))
    if done.rowcount == 0:
        raise Refused("grant_unknown", f"There is no running grant {grant_id}.")
    tx.audit("revoke_grant", grant_id, {})


def require_account(tx: Tx, account_id: str) -> None:
    """Raises Refused when there is no such account."""
    known = tx.conn.execute(sa.select(account.c.id).where(account.c.id == account_id)).first()
    if known is None:
        raise Refused("account_unknown", f"There is no account {account_id}.")


def _require_scope(tx: Tx, grant: Grant) -> None:
    if (grant.role is Role.BORDER_PARTNER) != (grant.scope_kind is ScopeKind.PARTNER):
        raise Refused(
            "scope_partner",
            "A border partner is given the scope partner:ID of its own agreement, and nobody else.",
        )
    hubs = {g.hub_id for g in tx.board.groups}
    known = {
        ScopeKind.GROUP: grant.scope_id in hubs,
        ScopeKind.STATION: grant.scope_id in tx.board.stations,
        ScopeKind.PARTNER: _is_partner(tx, grant.scope_id),
    }.get(grant.scope_kind, True)
    if not known:
        raise Refused(
            "scope_unknown",
            f"Expected a {grant.scope_kind.value} of this county, came {grant.scope_id}.",
        )


def _is_partner(tx: Tx, partner_id: str) -> bool:
    known = sa.select(partner.c.id).where(partner.c.id == partner_id)
    return tx.conn.execute(known).first() is not None
