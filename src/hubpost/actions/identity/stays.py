"""Rights by secondment 下沉: an officer at the other station for just the days of the stay.

Whichever comes first, the stay or the account of the person's sign, the second one gives the
grant; it is dated, so that a stay to come gives nothing yet and one that is over nothing more.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from hubpost.actions.counties import find_setting
from hubpost.actions.identity.grants import give_grant, revoke_grant
from hubpost.model.access import Grant, Role, ScopeKind
from hubpost.model.records.record import Record
from hubpost.model.records.roster import STAFF_KIND, Secondment, Staff
from hubpost.storage.identity.queries import find_account
from hubpost.storage.identity.tables import access_grant, api_token
from hubpost.storage.records.bodies import open_record
from hubpost.storage.records.reading import STORED
from hubpost.storage.records.tables import record
from hubpost.storage.transaction import Tx

#: By whose clock a stay's days are reckoned where the database holds no county.
_CHINA = "Asia/Shanghai"


def follow_new_account(tx: Tx, account_id: str, name: str) -> None:
    """Give a new account what was recorded for its sign before; what is over, or left, nothing."""
    stored = sa.select(*STORED).where(
        record.c.kind == STAFF_KIND.name,
        record.c.state == "active",
        sa.func.lower(record.c.id) == name,
    )
    for row in tx.conn.execute(stored).all():
        staff = open_record(tx.conn, STAFF_KIND, row)
        assert isinstance(staff, Staff)  # noqa: S101 - its kind says so
        _give(tx, account_id, staff.secondments)


def follow_staff(tx: Tx, before: Record | None, after: Record) -> None:
    """Give and take what a change of a person's entry means; nothing where there is no account.

    A role that an administrator took back is not given again: only stays that are new count.
    """
    if not isinstance(after, Staff):
        return
    old, new = _standing(before), _standing(after)
    row = find_account(tx.conn, after.id) if old != new else None
    if row is None or _is_program(tx, row):
        return
    for stay in old - new:
        _take(tx, row.id, stay)
    _give(tx, row.id, new - old)


def _standing(staff: Record | None) -> frozenset[Secondment]:
    active = isinstance(staff, Staff) and staff.state == "active"
    return frozenset(staff.secondments) if active else frozenset()  # type: ignore[union-attr]


def _give(tx: Tx, account_id: str, stays: Iterable[Secondment]) -> None:
    for stay in sorted(stays, key=lambda s: s.first):
        grant = _grant_of(tx.conn, stay)
        over = grant.valid_to is not None and grant.valid_to <= tx.now
        if not over and stay.station_id in tx.board.stations:
            give_grant(tx, account_id, grant)


def _take(tx: Tx, account_id: str, stay: Secondment) -> None:
    grant, t = _grant_of(tx.conn, stay), access_grant.c
    held = sa.select(t.id).where(
        t.account_id == account_id,
        t.role == grant.role.value,
        t.scope_kind == grant.scope_kind.value,
        t.scope_id == grant.scope_id,
        t.valid_from == grant.valid_from,
        t.valid_to == grant.valid_to,
        t.revoked_at.is_(None),
    )
    for grant_id in tx.conn.execute(held).scalars().all():
        revoke_grant(tx, grant_id)


def _grant_of(conn: sa.Connection, stay: Secondment) -> Grant:
    zone = _county_zone(conn)
    begin = datetime.combine(stay.first, time(), zone)
    end = datetime.combine(stay.last + timedelta(days=1), time(), zone)
    return Grant(Role.OFFICER, ScopeKind.STATION, stay.station_id, begin, end)


def _county_zone(conn: sa.Connection) -> ZoneInfo:
    county = find_setting(conn, "county")
    return ZoneInfo(county["timezone"] if county else _CHINA)


def _is_program(tx: Tx, row: Any) -> bool:
    """A service account that happens to be named like somebody's sign is no person."""
    if row.password_hash is not None or row.oidc_subject is not None:
        return False
    tokens = sa.select(api_token.c.id).where(api_token.c.account_id == row.id)
    return tx.conn.execute(tokens).first() is not None
