"""Signing in and out: password, one-time code, lockout, sessions.

The slow part (argon2) runs in the caller's thread before the transaction; the transaction then
decides, so that two attempts at once are still counted as two.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
import pyotp
import sqlalchemy as sa

from hubpost.actions.identity.passwords import verify_password
from hubpost.actions.identity.sessions import SessionParams, open_session
from hubpost.actions.identity.tokens import new_token, token_hash
from hubpost.model.access import Grant
from hubpost.model.apply import Refused
from hubpost.storage.identity.queries import (
    display_name_of,
    find_account,
    find_session,
    list_grants,
)
from hubpost.storage.identity.tables import account, session
from hubpost.storage.sealing import Keyring
from hubpost.storage.store import Store
from hubpost.storage.transaction import Tx

_USUAL = SessionParams()
IDLE, ABSOLUTE = _USUAL.idle, _USUAL.absolute
MAX_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
TOTP_STEP_S = 30
PROOF_RUNS = timedelta(minutes=5)
#: Written at most this often, so that looking at a board does not write to the disk.
TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is behind a request, with the grants as they stand now."""

    account_id: str
    name: str
    display_name: str
    grants: tuple[Grant, ...]


def sign_in(
    store: Store, keyring: Keyring, name: str, password: str, code: str = "", device: str = ""
) -> str:
    """The token of a new session.

    Raises Refused with one message for every cause but a lock, so that nobody learns which names
    exist; a code is asked for only after a right password.
    """
    row = store.read(lambda conn: find_account(conn, name))
    usable = row is not None and row.disabled_at is None
    right = verify_password(row.password_hash if row is not None and usable else None, password)
    return _try(store, keyring, row.name if row is not None else name, right, code, device)


def prove_password(store: Store, keyring: Keyring, name: str) -> str:
    """What a browser keeps between a right password and its code; sealed, and good for minutes."""
    row = store.read(lambda conn: find_account(conn, name))
    if row is None:
        raise ValueError(f"Expected the name of an account, came {name!r}.")
    facts = {"name": row.name, "hash": token_hash(row.password_hash), "at": store.now()}
    return keyring.seal(msgspec.json.encode(facts).decode())


def sign_in_with_code(
    store: Store, keyring: Keyring, proof: str, code: str, device: str = ""
) -> str:
    """The token of a new session, by a proof of the password and a one-time code.

    Raises Refused as sign_in does, and when the proof is old, or the password was changed since.
    """
    try:
        facts = msgspec.json.decode(keyring.unseal(proof), type=_Proof)
    except (ValueError, msgspec.DecodeError):
        raise Refused("proof_over", "Give name and password once more.") from None
    row = store.read(lambda conn: find_account(conn, facts.name))
    fresh = timedelta(0) <= store.now() - facts.at < PROOF_RUNS
    if row is None or not fresh or token_hash(row.password_hash or "") != facts.hash:
        raise Refused("proof_over", "Give name and password once more.")
    return _try(store, keyring, row.name, True, code, device)


class _Proof(msgspec.Struct):
    name: str
    hash: str
    at: datetime


def _try(store: Store, keyring: Keyring, name: str, right: bool, code: str, device: str) -> str:
    token = new_token()

    def decide(tx: Tx) -> str | None:
        return _decide(tx, keyring, name, right, code, token, device)

    known = store.read(lambda conn: find_account(conn, name)) is not None
    problem = store.write(decide, actor=name if known else "unknown")
    if problem is not None:
        raise Refused(problem, _MESSAGES[problem])
    return token


def sign_out(tx: Tx, token: str) -> None:
    """End a session; its token opens nothing from now on."""
    this = session.c.token_hash == token_hash(token)
    tx.conn.execute(session.update().where(this).values(ended_at=tx.now))
    tx.audit("sign_out", token_hash(token)[:12], {})


def find_signed_in(
    store: Store, token: str, params: SessionParams = _USUAL, *, touch: bool = True
) -> SignedIn | None:
    """Who a token belongs to now, or None when its session has ended in any way.

    touch: whether being asked counts as doing something, which keeps a session from going idle.
    """
    now = store.now()
    hashed = token_hash(token)

    def look(conn: sa.Connection) -> tuple[SignedIn, datetime] | None:
        row = find_session(conn, hashed, now, idle=params.idle, absolute=params.absolute)
        if row is None:
            return None
        grants = list_grants(conn, row.account_id)
        shown = display_name_of(conn, row.account_id, row.display_name)
        return SignedIn(row.account_id, row.name, shown, grants), row.last_seen_at

    found = store.read(look)
    if found is None:
        return None
    if touch and now - found[1] > TOUCH_EVERY:
        seen = session.update().where(session.c.token_hash == hashed).values(last_seen_at=now)
        # Looking goes on when nothing can be saved; the session then goes idle a little sooner.
        with suppress(sa.exc.OperationalError):
            store.write(lambda tx: tx.conn.execute(seen), actor=found[0].name)
    return found[0]


def begin_totp(tx: Tx, keyring: Keyring, account_id: str) -> str:
    """A new one-time-code secret, not yet in force; its otpauth address for a QR code."""
    secret = pyotp.random_base32()
    row = tx.conn.execute(sa.select(account.c.name).where(account.c.id == account_id)).one()
    tx.conn.execute(
        account.update()
        .where(account.c.id == account_id)
        .values(totp_sealed=keyring.seal(secret), totp_confirmed=False, totp_last_step=None)
    )
    tx.audit("begin_totp", account_id, {})
    return pyotp.TOTP(secret).provisioning_uri(name=row.name, issuer_name="Hubpost")


def confirm_totp(tx: Tx, keyring: Keyring, account_id: str, code: str) -> None:
    """Put one-time codes in force once a first code was right. Raises Refused otherwise."""
    row = tx.conn.execute(sa.select(account).where(account.c.id == account_id)).one()
    if row.totp_sealed is None or not _take_code(tx, keyring, row, code):
        raise Refused("code_wrong", "The code is not right. Check the clock of the telephone.")
    confirmed = account.update().where(account.c.id == account_id).values(totp_confirmed=True)
    tx.conn.execute(confirmed)
    tx.audit("confirm_totp", account_id, {})


_MESSAGES = {
    "sign_in_wrong": "Name, password or code is not right.",
    "code_needed": "The password is right; now give the six-digit code.",
    "sign_in_locked": "Too many attempts. Wait a quarter of an hour, or ask an administrator.",
}


def _decide(
    tx: Tx, keyring: Keyring, name: str, right: bool, code: str, token: str, device: str
) -> str | None:
    """Record the attempt; None when the session was opened, else what stands against it."""
    row = find_account(tx.conn, name)
    if row is None or row.disabled_at is not None:
        # A name that is none may be a password typed into the wrong field: it is not kept.
        tx.audit("sign_in_failed", "", {"locked": False})
        return "sign_in_wrong"
    # No lock is longer than this; one that seems so is from before the clock was put back.
    if row.locked_until is not None and tx.now < row.locked_until <= tx.now + LOCKED_FOR:
        return "sign_in_locked"
    if not right:
        return _count_failure(tx, row)
    if row.totp_confirmed:
        if not code.strip():
            return "code_needed"
        if not _take_code(tx, keyring, row, code):
            return _count_failure(tx, row)
    open_session(tx, row.id, token, device)
    return None


def _count_failure(tx: Tx, row: sa.Row) -> str:  # type: ignore[type-arg]
    failures = row.failures + 1
    locked = tx.now + LOCKED_FOR if failures >= MAX_FAILURES else None
    tx.conn.execute(
        account.update()
        .where(account.c.id == row.id)
        .values(failures=0 if locked else failures, locked_until=locked)
    )
    tx.audit("sign_in_failed", row.id, {"locked": locked is not None})
    return "sign_in_locked" if locked else "sign_in_wrong"


def _take_code(tx: Tx, keyring: Keyring, row: sa.Row, code: str) -> bool:  # type: ignore[type-arg]
    """Whether a code is right and newer than the last one taken; a step of clock error is borne."""
    totp = pyotp.TOTP(keyring.unseal(row.totp_sealed))
    now_step = int(tx.now.timestamp()) // TOTP_STEP_S
    for step in (now_step - 1, now_step, now_step + 1):
        fresh = row.totp_last_step is None or step > row.totp_last_step
        if fresh and totp.verify(code.strip(), for_time=step * TOTP_STEP_S):
            taken = account.update().where(account.c.id == row.id).values(totp_last_step=step)
            tx.conn.execute(taken)
            return True
    return False
