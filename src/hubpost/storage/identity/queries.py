"""Reading accounts, grants and sessions."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from hubpost.model.access import Grant, Role, ScopeKind
from hubpost.storage.clocks import CLOCKS_APART
from hubpost.storage.identity.tables import access_grant, account, api_token, session, sign_up_link
from hubpost.storage.sealed import open_value


def find_account(conn: sa.Connection, name: str) -> sa.Row[Any] | None:
    """The account of a sign-in name, or None; case does not matter."""
    found = account.c.name == name.strip().casefold()
    return conn.execute(sa.select(account).where(found)).first()


def find_oidc_account(conn: sa.Connection, issuer: str, subject: str) -> sa.Row[Any] | None:
    """The account tied to a subject at an OpenID provider, or None."""
    tied = account.c.oidc_subject == f"{issuer} {subject}"
    return conn.execute(sa.select(account).where(tied)).first()


def display_name_of(conn: sa.Connection, account_id: str, held: str) -> str:
    """The name of an account as it is shown, from the value kept. Raises KeyMissing."""
    return open_value(conn, "account", "display_name", held, account_id)


def list_accounts(conn: sa.Connection) -> list[sa.Row[Any]]:
    """Every account, by name."""
    return list(conn.execute(sa.select(account).order_by(account.c.name)))


def list_grants(conn: sa.Connection, account_id: str) -> tuple[Grant, ...]:
    """The grants of an account that were not revoked, whether they run now or not."""
    rows = conn.execute(
        sa.select(access_grant)
        .where(access_grant.c.account_id == account_id, access_grant.c.revoked_at.is_(None))
        .order_by(access_grant.c.id)
    )
    return tuple(
        Grant(Role(r.role), ScopeKind(r.scope_kind), r.scope_id, r.valid_from, r.valid_to)
        for r in rows
    )


def find_session(
    conn: sa.Connection, token_hash: str, now: datetime, *, idle: timedelta, absolute: timedelta
) -> sa.Row[Any] | None:
    """The session of a token with its account, unless ended, idle too long, too old or disabled.

    One that begins ahead of the clock was opened before the clock was put back: it is over, since
    nobody could tell when it goes idle.
    """
    return conn.execute(
        sa.select(session, account.c.name, account.c.display_name)
        .join(account, account.c.id == session.c.account_id)
        .where(
            session.c.token_hash == token_hash,
            session.c.ended_at.is_(None),
            session.c.last_seen_at > now - idle,
            session.c.created_at > now - absolute,
            session.c.created_at <= now + CLOCKS_APART,
            session.c.last_seen_at <= now + CLOCKS_APART,
            account.c.disabled_at.is_(None),
        )
    ).first()


def list_sessions(conn: sa.Connection, account_id: str) -> list[sa.Row[Any]]:
    """The sessions of an account that nobody ended, newest first: its list of devices."""
    return list(
        conn.execute(
            sa.select(session)
            .where(session.c.account_id == account_id, session.c.ended_at.is_(None))
            .order_by(session.c.created_at.desc())
        )
    )


def find_api_token(conn: sa.Connection, token_hash: str, now: datetime) -> sa.Row[Any] | None:
    """The account of a program's token, unless it is revoked, over, or the account closed."""
    return conn.execute(
        sa.select(api_token, account.c.name, account.c.display_name)
        .join(account, account.c.id == api_token.c.account_id)
        .where(
            api_token.c.token_hash == token_hash,
            api_token.c.revoked_at.is_(None),
            api_token.c.expires_at > now,
            account.c.disabled_at.is_(None),
        )
    ).first()


def list_api_tokens(conn: sa.Connection, account_id: str) -> list[sa.Row[Any]]:
    """The tokens of an account that were not revoked, newest first."""
    return list(
        conn.execute(
            sa.select(api_token)
            .where(api_token.c.account_id == account_id, api_token.c.revoked_at.is_(None))
            .order_by(api_token.c.created_at.desc())
        )
    )


def anyone_can_sign_in(conn: sa.Connection, now: datetime) -> bool:
    """Whether some open account has a password, a subject at a provider, or an open link."""
    link = sa.exists().where(
        sign_up_link.c.account_id == account.c.id,
        sign_up_link.c.used_at.is_(None),
        sign_up_link.c.expires_at > now,
    )
    able = account.c.password_hash.is_not(None) | account.c.oidc_subject.is_not(None) | link
    query = sa.select(account.c.id).where(account.c.disabled_at.is_(None), able).limit(1)
    return conn.execute(query).first() is not None


def find_link_name(conn: sa.Connection, token_hash: str, now: datetime) -> str | None:
    """The sign-in name that a link for choosing a password is for, or None when it is over."""
    return conn.execute(
        sa.select(account.c.name)
        .join(sign_up_link, sign_up_link.c.account_id == account.c.id)
        .where(
            sign_up_link.c.token_hash == token_hash,
            sign_up_link.c.used_at.is_(None),
            sign_up_link.c.expires_at > now,
            account.c.disabled_at.is_(None),
        )
    ).scalar()
