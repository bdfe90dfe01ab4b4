"""Who called before, and what happened here before, without keeping who."""

import hashlib
import hmac
import os
import re
from dataclasses import dataclass, replace
from datetime import datetime
from math import cos, radians
from typing import Any

import sqlalchemy as sa

from hubpost.model.apply import Refused
from hubpost.model.call import Caller
from hubpost.storage import schema
from hubpost.storage.sealed import open_value, seal_value
from hubpost.storage.transaction import Tx

_SECRET = "caller_secret"  # noqa: S105 - the name of the setting, not its value
_NEAR_M = 150.0


@dataclass(frozen=True, slots=True)
class PastCall:
    """A call of before, as the history shows it; no caller, no note."""

    id: str
    number: str
    received_at: datetime
    category: str
    priority: int
    place_text: str
    state: str
    outcome: str | None
    danger: bool


def mask_phone(phone: str) -> str:
    """`13812345678` as `138****5678`; of shorter numbers the last two digits are kept."""
    digits = re.sub(r"\D", "", phone)
    if len(digits) >= 11:
        return f"{digits[:3]}****{digits[-4:]}"
    return "*" * max(0, len(digits) - 2) + digits[-2:]


def known_caller(tx: Tx, phone: str) -> Caller:
    """The masked number and the key that finds the caller again; the number itself is not kept.

    The key is an HMAC under a secret of this database: without it, numbers cannot be tried out.
    Raises Refused for what is no number.
    """
    digits = re.sub(r"\D", "", phone)
    if not 3 <= len(digits) <= 15:
        raise Refused("phone_unlikely", "Expected a telephone number of 3 to 15 digits.")
    return Caller(mask_phone(phone), _caller_key(_secret(tx), digits))


def peek_caller_key(conn: sa.Connection, phone: str) -> str:
    """The key under which calls of a number are found, "" when none was ever kept."""
    digits, table = re.sub(r"\D", "", phone), schema.setting
    held = conn.execute(sa.select(table.c.value).where(table.c.key == _SECRET)).scalar()
    if held is None or not digits:
        return ""
    secret = bytes.fromhex(open_value(conn, "setting", "value", held, _SECRET))
    return _caller_key(secret, digits)


def _caller_key(secret: bytes, digits: str) -> str:
    return hmac.new(secret, digits.encode(), hashlib.sha256).hexdigest()[:32]


def list_caller_history(
    conn: sa.Connection, caller_key: str, *, before_call_id: str = "", limit: int = 10
) -> list[PastCall]:
    """Calls of the same caller, newest first; exercises and merged calls left out."""
    call = schema.call
    return _list(conn, (call.c.caller_key == caller_key) & (call.c.id != before_call_id), limit)


def list_place_history(
    conn: sa.Connection,
    lon: float,
    lat: float,
    area_id: str | None,
    *,
    since: datetime,
    before_call_id: str = "",
    limit: int = 10,
) -> list[PastCall]:
    """Calls within 150 m, or of the same village without a nearer place, newest first."""
    call = schema.call
    d_lat = _NEAR_M / 111_195.0
    d_lon = d_lat / max(0.01, cos(radians(lat)))
    near = call.c.lon.between(lon - d_lon, lon + d_lon) & call.c.lat.between(
        lat - d_lat, lat + d_lat
    )
    same = near | (call.c.area_id == area_id) if area_id else near
    where = same & (call.c.received_at >= since) & (call.c.id != before_call_id)
    return _list(conn, where, limit)


def _list(conn: sa.Connection, where: sa.ColumnElement[bool], limit: int) -> list[PastCall]:
    call = schema.call
    kept = where & ~call.c.exercise & ~call.c.struck_through & call.c.merged_into.is_(None)
    columns = [call.c[name] for name in PastCall.__dataclass_fields__]
    query = sa.select(*columns).where(kept).order_by(call.c.received_at.desc()).limit(limit)
    return [_past_call(conn, row) for row in conn.execute(query)]


def _past_call(conn: sa.Connection, row: sa.Row) -> PastCall:  # type: ignore[type-arg]
    opened: dict[str, Any] = {
        name: open_value(conn, "call", name, getattr(row, name), row.id)
        for name in ("place_text", "outcome")
        if getattr(row, name)
    }
    return replace(PastCall(*row), **opened)


def _secret(tx: Tx) -> bytes:
    """Sealed: with the database alone, nobody can try numbers out."""
    table = schema.setting
    held = tx.conn.execute(sa.select(table.c.value).where(table.c.key == _SECRET)).scalar()
    if held is not None:
        return bytes.fromhex(open_value(tx.conn, "setting", "value", held, _SECRET))
    made = os.urandom(32).hex()
    sealed = seal_value(tx.conn, "setting", "value", made, _SECRET)
    tx.conn.execute(table.insert().values(key=_SECRET, value=sealed))
    return bytes.fromhex(made)
